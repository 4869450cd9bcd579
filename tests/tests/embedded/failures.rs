//! Embedded values that the database refuses, and rows that they cannot be read from.

use orm_core::Error;
use orm_core::prelude::*;
use tests::Database;

use crate::embedded::{Customer, address, customer, customers, find};

#[test]
fn a_failed_flush_keeps_the_change_for_another_try() -> orm_core::Result<()> {
    let (database, mut session) = customers();
    let ada = find(&session, 1);
    session[ada].address.zip = String::new();
    session[ada].address.city = None;
    let error = session.commit().expect_err("the zip is checked");
    assert!(matches!(&error, Error::Check { model: Some("Customer"), field: Some("address.zip"), .. }), "{error}");
    assert_eq!(
        session.changes(ada)?.iter().map(|change| change.field).collect::<Vec<_>>(),
        ["address.zip", "address.city"]
    );
    session[ada].address.zip = "14467".into();
    session.commit()?;
    assert_eq!(database.ask("SELECT address_zip, address_city FROM customers WHERE id = 1"), ["14467 | NULL"]);
    Ok(())
}

#[test]
fn a_new_object_that_is_refused_is_new_again() -> orm_core::Result<()> {
    let (database, mut session) = customers();
    let eve = session.add(customer("Eve", address("Weg 4", "80331", "München"), Some(address("Weg 4", "", "München"))));
    let error = session.commit().expect_err("the zip of the bill is checked");
    assert!(matches!(&error, Error::Check { model: Some("Customer"), field: Some("bill_to.zip"), .. }), "{error}");
    session[eve].bill_to = None;
    session.commit()?;
    assert_eq!(database.ask("SELECT name, billing_zip FROM customers WHERE address_zip = 80331"), ["Eve | NULL"]);
    Ok(())
}

#[test]
fn a_part_of_a_value_is_told_by_the_column_that_is_missing() {
    let (database, session) = customers();
    database.run("UPDATE customers SET billing_zip = NULL WHERE id = 2");
    let error = session.query::<Customer>().all().expect_err("a zip is required");
    assert_eq!(
        error.to_string(),
        "`Customer.bill_to.zip` cannot be read from `customers.billing_zip`: NULL is not allowed: the field is not an `Option`"
    );
}

#[derive(Debug, Embed)]
struct Size {
    width: u8,
    height: u8,
}

#[derive(Debug, Embed)]
struct Packaging {
    weight: i32,
    #[embed(prefix = "")]
    size: Size,
}

#[derive(Debug, Model)]
#[model(table = "parcels")]
struct Parcel {
    #[primary_key]
    id: Auto<i32>,
    #[embed]
    packaging: Packaging,
    number: u8,
}

#[test]
fn an_error_names_the_column_that_failed_however_deep_it_is() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Parcel>());
    database.run("ALTER TABLE parcels MODIFY packaging_height INT NOT NULL, MODIFY number INT NOT NULL");
    database.run("INSERT INTO parcels VALUES (1, 1, 5, 6, 700)");
    let session = database.engine().session();
    let error = session.query::<Parcel>().all().expect_err("the height is too large");
    let Error::Decode { field, column, .. } = error else { panic!("{error}") };
    assert_eq!((field, column), ("packaging.size.height", "packaging_height"));
    database.run("UPDATE parcels SET number = 300");
    let session = database.engine().session();
    let error = session.query::<Parcel>().all().expect_err("the number is too large");
    let Error::Decode { field, column, .. } = error else { panic!("{error}") };
    assert_eq!((field, column), ("number", "number"));
    Ok(())
}

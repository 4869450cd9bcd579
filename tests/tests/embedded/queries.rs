//! Conditions on columns of embedded values, and orders by them.

use expect_test::expect;
use orm_core::prelude::*;
use tests::statements;

use crate::embedded::{Customer, customers};

fn names(found: Vec<View<'_, Customer>>) -> Vec<String> {
    found.iter().map(|customer| customer.name.clone()).collect()
}

#[test]
fn a_column_of_an_embedded_value_is_asked_for_like_any_other() -> orm_core::Result<()> {
    let (_database, session) = customers();
    let (found, sent) = statements(|| {
        session
            .query::<Customer>()
            .filter(Customer::address.city.eq("Berlin") & Customer::address.country.in_(["DE", "AT"]))
            .all()
    });
    assert_eq!(names(found?), ["Ada"]);
    expect!["SELECT `customers`.`id`, `customers`.`name`, `customers`.`address_street`, `customers`.`address_zip`, `customers`.`address_city`, `customers`.`address_land`, `customers`.`billing_street`, `customers`.`billing_zip`, `customers`.`billing_city`, `customers`.`billing_land` FROM `customers` WHERE `customers`.`address_city` = ? AND `customers`.`address_land` IN (?, ?)"].assert_eq(&sent.join("\n"));
    Ok(())
}

#[test]
fn a_value_that_may_be_missing_has_columns_that_may_be_null() -> orm_core::Result<()> {
    let (_database, session) = customers();
    let query = || session.query::<Customer>();
    assert_eq!(names(query().filter(Customer::bill_to.street.is_null()).all()?), ["Ada"]);
    assert_eq!(names(query().filter(Customer::bill_to.zip.like("53%")).all()?), ["Bob"]);
    assert_eq!(names(query().filter(Customer::bill_to.city.ne("Bonn")).all()?), [""; 0]);
    Ok(())
}

#[test]
fn objects_are_ordered_by_a_column_of_an_embedded_value() -> orm_core::Result<()> {
    let (_database, session) = customers();
    let query = || session.query::<Customer>();
    assert_eq!(names(query().order_by(Customer::address.street.desc()).all()?), ["Bob", "Ada"]);
    assert_eq!(names(query().order_by(Customer::bill_to.zip).all()?), ["Ada", "Bob"]);
    Ok(())
}

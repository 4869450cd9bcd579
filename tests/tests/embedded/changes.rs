//! Adding objects with embedded values, and changing the values as a whole and in part.

use expect_test::expect;
use orm_core::prelude::*;
use tests::{Database, returning, statements};

use crate::embedded::{Address, Customer, address, customer, customers, find};

#[test]
fn an_embedded_value_is_written_and_read_with_its_owner() -> orm_core::Result<()> {
    // unit-of-work 169
    let database = Database::with(&Schema::of::<Customer>());
    let ada = customer("Ada", address("Am Tor 1", "10115", "Berlin"), None);
    let bob = customer("Bob", address("Zoo 2", "20095", "Hamburg"), Some(address("Markt 3", "53111", "Bonn")));
    let mut session = database.engine().session();
    session.add_all([ada.clone(), bob.clone()]);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    let returning = returning(database.engine(), "`id`");
    let insert = format!(
        "INSERT INTO `customers` (`name`, `address_street`, `address_zip`, `address_city`, `address_land`, \
         `billing_street`, `billing_zip`, `billing_city`, `billing_land`) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?, ?, ?){returning}"
    );
    assert_eq!(sent, [insert.as_str(), "COMMIT"]);
    expect![[r#"
        1 | Ada | Am Tor 1 | 10115 | Berlin | DE | NULL | NULL | NULL | NULL
        2 | Bob | Zoo 2 | 20095 | Hamburg | DE | Markt 3 | 53111 | Bonn | DE"#]]
    .assert_eq(&database.ask("SELECT * FROM customers ORDER BY id").join("\n"));
    let session = database.engine().session();
    let read: Vec<Customer> = session
        .query::<Customer>()
        .order_by(Customer::id)
        .all()?
        .iter()
        .map(|customer| customer.get().clone())
        .collect();
    assert_eq!(read, [Customer { id: 1.into(), ..ada }, Customer { id: 2.into(), ..bob }]);
    Ok(())
}

#[test]
fn a_change_inside_updates_its_column_only() -> orm_core::Result<()> {
    // unit-of-work 169
    let (database, mut session) = customers();
    let ada = find(&session, 1);
    session[ada].address.city = Some("Potsdam".into());
    expect![[r#"
        [
            Change {
                column: "address_city",
                field: "address.city",
                old: Bytes(
                    "Berlin",
                ),
                new: Some(
                    Bytes(
                        "Potsdam",
                    ),
                ),
            },
        ]
    "#]]
    .assert_debug_eq(&session.changes(ada)?);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, ["UPDATE `customers` SET `address_city` = ? WHERE `id` = ?", "COMMIT"]);
    assert_eq!(database.ask("SELECT address_city FROM customers"), ["Potsdam", "Hamburg"]);
    Ok(())
}

#[test]
fn an_equal_value_in_place_of_another_writes_nothing() -> orm_core::Result<()> {
    // unit-of-work 169
    let (_database, mut session) = customers();
    let ada = find(&session, 1);
    session[ada].address = address("Am Tor 1", "10115", "Berlin");
    assert!(!session.is_modified(ada)?);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, ["COMMIT"]);
    Ok(())
}

#[test]
fn a_value_comes_and_goes_as_a_whole() -> orm_core::Result<()> {
    let (database, mut session) = customers();
    let (ada, bob) = (find(&session, 1), find(&session, 2));
    session[ada].bill_to = session[bob].bill_to.clone();
    session[bob].bill_to = None;
    let (committed, sent) = statements(|| session.commit());
    committed?;
    expect![[r#"
        UPDATE `customers` INNER JOIN (SELECT ? AS `k0`, ? AS `v0`, ? AS `v1`, ? AS `v2`, ? AS `v3` UNION ALL SELECT ?, ?, ?, ?, ?) AS `new` ON `customers`.`id` = `new`.`k0` SET `customers`.`billing_street` = `new`.`v0`, `customers`.`billing_zip` = `new`.`v1`, `customers`.`billing_city` = `new`.`v2`, `customers`.`billing_land` = `new`.`v3`
        COMMIT"#]].assert_eq(&sent.join("\n"));
    let stored =
        database.ask("SELECT billing_street, billing_zip, billing_city, billing_land FROM customers ORDER BY id");
    assert_eq!(stored, ["Markt 3 | 53111 | Bonn | DE", "NULL | NULL | NULL | NULL"]);
    let session = database.engine().session();
    let bills: Vec<Option<Address>> = session
        .query::<Customer>()
        .order_by(Customer::id)
        .all()?
        .iter()
        .map(|customer| customer.bill_to.clone())
        .collect();
    assert_eq!(bills, [Some(address("Markt 3", "53111", "Bonn")), None]);
    Ok(())
}

#[test]
fn a_rollback_gives_the_old_value_back() -> orm_core::Result<()> {
    let (database, mut session) = customers();
    let bob = find(&session, 2);
    session[bob].address.street = "Zoo 5".into();
    session.flush()?;
    session[bob].bill_to = None;
    session.rollback()?;
    assert_eq!(session.view(bob).address, address("Zoo 2", "20095", "Hamburg"));
    assert_eq!(session.view(bob).bill_to, Some(address("Markt 3", "53111", "Bonn")));
    assert!(!session.is_modified(bob)?);
    assert_eq!(database.ask("SELECT address_street, billing_zip FROM customers WHERE id = 2"), ["Zoo 2 | 53111"]);
    Ok(())
}

#[test]
fn the_defaults_are_those_that_the_struct_declares() {
    // unit-of-work 36
    let nowhere = Address { street: String::new(), zip: String::new(), city: None, country: "DE".into() };
    assert_eq!(Address::default(), nowhere);
    assert_eq!(Customer::default(), customer("", nowhere, None));
}

//! One DELETE for all rows that a query finds, and the loaded objects after it.

use orm_core::prelude::*;
use orm_core::{Error, ObjectState, Violation};
use tests::statements;

use super::{Label, Product, Shelf, find, stocked};

const NAMES: &str = "SELECT name FROM products ORDER BY id";

#[test]
fn it_is_one_statement_and_counts_the_rows() -> orm_core::Result<()> {
    // unit-of-work 150
    let (database, mut session) = stocked();
    let scarce = query::<Product>().filter(Product::stock.le(Product::minimum)).order_by(Product::stock).limit(1);
    let (deleted, sent) = statements(|| session.delete_all(scarce));
    assert_eq!(deleted?, 1);
    assert_eq!(
        sent,
        ["DELETE FROM `products` WHERE `products`.`stock` <= `products`.`minimum` ORDER BY `products`.`stock` LIMIT 1"]
    );
    session.commit()?;
    assert_eq!(database.ask(NAMES), ["tea", "salt"]);
    Ok(())
}

#[test]
fn loaded_objects_are_deleted_too() -> orm_core::Result<()> {
    // unit-of-work 150
    let (database, mut session) = stocked();
    let (tea, milk) = (find::<Product>(&session, 1), find::<Product>(&session, 2));
    let upper = find::<Shelf>(&session, 1);
    assert_eq!(session.view(upper).products()?.len(), 2);
    assert_eq!(session.delete_all(query::<Product>().filter(Product::stock.lt(5)))?, 1);
    assert_eq!(session.state(milk)?, ObjectState::Deleted);
    assert!(session.get(milk).is_err());
    assert_eq!(session[tea].name, "tea");
    assert_eq!(session.view(upper).products()?.len(), 1);
    assert!(session.find::<Product>(2)?.is_none());
    session.commit()?;
    assert_eq!(session.state(milk)?, ObjectState::Gone);
    assert_eq!(database.ask(NAMES), ["tea", "salt"]);
    Ok(())
}

#[test]
fn a_rollback_brings_deleted_objects_back() -> orm_core::Result<()> {
    // unit-of-work 152
    let (database, mut session) = stocked();
    let milk = find::<Product>(&session, 2);
    session[milk].stock = 1;
    let label = session.add(Label { text: "fresh".into(), product: milk.into(), ..Default::default() });
    assert_eq!(session.delete_all(query::<Product>())?, 3);
    session.rollback()?;
    assert_eq!((session[milk].name.as_str(), session[milk].stock), ("milk", 2));
    assert_eq!(session.find::<Product>(2)?.map(|product| product.handle()), Some(milk));
    assert!(session.get(label).is_err());
    session[milk].stock = 9;
    session.commit()?;
    assert_eq!(database.ask("SELECT name, stock FROM products ORDER BY id"), ["tea | 10", "milk | 9", "salt | 7"]);
    Ok(())
}

#[test]
fn an_object_that_was_added_and_deleted_in_one_transaction_is_gone_after_a_rollback() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    let rice = session.add(super::product("rice", 1, 1));
    session.delete_all(query::<Product>().filter(Product::name.eq("rice")))?;
    session.rollback()?;
    assert_eq!(session.state(rice)?, ObjectState::Gone);
    session.commit()?;
    assert_eq!(database.ask(NAMES), ["tea", "milk", "salt"]);
    Ok(())
}

#[test]
fn what_the_database_deletes_with_the_rows_is_read_again() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    database.run("INSERT INTO labels (text, product_id) VALUES ('fresh', 2), ('green', 1)");
    let label = find::<Label>(&session, 1);
    let milk = find::<Product>(&session, 2);
    assert_eq!(session.view(milk).labels()?.len(), 1);
    session.delete_all(query::<Product>().filter(Product::name.eq("milk")))?;
    assert!(session.find::<Label>(1)?.is_none());
    session.rollback()?;
    assert_eq!(session.find::<Label>(1)?.map(|found| found.handle()), Some(label));
    assert_eq!(session.view(milk).labels()?.len(), 1);
    Ok(())
}

#[test]
fn what_refers_to_the_rows_may_forbid_it() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    let upper = find::<Shelf>(&session, 1);
    let error = session.delete_all(query::<Shelf>()).expect_err("there are products on the shelves");
    assert!(matches!(error, Error::ForeignKey { violation: Violation::StillReferred, .. }), "{error}");
    assert_eq!(session[upper].name, "upper");
    session.delete_all(query::<Product>())?;
    assert_eq!(session.delete_all(query::<Shelf>())?, 2);
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM shelves"), ["0"]);
    Ok(())
}

#[test]
fn an_offset_is_told() {
    // unit-of-work 153
    let (_database, mut session) = stocked();
    let error = session.delete_all(query::<Product>().offset(1)).expect_err("there is no such DELETE");
    assert_eq!(error.to_string(), "`delete_all` of `Product` cannot have an offset: the servers know none there");
}

//! Handles that cannot be used: a panic on indexing, an error from `get`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use orm_core::prelude::*;
use planning_demo::models::Department;
use planning_demo::schema;
use tests::Database;

fn sales() -> (Database, Session, Handle<Department>) {
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let sales = session.add(Department::new("Sales"));
    (database, session, sales)
}

/// What indexing says when it panics.
fn panic_of(session: &Session, handle: Handle<Department>) -> String {
    let caught = catch_unwind(AssertUnwindSafe(|| session[handle].name.clone()));
    let panic = caught.expect_err("indexing panics");
    panic.downcast_ref::<String>().expect("a panic with a text").clone()
}

fn error_of(session: &Session, handle: Handle<Department>) -> String {
    session.get(handle).expect_err("the handle cannot be used").to_string()
}

#[test]
fn a_handle_of_another_session_panics_and_is_an_error() {
    // unit-of-work 4
    let (database, _session, sales) = sales();
    let mut other = database.engine().session();
    let own = other.add(Department::new("Law"));
    let message = "this handle of a `Department` belongs to another session";
    assert_eq!((panic_of(&other, sales), error_of(&other, sales)), (message.to_owned(), message.to_owned()));
    assert!(other.get(own).is_ok());
}

#[test]
fn a_handle_of_a_deleted_object_panics_and_is_an_error() -> orm_core::Result<()> {
    // unit-of-work 5, 6
    let (_database, mut session, sales) = sales();
    session.commit()?;
    session.delete(sales);
    session.flush()?;
    let message = "this handle of a `Department` is of an object that was deleted";
    assert_eq!((panic_of(&session, sales), error_of(&session, sales)), (message.to_owned(), message.to_owned()));
    session.commit()?;
    assert!(panic_of(&session, sales).starts_with(message));
    Ok(())
}

#[test]
fn a_handle_whose_addition_was_rolled_back_panics_and_is_an_error() -> orm_core::Result<()> {
    let (_database, mut session, sales) = sales();
    session.rollback()?;
    let message = "this handle of a `Department` is of an object that was deleted, or whose addition was rolled back";
    assert_eq!((panic_of(&session, sales), error_of(&session, sales)), (message.to_owned(), message.to_owned()));
    Ok(())
}

#[test]
fn a_handle_of_a_pending_object_reads_it() {
    let (_database, session, sales) = sales();
    assert_eq!(session[sales].name, "Sales");
    assert_eq!(session.get(sales).expect("it is there").handle(), sales);
}

#[test]
fn a_query_about_an_object_that_is_gone_is_an_error() -> orm_core::Result<()> {
    let (_database, mut session, sales) = sales();
    session.rollback()?;
    let found = session.query::<planning_demo::models::Employee>();
    let error = found.filter(planning_demo::models::Employee::department.eq(sales)).all().expect_err("it is gone");
    assert!(matches!(error, orm_core::Error::Handle { model: "Department", .. }), "{error}");
    Ok(())
}

//! When a session's transaction begins.

use planning_demo::models::Department;
use planning_demo::schema;
use tests::{Database, statements};

#[test]
fn a_transaction_begins_with_the_first_statement() -> orm_core::Result<()> {
    // unit-of-work 96
    let database = Database::with(&schema());
    let session = database.engine().session();
    database.run("INSERT INTO departments (name) VALUES ('before the first question')");
    assert_eq!(session.query::<Department>().count()?, 1);
    database.run("INSERT INTO departments (name) VALUES ('after it')");
    assert_eq!(session.query::<Department>().count()?, 1, "the transaction sees what its first question saw");
    Ok(())
}

#[test]
fn changes_alone_begin_no_transaction() -> orm_core::Result<()> {
    // unit-of-work 96
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let (sales, sent) = statements(|| {
        let sales = session.add(Department::new("Sales"));
        session[sales].name = "Law".into();
        sales
    });
    assert_eq!(sent, [""; 0]);
    session.delete(sales);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, [""; 0]);
    Ok(())
}

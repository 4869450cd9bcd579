//! How a question ends: `all`, `first`, `one`, `one_or_none`, `count`, `exists`, `handles`, and changes by query.

use orm_core::Error;
use orm_core::prelude::*;
use orm_core::query::query;
use planning_demo::models::{Department, Employee};
use tests::{company, statements};

#[test]
fn one_wants_exactly_one() -> orm_core::Result<()> {
    let (_database, session) = company();
    let named = |name| session.query::<Employee>().filter(Employee::firstname.eq(name));
    assert_eq!(named("John").one()?.lastname, "Locke");
    let none = named("Nobody").one().expect_err("there is none");
    assert!(matches!(none, Error::NotFound { model: "Employee", .. }), "{none}");
    assert_eq!(none.to_string(), "there is no `Employee` for this query");
    let many = session.query::<Employee>().one().expect_err("there are five");
    assert!(matches!(many, Error::TooMany { model: "Employee", .. }), "{many}");
    assert_eq!(many.to_string(), "more than one `Employee` for this query");
    Ok(())
}

#[test]
fn one_or_none_wants_at_most_one() -> orm_core::Result<()> {
    let (_database, session) = company();
    let named = |name| session.query::<Employee>().filter(Employee::firstname.eq(name));
    assert_eq!(named("John").one_or_none()?.map(|john| john.id.get()), Some(Some(1)));
    assert!(named("Nobody").one_or_none()?.is_none());
    assert!(matches!(session.query::<Employee>().one_or_none(), Err(Error::TooMany { .. })));
    assert!(session.query::<Employee>().limit(1).one_or_none()?.is_some());
    Ok(())
}

#[test]
fn first_takes_one_of_many() -> orm_core::Result<()> {
    let (_database, session) = company();
    let (first, sent) = statements(|| session.query::<Employee>().order_by(Employee::id.desc()).first());
    assert_eq!(first?.map(|employee| employee.firstname.clone()).as_deref(), Some("Sun"));
    assert!(sent[0].ends_with(" LIMIT 1"), "{sent:#?}");
    assert!(session.query::<Employee>().filter(Employee::id.eq(99)).first()?.is_none());
    assert!(session.query::<Employee>().limit(0).first()?.is_none());
    Ok(())
}

#[test]
fn count_and_exists_load_nothing() -> orm_core::Result<()> {
    let (_database, session) = company();
    let (answers, sent) =
        statements(|| (session.query::<Employee>().count().ok(), session.query::<Employee>().exists().ok()));
    assert_eq!(answers, (Some(5), Some(true)));
    assert_eq!(sent, ["SELECT COUNT(*) FROM `employees`", "SELECT 1 FROM `employees` LIMIT 1"]);
    let (_, sent) = statements(|| session.find::<Employee>(1).map(|found| found.is_some()));
    assert_eq!(sent.len(), 1, "John was not loaded before");
    Ok(())
}

#[test]
fn handles_let_a_loop_change_what_it_finds() -> orm_core::Result<()> {
    let (database, mut session) = company();
    for employee in session.query::<Employee>().filter(Employee::department.eq(BelongsTo::key(1))).handles()? {
        session[employee].active = false;
    }
    session.commit()?;
    assert_eq!(database.ask("SELECT active FROM employees ORDER BY id"), ["0", "1", "0", "0", "1"]);
    Ok(())
}

#[test]
fn for_each_mut_changes_all_that_a_query_finds() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let marketing = query::<Employee>().join(Employee::department).filter(Department::name.eq("Marketing"));
    session.for_each_mut(marketing, |employee| employee.lastname = employee.lastname.to_uppercase())?;
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent.len(), 2, "one update and the commit: {sent:#?}");
    let stored = database.ask("SELECT lastname FROM employees ORDER BY id");
    assert_eq!(stored, ["LOCKE", "Austin", "SHEPHERD", "LINUS", "Kwan"]);
    Ok(())
}

#[test]
fn find_mut_changes_one() -> orm_core::Result<()> {
    let (database, mut session) = company();
    if let Some(john) = session.find_mut::<Employee>(1)? {
        john.active = false;
    }
    assert!(session.find_mut::<Employee>(99)?.is_none());
    session.commit()?;
    assert_eq!(database.ask("SELECT id FROM employees WHERE NOT active"), ["1"]);
    Ok(())
}

#[test]
fn a_query_without_a_session_is_a_value() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let johns = query::<Employee>().filter(Employee::firstname.eq("John"));
    let mut seen = 0;
    session.for_each_mut(johns.clone(), |_| seen += 1)?;
    session.for_each_mut(johns, |_| seen += 1)?;
    assert_eq!(seen, 2);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, ["COMMIT"], "nothing was changed");
    Ok(())
}

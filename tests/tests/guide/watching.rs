//! `guide/watching.md`

use std::time::Duration;

use orm_core::prelude::*;
use tests::{Database, told};

use super::{Department, Employee, Project, company};

/// The engine of a session on the company, which nobody else uses.
fn engine() -> (Database, Engine) {
    let (database, _) = company();
    let engine = Engine::connect(database.url()).expect("the database can be reached");
    (database, engine)
}

#[test]
fn an_echo_can_be_switched_on_and_off() -> orm_core::Result<()> {
    let (_database, engine) = engine();
    engine.echo(true);
    engine.echo(false);
    assert_eq!(engine.session().query::<Employee>().count()?, 5);
    Ok(())
}

#[test]
fn listening() {
    // Other tests listen already, in their own way.
    let begin = || {
        tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).init();
    };
    assert!(size_of_val(&begin) == 0);
}

#[test]
fn slow_statements() -> orm_core::Result<()> {
    let (_database, engine) = engine();
    engine.warn_slower_than(Duration::from_millis(200));
    let session = engine.session();
    let (slept, told) = told(|| session.sql("SELECT SLEEP(0.3)").scalar::<i32>());
    slept?;
    assert!(told.iter().any(|told| told.target == "orm_core::slow"), "{told:#?}");
    Ok(())
}

#[test]
fn statements_are_counted() -> orm_core::Result<()> {
    let (_database, session) = company();
    let before = session.statistics().statements;
    for project in session.query::<Project>().all()? {
        for employee in project.employees()? {
            employee.department()?;
        }
    }
    assert_eq!(session.statistics().statements - before, 4);
    Ok(())
}

#[test]
fn numbers() -> orm_core::Result<()> {
    let (_database, engine) = engine();
    let mut session = engine.session();
    let ada = session.find::<Employee>(1)?.expect("Ada is there").handle();
    session[ada].salary += 1;
    session.add(Department { name: "Sales".into(), ..Default::default() });
    session.commit()?;
    let counted = session.statistics();
    assert_eq!((counted.inserted, counted.updated, counted.deleted), (1, 1, 0));
    assert_eq!((counted.flushes, counted.committed, counted.rolled_back), (1, 1, 0));
    assert_eq!((counted.pending, counted.persistent), (0, 2));

    session.query::<Employee>().exists()?;
    let counted = engine.statistics();
    assert_eq!((counted.opened, counted.lost), (1, 0));
    assert_eq!((counted.in_use, counted.idle, counted.waiting), (1, 0, 0));
    println!("{counted}");
    Ok(())
}

#[test]
fn values_are_shown_where_they_are_switched_on() {
    let (_database, engine) = engine();
    let mut session = engine.session();
    engine.show_values(true);
    let name = "Sales, and all that belongs to it, and what else there is";
    session.add(Department { name: name.into(), ..Default::default() });
    let error = session.commit().expect_err("the name has 57 characters");
    assert!(error.to_string().contains("-- values: 'Sales, and all that"));
}

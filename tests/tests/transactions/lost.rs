//! Transactions that the server ends by itself: deadlocks and lost connections.

use orm_core::Error;
use orm_core::prelude::*;
use planning_demo::models::{Department, Employee};
use planning_demo::{company, schema};
use tests::Database;

fn company() -> Database {
    let database = Database::with(&schema());
    company::load(&mut database.engine().session()).expect("the company is loaded");
    database
}

/// Changes a department and flushes it.
fn rename(session: &mut Session, department: i32, name: &str) -> orm_core::Result<()> {
    if let Some(department) = session.find_mut::<Department>(department)? {
        department.name = name.into();
    }
    session.flush()
}

#[test]
fn after_a_deadlock_everything_waits_again() -> orm_core::Result<()> {
    // rule 7 of the design
    let database = company();
    let (mut one, mut other) = (database.engine().session(), database.engine().session());
    rename(&mut one, 1, "one")?;
    rename(&mut other, 2, "other")?;
    let hugo = other.add(Employee { firstname: "Hugo".into(), lastname: "Reyes".into(), ..Default::default() });
    other.flush()?;
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| rename(&mut one, 2, "one").and_then(|()| one.commit()));
        let second = rename(&mut other, 1, "other").and_then(|()| other.commit());
        (first.join().expect("the thread ends"), second)
    });
    let [deadlock] = [first, second].into_iter().filter_map(Result::err).collect::<Vec<_>>().try_into().expect("one");
    assert!(matches!(deadlock, Error::Deadlock { .. }), "{deadlock}");
    one.commit()?;
    other.commit()?;
    let names = database.ask("SELECT DISTINCT name FROM departments");
    assert!(names == ["one"] || names == ["other"], "both changes of one session: {names:?}");
    assert_eq!(database.ask("SELECT COUNT(*) FROM employees WHERE firstname = 'Hugo'"), ["1"]);
    assert!(other[hugo].id.get().is_some());
    Ok(())
}

#[test]
fn after_a_lost_connection_everything_waits_again() -> orm_core::Result<()> {
    // rule 7 of the design
    let database = company();
    let mut session = database.engine().session();
    rename(&mut session, 1, "new")?;
    let hugo = session.add(Employee { firstname: "Hugo".into(), lastname: "Reyes".into(), ..Default::default() });
    session.flush()?;
    for connection in
        database.ask("SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()")
    {
        database.run(&format!("KILL {connection}"));
    }
    let error = session.query::<Employee>().count().expect_err("the connection is gone");
    assert!(matches!(error, Error::Connection { .. }), "{error}");
    assert_eq!(session[hugo].id.get(), None);
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments WHERE id = 1"), ["new"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM employees WHERE firstname = 'Hugo'"), ["1"]);
    assert!(session[hugo].id.get().is_some());
    Ok(())
}

#[test]
fn a_connection_lost_in_the_commit_leaves_its_outcome_unknown() -> orm_core::Result<()> {
    // rule 7 of the design
    let database = company();
    let mut session = database.engine().session();
    rename(&mut session, 1, "new")?;
    for connection in
        database.ask("SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()")
    {
        database.run(&format!("KILL {connection}"));
    }
    let error = session.commit().expect_err("the connection is gone");
    assert!(matches!(error, Error::CommitUnknown { .. }), "{error}");
    Ok(())
}

#[test]
fn connections_that_died_while_idle_are_replaced() -> orm_core::Result<()> {
    let database = company();
    let engine = database.engine();
    let sessions = [engine.session(), engine.session(), engine.session()];
    sessions.iter().try_for_each(|session| session.query::<Employee>().count().map(drop))?;
    drop(sessions);
    for connection in
        database.ask("SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()")
    {
        database.run(&format!("KILL {connection}"));
    }
    let mut session = engine.session();
    rename(&mut session, 1, "new")?;
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments WHERE id = 1"), ["new"]);
    Ok(())
}

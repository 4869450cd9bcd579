//! What an engine and a session count.

use orm_core::prelude::*;
use orm_core::{Flavour, SessionStatistics};
use planning_demo::models::{Department, Employee, Project};
use planning_demo::{company, schema};
use tests::Database;

use super::{Person, kill_connections, people};

#[test]
fn a_session_counts_what_it_does() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    assert_eq!(session.statistics(), SessionStatistics::default());

    company::load(&mut session)?;
    let loaded = session.statistics();
    // Departments, employees, projects, links, contact details.
    assert_eq!((loaded.statements, loaded.flushes, loaded.committed), (6, 1, 1));
    assert_eq!((loaded.inserted, loaded.updated, loaded.deleted), (2 + 5 + 3 + 10 + 5, 0, 0));
    // The keys of all but the links; MySQL tells the first of each statement, without a row.
    let keys = if database.engine().dialect().flavour == Flavour::MariaDb { 2 + 5 + 3 + 5 } else { 0 };
    assert_eq!(loaded.rows_read, keys);
    assert_eq!((loaded.pending, loaded.persistent, loaded.deleting), (0, 15, 0));

    let john = session.query::<Employee>().filter(Employee::firstname.eq("John")).one()?.handle();
    session.find::<Employee>(1)?;
    session.find::<Employee>(1)?;
    let read = session.statistics();
    assert_eq!((read.statements, read.rows_read, read.found), (7, keys + 1, 2));

    session[john].active = false;
    session.update_all(query::<Department>(), [Department::name.set("Sales")])?;
    session.add(Project { name: "Project 4".into(), ..Default::default() });
    let project = session.query::<Project>().filter(Project::name.eq("Project 1")).one()?.handle();
    session[project].employees.remove(john);
    session.flush()?;
    let changed = session.statistics();
    assert_eq!((changed.inserted, changed.updated, changed.deleted), (26, 1 + 2, 1));
    assert_eq!((changed.flushes, changed.committed, changed.rolled_back), (4, 1, 0));

    session.delete(project);
    session.add(Department::new("Marketing"));
    let waiting = session.statistics();
    assert_eq!((waiting.pending, waiting.persistent, waiting.deleting), (1, 15, 1));

    session.rollback()?;
    let undone = session.statistics();
    assert_eq!((undone.committed, undone.rolled_back, undone.failed), (1, 1, 0));
    assert_eq!((undone.pending, undone.persistent, undone.deleting), (0, 15, 0));
    assert_eq!(undone.inserted, 26, "what was sent was sent");
    Ok(())
}

#[test]
fn bulk_statements_count_their_rows() -> orm_core::Result<()> {
    let (_database, engine) = people();
    let mut session = engine.session();
    session.insert_all((0..1000).map(|number| Person::new(&format!("person {number}"), 20)))?;
    session.upsert([Person::new("person 0", 21), Person::new("person 1000", 20)])?;
    session.update_all(query::<Person>().filter(Person::age.eq(21)), [Person::age.set(22)])?;
    session.delete_all(query::<Person>().filter(Person::age.eq(20)))?;
    let SessionStatistics { inserted, updated, deleted, statements, .. } = session.statistics();
    assert_eq!((inserted, updated, deleted), (1002, 1, 1000));
    assert_eq!(statements, 2 + 1 + 1 + 1);
    Ok(())
}

#[test]
fn a_refused_statement_is_counted_as_failed() -> orm_core::Result<()> {
    let (database, engine) = people();
    database.run("INSERT INTO people (name, age) VALUES ('Ada', 36)");
    let mut session = engine.session();
    session.add(Person::new("Ada", 36));
    session.commit().expect_err("there is an Ada");
    let statistics = session.statistics();
    assert_eq!(
        (statistics.statements, statistics.failed, statistics.flushes, statistics.inserted),
        (2, 1, 1, 0),
        "the INSERT and a ROLLBACK"
    );
    assert_eq!((statistics.committed, statistics.rolled_back), (0, 1));
    assert_eq!(statistics.pending, 1, "it waits again");
    assert_eq!(
        statistics.to_string(),
        "2 statements (1 failed), 1 flushes; rows: 0 read, 0 inserted, 0 updated, 0 deleted; transactions: 0 committed, \
         1 rolled back, 0 unknown; objects: 1 pending, 0 persistent, 0 deleting, 0 found"
    );
    Ok(())
}

#[test]
fn an_engine_counts_for_all_its_sessions() -> orm_core::Result<()> {
    let (_database, engine) = people();
    let new = engine.statistics();
    assert_eq!((new.statements, new.opened, new.in_use, new.committed, new.rolled_back), (1, 1, 0, 0, 0));
    let clone = engine.clone();
    let (mut first, mut second) = (engine.session(), clone.session());
    first.add(Person::new("Ada", 36));
    first.flush()?;
    second.query::<Person>().filter(Person::age.gt(100)).count()?;
    let busy = clone.statistics();
    assert_eq!((busy.opened, busy.in_use, busy.waiting), (2, 2, 0));
    first.commit()?;
    second.rollback()?;
    let done = engine.statistics();
    // Two to set up the connections, INSERT, SELECT, COMMIT, ROLLBACK.
    let key = u64::from(engine.dialect().flavour == Flavour::MariaDb);
    assert_eq!((done.statements, done.failed, done.rows_read), (6, 0, key + 1));
    assert_eq!((done.committed, done.rolled_back, done.unknown), (1, 1, 0));
    assert_eq!((done.in_use, done.idle, done.closed, done.lost), (0, 2, 0, 0));
    assert_eq!(
        done.to_string(),
        format!(
            "6 statements (0 failed, 0 slow), {} rows read; transactions: 1 committed, 1 rolled back, 0 unknown, \
             0 retried; connections: 2 opened, 0 closed, 0 lost, 0 in use, 2 idle, 0 waited for",
            key + 1
        )
    );
    Ok(())
}

#[test]
fn a_lost_connection_takes_its_transaction_along() -> orm_core::Result<()> {
    let (database, engine) = people();
    let mut session = engine.session();
    session.add(Person::new("Ada", 36));
    session.flush()?;
    kill_connections(&database);
    session.query::<Person>().count().expect_err("the connection is gone");
    let SessionStatistics { committed, rolled_back, failed, .. } = session.statistics();
    assert_eq!((committed, rolled_back, failed), (0, 1, 1));
    let statistics = engine.statistics();
    assert_eq!((statistics.lost, statistics.closed, statistics.in_use), (1, 0, 0));
    session.commit()?;
    let statistics = engine.statistics();
    assert_eq!((statistics.committed, statistics.rolled_back, statistics.opened), (1, 1, 2));
    Ok(())
}

#[test]
fn a_transaction_whose_commit_has_no_answer_is_unknown() -> orm_core::Result<()> {
    let (database, engine) = people();
    let mut session = engine.session();
    session.add(Person::new("Ada", 36));
    session.flush()?;
    kill_connections(&database);
    session.commit().expect_err("the connection is gone");
    let SessionStatistics { committed, rolled_back, unknown, .. } = session.statistics();
    assert_eq!((committed, rolled_back, unknown), (0, 0, 1));
    assert_eq!(engine.statistics().unknown, 1);
    Ok(())
}

#[test]
fn a_connection_that_died_while_it_was_idle_has_no_transaction() -> orm_core::Result<()> {
    let (database, engine) = people();
    let mut session = engine.session();
    session.query::<Person>().count()?;
    session.commit()?;
    kill_connections(&database);
    assert_eq!(session.query::<Person>().count()?, 0);
    session.commit()?;
    let SessionStatistics { committed, rolled_back, .. } = session.statistics();
    assert_eq!((committed, rolled_back), (2, 0));
    let statistics = engine.statistics();
    assert_eq!((statistics.lost, statistics.opened), (1, 2));
    Ok(())
}

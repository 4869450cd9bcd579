//! Transactions that are over before the user ends them: nothing more is sent into them, and nothing is lost.

use std::thread;
use std::time::{Duration, Instant};

use orm_core::Error;
use orm_core::prelude::*;
use planning_demo::models::{Department, Employee};
use tests::{Database, company, statements};

/// Changes a department and flushes it.
fn rename(session: &mut Session, department: i32, name: &str) -> orm_core::Result<()> {
    if let Some(department) = session.find_mut::<Department>(department)? {
        department.name = name.into();
    }
    session.flush()
}

fn connection(session: &Session) -> orm_core::Result<u64> {
    session.sql("SELECT CONNECTION_ID()").no_autoflush().scalar()
}

/// Waits until a connection does something of this kind.
fn wait_for(database: &Database, connection: u64, condition: &str) {
    let begun = Instant::now();
    let question =
        format!("SELECT COUNT(*) FROM information_schema.processlist WHERE id = {connection} AND {condition}");
    while database.ask(&question) != ["1"] {
        assert!(begun.elapsed() < Duration::from_secs(60), "{condition} did not come");
        thread::sleep(Duration::from_millis(5));
    }
}

const STORED: &str = "SELECT name FROM departments ORDER BY id";

#[test]
fn a_lock_that_does_not_come_ends_the_transaction_and_everything_waits_again() -> orm_core::Result<()> {
    let (database, mut one) = company();
    let mut other = database.engine().session();
    rename(&mut one, 2, "one")?;
    other.execute(sql("SET innodb_lock_wait_timeout = 1"))?;
    let sales = other.add(Department::new("Sales"));
    rename(&mut other, 1, "other")?;
    let error = rename(&mut other, 2, "other").expect_err("the row is locked");
    assert!(error.is_retryable(), "{error}");
    assert!(!other.is_in_transaction());
    assert_eq!((other[sales].id.get(), database.ask(STORED).len()), (None, 2), "the database was rolled back");
    one.commit()?;
    other.commit()?;
    assert_eq!(database.ask(STORED), ["other", "other", "Sales"]);
    Ok(())
}

#[test]
fn after_a_failure_locks_are_gone_which_is_told() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let locked = session.query::<Department>().filter(Department::id.eq(1)).for_update().one()?.handle();
    session[locked].name = "calculated from what was locked".into();
    session.add(Department::new(&"x".repeat(60)));
    session.commit().expect_err("the name is too long");
    database.run("UPDATE departments SET name = 'somebody else' WHERE id = 1");
    let error = session.commit().expect_err("what was locked may be changed");
    let text = "the transaction that failed had also run a locking read of `Department`, which is undone and does not wait: \
        roll back, and begin again";
    assert_eq!(error.to_string(), text);
    session.rollback()?;
    rename(&mut session, 2, "new")?;
    session.commit()?;
    assert_eq!(database.ask(STORED), ["somebody else", "new"]);
    Ok(())
}

#[test]
fn a_question_whose_lock_does_not_come_has_locked_nothing() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let other = database.engine().session();
    other.query::<Department>().filter(Department::id.eq(2)).for_update().one()?;
    for number in 1..=2 {
        let sales = session.add(Department::new(&format!("Sales {number}")));
        session.flush()?;
        let error = match number {
            1 => session.query::<Department>().for_update().nowait().filter(Department::id.eq(2)).one().map(drop),
            _ => session.sql("SELECT id FROM departments WHERE id = 2 FOR UPDATE NOWAIT").rows::<i32>().map(drop),
        };
        assert!(matches!(error, Err(Error::LockTimeout { .. })), "{error:?}");
        assert_eq!(session[sales].id.get(), None);
        session.commit()?;
    }
    assert_eq!(database.ask(STORED), ["Marketing", "Engineering", "Sales 1", "Sales 2"]);
    Ok(())
}

#[test]
fn a_statement_that_was_killed_ends_the_transaction() -> orm_core::Result<()> {
    let (database, mut session) = company();
    rename(&mut session, 1, "new")?;
    let connection = connection(&session)?;
    let error = thread::scope(|scope| {
        scope.spawn(|| {
            wait_for(&database, connection, "info LIKE '%SLEEP%'");
            database.run(&format!("KILL QUERY {connection}"));
        });
        let slow = sql("UPDATE departments SET name = CONCAT(name, SLEEP(50)) WHERE id = 2");
        session.execute(slow).expect_err("it was killed")
    });
    assert!(matches!(error, Error::Interrupted { .. }), "{error}");
    assert!(!session.is_in_transaction());
    assert_eq!(database.ask(STORED), ["Marketing", "Engineering"]);
    session.commit()?;
    assert_eq!(database.ask(STORED), ["new", "Engineering"]);
    Ok(())
}

#[test]
fn more_locks_than_the_server_has_memory_for_end_the_transaction() -> orm_core::Result<()> {
    let (database, mut session) = company();
    // What is said then; it takes millions of rows to come there.
    database
        .run("CREATE PROCEDURE lock_all() SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1206, MESSAGE_TEXT = 'too many'");
    rename(&mut session, 1, "new")?;
    let error = session.execute(sql("CALL lock_all()")).expect_err("there are too many");
    assert_eq!(error.server().map(|said| said.code()), Some(1206), "{error}");
    assert!(!session.is_in_transaction());
    session.commit()?;
    assert_eq!(database.ask(STORED), ["new", "Engineering"], "the change has waited again");
    Ok(())
}

#[test]
fn nothing_is_sent_into_another_transaction_than_the_savepoint_is_in() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    let inside: orm_core::Result<()> = session.savepoint(|session| {
        rename(session, 1, "inside")?;
        let connection = connection(session)?;
        database.run(&format!("KILL {connection}"));
        session.query::<Employee>().count().expect_err("the connection is gone");
        let (refused, sent) = statements(|| {
            let asked = session.query::<Employee>().count().map(drop);
            [asked, rename(session, 2, "inside"), session.flush(), session.savepoint(|_| Ok(()))]
        });
        for refused in refused {
            assert!(matches!(refused, Err(Error::TransactionEnded { is_retryable: true, .. })), "{refused:?}");
        }
        assert_eq!(sent, [""; 0]);
        Ok(())
    });
    assert!(matches!(inside, Err(Error::TransactionEnded { is_retryable: true, .. })), "{inside:?}");
    assert_eq!((session[sales].id.get(), session.is_in_transaction()), (None, false));
    session.commit()?;
    assert_eq!(database.ask(STORED), ["Marketing", "Engineering", "Sales"], "what was done inside is given up");
    Ok(())
}

#[test]
fn a_deadlock_inside_of_a_savepoint_ends_the_whole_transaction() -> orm_core::Result<()> {
    let (database, mut session) = company();
    rename(&mut session, 1, "before")?;
    let mut other = database.engine().session();
    rename(&mut other, 2, "other")?;
    // The one that has written less is chosen by the server.
    let more: Vec<Department> = (0..50).map(|_| Department::new("more")).collect();
    other.add_many(more);
    other.flush()?;
    let waiting = connection(&other)?;
    let inside: orm_core::Result<()> = thread::scope(|scope| {
        scope.spawn(|| rename(&mut other, 1, "other").and_then(|()| other.commit()).expect("it is not chosen"));
        session.savepoint(|session| {
            wait_for(&database, waiting, "info LIKE 'UPDATE%'");
            rename(session, 2, "inside")
        })
    });
    assert!(inside.expect_err("a deadlock").is_retryable());
    session.commit()?;
    let stored = "SELECT name FROM departments WHERE id IN (1, 2) ORDER BY id";
    assert_eq!(database.ask(stored), ["before", "other"]);
    Ok(())
}

#[test]
fn a_transaction_that_only_read_ends_well_with_its_connection() -> orm_core::Result<()> {
    let (database, mut session) = company();
    session.query::<Employee>().count()?;
    session.query::<Employee>().comment("why").count()?;
    let connection = {
        let count = database
            .ask("SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()");
        count.join(", ")
    };
    for connection in connection.split(", ") {
        database.run(&format!("KILL {connection}"));
    }
    session.commit()?;
    assert_eq!(session.query::<Employee>().count()?, 5);
    // A statement of the user's own may do anything.
    let connection = self::connection(&session)?;
    database.run(&format!("KILL {connection}"));
    assert!(matches!(session.commit(), Err(Error::CommitUnknown { .. })));
    Ok(())
}

#[test]
fn a_procedure_that_commits_is_told_and_nothing_is_written_twice_in_silence() -> orm_core::Result<()> {
    let (database, mut session) = company();
    database.run("CREATE PROCEDURE harmless() SELECT 7 AS seven");
    database.run(
        "CREATE PROCEDURE commits() BEGIN COMMIT; UPDATE departments SET name = 'by the procedure' WHERE id = 2; END",
    );
    session.add(Department::new("Sales"));
    let (seven, sent) = statements(|| session.sql("CALL harmless()").scalar::<i32>());
    assert_eq!((seven?, sent.len()), (7, 4));
    assert_eq!((sent[1].as_str(), sent[3].as_str()), ("SAVEPOINT `orm_watched`", "RELEASE SAVEPOINT `orm_watched`"));
    let error = session.execute(sql("CALL commits()")).expect_err("it has committed");
    assert!(matches!(error, Error::EndedByStatement { .. }), "{error}");
    assert_eq!(database.ask(STORED), ["Marketing", "Engineering", "Sales"], "what followed its COMMIT was rolled back");
    session.rollback()?;
    assert_eq!(session.query::<Department>().count()?, 3);
    let failed: orm_core::Result<u64> = database.engine().transaction(|session| {
        session.execute(sql("CALL commits()")).expect_err("it has committed");
        session.query::<Department>().count()
    });
    assert!(matches!(failed, Err(Error::TransactionEnded { is_retryable: false, .. })), "{failed:?}");
    Ok(())
}

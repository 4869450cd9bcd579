//! Servers that do not answer in time: the connection is given up, and no answer goes to another question.

use orm_core::{Error, sql};
use tests::{Database, statements};

use crate::connections::engine;

#[test]
fn an_answer_that_does_not_come_in_time_costs_the_connection_and_is_nobody_elses() -> orm_core::Result<()> {
    let database = Database::empty();
    let engine = engine(&database, "pool_size=1&read_timeout=3s&test_after=1h");
    engine.session().sql("SELECT 1").scalar::<i32>()?;
    let session = engine.session();
    // It is the first of its session on a connection that was idle, and all the same it is not sent again.
    let (answer, sent) = statements(|| session.sql("SELECT SLEEP(10)").scalar::<i32>());
    let error = answer.expect_err("it takes too long");
    assert!(matches!(&error, Error::TimedOut { statement, .. } if statement == "SELECT SLEEP(10)"), "{error}");
    assert_eq!(sent, ["SELECT SLEEP(10)"]);
    assert!(error.to_string().contains("`read_timeout`"), "{error}");
    assert_eq!(session.sql("SELECT 333").scalar::<i32>()?, 333);
    drop(session);
    assert_eq!(engine.session().sql("SELECT 444").scalar::<i32>()?, 444);
    Ok(())
}

#[test]
fn what_a_silent_server_was_to_write_waits_again() -> orm_core::Result<()> {
    let database = Database::empty();
    database.run("CREATE TABLE t (a INT)");
    let engine = engine(&database, "pool_size=1&read_timeout=3s");
    let mut session = engine.session();
    session.execute(sql("INSERT INTO t VALUES (1)"))?;
    let error = session.sql("SELECT SLEEP(10)").scalar::<i32>().expect_err("it takes too long");
    assert!(matches!(error, Error::TimedOut { .. }), "{error}");
    let error = session.commit().expect_err("a statement of the user's own is undone and does not wait");
    assert!(matches!(error, Error::Undone { .. }), "{error}");
    assert_eq!(database.ask("SELECT COUNT(*) FROM t"), ["0"]);
    Ok(())
}

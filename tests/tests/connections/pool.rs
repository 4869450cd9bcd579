//! The pool on a real server: who waits, who is told, and what comes back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use orm_core::Error;
use tests::Database;

use crate::connections::engine;

#[test]
fn a_session_that_finds_no_free_connection_is_told_how_many_are_in_use_and_what_to_do() {
    let database = Database::empty();
    let engine = engine(&database, "pool_size=2&wait_timeout=50ms");
    let [one, other, third] = [engine.session(), engine.session(), engine.session()];
    for session in [&one, &other] {
        session.sql("SELECT 1").scalar::<i32>().expect("there is a connection");
    }
    let error = third.sql("SELECT 1").scalar::<i32>().expect_err("all are in use");
    assert!(matches!(error, Error::Exhausted { size: 2, .. }), "{error}");
    let text = error.to_string();
    assert!(text.starts_with("all 2 connections to "), "{text}");
    let rest = "are in use, and none came back within 50ms: commit, roll back or drop sessions sooner, or raise `pool_size` or \
                `wait_timeout`";
    assert!(text.ends_with(rest), "{text}");
    assert!(!error.is_retryable());
    drop(one);
    assert_eq!(third.sql("SELECT 1").scalar::<i32>().expect("one came back"), 1);
}

#[test]
fn many_threads_share_few_connections() {
    const THREADS: usize = 16;
    let database = Database::empty();
    database.run("CREATE TABLE counter (value INT NOT NULL)");
    database.run("INSERT INTO counter VALUES (0)");
    let engine = engine(&database, "pool_size=3&wait_timeout=2m");
    let served = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..20 {
                    let mut session = engine.session();
                    session.execute(orm_core::sql("UPDATE counter SET value = value + 1")).expect("a connection");
                    session.commit().expect("the change is committed");
                    served.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(served.load(Ordering::Relaxed), THREADS * 20);
    assert_eq!(database.ask("SELECT value FROM counter"), [(THREADS * 20).to_string()]);
    let statistics = engine.statistics();
    assert!(statistics.opened <= 3, "{statistics}");
    assert_eq!((statistics.in_use, statistics.waiting), (0, 0));
}

#[test]
fn a_panic_in_the_middle_of_a_result_costs_its_connection_and_no_place() {
    let database = Database::empty();
    let engine = engine(&database, "pool_size=1&wait_timeout=1m");
    let session = engine.session();
    let rows = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i FROM n";
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        session.sql(rows).stream(|(row,): (i64,)| {
            assert!(row < 10, "this row is too much for the program");
            Ok(())
        })
    }));
    assert!(panicked.is_err());
    drop(session);
    let session = engine.session();
    assert_eq!(session.sql("SELECT 7").scalar::<i32>().expect("there is a connection"), 7);
    assert_eq!(engine.statistics().opened, 2);
}

#[test]
fn a_transaction_that_was_left_open_is_not_the_next_ones() -> orm_core::Result<()> {
    let database = Database::empty();
    database.run("CREATE TABLE t (a INT)");
    let engine = engine(&database, "pool_size=1");
    let mut session = engine.session();
    session.execute(orm_core::sql("INSERT INTO t VALUES (1)"))?;
    drop(session);
    let mut session = engine.session();
    assert_eq!(session.sql("SELECT COUNT(*) FROM t").scalar::<i64>()?, 0);
    session.commit()?;
    assert_eq!(engine.statistics().opened, 1);
    Ok(())
}

#[test]
fn a_connection_that_is_old_is_replaced() -> orm_core::Result<()> {
    let database = Database::empty();
    let engine = engine(&database, "pool_size=1&max_lifetime=0s");
    for _ in 0..3 {
        engine.session().sql("SELECT 1").scalar::<i32>()?;
    }
    // The first was made with the engine.
    assert_eq!(engine.statistics().opened, 4);
    Ok(())
}

//! Two who read the same row and write what they have made of it: who loses, and who is told.

use std::sync::mpsc;
use std::thread;

use orm_core::prelude::*;
use orm_core::{Error, Result};
use tests::Database;

use super::all_end;

#[derive(Debug, Model)]
#[model(table = "counters")]
struct Counter {
    #[primary_key]
    id: i32,
    value: i32,
}

#[derive(Debug, Model)]
#[model(table = "versioned_counters")]
struct VersionedCounter {
    #[primary_key]
    id: i32,
    #[version]
    version: u32,
    value: i32,
}

/// A doctor on call: one of two has to stay.
#[derive(Debug, Model)]
#[model(table = "doctors")]
struct Doctor {
    #[primary_key]
    id: i32,
    on_call: bool,
}

/// A database with a counter of each kind at 0 and two doctors on call, and two sessions.
fn two_sessions() -> Result<(Database, Session, Session)> {
    let database = Database::with(&Schema::of::<(Counter, VersionedCounter, Doctor)>());
    let mut session = database.engine().session();
    session.add(Counter { id: 1, value: 0 });
    session.add(VersionedCounter { id: 1, ..Default::default() });
    session.add_all([1, 2].map(|id| Doctor { id, on_call: true }));
    session.commit()?;
    let (one, other) = (database.engine().session(), database.engine().session());
    Ok((database, one, other))
}

#[test]
fn without_a_version_the_last_word_counts() -> Result<()> {
    let (database, mut one, mut other) = two_sessions()?;
    one.find_mut::<Counter>(1)?.expect("the counter").value += 1;
    other.find_mut::<Counter>(1)?.expect("the counter").value += 1;
    one.commit()?;
    match other.commit() {
        Ok(()) => assert_eq!(database.ask("SELECT value FROM counters"), ["1"], "one of two increments is lost"),
        // So it is from MariaDB 11.6 on, which has `innodb_snapshot_isolation` on.
        Err(error) => assert!(error.is_retryable(), "{error}"),
    }
    Ok(())
}

#[test]
fn with_a_version_the_second_is_told() -> Result<()> {
    let (database, mut one, mut other) = two_sessions()?;
    one.find_mut::<VersionedCounter>(1)?.expect("the counter").value += 1;
    other.find_mut::<VersionedCounter>(1)?.expect("the counter").value += 1;
    one.commit()?;
    let error = other.commit().expect_err("the row has another version");
    assert!(error.is_retryable(), "{error}");
    other.rollback()?;
    other.find_mut::<VersionedCounter>(1)?.expect("the counter").value += 1;
    other.commit()?;
    assert_eq!(database.ask("SELECT value, version FROM versioned_counters"), ["2 | 2"]);
    Ok(())
}

#[test]
fn with_a_lock_the_second_waits_and_reads_what_the_first_has_written() -> Result<()> {
    let (database, mut one, mut other) = two_sessions()?;
    let counter = one.query::<Counter>().for_update().one()?.handle();
    let (begins, begun) = mpsc::channel();
    let second = thread::spawn(move || {
        begins.send(()).expect("the first one waits for it");
        let counter = other.query::<Counter>().for_update().one()?.handle();
        other[counter].value += 1;
        other.commit()
    });
    begun.recv().expect("the second one begins");
    one[counter].value += 1;
    one.commit()?;
    all_end(vec![second]).into_iter().collect::<Result<Vec<()>>>()?;
    assert_eq!(database.ask("SELECT value FROM counters"), ["2"]);
    Ok(())
}

/// Goes off call, if another doctor stays.
fn goes(session: &mut Session, doctor: i32) -> Result<()> {
    if session.query::<Doctor>().filter(Doctor::on_call.eq(true)).count()? > 1 {
        session.find_mut::<Doctor>(doctor)?.expect("the doctor").on_call = false;
    }
    Ok(())
}

#[test]
fn a_decision_about_rows_that_others_change_needs_a_lock_on_them() -> Result<()> {
    // Each changes a row of its own, so that no version is stale: a write skew.
    let (database, mut one, mut other) = two_sessions()?;
    goes(&mut one, 1)?;
    goes(&mut other, 2)?;
    one.commit()?;
    other.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM doctors WHERE on_call"), ["0"], "nobody stays");

    database.run("UPDATE doctors SET on_call = TRUE");
    let with_a_lock = |engine: Engine, doctor: i32| {
        thread::spawn(move || {
            engine.transaction(|session| {
                let on_call = session.query::<Doctor>().filter(Doctor::on_call.eq(true)).order_by(Doctor::id);
                if on_call.for_update().all()?.len() > 1 {
                    session.find_mut::<Doctor>(doctor)?.expect("the doctor").on_call = false;
                }
                Ok::<(), Error>(())
            })
        })
    };
    let engine = database.engine();
    let both = vec![with_a_lock(engine.clone(), 1), with_a_lock(engine.clone(), 2)];
    all_end(both).into_iter().collect::<Result<Vec<()>>>()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM doctors WHERE on_call"), ["1"], "one stays");
    Ok(())
}

//! Warnings of statements that take long.

use std::time::Duration;

use tests::{Told, told};

use super::{Person, people};

const LONG: &str = "SELECT SLEEP(0.2)";

/// The warnings among what was told.
fn warnings(told: Vec<Told>) -> Vec<Told> {
    told.into_iter().filter(|told| told.target == "orm_core::slow").collect()
}

#[test]
fn a_statement_that_takes_longer_than_the_threshold_is_a_warning() -> orm_core::Result<()> {
    let (_database, engine) = people();
    engine.warn_slower_than(Duration::from_millis(100));
    let session = engine.session();
    let (result, told) = told(|| session.sql(LONG).scalar::<i64>());
    assert_eq!(result?, 0);
    let [warning] = warnings(told).try_into().expect("one warning");
    assert_eq!(
        warning.to_string(),
        "WARN slow session> slow statement sql=SELECT SLEEP(0.2) rows=1 affected=0 microseconds=# threshold=100000 \
         connection=#"
    );
    let time = warning.field("microseconds").expect("a time").parse::<u64>().expect("a number");
    assert!(time > 200_000, "{time}");
    assert_eq!(engine.statistics().slow, 1);
    Ok(())
}

#[test]
fn nothing_is_slow_by_default_and_after_none() -> orm_core::Result<()> {
    let (_database, engine) = people();
    let session = engine.session();
    let ask = || session.sql(LONG).scalar::<i64>();
    let (result, by_default) = told(ask);
    result?;
    assert_eq!(warnings(by_default), []);
    engine.warn_slower_than(Duration::ZERO);
    let (result, every) = told(ask);
    result?;
    assert_eq!(warnings(every).len(), 1);
    engine.warn_slower_than(None);
    let (result, none) = told(ask);
    result?;
    assert_eq!(warnings(none), []);
    assert_eq!(engine.statistics().slow, 1);
    Ok(())
}

#[test]
fn a_slow_statement_that_fails_is_a_warning_too() -> orm_core::Result<()> {
    let (_database, engine) = people();
    engine.warn_slower_than(Duration::ZERO);
    let session = engine.session();
    let (result, told) = told(|| session.sql("SELECT nothing FROM people").scalar::<i64>());
    result.expect_err("there is no such column");
    let [warning] = warnings(told).try_into().expect("one warning");
    assert_eq!((warning.field("code"), warning.field("rows")), (Some("1054"), None));
    Ok(())
}

#[test]
fn a_flush_and_a_commit_can_be_slow_too() -> orm_core::Result<()> {
    let (_database, engine) = people();
    engine.warn_slower_than(Duration::ZERO);
    let mut session = engine.session();
    session.add(Person::new("Ada", 36));
    let (result, told) = told(|| session.commit());
    result?;
    let warnings = warnings(told);
    let inside: Vec<_> = warnings.iter().map(|warning| warning.inside.join(" ")).collect();
    assert_eq!(inside, ["session flush", "session"]);
    assert_eq!(warnings[1].field("sql"), Some("COMMIT"));
    assert!(warnings.iter().all(|warning| warning.field("values").is_none()));
    Ok(())
}

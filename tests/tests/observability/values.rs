//! Values: nowhere by default, and in every text once they are switched on.

use std::time::Duration;

use orm_core::prelude::*;
use tests::{Told, returning, told};

use super::{Person, people};

/// Adds Ada, who is there already, and asks for her; gives what was told, with the error's text.
fn add_ada_again(engine: &Engine) -> (String, Vec<Told>) {
    let mut session = engine.session();
    session.add(Person::new("Ada", 36));
    let (result, mut told) = told(|| session.commit());
    let error = result.expect_err("there is an Ada");
    session.rollback().expect("nothing is in the way");
    let (result, asked) = tests::told(|| session.query::<Person>().filter(Person::name.eq("Ada")).count());
    assert_eq!(result.expect("an answer"), 1);
    told.extend(asked);
    (format!("{error}\n{error:?}"), told)
}

#[test]
fn by_default_no_value_is_told() {
    let (database, engine) = people();
    database.run("INSERT INTO people (name, age) VALUES ('Ada', 36)");
    engine.warn_slower_than(Duration::ZERO);
    let (error, told) = add_ada_again(&engine);
    assert!(told.len() >= 6, "{told:#?}");
    assert!(!format!("{told:?}").contains("Ada"), "{told:#?}");
    assert!(!error.contains("values:"), "{error}");
}

#[test]
fn once_switched_on_they_are_in_events_warnings_and_errors() {
    let (database, engine) = people();
    database.run("INSERT INTO people (name, age) VALUES ('Ada', 36)");
    engine.warn_slower_than(Duration::ZERO).show_values(true);
    let (error, told) = add_ada_again(&engine);
    let with_values: Vec<_> =
        told.iter().filter_map(|told| Some((told.target.as_str(), told.field("values")?))).collect();
    assert_eq!(
        with_values,
        [
            ("orm_core::statement", "'Ada', 36"),
            ("orm_core::slow", "'Ada', 36"),
            ("orm_core::statement", "'Ada'"),
            ("orm_core::slow", "'Ada'"),
        ]
    );
    assert!(told[0].field("error").is_some_and(|error| error.contains("Duplicate entry 'Ada'")), "{:?}", told[0]);
    let returning = returning(&engine, "`id`");
    let with_values = format!("INSERT INTO `people` (`name`, `age`) VALUES (?, ?){returning} -- values: 'Ada', 36");
    assert!(error.contains(&with_values), "{error}");
    engine.show_values(false);
    let (error, told) = add_ada_again(&engine);
    assert!(!format!("{told:?}").contains("Ada"), "{told:#?}");
    assert!(!error.contains("values:"), "{error}");
}

#[test]
fn long_values_are_shortened() -> orm_core::Result<()> {
    let (_database, engine) = people();
    engine.show_values(true);
    let session = engine.session();
    let long = "x".repeat(1 << 20);
    let question = session.sql("SELECT LENGTH(?), LENGTH(?)").bind(long).bind(vec![0xff_u8; 1 << 20]);
    let (result, told) = told(|| question.row::<(i64, i64)>());
    assert_eq!(result?, (1 << 20, 1 << 20));
    let expected = format!("'{}…' (1048576 bytes), x'{}…' (1048576 bytes)", "x".repeat(100), "FF".repeat(100));
    assert_eq!(told[0].field("values"), Some(expected.as_str()));
    Ok(())
}

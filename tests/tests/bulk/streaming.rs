//! Any number of rows, in chunks.

use orm_core::Error;
use orm_core::prelude::*;
use tests::{Database, statements};

use super::{Label, Product, find, product, stocked};

/// A reading of a thermometer.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "readings")]
struct Reading {
    #[primary_key]
    id: Auto<i64>,
    celsius: f64,
    note: Option<String>,
}

fn reading(number: i32) -> Reading {
    Reading { celsius: f64::from(number) / 4.0, ..Default::default() }
}

fn count_inserts(sent: &[String]) -> usize {
    assert!(sent.iter().all(|sql| sql.starts_with("INSERT") || sql == "COMMIT"), "{:.200?}", sent.last());
    sent.iter().filter(|sql| sql.starts_with("INSERT")).count()
}

#[test]
fn a_hundred_thousand_rows_go_in_chunks_of_512() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Reading>());
    let mut session = database.engine().session();
    let (inserted, sent) = statements(|| session.insert_all((0..100_000).map(reading)));
    assert_eq!((inserted?, count_inserts(&sent)), (100_000, 196));
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*), SUM(celsius) FROM readings"), ["100000 | 1249987500"]);
    Ok(())
}

#[test]
fn no_more_rows_are_taken_than_for_one_chunk() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Reading>());
    let taken = std::cell::Cell::new(0);
    let rows = (0..2000).map(|number| {
        taken.set(taken.get() + 1);
        reading(number)
    });
    let mut told = Vec::new();
    let inserted = database.engine().bulk_insert(rows, |done| told.push((done, taken.get())))?;
    assert_eq!(inserted, 2000);
    assert_eq!(told, [(512, 512), (1024, 1024), (1536, 1536), (2000, 2000)]);
    Ok(())
}

#[test]
fn large_rows_make_chunks_of_half_a_packet() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Reading>());
    let mut session = database.engine().session();
    let half_a_packet = session.engine().dialect().max_packet / 2;
    let note = "x".repeat(60_000);
    // A row is a little longer than its note; where a packet is very long, 512 rows are a chunk before.
    let rows = 2 * (half_a_packet / (note.len() + 100)).min(512);
    let large = |number| Reading { note: Some(note.clone()), ..reading(number) };
    let (inserted, sent) = statements(|| session.insert_all((0..rows as i32).map(large)));
    assert_eq!(inserted?, rows as u64);
    assert_eq!(count_inserts(&sent), 2);
    Ok(())
}

#[test]
fn bulk_insert_is_all_or_nothing() -> orm_core::Result<()> {
    let (database, _session) = stocked();
    let name = |number: u32| if number == 900 { "x".repeat(30) } else { number.to_string() };
    let mut told = Vec::new();
    let rows = (0..1000).map(|number| product(&name(number), 1, 1));
    let error = database.engine().bulk_insert(rows, |done| told.push(done)).expect_err("a name is too long");
    assert!(matches!(error, Error::TooLong { .. }), "{error}");
    assert_eq!(told, [512]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM products"), ["3"]);
    let (inserted, sent) =
        statements(|| database.engine().bulk_insert((0..1000).map(|number| product(&number.to_string(), 1, 1)), drop));
    assert_eq!((inserted?, sent.len(), sent[2].as_str()), (1000, 3, "COMMIT"));
    assert_eq!(database.ask("SELECT COUNT(*) FROM products"), ["1003"]);
    Ok(())
}

#[test]
fn bulk_insert_takes_keys_and_no_handles() {
    let (database, session) = stocked();
    let tea = find::<Product>(&session, 1);
    let label = |product: BelongsTo<Product>| Label { text: "a".into(), product, ..Default::default() };
    let error = database.engine().bulk_insert([label(tea.into())], drop).expect_err("a handle means nothing there");
    assert_eq!(
        error.to_string(),
        "`Label.product` of a row to insert holds a handle, which only its own session can use: give `BelongsTo::key(…)`"
    );
    database.engine().bulk_insert([label(BelongsTo::key(1))], drop).expect("a key can be inserted");
    assert_eq!(database.ask("SELECT text, product_id FROM labels"), ["a | 1"]);
}

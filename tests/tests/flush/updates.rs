//! Many rows updated to different values in one statement, for every kind of value.

use expect_test::expect;
use orm_core::prelude::*;
use orm_core::query::query;
use tests::{Database, statements};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "samples")]
struct Sample {
    #[primary_key]
    id: Auto<i32>,
    number: Option<i64>,
    big: Option<u64>,
    #[column(length = 100)]
    text: Option<String>,
    note: Option<String>,
    day: Option<NaiveDate>,
    time: Option<NaiveTime>,
    moment: Option<NaiveDateTime>,
    #[column(length = 40)]
    bytes: Option<Vec<u8>>,
    blob: Option<Vec<u8>>,
    flag: Option<bool>,
    real: Option<f64>,
    single: Option<f32>,
}

fn day(day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2021, 5, day)
}

fn full(number: u32) -> Sample {
    let big = u64::MAX - u64::from(number);
    Sample {
        id: Auto::unset(),
        number: Some(-i64::from(number)),
        big: Some(if number.is_multiple_of(2) { big } else { u64::from(number) }),
        text: Some("é🦀x".repeat(number as usize)),
        note: Some("note ".repeat(number as usize * 50)),
        day: day(number + 1),
        time: NaiveTime::from_hms_micro_opt(number, 2, 3, 456_789),
        moment: day(number + 1).and_then(|day| day.and_hms_micro_opt(1, 2, 3, number)),
        bytes: Some(vec![0, 255, number as u8, 128]),
        blob: Some([0, 200, 39, 92].repeat(number as usize)),
        flag: Some(number.is_multiple_of(2)),
        real: Some(f64::from(number) / 3.0),
        single: Some(number as f32 / 3.0),
    }
}

/// Every object to its value of `values`, by one flush; then what a new session reads.
fn stored_after_update(values: Vec<Sample>) -> (Vec<Sample>, Vec<String>) {
    let database = Database::with(&Schema::of::<Sample>());
    let mut session = database.engine().session();
    let handles: Vec<Handle<Sample>> = values.iter().map(|_| session.add(Sample::default())).collect();
    session.commit().expect("empty samples are committed");
    for (&handle, value) in handles.iter().zip(values) {
        let id = session[handle].id.clone();
        session[handle] = Sample { id, ..value };
    }
    let (committed, sent) = statements(|| session.commit());
    committed.expect("the samples are updated");
    let session = database.engine().session();
    let stored = session.query::<Sample>().order_by(Sample::id.asc()).all().expect("the samples are read");
    (stored.iter().map(|sample| Sample { id: Auto::unset(), ..sample.get().clone() }).collect(), sent)
}

#[test]
fn rows_with_different_values_go_in_one_statement() {
    let values: Vec<Sample> = (1..=5).map(full).collect();
    let (stored, sent) = stored_after_update(values.clone());
    assert_eq!(stored, values);
    let updates = sent.iter().filter(|sql| sql.starts_with("UPDATE")).count();
    assert_eq!(updates, 1, "{sent:#?}");
}

#[test]
fn null_in_the_first_row_leaves_the_others_their_values() {
    let first = Sample { text: Some("only".into()), ..Sample::default() };
    let all = vec![first, full(2), full(3), full(4)];
    let (stored, _) = stored_after_update(all.clone());
    assert_eq!(stored, all);
}

#[test]
fn null_in_a_later_row_is_null() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Sample>());
    let mut session = database.engine().session();
    let [first, second, third] = session.add_all([full(1), full(2), full(3)]);
    session.commit()?;
    session[first] = Sample { id: session[first].id.clone(), ..full(7) };
    session[second] = Sample { id: session[second].id.clone(), ..Sample::default() };
    session[third] = Sample { id: session[third].id.clone(), ..full(8) };
    session.commit()?;
    let session = database.engine().session();
    let stored = session.query::<Sample>().order_by(Sample::id.asc()).all()?;
    let stored: Vec<Sample> =
        stored.iter().map(|sample| Sample { id: Auto::unset(), ..sample.get().clone() }).collect();
    assert_eq!(stored, [full(7), Sample::default(), full(8)]);
    Ok(())
}

#[test]
fn null_in_the_first_changed_row_and_values_after_it() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Sample>());
    let mut session = database.engine().session();
    let [first, second] = session.add_all([full(1), full(2)]);
    session.commit()?;
    session[first] = Sample { id: session[first].id.clone(), ..Sample::default() };
    session[second] = Sample { id: session[second].id.clone(), ..full(9) };
    session.commit()?;
    let session = database.engine().session();
    let stored = session.find::<Sample>(2)?.expect("the second is there").get().clone();
    assert_eq!(Sample { id: Auto::unset(), ..stored }, full(9));
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "countries")]
struct Country {
    #[primary_key]
    #[column(length = 20)]
    code: String,
    #[column(length = 40)]
    name: String,
}

#[test]
fn rows_with_natural_keys_are_updated_together() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Country>());
    let mut session = database.engine().session();
    for code in ["d", "zürich", "at"] {
        session.add(Country { code: code.into(), name: code.into() });
    }
    session.commit()?;
    session.for_each_mut(query::<Country>(), |country| country.name = format!("{}!", country.name))?;
    let (committed, sent) = statements(|| session.commit());
    committed?;
    expect![[r#"
        UPDATE `countries` INNER JOIN (SELECT ? AS `k0`, ? AS `v0` UNION ALL SELECT ?, ? UNION ALL SELECT ?, ?) AS `new` ON `countries`.`code` = `new`.`k0` SET `countries`.`name` = `new`.`v0`
        COMMIT"#]].assert_eq(&sent.join("\n"));
    let stored = database.ask("SELECT code, name FROM countries ORDER BY code");
    assert_eq!(stored, ["at | at!", "d | d!", "zürich | zürich!"]);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "tokens")]
struct Token {
    #[primary_key]
    #[column(length = 16)]
    secret: Vec<u8>,
    #[column(length = 5, collation = "utf8mb4_bin")]
    word: String,
    #[column(precision = 10, scale = 2)]
    price: String,
}

#[test]
fn binary_keys_other_collations_and_decimals_are_updated_together() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Token>());
    let mut session = database.engine().session();
    for number in [200_u8, 10, 0] {
        let secret = vec![number, 0, 255];
        session.add(Token { secret, word: "a".into(), price: "1.00".into() });
    }
    session.commit()?;
    session.for_each_mut(query::<Token>(), |token| {
        token.word = format!("w{}", token.secret[0]);
        token.price = format!("{}.25", token.secret[0]);
    })?;
    session.commit()?;
    let stored = database.ask("SELECT HEX(secret), word, price FROM tokens ORDER BY secret");
    assert_eq!(stored, ["0000FF | w0 | 0.25", "0A00FF | w10 | 10.25", "C800FF | w200 | 200.25"]);
    Ok(())
}

#[test]
fn more_rows_than_one_statement_takes_are_all_updated() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Sample>());
    let mut session = database.engine().session();
    for _ in 0..300 {
        session.add(Sample::default());
    }
    session.commit()?;
    session.for_each_mut(query::<Sample>(), |sample| sample.number = sample.id.get().map(|id| i64::from(id) * 2))?;
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM samples WHERE number = id * 2"), ["300"]);
    assert!(sent.len() <= 4, "{sent:#?}");
    Ok(())
}

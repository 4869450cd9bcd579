//! Every supported column type comes back as it went, and what a type cannot hold is told.

use expect_test::expect;
use orm_core::Error;
use orm_core::prelude::*;
use tests::Database;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "numbers")]
struct Number {
    #[primary_key]
    id: i32,
    tiny: i8,
    tiny_unsigned: u8,
    small: i16,
    small_unsigned: u16,
    int: i32,
    int_unsigned: u32,
    big: i64,
    big_unsigned: u64,
    single: f32,
    double: f64,
    flag: bool,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "texts")]
struct Text {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    short: Option<String>,
    long: Option<String>,
    #[column(sql_type = "MEDIUMTEXT")]
    longer: Option<String>,
    #[column(length = 20)]
    bytes: Option<Vec<u8>>,
    blob: Option<Vec<u8>>,
    #[column(precision = 12, scale = 3)]
    decimal: Option<String>,
    #[column(sql_type = "ENUM('a', 'b')")]
    choice: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "moments")]
struct Moment {
    #[primary_key]
    id: Auto<i32>,
    day: NaiveDate,
    time: NaiveTime,
    moment: NaiveDateTime,
    utc: DateTime<Utc>,
    maybe: Option<DateTime<Utc>>,
}

/// What a new session reads of the only object of a model, after another has written it.
fn there_and_back<M: orm_core::support::Model + Clone>(object: M) -> orm_core::Result<M> {
    let database = Database::with(&Schema::of::<M>());
    let mut session = database.engine().session();
    session.add(object);
    session.commit()?;
    let session = database.engine().session();
    Ok(session.query::<M>().one()?.get().clone())
}

#[test]
fn numbers_come_back_at_their_limits() -> orm_core::Result<()> {
    let least = Number {
        id: i32::MIN,
        tiny: i8::MIN,
        tiny_unsigned: 0,
        small: i16::MIN,
        small_unsigned: 0,
        int: i32::MIN,
        int_unsigned: 0,
        big: i64::MIN,
        big_unsigned: 0,
        single: f32::MIN_POSITIVE,
        double: f64::MIN,
        flag: false,
    };
    let most = Number {
        id: i32::MAX,
        tiny: i8::MAX,
        tiny_unsigned: u8::MAX,
        small: i16::MAX,
        small_unsigned: u16::MAX,
        int: i32::MAX,
        int_unsigned: u32::MAX,
        big: i64::MAX,
        big_unsigned: u64::MAX,
        single: 1.0 / 3.0,
        double: f64::MAX,
        flag: true,
    };
    assert_eq!(there_and_back(least.clone())?, least);
    assert_eq!(there_and_back(most.clone())?, most);
    Ok(())
}

#[test]
fn texts_and_bytes_come_back() -> orm_core::Result<()> {
    let text = Text {
        id: 1.into(),
        short: Some("🦀 \\ ' \" \n\0 é".into()),
        long: Some("ü".repeat(30_000)),
        longer: Some("x".repeat(100_000)),
        bytes: Some(vec![0, 255, 254, 39, 92, 0]),
        blob: Some((0..=255).collect()),
        decimal: Some("-123456789.125".into()),
        choice: Some("b".into()),
    };
    assert_eq!(there_and_back(text.clone())?, text);
    Ok(())
}

#[test]
fn an_empty_text_is_not_null() -> orm_core::Result<()> {
    let empty = Text { id: 1.into(), short: Some(String::new()), blob: Some(Vec::new()), ..Default::default() };
    assert_eq!(there_and_back(empty.clone())?, empty);
    let null = Text { id: 1.into(), ..Default::default() };
    assert_eq!(there_and_back(null.clone())?, null);
    Ok(())
}

#[test]
fn dates_and_times_come_back_to_the_microsecond() -> orm_core::Result<()> {
    for (year, hour, micro) in [(1000, 0, 0), (2024, 12, 1), (9999, 23, 999_999)] {
        let day = NaiveDate::from_ymd_opt(year, 2, 28).expect("a day");
        let time = NaiveTime::from_hms_micro_opt(hour, 59, 58, micro).expect("a time");
        let moment = Moment {
            id: 1.into(),
            day,
            time,
            moment: day.and_time(time),
            utc: day.and_time(time).and_utc(),
            maybe: (micro == 1).then(|| day.and_time(time).and_utc()),
        };
        assert_eq!(there_and_back(moment.clone())?, moment);
    }
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "prices")]
struct Price {
    #[primary_key]
    id: Auto<i32>,
    #[column(precision = 10, scale = 2)]
    amount: f64,
}

#[test]
fn a_decimal_column_holds_a_float() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Price>());
    let mut session = database.engine().session();
    session.add(Price { amount: 12.25, ..Default::default() });
    session.commit()?;
    assert_eq!(database.ask("SELECT amount FROM prices"), ["12.25"]);
    let session = database.engine().session();
    assert_eq!(session.query::<Price>().one()?.amount.to_string(), "12.25");
    Ok(())
}

/// The error of reading a row that somebody else has changed by SQL.
fn decoding_error(change: &str) -> String {
    let database = Database::with(&Schema::of::<(Number, Text, Moment)>());
    database.run("INSERT INTO numbers VALUES (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)");
    database.run("INSERT INTO moments VALUES (1, '2000-01-01', '00:00:00', '2000-01-01', '2000-01-01', NULL)");
    database.run("INSERT INTO texts (id) VALUES (1)");
    change.split(';').for_each(|sql| database.run(sql));
    let session = database.engine().session();
    let numbers = session.query::<Number>().all().map(|found| found.len());
    let moments = session.query::<Moment>().all().map(|found| found.len());
    let texts = session.query::<Text>().all().map(|found| found.len());
    let error = [numbers, moments, texts].into_iter().find_map(Result::err).expect("something cannot be read");
    assert!(matches!(error, Error::Decode { .. }), "{error}");
    error.to_string()
}

#[test]
fn a_value_that_the_type_cannot_hold_names_model_field_table_and_column() {
    let told = [
        "ALTER TABLE numbers MODIFY tiny INT NOT NULL; UPDATE numbers SET tiny = 200",
        "ALTER TABLE numbers MODIFY big_unsigned BIGINT NOT NULL; UPDATE numbers SET big_unsigned = -1",
        "ALTER TABLE numbers MODIFY flag INT NOT NULL; UPDATE numbers SET flag = 2",
        "ALTER TABLE numbers MODIFY `double` VARCHAR(10) NOT NULL; UPDATE numbers SET `double` = 'one'",
        "ALTER TABLE numbers MODIFY `int` INT NULL; UPDATE numbers SET `int` = NULL",
        "ALTER TABLE texts MODIFY short VARBINARY(20); UPDATE texts SET short = X'FF00'",
        "UPDATE moments SET time = '25:00:00'",
        "UPDATE moments SET time = '-01:00:00'",
        "ALTER TABLE moments MODIFY day DATETIME NOT NULL; UPDATE moments SET day = '2000-01-01 12:00:00'",
        "ALTER TABLE moments MODIFY utc VARCHAR(40) NOT NULL; UPDATE moments SET utc = 'noon'",
    ]
    .map(decoding_error);
    expect![[r#"
        `Number.tiny` cannot be read from `numbers.tiny`: 200 is not in the range of i8 (-128 to 127)
        `Number.big_unsigned` cannot be read from `numbers.big_unsigned`: -1 is not in the range of u64 (0 to 18446744073709551615)
        `Number.flag` cannot be read from `numbers.flag`: 2 is not a bool (0 or 1)
        `Number.double` cannot be read from `numbers.double`: 'one' is not an f64
        `Number.int` cannot be read from `numbers.int`: NULL is not allowed: the field is not an `Option`
        `Text.short` cannot be read from `texts.short`: 0xFF00 is not valid UTF-8
        `Moment.time` cannot be read from `moments.time`: '025:00:00' is not a time of day (00:00:00 to 23:59:59.999999)
        `Moment.time` cannot be read from `moments.time`: '-001:00:00' is not a time of day (00:00:00 to 23:59:59.999999)
        `Moment.day` cannot be read from `moments.day`: '2000-01-01 12:00:00' is not a date
        `Moment.utc` cannot be read from `moments.utc`: 'noon' is not a date and time"#]].assert_eq(&told.join("\n"));
}

#[test]
fn days_that_are_none_are_told() {
    let told =
        ["day = '0000-00-00'", "day = '2021-00-00'", "moment = '0000-00-00 00:00:00'", "utc = '2021-02-00 10:00:00'"]
            .map(|change| {
                let database = Database::with(&Schema::of::<Moment>());
                database
                    .run("INSERT INTO moments VALUES (1, '2000-01-01', '00:00:00', '2000-01-01', '2000-01-01', NULL)");
                database.run(&format!("SET sql_mode = ''; UPDATE moments SET {change}"));
                let read = database.engine().session().query::<Moment>().all().map(|found| found.len());
                read.expect_err("no such day").to_string()
            });
    expect![[r#"
        `Moment.day` cannot be read from `moments.day`: '0000-00-00' is not a date
        `Moment.day` cannot be read from `moments.day`: '2021-00-00' is not a date
        `Moment.moment` cannot be read from `moments.moment`: '0000-00-00' is not a date and time
        `Moment.utc` cannot be read from `moments.utc`: '2021-02-00 10:00:00' is not a date and time"#]]
    .assert_eq(&told.join("\n"));
}

#[test]
fn a_row_that_cannot_be_read_leaves_the_session_usable() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<(Number, Moment)>());
    for id in 1..=3 {
        database.run(&format!(
            "INSERT INTO moments VALUES ({id}, '2000-01-01', '00:00:00', '2000-01-01', '2000-01-01', NULL)"
        ));
    }
    database.run("UPDATE moments SET time = '25:00:00' WHERE id = 2");
    let mut session = database.engine().session();
    session.query::<Moment>().all().expect_err("the second cannot be read");
    session.find_mut::<Moment>(3)?.expect("the third can").maybe = Some(DateTime::UNIX_EPOCH);
    session.commit()?;
    assert_eq!(database.ask("SELECT maybe FROM moments WHERE id = 3"), ["1970-01-01 00:00:00.000000"]);
    Ok(())
}

#[test]
fn a_text_that_is_too_long_is_the_servers_error_and_nothing_is_lost() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Text>());
    let mut session = database.engine().session();
    let [long, short] = session.add_all([
        Text { short: Some("é".repeat(21)), ..Default::default() },
        Text { short: Some("é".repeat(20)), ..Default::default() },
    ]);
    let error = session.commit().expect_err("the first text is too long");
    assert!(matches!(error, Error::TooLong { .. }), "{error}");
    assert!(!error.to_string().contains('é'), "values are not part of the text: {error}");
    session[long].short.as_mut().expect("it has a text").truncate(4);
    session.commit()?;
    assert_eq!((session[long].id.get(), session[short].short.as_ref().map(String::len)), (Some(1), Some(40)));
    assert_eq!(database.ask("SELECT CHAR_LENGTH(short) FROM texts ORDER BY id"), ["2", "20"]);
    Ok(())
}

#[test]
fn a_year_that_the_server_does_not_know_is_refused() {
    let database = Database::with(&Schema::of::<Moment>());
    let mut session = database.engine().session();
    let day = NaiveDate::from_ymd_opt(-5, 2, 3).expect("a day before the common era");
    let id = session.add(Moment { day, ..Default::default() });
    session.commit().expect_err("no such year in MariaDB");
    session[id].day = NaiveDate::from_ymd_opt(5, 2, 3).expect("a day");
    session[id].moment = day.and_time(NaiveTime::MIN) + chrono_days(10_000_000);
    session.commit().expect_err("no such year in MariaDB");
}

fn chrono_days(days: i64) -> orm_core::chrono::Duration {
    orm_core::chrono::Duration::days(days)
}

//! Values that a column cannot hold as they are: an error at the flush, and nothing is lost.

use std::fmt::Debug;
use std::time::Duration;

use expect_test::expect;
use orm_core::Error;
use orm_core::chrono::TimeDelta;
use orm_core::prelude::*;
use rust_decimal::Decimal;
use tests::Database;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "parcels")]
struct Parcel {
    #[primary_key]
    id: Auto<i32>,
    #[column(precision = 10, scale = 2)]
    price: Decimal,
    #[column(precision = 10, scale = 2)]
    written_price: Option<String>,
    weight: f64,
    single: f32,
    sent: NaiveDate,
    #[column(precision = 0)]
    arrived: NaiveDateTime,
    #[column(sql_type = "TIMESTAMP(3) NULL")]
    seen: Option<DateTime<Utc>>,
    #[column(precision = 2)]
    opens: NaiveTime,
    length: TimeDelta,
    duration: Duration,
    #[column(sql_type = "CHAR(3)")]
    country: String,
    #[column(sql_type = "BINARY(4)")]
    mark: Option<Vec<u8>>,
}

/// What the commit of a parcel says; it is corrected then, and committed.
fn told(change: impl Fn(&mut Parcel)) -> String {
    let database = Database::with(&Schema::of::<Parcel>());
    let good = || Parcel { sent: day(2021), arrived: day(2021).into(), country: "DE".into(), ..Default::default() };
    let mut session = database.engine().session();
    let [other, parcel] = session.add_all([good(), good()]);
    session.commit().expect("both are good");
    let id = session[parcel].id.clone();
    session[other].country = "AT".into();
    change(&mut session[parcel]);
    let error = session.commit().expect_err("a column cannot hold it");
    assert!(matches!(error, Error::Encode { table: "parcels", .. }), "{error}");
    session[parcel] = Parcel { id, ..good() };
    session.commit().expect("it is good again");
    assert_eq!(database.ask("SELECT country FROM parcels ORDER BY id"), ["AT", "DE"]);

    let mut bad = good();
    change(&mut bad);
    let inserted = database.engine().session().insert_all([bad]).expect_err("nor can a row that is inserted");
    assert_eq!(inserted.to_string(), error.to_string());
    error.to_string()
}

fn day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 5, 31).expect("a day")
}

fn micro(micro: u32) -> NaiveTime {
    NaiveTime::from_hms_micro_opt(1, 2, 3, micro).expect("a time")
}

#[test]
fn what_a_column_would_cut_or_change_is_told_with_table_column_and_value() {
    let told = [
        told(|parcel| parcel.price = Decimal::new(12345, 3)),
        told(|parcel| parcel.written_price = Some("0.009".into())),
        told(|parcel| parcel.weight = f64::NAN),
        told(|parcel| parcel.single = f32::NEG_INFINITY),
        told(|parcel| parcel.sent = day(10_000)),
        told(|parcel| parcel.sent = day(-1)),
        told(|parcel| parcel.arrived = day(2021).and_time(micro(1))),
        told(|parcel| parcel.seen = Some(day(2021).and_time(micro(1)).and_utc())),
        told(|parcel| parcel.opens = micro(125_000)),
        told(|parcel| parcel.length = TimeDelta::hours(-839)),
        told(|parcel| parcel.length = TimeDelta::MIN),
        told(|parcel| parcel.duration = Duration::MAX),
        told(|parcel| parcel.country = "D ".into()),
        told(|parcel| parcel.mark = Some(vec![1, 2])),
    ];
    expect![[r#"
        `Parcel.price` cannot be stored in `parcels.price`: '12.345' is not a number with 2 digits after the point, as its column has
        `Parcel.written_price` cannot be stored in `parcels.written_price`: '0.009' is not a number with 2 digits after the point, as its column has
        `Parcel.weight` cannot be stored in `parcels.weight`: NaN is not a finite number
        `Parcel.single` cannot be stored in `parcels.single`: -inf is not a finite number
        `Parcel.sent` cannot be stored in `parcels.sent`: '10000-05-31' is not a date of the years 0 to 9999
        `Parcel.sent` cannot be stored in `parcels.sent`: a year before 0 or after 65534 is not a date of the years 0 to 9999
        `Parcel.arrived` cannot be stored in `parcels.arrived`: '2021-05-31 01:02:03.000001' is not a time with 0 digits after the second, as its column has
        `Parcel.seen` cannot be stored in `parcels.seen`: '2021-05-31 01:02:03.000001' is not a time with 3 digits after the second, as its column has
        `Parcel.opens` cannot be stored in `parcels.opens`: '001:02:03.125000' is not a time with 2 digits after the second, as its column has
        `Parcel.length` cannot be stored in `parcels.length`: '-839:00:00' is not a time from -838:59:59 to 838:59:59
        `Parcel.length` cannot be stored in `parcels.length`: '-4294967263:12:55.807000' is not a time from -838:59:59 to 838:59:59
        `Parcel.duration` cannot be stored in `parcels.duration`: '4294967263:00:15.999999' is not a time from -838:59:59 to 838:59:59
        `Parcel.country` cannot be stored in `parcels.country`: 'D ' is not a text without spaces at its end, which CHAR does not keep
        `Parcel.mark` cannot be stored in `parcels.mark`: '' is not 4 bytes, to which BINARY fills up what is shorter"#]].assert_eq(&told.join("\n"));
}

#[test]
fn what_the_server_refuses_is_an_error_too() {
    let told = |change: &dyn Fn(&mut Parcel)| {
        let database = Database::with(&Schema::of::<Parcel>());
        let mut session = database.engine().session();
        let mut parcel = Parcel { sent: day(2021), arrived: day(2021).into(), ..Default::default() };
        change(&mut parcel);
        session.add(parcel);
        match session.commit() {
            Err(error) if error.is_invalid_data() => error.server().map(|said| said.code()),
            other => panic!("it was {other:?}"),
        }
    };
    assert_eq!(told(&|parcel| parcel.price = Decimal::new(10_i64.pow(10), 0)), Some(1264));
    assert_eq!(told(&|parcel| parcel.country = "DEUT".into()), Some(1406));
    assert_eq!(told(&|parcel| parcel.mark = Some(vec![1; 5])), Some(1406));
    assert_eq!(told(&|parcel| parcel.seen = Some(DateTime::UNIX_EPOCH - TimeDelta::days(1))), Some(1292));
}

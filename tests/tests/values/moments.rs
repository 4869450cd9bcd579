//! Random dates, times, moments and lengths of time.

use std::time::Duration;

use orm_core::chrono::TimeDelta;
use orm_core::prelude::*;
use proptest::prelude::*;

use super::sample::{come_back, sample};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "moments")]
struct Moment {
    #[primary_key]
    id: i32,
    day: NaiveDate,
    time: NaiveTime,
    moment: NaiveDateTime,
    utc: DateTime<Utc>,
    #[column(sql_type = "TIMESTAMP(6) NULL")]
    stamp: Option<DateTime<Utc>>,
    #[column(precision = 3)]
    milli: NaiveDateTime,
    #[column(precision = 0)]
    whole: NaiveTime,
    #[column(sql_type = "YEAR")]
    year: u16,
    length: TimeDelta,
    duration: Duration,
}

sample!(Moment: day time moment utc milli whole year length duration);

fn day() -> impl Strategy<Value = NaiveDate> {
    let limits = [(0, 1, 1), (1, 1, 1), (1000, 1, 1), (9999, 12, 31), (2000, 2, 29)];
    let limits = limits.map(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day).expect("a day"));
    let any = (0..=9999, 1..=365_u32).prop_map(|(year, day)| NaiveDate::from_yo_opt(year, day).expect("a day"));
    prop_oneof![4 => any, 1 => proptest::sample::select(limits.to_vec())]
}

fn time() -> impl Strategy<Value = NaiveTime> {
    let micro = prop_oneof![Just(0), Just(1), Just(999_999), 0..1_000_000_u32];
    let second = prop_oneof![Just(0), Just(86_399), 0..86_400_u32];
    (second, micro).prop_map(|(second, micro)| {
        NaiveTime::from_num_seconds_from_midnight_opt(second, micro * 1000).expect("a time")
    })
}

fn moment() -> impl Strategy<Value = NaiveDateTime> {
    (day(), time()).prop_map(|(day, time)| day.and_time(time))
}

fn stamp() -> impl Strategy<Value = DateTime<Utc>> {
    let second = prop_oneof![Just(1), Just(i64::from(i32::MAX)), 1..i64::from(i32::MAX)];
    (second, 0..1_000_000_u32)
        .prop_map(|(second, micro)| DateTime::from_timestamp(second, micro * 1000).expect("a moment"))
}

const LONGEST: i64 = (838 * 3600 + 59 * 60 + 59) * 1_000_000;

fn length() -> impl Strategy<Value = TimeDelta> {
    prop_oneof![Just(0), Just(LONGEST), Just(-LONGEST), -LONGEST..=LONGEST].prop_map(TimeDelta::microseconds)
}

/// Without what comes after so many digits of a second.
fn cut(time: NaiveTime, digits: u16) -> NaiveTime {
    orm_core::chrono::SubsecRound::trunc_subsecs(time, digits)
}

#[test]
fn random_moments_come_back() {
    let year = prop_oneof![Just(0), Just(1901), Just(2155), 1901..=2155_u16];
    let times = (time(), moment(), moment(), proptest::option::of(stamp()), moment(), time());
    let others = (year, length(), length().prop_map(|length| length.abs().to_std().expect("it is not negative")));
    come_back((day(), times, others).prop_map(|(day, times, (year, length, duration))| {
        let (time, moment, utc, stamp, milli, whole) = times;
        let milli = milli.date().and_time(cut(milli.time(), 3));
        let (utc, whole) = (utc.and_utc(), cut(whole, 0));
        Moment { id: 0, day, time, moment, utc, stamp, milli, whole, year, length, duration }
    }));
}

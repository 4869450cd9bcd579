//! Dates and times as column types. The session's time zone is UTC, so that what is stored is what is read.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use crate::value::{ColumnType, ConversionError, KeyColumn, SqlType, Value};

#[diagnostic::do_not_recommend]
impl ColumnType for NaiveDate {
    const SQL_TYPE: SqlType = SqlType::Date;

    fn to_value(&self) -> Value {
        let (year, month, day) = year_month_day(*self);
        Value::Date(year, month, day, 0, 0, 0, 0)
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        match value {
            Value::Date(year, month, day, 0, 0, 0, 0) => date(year, month, day),
            _ => None,
        }
        .ok_or_else(|| ConversionError::new("a date", &value))
    }
}

#[diagnostic::do_not_recommend]
impl KeyColumn for NaiveDate {}

#[diagnostic::do_not_recommend]
impl ColumnType for NaiveDateTime {
    const SQL_TYPE: SqlType = SqlType::DateTime;

    fn to_value(&self) -> Value {
        let (year, month, day) = year_month_day(self.date());
        let [hour, minute, second] = hour_minute_second(self.time());
        Value::Date(year, month, day, hour, minute, second, microsecond(self.time()))
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        match value {
            Value::Date(year, month, day, hour, minute, second, micro) => date(year, month, day)
                .and_then(|date| date.and_hms_micro_opt(hour.into(), minute.into(), second.into(), micro)),
            _ => None,
        }
        .ok_or_else(|| ConversionError::new("a date and time", &value))
    }
}

#[diagnostic::do_not_recommend]
impl KeyColumn for NaiveDateTime {}

#[diagnostic::do_not_recommend]
impl ColumnType for DateTime<Utc> {
    const SQL_TYPE: SqlType = SqlType::DateTime;

    fn to_value(&self) -> Value {
        self.naive_utc().to_value()
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        NaiveDateTime::from_value(value).map(|time| time.and_utc())
    }
}

#[diagnostic::do_not_recommend]
impl KeyColumn for DateTime<Utc> {}

#[diagnostic::do_not_recommend]
impl ColumnType for NaiveTime {
    const SQL_TYPE: SqlType = SqlType::Time;

    fn to_value(&self) -> Value {
        let [hour, minute, second] = hour_minute_second(*self);
        Value::Time(false, 0, hour, minute, second, microsecond(*self))
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        match value {
            Value::Time(false, 0, hour, minute, second, micro) => {
                NaiveTime::from_hms_micro_opt(hour.into(), minute.into(), second.into(), micro)
            }
            _ => None,
        }
        .ok_or_else(|| ConversionError::new("a time of day (00:00:00 to 23:59:59.999999)", &value))
    }
}

#[diagnostic::do_not_recommend]
impl KeyColumn for NaiveTime {}

/// A column type with a day: the server can take it apart and move it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no date",
    note = "this is for dates only; for a type of your own write `impl orm_core::value::Dated for {Self} {{}}`"
)]
pub trait Dated: ColumnType {}

/// A column type with a time of day.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no time of day",
    note = "this is for times only; for a type of your own write `impl orm_core::value::Timed for {Self} {{}}`"
)]
pub trait Timed: ColumnType {}

#[diagnostic::do_not_recommend]
impl Dated for NaiveDate {}
#[diagnostic::do_not_recommend]
impl Dated for NaiveDateTime {}
#[diagnostic::do_not_recommend]
impl Dated for DateTime<Utc> {}
#[diagnostic::do_not_recommend]
impl Timed for NaiveTime {}
#[diagnostic::do_not_recommend]
impl Timed for NaiveDateTime {}
#[diagnostic::do_not_recommend]
impl Timed for DateTime<Utc> {}

/// A year outside of 0 to 65,535 is sent as 65,535, which the server refuses as out of range.
fn year_month_day(date: NaiveDate) -> (u16, u8, u8) {
    (u16::try_from(date.year()).unwrap_or(u16::MAX), small(date.month()), small(date.day()))
}

fn hour_minute_second(time: NaiveTime) -> [u8; 3] {
    [small(time.hour()), small(time.minute()), small(time.second())]
}

/// A leap second is kept as the last microsecond of its minute: the server has no 60th second.
fn microsecond(time: NaiveTime) -> u32 {
    (time.nanosecond() / 1000).min(999_999)
}

fn small(number: u32) -> u8 {
    u8::try_from(number).expect("months, days, hours, minutes and seconds are below 256")
}

fn date(year: u16, month: u8, day: u8) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_and_time_comes_back_to_the_microsecond() {
        let time = NaiveDate::from_ymd_opt(2021, 5, 31).and_then(|day| day.and_hms_micro_opt(23, 59, 58, 123_456));
        let time = time.expect("a valid date");
        assert_eq!(NaiveDateTime::from_value(time.to_value()), Ok(time));
    }

    #[test]
    fn a_zero_date_is_an_error() {
        let error = NaiveDate::from_value(Value::Date(0, 0, 0, 0, 0, 0, 0)).expect_err("no such day");
        assert_eq!(error.expected, "a date");
    }
}

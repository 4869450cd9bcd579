//! Lengths of time as column types.

use std::time::Duration;

use chrono::TimeDelta;

use crate::value::{ColumnType, ConversionError, SqlType, Value};

/// `TIME(6)`: microseconds, from -838:59:59 to 838:59:59. A longer one is an error at the flush.
#[diagnostic::do_not_recommend]
impl ColumnType for TimeDelta {
    const SQL_TYPE: SqlType = SqlType::Time;

    fn to_value(&self) -> Value {
        let length = self.abs().to_std().unwrap_or(Duration::MAX);
        time(*self < Self::zero(), length)
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        let (is_negative, length) = length(&value)?;
        let length = Self::from_std(length).map_err(|_| ConversionError::new("a length of time", &value))?;
        Ok(if is_negative { -length } else { length })
    }
}

/// `TIME(6)`: microseconds, up to 838:59:59. A longer one is an error at the flush.
#[diagnostic::do_not_recommend]
impl ColumnType for Duration {
    const SQL_TYPE: SqlType = SqlType::Time;

    fn to_value(&self) -> Value {
        time(false, *self)
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        match length(&value)? {
            (true, length) if !length.is_zero() => Err(ConversionError::new("a Duration, which has no sign", &value)),
            (_, length) => Ok(length),
        }
    }
}

/// A length of more days than can be sent is sent as the most days, which no column takes: the driver has 32 bits for the
/// hours in them. Nothing has no sign.
fn time(is_negative: bool, length: Duration) -> Value {
    const SECONDS_OF_A_DAY: u64 = 24 * 60 * 60;
    let seconds = length.as_secs();
    let days = u32::try_from(seconds / SECONDS_OF_A_DAY).unwrap_or(u32::MAX).min(u32::MAX / 24 - 1);
    let rest = u32::try_from(seconds % SECONDS_OF_A_DAY).expect("a day has less than 2^32 seconds");
    let small = |number: u32| u8::try_from(number).expect("hours, minutes and seconds are below 60");
    let microseconds = length.subsec_micros();
    let is_negative = is_negative && (seconds, microseconds) != (0, 0);
    Value::Time(is_negative, days, small(rest / 3600), small(rest / 60 % 60), small(rest % 60), microseconds)
}

fn length(value: &Value) -> Result<(bool, Duration), ConversionError> {
    let Value::Time(is_negative, days, hours, minutes, seconds, micros) = value else {
        return Err(ConversionError::new("a length of time", value));
    };
    let hours = u64::from(*days) * 24 + u64::from(*hours);
    let seconds = (hours * 60 + u64::from(*minutes)) * 60 + u64::from(*seconds);
    Ok((*is_negative, Duration::from_secs(seconds) + Duration::from_micros(u64::from(*micros))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_come_back_to_the_microsecond() {
        for microseconds in [0, -1, 1, 86_400_000_000, -3_020_399_999_999] {
            let length = TimeDelta::microseconds(microseconds);
            assert_eq!(TimeDelta::from_value(length.to_value()), Ok(length));
        }
    }

    #[test]
    fn what_is_too_long_is_told() {
        for length in [TimeDelta::MAX.to_value(), TimeDelta::MIN.to_value(), Duration::MAX.to_value()] {
            TimeDelta::SQL_TYPE.check(&length).expect_err("longer than 838:59:59");
        }
    }

    #[test]
    fn a_negative_length_is_no_duration() {
        let error = Duration::from_value(TimeDelta::seconds(-1).to_value()).expect_err("it is negative");
        assert_eq!(error.to_string(), "'-000:00:01' is not a Duration, which has no sign");
    }
}

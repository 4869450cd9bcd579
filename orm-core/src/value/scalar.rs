//! Numbers, truth values, text and bytes as column types.

use std::str::FromStr;

use crate::value::{ColumnType, ConversionError, KeyColumn, SqlType, Value};

macro_rules! integers {
    ($($integer:ident => $sql_type:ident),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl ColumnType for $integer {
            const SQL_TYPE: SqlType = SqlType::$sql_type;

            fn to_value(&self) -> Value {
                integer_value(i128::from(*self))
            }

            #[inline]
            fn from_value(value: Value) -> Result<Self, ConversionError> {
                // What columns of integers send.
                if let Value::Int(number) = value
                    && let Ok(number) = Self::try_from(number)
                {
                    return Ok(number);
                }
                integer(&value)
                    .and_then(|number| Self::try_from(number).ok())
                    .ok_or_else(|| ConversionError::new(
                        format!("in the range of {} ({} to {})", stringify!($integer), Self::MIN, Self::MAX),
                        &value,
                    ))
            }
        }

        #[diagnostic::do_not_recommend]
        impl KeyColumn for $integer {}
    )*};
}

integers! {
    i8 => TinyInt, u8 => TinyIntUnsigned, i16 => SmallInt, u16 => SmallIntUnsigned,
    i32 => Int, u32 => IntUnsigned, i64 => BigInt, u64 => BigIntUnsigned,
}

#[diagnostic::do_not_recommend]
impl ColumnType for bool {
    const SQL_TYPE: SqlType = SqlType::Boolean;

    fn to_value(&self) -> Value {
        Value::Int(i64::from(*self))
    }

    /// `BIT(1)` comes as a byte, which is no digit.
    fn from_value(value: Value) -> Result<Self, ConversionError> {
        match value {
            Value::Int(0) => return Ok(false),
            Value::Int(1) => return Ok(true),
            _ => {}
        }
        match (&value, integer(&value)) {
            (Value::Bytes(bit), _) if bit == &[0] => Ok(false),
            (Value::Bytes(bit), _) if bit == &[1] => Ok(true),
            (_, Some(0)) => Ok(false),
            (_, Some(1)) => Ok(true),
            _ => Err(ConversionError::new("a bool (0 or 1)", &value)),
        }
    }
}

#[diagnostic::do_not_recommend]
impl KeyColumn for bool {}

#[diagnostic::do_not_recommend]
impl ColumnType for f32 {
    const SQL_TYPE: SqlType = SqlType::Float;

    fn to_value(&self) -> Value {
        Value::Float(*self)
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        match value {
            Value::Float(number) => Ok(number),
            // The servers calculate with doubles: of what came of it, the nearest.
            Value::Double(number) if number.abs() <= f64::from(f32::MAX) => Ok(number as f32),
            other => exact(&other, |whole| whole as f32, |float| float as i128)
                .or_else(|| decimal(&other))
                .ok_or_else(|| ConversionError::new("an f32", &other)),
        }
    }
}

#[diagnostic::do_not_recommend]
impl ColumnType for f64 {
    const SQL_TYPE: SqlType = SqlType::Double;

    fn to_value(&self) -> Value {
        Value::Double(*self)
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        match value {
            Value::Double(number) => Ok(number),
            Value::Float(number) => Ok(f64::from(number)),
            other => exact(&other, |whole| whole as f64, |float| float as i128)
                .or_else(|| decimal(&other))
                .ok_or_else(|| ConversionError::new("an f64", &other)),
        }
    }
}

#[diagnostic::do_not_recommend]
impl ColumnType for String {
    const SQL_TYPE: SqlType = SqlType::Text;

    fn to_value(&self) -> Value {
        Value::Bytes(self.as_bytes().to_vec())
    }

    fn has_value(&self, value: &Value) -> bool {
        matches!(value, Value::Bytes(bytes) if bytes == self.as_bytes())
    }

    #[inline]
    fn from_value(value: Value) -> Result<Self, ConversionError> {
        match value {
            Value::Bytes(bytes) => String::from_utf8(bytes)
                .map_err(|error| ConversionError::new("valid UTF-8", &Value::Bytes(error.into_bytes()))),
            other => Err(ConversionError::new("text", &other)),
        }
    }
}

#[diagnostic::do_not_recommend]
impl KeyColumn for String {}

#[diagnostic::do_not_recommend]
impl ColumnType for Vec<u8> {
    const SQL_TYPE: SqlType = SqlType::Blob;

    fn to_value(&self) -> Value {
        Value::Bytes(self.clone())
    }

    fn has_value(&self, value: &Value) -> bool {
        matches!(value, Value::Bytes(bytes) if bytes == self)
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        match value {
            Value::Bytes(bytes) => Ok(bytes),
            other => Err(ConversionError::new("bytes", &other)),
        }
    }
}

#[diagnostic::do_not_recommend]
impl KeyColumn for Vec<u8> {}

/// The driver reads an unsigned number as `Int` while it fits: the same number is always written as the same value.
fn integer_value(number: i128) -> Value {
    match i64::try_from(number) {
        Ok(number) => Value::Int(number),
        Err(_) => Value::UInt(number as u64),
    }
}

fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::Int(number) => Some(i128::from(*number)),
        Value::UInt(number) => Some(i128::from(*number)),
        Value::Bytes(text) => whole(std::str::from_utf8(text).ok()?),
        Value::Float(number) => without_fraction(f64::from(*number)),
        Value::Double(number) => without_fraction(*number),
        _ => None,
    }
}

/// What the servers calculate from floating point numbers is one too, as of `CEILING`.
fn without_fraction(number: f64) -> Option<i128> {
    // All integers are below.
    const MOST: f64 = u64::MAX as f64;
    (number.fract() == 0.0 && number.abs() <= MOST).then_some(number as i128)
}

/// A whole number as a floating point number, where that holds it.
fn exact<F: Copy>(value: &Value, to_float: impl Fn(i128) -> F, back: impl Fn(F) -> i128) -> Option<F> {
    let whole = match value {
        Value::Int(number) => i128::from(*number),
        Value::UInt(number) => i128::from(*number),
        _ => return None,
    };
    let float = to_float(whole);
    (back(float) == whole).then_some(float)
}

/// A whole number of a DECIMAL, which comes as text, and from MySQL also with zeros after the point.
fn whole(text: &str) -> Option<i128> {
    let (number, fraction) = text.split_once('.').unwrap_or((text, ""));
    number.parse().ok().filter(|_| fraction.bytes().all(|digit| digit == b'0'))
}

/// DECIMAL comes as text.
fn decimal<F: FromStr>(value: &Value) -> Option<F> {
    match value {
        Value::Bytes(text) => std::str::from_utf8(text).ok()?.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_integer_comes_back_at_its_limits() {
        assert_eq!(u64::from_value(u64::MAX.to_value()), Ok(u64::MAX));
        assert_eq!(i64::from_value(i64::MIN.to_value()), Ok(i64::MIN));
        assert_eq!(u8::from_value(Value::UInt(255)), Ok(255));
    }

    #[test]
    fn a_number_out_of_range_is_told_with_the_range() {
        let error = i8::from_value(Value::Int(200)).expect_err("200 is no i8");
        assert_eq!(error.to_string(), "200 is not in the range of i8 (-128 to 127)");
    }

    #[test]
    fn a_decimal_without_a_fraction_is_a_whole_number() {
        let read = |text: &str| i64::from_value(Value::Bytes(text.as_bytes().to_vec()));
        assert_eq!((read("-12"), read("-12.000")), (Ok(-12), Ok(-12)));
        assert!(read("12.5").is_err() && read("12.x").is_err() && read("").is_err());
    }

    #[test]
    fn a_number_is_read_from_one_of_another_kind_that_is_the_same() {
        assert_eq!(
            (f32::from_value(Value::Int(-3)), f64::from_value(Value::UInt(1 << 60))),
            (Ok(-3.0), Ok(2_f64.powi(60)))
        );
        assert_eq!(
            (f32::from_value(Value::Double(0.1 + 0.2)), i64::from_value(Value::Double(-2.0))),
            (Ok(0.3), Ok(-2))
        );
        assert_eq!(u64::from_value(Value::Float(3.0)), Ok(3));
        f32::from_value(Value::Int((1 << 24) + 1)).expect_err("an f32 has 24 bits");
        f32::from_value(Value::Double(1e39)).expect_err("too large");
        f64::from_value(Value::UInt(u64::MAX)).expect_err("an f64 has 53 bits");
        i64::from_value(Value::Double(0.5)).expect_err("a fraction");
        u64::from_value(Value::Double(2_f64.powi(64))).expect_err("too large");
        i8::from_value(Value::Double(f64::NAN)).expect_err("no number");
    }

    #[test]
    fn bytes_that_are_no_text_are_told() {
        let error = String::from_value(Value::Bytes(vec![0xff])).expect_err("0xff is no UTF-8");
        assert_eq!(error.expected, "valid UTF-8");
    }
}

//! Exact decimal numbers, of the crate `rust_decimal`.

use rust_decimal::Decimal;

use crate::value::{ColumnType, ConversionError, Number, SqlType, Value};

/// The most digits that a `Decimal` has after the point.
const MOST_DECIMALS: u8 = 28;

/// The default column, `DECIMAL(57, 28)`, holds every `Decimal`. With `#[column(precision = …, scale = …)]` a value that would
/// be rounded is an error at the flush.
///
/// A value that comes from the default column has no zeros at its end; from another it has the column's digits. To the
/// session `1.5` and `1.50` are the same value.
///
/// What the server calculates may have more than 28 digits after the point, as an average of the default column: it is rounded to
/// what a `Decimal` holds.
#[diagnostic::do_not_recommend]
impl ColumnType for Decimal {
    const SQL_TYPE: SqlType = SqlType::Decimal(29 + MOST_DECIMALS, MOST_DECIMALS);

    fn to_value(&self) -> Value {
        self.normalize().to_string().into_bytes().into()
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        match &value {
            Value::Int(number) => Some((*number).into()),
            Value::UInt(number) => Some((*number).into()),
            Value::Bytes(text) => std::str::from_utf8(text).ok().and_then(parsed),
            _ => None,
        }
        .ok_or_else(|| ConversionError::new("a Decimal (28 digits after the point, 96 bits in all)", &value))
    }
}

#[diagnostic::do_not_recommend]
impl Number for Decimal {
    type Sum = Self;
    type Quotient = Self;
}

/// Zeros at the end are left out where there is no room for them, and where they are those of the default column. More digits than
/// that has are of a calculation.
fn parsed(text: &str) -> Option<Decimal> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let has_room = fraction.len() < MOST_DECIMALS.into();
    let exact = if has_room { Decimal::from_str_exact(text).ok() } else { None };
    exact.or_else(|| {
        let fraction = fraction.trim_end_matches('0');
        let shortest = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
        match fraction.len() > MOST_DECIMALS.into() {
            true => shortest.parse().ok(),
            false => Decimal::from_str_exact(&shortest).ok(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, ConversionError> {
        Decimal::from_value(Value::Bytes(text.as_bytes().to_vec())).map(|number| number.to_string())
    }

    #[test]
    fn equal_numbers_are_one_value() {
        let [short, long] = ["1.5", "1.500"].map(|text| Decimal::from_str_exact(text).expect("a number"));
        assert_eq!(short.to_value(), long.to_value());
        assert_eq!((-Decimal::ZERO).to_value(), Decimal::ZERO.to_value());
    }

    #[test]
    fn zeros_of_the_default_column_are_left_out() {
        assert_eq!(read("12.5000000000000000000000000000").as_deref(), Ok("12.5"));
        assert_eq!(read("12.50").as_deref(), Ok("12.50"));
        assert_eq!(read("100.0000000000000000000000000000").as_deref(), Ok("100"));
        assert_eq!(read("79228162514264337593543950335.00").as_deref(), Ok("79228162514264337593543950335"));
    }

    #[test]
    fn a_result_with_more_digits_than_any_column_is_rounded() {
        assert_eq!(read("0.12345678901234567890123456785").as_deref(), Ok("0.1234567890123456789012345679"));
        assert_eq!(read("20.00000000000000000000000000000005").as_deref(), Ok("20.000000000000000000000000000"));
        assert_eq!(
            read("12345678901234567890.33333333333333333333333333333333").as_deref(),
            Ok("12345678901234567890.333333333")
        );
        read("123456789012345678901234567890.00000000000000000000000000000001").expect_err("too large");
    }

    #[test]
    fn what_would_be_rounded_is_an_error() {
        read("12345678901234567890.123456789012345").expect_err("35 digits");
        read("1e5").expect_err("not as the server writes it");
    }
}

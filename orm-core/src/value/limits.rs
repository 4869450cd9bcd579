//! What a column cannot hold as it is, where the server would keep something else in silence, or would not say which value it
//! was.

use crate::value::sql_type::begins_with;
use crate::value::{ConversionError, SqlType, Value};

/// The longest time, 838:59:59, in seconds. (<https://mariadb.com/kb/en/time/>)
const MOST_SECONDS: u64 = 838 * 3600 + 59 * 60 + 59;

/// With this byte begins no text. A value that could not be written as text begins with it, and its reason follows.
pub(crate) const NO_TEXT: u8 = 0xFF;

/// Types by what they take. (<https://mariadb.com/kb/en/data-type-storage-requirements/#string-data-types>)
const SIZES: [(&str, usize); 6] = [
    ("TINYTEXT", 255),
    ("TINYBLOB", 255),
    ("TEXT", 65_535),
    ("BLOB", 65_535),
    ("MEDIUMTEXT", 16_777_215),
    ("MEDIUMBLOB", 16_777_215),
];

impl SqlType {
    /// Whether a column of this type gives this value back as it was given.
    ///
    /// # Errors
    /// It is cut, filled up or refused: a fraction with more digits than the column has, a time or a year that is too large,
    /// spaces at the end of a `CHAR`, a `BINARY` of another length, a number that is not finite.
    pub fn check(self, value: &Value) -> Result<(), ConversionError> {
        let expected = match value {
            Value::Float(number) if !number.is_finite() => Some("a finite number".to_owned()),
            Value::Double(number) if !number.is_finite() => Some("a finite number".to_owned()),
            Value::Date(year, ..) if *year > 9999 => Some("a date of the years 0 to 9999".to_owned()),
            Value::Date(.., micro) => self.cut_fraction(*micro),
            Value::Time(_, days, hours, minutes, seconds, micro) => {
                let hours = u64::from(*days) * 24 + u64::from(*hours);
                match hours * 3600 + u64::from(*minutes) * 60 + u64::from(*seconds) {
                    0..=MOST_SECONDS => self.cut_fraction(*micro),
                    _ => Some("a time from -838:59:59 to 838:59:59".to_owned()),
                }
            }
            Value::Bytes(bytes) => self.changed_bytes(bytes),
            Value::NULL | Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::Double(_) => None,
        };
        match (expected, value) {
            (None, _) => Ok(()),
            (Some(expected), Value::Bytes(bytes)) if bytes.first() == Some(&NO_TEXT) && self == Self::Json => {
                Err(ConversionError { expected, found: String::from_utf8_lossy(&bytes[1..]).into_owned() })
            }
            // A year that cannot be sent was written as the last one that can.
            (Some(expected), Value::Date(u16::MAX, ..)) => {
                Err(ConversionError { expected, found: "a year before 0 or after 65534".to_owned() })
            }
            (Some(expected), value) => Err(ConversionError::new(expected, value)),
        }
    }

    /// How many bytes a `TEXT` or `BLOB` of some size surely takes; other types have no such limit.
    pub(crate) fn surely_takes(self) -> Option<usize> {
        match self {
            Self::Text | Self::Blob => Some(u16::MAX.into()),
            Self::Raw(name) => {
                let (_, most) = SIZES.iter().find(|(word, _)| begins_with(name, word))?;
                // With a length it is the smallest type that has room for that.
                Some(if name.contains('(') { SIZES[0].1 } else { *most })
            }
            _ => None,
        }
    }

    /// What is expected instead of a time with these microseconds, where the column has fewer digits.
    fn cut_fraction(self, microseconds: u32) -> Option<String> {
        let digits = self.fraction_digits()?;
        let unit = 10_u32.pow(6 - digits.min(6));
        (!microseconds.is_multiple_of(unit))
            .then(|| format!("a time with {digits} digits after the second, as its column has"))
    }

    fn fraction_digits(self) -> Option<u32> {
        match self {
            Self::TimeWith(digits) | Self::DateTimeWith(digits) => Some(digits.into()),
            Self::Raw(name) if ["TIME", "DATETIME", "TIMESTAMP"].iter().any(|word| begins_with(name, word)) => {
                Some(numbers(name)[0].unwrap_or(0))
            }
            _ => None,
        }
    }

    /// What is expected instead of this text or these bytes.
    fn changed_bytes(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Decimal(_, scale) => cut_decimals(bytes, scale.into()),
            Self::Char(_) => cut_spaces(bytes),
            Self::Binary(length) => filled_up(bytes, length),
            Self::Json => (bytes.first() == Some(&NO_TEXT)).then(|| "JSON".to_owned()),
            Self::Raw(name) if begins_with(name, "CHAR") => cut_spaces(bytes),
            Self::Raw(name) if begins_with(name, "BINARY") => filled_up(bytes, numbers(name)[0].unwrap_or(1)),
            Self::Raw(name) if begins_with(name, "DECIMAL") || begins_with(name, "NUMERIC") => {
                cut_decimals(bytes, numbers(name)[1].unwrap_or(0))
            }
            _ => None,
        }
    }
}

/// The numbers in the parentheses after a type's name: of `DECIMAL(10, 2)` 10 and 2.
fn numbers(name: &str) -> [Option<u32>; 2] {
    let inside = name.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(inside, _)| inside);
    let mut numbers = inside.split(',').map(|number| number.trim().parse().ok());
    [numbers.next().flatten(), numbers.next().flatten()]
}

/// The server rounds a decimal number, and says so in a note only. What is no plain number is the server's to judge.
fn cut_decimals(text: &[u8], scale: u32) -> Option<String> {
    let fraction = text.iter().position(|&byte| byte == b'.').map(|point| &text[point + 1..])?;
    let last = fraction.iter().rposition(|&digit| digit != b'0')?;
    let is_plain = fraction.iter().all(u8::is_ascii_digit);
    (is_plain && last >= scale as usize)
        .then(|| format!("a number with {scale} digits after the point, as its column has"))
}

fn cut_spaces(text: &[u8]) -> Option<String> {
    (text.last() == Some(&b' ')).then(|| "a text without spaces at its end, which CHAR does not keep".to_owned())
}

fn filled_up(bytes: &[u8], length: u32) -> Option<String> {
    (bytes.len() < length as usize).then(|| format!("{length} bytes, to which BINARY fills up what is shorter"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(sql_type: SqlType, value: &Value) -> String {
        sql_type.check(value).err().map_or_else(String::new, |error| error.to_string())
    }

    fn text(text: &str) -> Value {
        Value::Bytes(text.as_bytes().to_vec())
    }

    #[test]
    fn decimals_are_cut_where_digits_other_than_zero_are() {
        for sql_type in
            [SqlType::Decimal(10, 2), SqlType::Raw("decimal(10, 2)"), SqlType::Raw("NUMERIC(10,2) UNSIGNED")]
        {
            assert_eq!(told(sql_type, &text("1.2500")), "");
            assert_eq!(told(sql_type, &text("-7")), "");
            assert_eq!(
                told(sql_type, &text("1.255")),
                "'1.255' is not a number with 2 digits after the point, as its column has"
            );
        }
        assert_ne!(told(SqlType::Raw("DECIMAL"), &text("0.5")), "");
    }

    #[test]
    fn a_time_is_cut_where_the_column_has_fewer_digits() {
        let time = Value::Date(2021, 5, 31, 1, 2, 3, 120_000);
        for sql_type in [SqlType::DateTime, SqlType::DateTimeWith(2), SqlType::Raw("TIMESTAMP(6)"), SqlType::Date] {
            assert_eq!(told(sql_type, &time), "");
        }
        for sql_type in [SqlType::DateTimeWith(1), SqlType::Raw("timestamp"), SqlType::Raw("DATETIME(0)")] {
            assert_ne!(told(sql_type, &time), "");
        }
    }

    #[test]
    fn the_longest_time_has_838_hours() {
        assert_eq!(told(SqlType::Time, &Value::Time(true, 34, 22, 59, 59, 999_999)), "");
        assert_eq!(
            told(SqlType::Time, &Value::Time(true, 34, 23, 0, 0, 0)),
            "'-839:00:00' is not a time from -838:59:59 to 838:59:59"
        );
    }
}

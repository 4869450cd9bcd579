//! Values that the servers take for something else where they stand in a term, and as what they are to take them.

use crate::value::sql_type::begins_with;
use crate::value::{SqlType, Value};

/// The digits that a `Decimal` can have before the point.
const WHOLE_DIGITS: usize = 29;

/// The most digits that a `DECIMAL` has in all, and after the point on every server.
/// (<https://dev.mysql.com/doc/refman/9.0/en/precision-math-decimal-characteristics.html>)
const MOST_DIGITS: usize = 65;
const MOST_DECIMALS: usize = 30;

impl SqlType {
    /// What a value of this type has to be cast to in a term; `None` where the servers know it by themselves.
    ///
    /// Decimal numbers and bytes are sent as text. The servers calculate with texts as with a `DOUBLE`, and garble what is not
    /// of the character set. A decimal number keeps its own digits after the point, so that results do not get more of
    /// them than they need.
    pub(crate) fn of_parameter(self, value: &Value) -> Option<Self> {
        let Value::Bytes(text) = value else { return None };
        if self.is_binary() {
            return Some(Self::Blob);
        }
        if self.is_decimal() { decimal(text) } else { None }
    }

    fn is_decimal(self) -> bool {
        match self {
            Self::Decimal(..) => true,
            Self::Raw(name) => ["DECIMAL", "NUMERIC"].iter().any(|word| begins_with(name, word)),
            _ => false,
        }
    }
}

/// What is no plain number, or has no room, stays a text.
fn decimal(text: &[u8]) -> Option<SqlType> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let point = digits.iter().position(|&byte| byte == b'.');
    let (whole, fraction) = digits.split_at(point.unwrap_or(digits.len()));
    let fraction = fraction.get(1..).unwrap_or_default();
    let is_plain = whole.iter().chain(fraction).all(u8::is_ascii_digit);
    let precision = whole.len().max(WHOLE_DIGITS) + fraction.len();
    if !is_plain || precision > MOST_DIGITS || fraction.len() > MOST_DECIMALS {
        return None;
    }
    Some(SqlType::Decimal(u8::try_from(precision).ok()?, u8::try_from(fraction.len()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(sql_type: SqlType, text: &str) -> Option<SqlType> {
        sql_type.of_parameter(&Value::Bytes(text.as_bytes().to_vec()))
    }

    #[test]
    fn a_decimal_number_keeps_its_digits() {
        let amount = SqlType::Decimal(12, 2);
        assert_eq!(told(amount, "-0.0005"), Some(SqlType::Decimal(33, 4)));
        assert_eq!(told(amount, "7"), Some(SqlType::Decimal(29, 0)));
        assert_eq!(told(SqlType::Raw("numeric(40)"), &"7".repeat(40)), Some(SqlType::Decimal(40, 0)));
        assert_eq!(told(amount, &"7".repeat(66)), None);
        assert_eq!(told(amount, "1e5"), None);
    }

    #[test]
    fn bytes_are_no_text() {
        assert_eq!(told(SqlType::Binary(16), "a"), Some(SqlType::Blob));
        assert_eq!(told(SqlType::Raw("LONGBLOB"), "a"), Some(SqlType::Blob));
        assert_eq!(told(SqlType::VarChar(16), "1.5"), None);
        assert_eq!(SqlType::BigInt.of_parameter(&Value::Int(7)), None);
    }
}

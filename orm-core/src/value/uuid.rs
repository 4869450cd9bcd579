//! UUIDs, of the crate `uuid`.

use uuid::Uuid;

use crate::value::native::Native;
use crate::value::{ColumnType, ConversionError, KeyColumn, SqlType, Value};

/// `BINARY(16)`, on every server.
#[diagnostic::do_not_recommend]
impl ColumnType for Uuid {
    const SQL_TYPE: SqlType = SqlType::Binary(16);

    fn to_value(&self) -> Value {
        Value::Bytes(self.as_bytes().to_vec())
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        match &value {
            Value::Bytes(bytes) => Self::from_slice(bytes).ok(),
            _ => None,
        }
        .ok_or_else(|| ConversionError::new("a UUID of 16 bytes", &value))
    }
}

#[diagnostic::do_not_recommend]
impl KeyColumn for Uuid {}

/// MariaDB's `UUID`, from MariaDB 10.7 on, which takes and gives text. (<https://mariadb.com/kb/en/uuid-data-type/>)
#[diagnostic::do_not_recommend]
impl ColumnType for Native<Uuid> {
    const SQL_TYPE: SqlType = SqlType::Raw("UUID");

    fn to_value(&self) -> Value {
        Value::Bytes(self.0.hyphenated().to_string().into_bytes())
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        match &value {
            Value::Bytes(text) if text.len() == 36 => Uuid::try_parse_ascii(text).ok(),
            _ => None,
        }
        .map(Self)
        .ok_or_else(|| ConversionError::new("a UUID as text", &value))
    }
}

#[diagnostic::do_not_recommend]
impl KeyColumn for Native<Uuid> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_reads_its_own() {
        let id = Uuid::from_u128(0x1234_5678_9abc);
        assert_eq!(Uuid::from_value(id.to_value()), Ok(id));
        assert_eq!(Native::from_value(Native(id).to_value()), Ok(Native(id)));
        Uuid::from_value(Native(id).to_value()).expect_err("text");
        Native::<Uuid>::from_value(id.to_value()).expect_err("bytes");
    }
}

//! Primary keys: as the user's Rust type, and as the value by which a session knows an object.

use std::fmt;

use crate::value::{ColumnType, ConversionError, Value, sql_text};

/// A column type that can be (a part of) a primary key: its values are equal in Rust exactly when they are the same.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key",
    note = "use an integer, a `String` with a length, a date or bytes, or implement `orm_core::value::KeyColumn`"
)]
pub trait KeyColumn: ColumnType + Clone {}

/// The Rust type of a primary key: one key column, or a tuple of several.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key",
    note = "use an integer, a `String` with a length, a date or bytes, or implement `orm_core::value::KeyColumn`"
)]
pub trait Key: IntoKey<Self> + Clone + Send + 'static {
    /// The number of columns.
    const PARTS: usize;

    /// Appends the value of each column.
    fn write(&self, values: &mut Vec<Value>);

    /// The key as a session knows it; `None` where a part cannot be one.
    fn to_key_value(&self) -> Option<KeyValue> {
        let mut values = Vec::with_capacity(Self::PARTS);
        self.write(&mut values);
        KeyValue::of(&values)
    }

    /// Takes the value of each column.
    ///
    /// # Errors
    /// A value is missing, or the type cannot hold it.
    fn read(values: &mut dyn Iterator<Item = Value>) -> Result<Self, ConversionError>;

    /// Whether a number alone is a key of this type.
    #[doc(hidden)]
    fn takes_number(number: i64) -> bool {
        Self::PARTS == 1 && Self::read(&mut std::iter::once(Value::Int(number))).is_ok()
    }
}

#[diagnostic::do_not_recommend]
impl<T: KeyColumn> Key for T {
    const PARTS: usize = 1;

    fn write(&self, values: &mut Vec<Value>) {
        values.push(self.to_value());
    }

    #[inline]
    fn to_key_value(&self) -> Option<KeyValue> {
        KeyValue::of(&[self.to_value()])
    }

    fn read(values: &mut dyn Iterator<Item = Value>) -> Result<Self, ConversionError> {
        T::from_value(values.next().unwrap_or(Value::NULL))
    }
}

macro_rules! tuples {
    ($($count:literal: $($part:ident $given:ident),*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($part: KeyColumn),*> Key for ($($part,)*) {
            const PARTS: usize = $count;

            #[expect(non_snake_case, reason = "the parts are named after their types")]
            fn write(&self, values: &mut Vec<Value>) {
                let ($($part,)*) = self;
                $(values.push($part.to_value());)*
            }

            fn read(values: &mut dyn Iterator<Item = Value>) -> Result<Self, ConversionError> {
                Ok(($($part::from_value(values.next().unwrap_or(Value::NULL))?,)*))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($part: KeyColumn, $given: IntoKey<$part>),*> IntoKey<($($part,)*)> for ($($given,)*) {
            #[expect(non_snake_case, reason = "the parts are named after their types")]
            fn into_key(self) -> ($($part,)*) {
                let ($($given,)*) = self;
                ($($given.into_key(),)*)
            }
        }
    )*};
}

tuples! {
    2: A GivenA, B GivenB;
    3: A GivenA, B GivenB, C GivenC;
    4: A GivenA, B GivenB, C GivenC, D GivenD;
}

/// What may be given where a key of type `K` is wanted: the key itself, or `&str` for a `String`; in tuples too.
#[diagnostic::on_unimplemented(
    message = "the key is a `{K}`, not a `{Self}`",
    note = "give a value of the primary key's own type; a tuple where it has several columns"
)]
pub trait IntoKey<K> {
    /// The key.
    fn into_key(self) -> K;
}

#[diagnostic::do_not_recommend]
impl<K: KeyColumn> IntoKey<K> for K {
    fn into_key(self) -> K {
        self
    }
}

#[diagnostic::do_not_recommend]
impl IntoKey<String> for &str {
    fn into_key(self) -> String {
        self.to_owned()
    }
}

/// The value of a primary or foreign key, by which objects are found: the value itself, never a hash of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyValue {
    /// A whole number that fits 64 bits with a sign.
    Int(i64),
    /// A larger one.
    UInt(u64),
    /// Text or bytes.
    Bytes(Box<[u8]>),
    /// A date, perhaps with a time: year, month, day, hour, minute, second, microsecond.
    Date(u16, u8, u8, u8, u8, u8, u32),
    /// A time: negative, days, hours, minutes, seconds, microseconds.
    Time(bool, u32, u8, u8, u8, u32),
    /// A key of several columns.
    Composite(Box<[KeyValue]>),
}

impl KeyValue {
    /// Whether there is no letter in it that character sets write differently.
    pub(crate) fn is_ascii(&self) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.is_ascii(),
            Self::Composite(parts) => parts.iter().all(Self::is_ascii),
            _ => true,
        }
    }

    /// The key of these column values; `None` where one of them is `NULL` or cannot be a key.
    #[inline]
    #[must_use]
    pub fn of(values: &[Value]) -> Option<Self> {
        match values {
            [value] => Self::part(value),
            _ => values.iter().map(Self::part).collect::<Option<Box<[_]>>>().map(Self::Composite),
        }
    }

    /// Appends the value of each column.
    pub fn write(&self, values: &mut Vec<Value>) {
        match self {
            Self::Int(number) => values.push(Value::Int(*number)),
            Self::UInt(number) => values.push(Value::UInt(*number)),
            Self::Bytes(bytes) => values.push(Value::Bytes(bytes.to_vec())),
            Self::Date(year, month, day, hour, minute, second, micro) => {
                values.push(Value::Date(*year, *month, *day, *hour, *minute, *second, *micro));
            }
            Self::Time(negative, days, hours, minutes, seconds, micros) => {
                values.push(Value::Time(*negative, *days, *hours, *minutes, *seconds, *micros));
            }
            Self::Composite(parts) => parts.iter().for_each(|part| part.write(values)),
        }
    }

    /// The value of each column.
    #[must_use]
    pub fn values(&self) -> Vec<Value> {
        let mut values = Vec::new();
        self.write(&mut values);
        values
    }

    /// The value of one of the columns.
    #[must_use]
    pub(crate) fn value(&self, part: usize) -> Option<Value> {
        match (self, part) {
            (Self::Composite(parts), part) => parts.get(part)?.value(0),
            (Self::Int(number), 0) => Some(Value::Int(*number)),
            (one, 0) => one.values().pop(),
            _ => None,
        }
    }

    /// Whether these are the values of its columns.
    #[must_use]
    pub(crate) fn is(&self, values: &[Value]) -> bool {
        match (self, values) {
            (Self::Composite(parts), _) => {
                parts.len() == values.len()
                    && parts.iter().zip(values).all(|(part, value)| part.is(std::slice::from_ref(value)))
            }
            (Self::Bytes(bytes), [Value::Bytes(others)]) => **bytes == **others,
            (one, [value]) => one.value(0).as_ref() == Some(value),
            _ => false,
        }
    }

    /// The key without what most collations overlook: upper and lower case, and spaces at the end. A server that finds a
    /// row by `de` may answer that its key is `DE`.
    #[must_use]
    pub(crate) fn folded(&self) -> Self {
        match self {
            Self::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Self::Bytes(text.trim_end_matches(' ').to_lowercase().into_bytes().into()),
                Err(_) => self.clone(),
            },
            Self::Composite(parts) => Self::Composite(parts.iter().map(Self::folded).collect()),
            other => other.clone(),
        }
    }

    #[inline]
    fn part(value: &Value) -> Option<Self> {
        match value {
            Value::Int(number) => Some(Self::Int(*number)),
            Value::UInt(number) => Some(i64::try_from(*number).map_or(Self::UInt(*number), Self::Int)),
            Value::Bytes(bytes) => Some(Self::Bytes(bytes.as_slice().into())),
            Value::Date(year, month, day, hour, minute, second, micro) => {
                Some(Self::Date(*year, *month, *day, *hour, *minute, *second, *micro))
            }
            Value::Time(negative, days, hours, minutes, seconds, micros) => {
                Some(Self::Time(*negative, *days, *hours, *minutes, *seconds, *micros))
            }
            Value::NULL | Value::Float(_) | Value::Double(_) => None,
        }
    }
}

impl fmt::Display for KeyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.values().iter().map(sql_text).collect();
        match parts.as_slice() {
            [one] => f.write_str(one),
            _ => write!(f, "({})", parts.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_as_sql() {
        assert_eq!(KeyValue::of(&[Value::Int(7)]).expect("a key").to_string(), "7");
        let composite = KeyValue::of(&[Value::Bytes(b"DE".to_vec()), Value::UInt(2)]).expect("a key");
        assert_eq!(composite.to_string(), "('DE', 2)");
    }

    #[test]
    fn signed_and_unsigned_readings_of_one_number_are_one_key() {
        assert_eq!(KeyValue::of(&[Value::UInt(5)]), KeyValue::of(&[Value::Int(5)]));
    }

    #[test]
    fn null_is_no_key() {
        assert_eq!(KeyValue::of(&[Value::Int(1), Value::NULL]), None);
    }
}

//! The contract of a type that one column can hold.

use crate::value::{SqlType, Value};

/// A type whose values fit into one column that is `NOT NULL`.
///
/// A struct of one field derives it (`#[derive(ColumnType)]`), and an enum without fields (`#[derive(DbEnum)]`). Implement it
/// for any other type of your own to store it; `Option<T>` of it is then a nullable column.
///
/// ```
/// use orm_core::value::{ColumnType, ConversionError, SqlType, Value};
///
/// #[derive(Clone, Debug, PartialEq)]
/// struct Celsius(f64);
///
/// impl ColumnType for Celsius {
///     const SQL_TYPE: SqlType = SqlType::Double;
///     fn to_value(&self) -> Value {
///         self.0.to_value()
///     }
///     fn from_value(value: Value) -> Result<Self, ConversionError> {
///         f64::from_value(value).map(Celsius)
///     }
/// }
///
/// assert_eq!(Celsius::from_value(Celsius(21.5).to_value()), Ok(Celsius(21.5)));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a column",
    note = "write `#[derive(ColumnType)]` above a struct of one field, `#[derive(DbEnum)]` above an enum, or implement \
            `orm_core::value::ColumnType` for `{Self}`"
)]
pub trait ColumnType: Sized + Send + 'static {
    /// The type of the column in the table.
    const SQL_TYPE: SqlType;

    /// What is sent to the server. Equal objects give equal values: changes are found by comparing them. And
    /// [`from_value`](Self::from_value) takes it back: objects are also read from their own values.
    ///
    /// A value that does not fit the column is still sent as it is, or as one that no such column takes: the flush refuses
    /// what the server would cut (see [`SqlType::check`]), and the server the rest.
    fn to_value(&self) -> Value;

    /// Whether [`to_value`](Self::to_value) gives this value. A type may tell so without making the value.
    fn has_value(&self, value: &Value) -> bool {
        self.to_value() == *value
    }

    /// What the server sent, which is never `NULL`.
    ///
    /// # Errors
    /// The value is of another kind, or this type cannot hold it.
    fn from_value(value: Value) -> Result<Self, ConversionError>;
}

/// A value of the database that a Rust type cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found} is not {expected}")]
pub struct ConversionError {
    /// The Rust type and its range, for a reader of the message.
    pub expected: String,
    /// The value as SQL text.
    pub found: String,
}

impl ConversionError {
    /// The error for `found`, where a value of `expected` was needed.
    #[must_use]
    pub fn new(expected: impl Into<String>, found: &Value) -> Self {
        Self { expected: expected.into(), found: shortened(sql_text(found)) }
    }
}

/// A value as SQL text, for a reader of a message.
pub(crate) fn sql_text(value: &Value) -> String {
    match value {
        // The driver counts the hours in 32 bits; no TIME has so many, but a broken answer may.
        Value::Time(_, days, hours, ..) if hours_of(*days, *hours).is_none() => format!("a time of {days} days"),
        _ => value.as_sql(true),
    }
}

fn hours_of(days: u32, hours: u8) -> Option<u32> {
    days.checked_mul(24)?.checked_add(hours.into())
}

/// The beginning of a long value.
fn shortened(text: String) -> String {
    const MOST: usize = 200;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} … ({} characters in all)", &text[..end], text.chars().count()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{ColumnType, Value};

    #[test]
    fn a_time_that_no_server_has_is_refused_like_others() {
        let refused = chrono::NaiveTime::from_value(Value::Time(true, u32::MAX, 255, 0, 0, 0));
        let error = refused.expect_err("a day has 24 hours").to_string();
        assert!(error.starts_with("a time of 4294967295 days is not "), "{error}");
    }
}

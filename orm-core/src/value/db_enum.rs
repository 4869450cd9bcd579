//! Enums without fields: as one name of a list, or as a number.

use crate::value::{ColumnType, ConversionError, Value};

/// An enum without fields whose values are in columns: `#[derive(DbEnum)]` implements it, and [`ColumnType`].
///
/// ```
/// use orm_core::prelude::*;
///
/// #[derive(Clone, Debug, Default, PartialEq, DbEnum)]
/// enum Status {
///     #[default]
///     Open,
///     InProgress,
///     #[db_enum(rename = "finished")]
///     Done,
/// }
///
/// #[derive(Model)]
/// struct Ticket {
///     #[primary_key]
///     id: Auto<i32>,
///     status: Status,
/// }
///
/// assert!(Schema::of::<Ticket>().ddl().contains("`status` ENUM('open', 'in_progress', 'finished') NOT NULL"));
/// let open = query::<Ticket>().filter(Ticket::status.ne(Status::Done));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no enum of the database",
    note = "write `#[derive(DbEnum)]` above `enum {Self}`"
)]
pub trait DbEnum: Clone + Send + 'static {
    /// The values, in the order in which they are declared.
    const VALUES: &'static [Self];

    /// The name of each.
    const NAMES: &'static [&'static str];

    /// The place of this one among them.
    fn place(&self) -> usize;
}

/// The name of a value, for a column.
pub fn to_name<E: DbEnum>(value: &E) -> Value {
    Value::Bytes(E::NAMES[value.place()].as_bytes().to_vec())
}

/// The value with the name that a column holds.
///
/// # Errors
/// There is none.
pub fn from_name<E: DbEnum>(value: &Value) -> Result<E, ConversionError> {
    let place = match value {
        Value::Bytes(text) => E::NAMES.iter().position(|name| name.as_bytes() == text),
        _ => None,
    };
    place.map(|place| E::VALUES[place].clone()).ok_or_else(|| {
        let names: Vec<String> = E::NAMES.iter().map(|name| format!("'{name}'")).collect();
        ConversionError::new(format!("one of {}", names.join(", ")), value)
    })
}

/// The value with the number that a column holds; `numbers` has one for each.
///
/// # Errors
/// There is none.
pub fn from_number<E: DbEnum, N: ColumnType + PartialEq + ToString>(
    numbers: &[N],
    value: &Value,
) -> Result<E, ConversionError> {
    let place = N::from_value(value.clone()).ok().and_then(|number| numbers.iter().position(|other| *other == number));
    place.map(|place| E::VALUES[place].clone()).ok_or_else(|| {
        let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        ConversionError::new(format!("one of {}", numbers.join(", ")), value)
    })
}

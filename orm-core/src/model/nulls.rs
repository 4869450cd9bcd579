//! Whether a value may be `NULL`, as a type.

use crate::model::{ColumnField, Row};
use crate::value::ColumnType;

/// The value is always there.
#[derive(Debug)]
pub enum Required {}

/// The value may be missing.
#[derive(Debug)]
pub enum Optional {}

/// [`Required`] or [`Optional`].
pub trait Nulls: 'static {
    /// The Rust type of a value: `T`, or `Option<T>`.
    type Of<T: ColumnType>: ColumnField<Plain = T> + Row;

    /// The same for a part of a row that is more than a value.
    type OfRow<T: Row>: Row;

    /// Of a value that is `NULL` where this one or another is.
    type Or<Other: Nulls>: Nulls;

    /// Of a value that is `NULL` where this one and another are.
    type And<Other: Nulls>: Nulls;
}

impl Nulls for Required {
    type Of<T: ColumnType> = T;
    type OfRow<T: Row> = T;
    type Or<Other: Nulls> = Other;
    type And<Other: Nulls> = Self;
}

impl Nulls for Optional {
    type Of<T: ColumnType> = Option<T>;
    type OfRow<T: Row> = Option<T>;
    type Or<Other: Nulls> = Self;
    type And<Other: Nulls> = Other;
}

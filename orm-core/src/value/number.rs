//! Column types that the server can calculate with.

use crate::value::ColumnType;

/// A column type with `+`, `-`, `*` and `/` on the server: the numbers, and a type of your own that says so.
///
/// ```
/// use orm_core::value::{ColumnType, ConversionError, Number, SqlType, Value};
///
/// struct Cents(i64);
///
/// impl ColumnType for Cents {
///     const SQL_TYPE: SqlType = SqlType::BigInt;
///     fn to_value(&self) -> Value {
///         self.0.to_value()
///     }
///     fn from_value(value: Value) -> Result<Self, ConversionError> {
///         i64::from_value(value).map(Cents)
///     }
/// }
///
/// impl Number for Cents {
///     type Sum = Cents;
///     type Quotient = f64;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number to calculate with",
    note = "the server calculates with numbers only; for a type of your own write `impl orm_core::value::Number for {Self}`"
)]
pub trait Number: ColumnType {
    /// What holds the sum of many.
    type Sum: Number;

    /// What holds an average, or a part of one: the server keeps a fraction.
    type Quotient: Number;
}

macro_rules! numbers {
    ($($number:ident: $sum:ident $quotient:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Number for $number {
            type Sum = $sum;
            type Quotient = $quotient;
        }
    )*};
}

numbers! {
    i8: i64 f64;
    u8: i64 f64;
    i16: i64 f64;
    u16: i64 f64;
    i32: i64 f64;
    u32: i64 f64;
    i64: i64 f64;
    u64: u64 f64;
    f32: f64 f64;
    f64: f64 f64;
}

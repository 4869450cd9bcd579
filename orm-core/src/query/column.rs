//! Columns as constants of a model (`Employee::firstname`), and what can be asked of them.

use std::fmt;
use std::marker::PhantomData;

use crate::model::{ColumnField, Record};
use crate::query::{One, Order, Predicate};
use crate::sql::{Comparison, Direction, Expression, Ordering};
use crate::value::{ColumnType, Value};

/// A column of the model `M` whose field has the type `T`: the constant that the derive puts beside the field.
pub struct Column<M, T> {
    place: usize,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Column<M, T> {
    /// The column at this place in the table.
    #[must_use]
    pub const fn new(place: usize) -> Self {
        Self { place, types: PhantomData }
    }
}

impl<M: Record, T: ColumnField> Column<M, T> {
    /// `=`
    pub fn eq(self, other: impl Operand<T::Plain>) -> Predicate<One<M>> {
        self.compare(Comparison::Equal, other)
    }

    /// `<>`; never true of `NULL`.
    pub fn ne(self, other: impl Operand<T::Plain>) -> Predicate<One<M>> {
        self.compare(Comparison::NotEqual, other)
    }

    /// `<`
    pub fn lt(self, other: impl Operand<T::Plain>) -> Predicate<One<M>> {
        self.compare(Comparison::Less, other)
    }

    /// `<=`
    pub fn le(self, other: impl Operand<T::Plain>) -> Predicate<One<M>> {
        self.compare(Comparison::LessOrEqual, other)
    }

    /// `>`
    pub fn gt(self, other: impl Operand<T::Plain>) -> Predicate<One<M>> {
        self.compare(Comparison::Greater, other)
    }

    /// `>=`
    pub fn ge(self, other: impl Operand<T::Plain>) -> Predicate<One<M>> {
        self.compare(Comparison::GreaterOrEqual, other)
    }

    /// `BETWEEN`: both ends are included.
    pub fn between(self, low: impl Operand<T::Plain>, high: impl Operand<T::Plain>) -> Predicate<One<M>> {
        let (low, high) = (Expression::Value(low.value()), Expression::Value(high.value()));
        Predicate::new(Expression::Between(Box::new(self.expression()), Box::new(low), Box::new(high)))
    }

    /// `IN`; never true for an empty list.
    pub fn in_(self, list: impl IntoIterator<Item = impl Operand<T::Plain>>) -> Predicate<One<M>> {
        let list = list.into_iter().map(|item| Expression::Value(item.value())).collect();
        Predicate::new(Expression::In(Box::new(self.expression()), list))
    }

    /// `IS NULL`
    #[must_use]
    pub fn is_null(self) -> Predicate<One<M>> {
        Predicate::new(Expression::IsNull(Box::new(self.expression())))
    }

    /// `IS NOT NULL`
    #[must_use]
    pub fn is_not_null(self) -> Predicate<One<M>> {
        !self.is_null()
    }

    /// Ascending; `NULL` comes first.
    #[must_use]
    pub fn asc(self) -> Order<One<M>> {
        Order::new(Ordering { by: self.expression(), direction: Direction::Ascending })
    }

    /// Descending; `NULL` comes last.
    #[must_use]
    pub fn desc(self) -> Order<One<M>> {
        Order::new(Ordering { by: self.expression(), direction: Direction::Descending })
    }

    fn compare(self, comparison: Comparison, other: impl Operand<T::Plain>) -> Predicate<One<M>> {
        Predicate::new(self.expression().compare(comparison, Expression::Value(other.value())))
    }

    fn expression(self) -> Expression {
        Expression::column(M::table(), self.place)
    }
}

impl<M: Record, T: ColumnField<Plain = String>> Column<M, T> {
    /// `LIKE`: `%` stands for any text, `_` for any character.
    pub fn like(self, pattern: impl Operand<String>) -> Predicate<One<M>> {
        self.compare(Comparison::Like, pattern)
    }
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M: Record, T> fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", M::table().model, M::table().columns[self.place].field)
    }
}

/// What a column of `T` can be compared with.
#[diagnostic::on_unimplemented(
    message = "a column of `{T}` cannot be compared with `{Self}`",
    label = "expected `{T}`",
    note = "give a value of the column's own type (`&str` for `String`); for `NULL` there is `.is_null()`"
)]
pub trait Operand<T> {
    /// The value to bind.
    fn value(self) -> Value;
}

impl<T: ColumnType> Operand<T> for T {
    fn value(self) -> Value {
        self.to_value()
    }
}

impl<T: ColumnType> Operand<T> for &T {
    fn value(self) -> Value {
        self.to_value()
    }
}

impl Operand<String> for &str {
    fn value(self) -> Value {
        Value::Bytes(self.as_bytes().to_vec())
    }
}

impl Operand<Vec<u8>> for &[u8] {
    fn value(self) -> Value {
        Value::Bytes(self.to_vec())
    }
}

//! Columns as constants of a model (`Employee::firstname`), and what can be asked of them.

use std::fmt;
use std::marker::PhantomData;

use crate::model::{ColumnField, Source};
use crate::query::{Among, IntoTerm, Marked, One, Operand, OperandOrNull, Order, Predicate, Term};
use crate::relation::Renamed;
use crate::sql::{Expression, TableRef};
use crate::value::Text;

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

    /// The place in the table.
    #[must_use]
    pub const fn place(&self) -> usize {
        self.place
    }

    /// The same column of the model under another name, which [`alias!`](crate::alias) gives.
    #[must_use]
    pub const fn of<Alias: Source>(self) -> Column<Alias, T>
    where
        Self: Renamed<M, Alias>,
    {
        Column::new(self.place)
    }
}

impl<M: Source, T: ColumnField> Column<M, T> {
    /// `=`
    pub fn eq<O: Operand<T::Plain>>(self, other: O) -> Predicate<O::With<One<M>>> {
        self.term().eq(other)
    }

    /// `<>`; never true of `NULL`.
    pub fn ne<O: Operand<T::Plain>>(self, other: O) -> Predicate<O::With<One<M>>> {
        self.term().ne(other)
    }

    /// `<`
    pub fn lt<O: Operand<T::Plain>>(self, other: O) -> Predicate<O::With<One<M>>> {
        self.term().lt(other)
    }

    /// `<=`
    pub fn le<O: Operand<T::Plain>>(self, other: O) -> Predicate<O::With<One<M>>> {
        self.term().le(other)
    }

    /// `>`
    pub fn gt<O: Operand<T::Plain>>(self, other: O) -> Predicate<O::With<One<M>>> {
        self.term().gt(other)
    }

    /// `>=`
    pub fn ge<O: Operand<T::Plain>>(self, other: O) -> Predicate<O::With<One<M>>> {
        self.term().ge(other)
    }

    /// `<=>`: as `=`, and `NULL`, which is `None`, is the same as `NULL`.
    pub fn same_as<O: OperandOrNull<T::Plain>>(self, other: O) -> Predicate<O::With<One<M>>> {
        self.term().same_as(other)
    }

    /// `BETWEEN`: both ends are included.
    pub fn between<Low, High>(self, low: Low, high: High) -> Predicate<High::With<Low::With<One<M>>>>
    where
        Low: Operand<T::Plain>,
        High: Operand<T::Plain>,
    {
        self.term().between(low, high)
    }

    /// `IN`: one of a list, or of the values that a query selects; never true where there are none.
    pub fn in_<L: Among<T::Plain>>(self, list: L) -> Predicate<L::With<One<M>>> {
        self.term().in_(list)
    }

    /// `IS NULL`
    #[must_use]
    pub fn is_null(self) -> Predicate<One<M>> {
        self.term().is_null()
    }

    /// `IS NOT NULL`
    #[must_use]
    pub fn is_not_null(self) -> Predicate<One<M>> {
        self.term().is_not_null()
    }

    /// Ascending; `NULL` comes first.
    #[must_use]
    pub fn asc(self) -> Order<Marked<One<M>, T::Nulls>, T::Plain> {
        self.into_term().asc()
    }

    /// Descending; `NULL` comes last.
    #[must_use]
    pub fn desc(self) -> Order<Marked<One<M>, T::Nulls>, T::Plain> {
        self.into_term().desc()
    }

    /// As a term of which nobody asks whether it may be `NULL`.
    pub(crate) fn term(self) -> Term<One<M>, T::Plain> {
        Term::new(self.expression())
    }

    pub(crate) fn expression(self) -> Expression {
        Expression::Column(TableRef::of::<M>(), self.place)
    }
}

impl<M: Source, T: ColumnField<Plain: Text>> Column<M, T> {
    /// `LIKE`: `%` stands for any text, `_` for any character.
    pub fn like<O: Operand<String>>(self, pattern: O) -> Predicate<O::With<One<M>>> {
        self.term().like(pattern)
    }

    /// It begins with this text, in which `%` and `_` are nothing special.
    #[must_use]
    pub fn starts_with(self, text: &str) -> Predicate<One<M>> {
        self.term().starts_with(text)
    }

    /// It ends with this text, in which `%` and `_` are nothing special.
    #[must_use]
    pub fn ends_with(self, text: &str) -> Predicate<One<M>> {
        self.term().ends_with(text)
    }

    /// It contains this text, in which `%` and `_` are nothing special.
    #[must_use]
    pub fn contains(self, text: &str) -> Predicate<One<M>> {
        self.term().contains(text)
    }

    /// `REGEXP`: the regular expressions of the server.
    pub fn matches<O: Operand<String>>(self, pattern: O) -> Predicate<O::With<One<M>>> {
        self.term().matches(pattern)
    }
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M: Source, T> fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = M::source();
        write!(f, "{}::{}", M::ALIAS.unwrap_or(table.model), table.columns[self.place].field)
    }
}

//! Columns as constants of a model (`Employee::firstname`), and what can be asked of them.

use std::fmt;
use std::marker::PhantomData;

use crate::model::{ColumnField, Record};
use crate::query::{One, Operand, Order, Predicate, Term};
use crate::sql::{Comparison, Expression};

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

    pub(crate) const fn place(self) -> usize {
        self.place
    }
}

impl<M: Record, T: ColumnField> Column<M, T> {
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

    /// `BETWEEN`: both ends are included.
    pub fn between<Low, High>(self, low: Low, high: High) -> Predicate<High::With<Low::With<One<M>>>>
    where
        Low: Operand<T::Plain>,
        High: Operand<T::Plain>,
    {
        let (low, high) = (low.beside::<One<M>>().expression, high.beside::<One<M>>().expression);
        Predicate::new(Expression::Between(Box::new(self.expression()), Box::new(low), Box::new(high)))
    }

    /// `IN`; never true for an empty list.
    pub fn in_<O: Operand<T::Plain>>(self, list: impl IntoIterator<Item = O>) -> Predicate<O::With<One<M>>> {
        let list = list.into_iter().map(|item| item.beside::<One<M>>().expression).collect();
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
        self.term().asc()
    }

    /// Descending; `NULL` comes last.
    #[must_use]
    pub fn desc(self) -> Order<One<M>> {
        self.term().desc()
    }

    pub(crate) fn term(self) -> Term<One<M>, T::Plain> {
        Term::new(self.expression())
    }

    pub(crate) fn expression(self) -> Expression {
        Expression::column(M::table(), self.place)
    }
}

impl<M: Record, T: ColumnField<Plain = String>> Column<M, T> {
    /// `LIKE`: `%` stands for any text, `_` for any character.
    pub fn like<O: Operand<String>>(self, pattern: O) -> Predicate<O::With<One<M>>> {
        self.term().compare(Comparison::Like, pattern)
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

//! What an UPDATE assigns: `Employee::salary.set(Employee::salary + 10)`.

use std::fmt;
use std::marker::PhantomData;

use crate::error::{Error, Result};
use crate::model::{Cell, ColumnField, Field, Record};
use crate::query::related::operand;
use crate::query::{Both, Column, Either, Marked, Nothing, One, Operand, Surely, Target};
use crate::relation::{Relation, kind};
use crate::sql::Expression;
use crate::value::{ColumnType, Value};

/// A new value for a column or a foreign key of the model `M`.
///
/// It is made by `set` and `set_null` of a column's or a relationship's constant.
pub struct Assignment<M> {
    columns: Vec<(usize, Assigned)>,
    model: PhantomData<fn() -> M>,
}

/// What one column is set to.
#[derive(Debug, Clone)]
enum Assigned {
    To(Expression),
    /// To the key of a new object, which no session has, or of none.
    Unknown,
}

impl<M: Record> Assignment<M> {
    fn new(columns: impl Iterator<Item = (usize, Assigned)>) -> Self {
        Self { columns: columns.collect(), model: PhantomData }
    }

    /// The columns, as places in the table, with what they are set to.
    ///
    /// # Errors
    /// [`Error::NotAssignable`]: a foreign key is set to a new object, or to nothing.
    pub(crate) fn into_columns(self) -> Result<Vec<(usize, Expression)>> {
        let expression = |(column, assigned): (usize, Assigned)| match assigned {
            Assigned::To(expression) => Ok((column, expression)),
            Assigned::Unknown => Err(Error::NotAssignable {
                model: M::table().model,
                field: M::table().columns[column].field,
                reason: "it is given neither a handle nor a key; add a new object to the session, and give its handle",
            }),
        };
        self.columns.into_iter().map(expression).collect()
    }
}

impl<M: Record, T: ColumnField> Column<M, T> {
    /// Sets the column: to a value, to another column, or to a term over columns of the same model.
    pub fn set<O>(self, value: O) -> Assignment<M>
    where
        O: Operand<T::Plain>,
        O::With<One<M>>: Within<M>,
    {
        let value = value.beside::<One<M>>().expression.alone();
        Assignment::new([(self.place(), Assigned::To(value))].into_iter())
    }

    /// Sets the column to `NULL`.
    #[must_use]
    pub fn set_null(self) -> Assignment<M>
    where
        T: Nullable,
    {
        Assignment::new([(self.place(), null())].into_iter())
    }
}

impl<A: Record, B: Record, N> Relation<A, B, kind::BelongsTo<N>> {
    /// Sets the foreign key: to a handle, to a view, or to `BelongsTo::key(…)`.
    pub fn set(self, target: impl Target<B>) -> Assignment<A> {
        let mut cells = Vec::new();
        target.reference().write(&mut cells);
        let assigned = cells.into_iter().map(|cell| match cell {
            Cell::Missing => Assigned::Unknown,
            cell => Assigned::To(operand(cell)),
        });
        Assignment::new(self.columns().iter().copied().zip(assigned))
    }

    /// Sets the foreign key to `NULL`.
    #[must_use]
    pub fn set_null(self) -> Assignment<A>
    where
        N: Nullable,
    {
        Assignment::new(self.columns().iter().map(|&column| (column, null())))
    }
}

impl<M: Record, T: ColumnField> Column<M, T> {
    /// Sets the column to a value, or to `NULL` for `None`.
    pub fn set_or_null<O>(self, value: Option<O>) -> Assignment<M>
    where
        T: Nullable,
        O: Operand<T::Plain>,
        O::With<One<M>>: Within<M>,
    {
        value.map_or_else(|| self.set_null(), |value| self.set(value))
    }
}

impl<A: Record, B: Record, N: Nullable> Relation<A, B, kind::BelongsTo<N>> {
    /// Sets the foreign key to an object, or to `NULL` for `None`.
    pub fn set_or_null(self, target: Option<impl Target<B>>) -> Assignment<A> {
        target.map_or_else(|| self.set_null(), |target| self.set(target))
    }
}

fn null() -> Assigned {
    Assigned::To(Expression::Value(Value::NULL))
}

impl<M> Clone for Assignment<M> {
    fn clone(&self) -> Self {
        Self { columns: self.columns.clone(), model: PhantomData }
    }
}

/// The columns, without values.
impl<M: Record> fmt::Debug for Assignment<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.columns.iter().map(|(column, _)| M::table().columns[*column].field);
        f.debug_tuple("Assignment").field(&names.collect::<Vec<_>>()).finish()
    }
}

/// The type of a column, or the kind of a foreign key, that may be `NULL`.
#[diagnostic::on_unimplemented(message = "this cannot be `NULL`: make the field an `Option`, or set it to a value")]
pub trait Nullable {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Nullable for Option<T> {}
#[diagnostic::do_not_recommend]
impl Nullable for kind::Optional {}

/// Models of a term that can be assigned to a column of `M`: `M` alone.
#[diagnostic::on_unimplemented(
    message = "a column of `{M}` cannot be set to a column of another model",
    label = "give a value, or a term over columns of `{M}` alone"
)]
pub trait Within<M> {}

#[diagnostic::do_not_recommend]
impl<M> Within<M> for One<M> {}
#[diagnostic::do_not_recommend]
impl<M, A: Within<M>, B: Within<M>> Within<M> for Both<A, B> {}
#[diagnostic::do_not_recommend]
impl<M, A: Within<M>, B: Within<M>> Within<M> for Either<A, B> {}
#[diagnostic::do_not_recommend]
impl<M, A: Within<M>, N> Within<M> for Marked<A, N> {}
#[diagnostic::do_not_recommend]
impl<M, A: Within<M>> Within<M> for Surely<A> {}
#[diagnostic::do_not_recommend]
impl<M> Within<M> for Nothing {}

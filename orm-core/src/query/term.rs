//! Terms that the server calculates: `Product::stock - 1`, and what they can be made of.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Add, Div, Mul, Sub};

use crate::model::{ColumnField, Record};
use crate::query::{Both, Column, IntoOrder, One, Order, Predicate};
use crate::sql::{Comparison, Direction, Expression, Operation, Ordering};
use crate::value::{ColumnType, Number, Value};

/// A term over columns of the models `S` that gives a value of the type `T`.
///
/// It is made by calculating with columns, and the server calculates it, with `NULL` wherever a part is `NULL`. The
/// arithmetic is the server's too: `7 / 2` is 3.5 there, and a column of whole numbers keeps what is rounded; less than zero
/// of an unsigned column is an error.
///
/// ```
/// use orm_core::prelude::*;
///
/// #[derive(Model)]
/// struct Product {
///     #[primary_key]
///     id: Auto<i32>,
///     stock: i32,
///     minimum: i32,
/// }
///
/// let scarce = (Product::stock - 10).lt(Product::minimum * 2);
/// let sold = Product::stock.set(Product::stock - 1);
/// ```
pub struct Term<S, T> {
    pub(crate) expression: Expression,
    types: PhantomData<fn() -> (S, T)>,
}

impl<S, T> Term<S, T> {
    pub(crate) fn new(expression: Expression) -> Self {
        Self { expression, types: PhantomData }
    }

    fn calculate<O: Operand<T>>(self, operation: Operation, other: O) -> Term<O::With<S>, T> {
        Term::new(self.expression.calculate(operation, other.beside::<S>().expression))
    }

    pub(crate) fn compare<O: Operand<T>>(self, comparison: Comparison, other: O) -> Predicate<O::With<S>> {
        Predicate::new(self.expression.compare(comparison, other.beside::<S>().expression))
    }

    fn ordered(self, direction: Direction) -> Order<S> {
        Order::new(Ordering { by: self.expression, direction })
    }
}

impl<S, T: ColumnType> Term<S, T> {
    /// A value, to be bound.
    #[must_use]
    pub fn value(value: &T) -> Self {
        Self::new(Expression::Value(value.to_value()))
    }

    /// `=`
    pub fn eq<O: Operand<T>>(self, other: O) -> Predicate<O::With<S>> {
        self.compare(Comparison::Equal, other)
    }

    /// `<>`; never true of `NULL`.
    pub fn ne<O: Operand<T>>(self, other: O) -> Predicate<O::With<S>> {
        self.compare(Comparison::NotEqual, other)
    }

    /// `<`
    pub fn lt<O: Operand<T>>(self, other: O) -> Predicate<O::With<S>> {
        self.compare(Comparison::Less, other)
    }

    /// `<=`
    pub fn le<O: Operand<T>>(self, other: O) -> Predicate<O::With<S>> {
        self.compare(Comparison::LessOrEqual, other)
    }

    /// `>`
    pub fn gt<O: Operand<T>>(self, other: O) -> Predicate<O::With<S>> {
        self.compare(Comparison::Greater, other)
    }

    /// `>=`
    pub fn ge<O: Operand<T>>(self, other: O) -> Predicate<O::With<S>> {
        self.compare(Comparison::GreaterOrEqual, other)
    }

    /// Ascending; `NULL` comes first.
    #[must_use]
    pub fn asc(self) -> Order<S> {
        self.ordered(Direction::Ascending)
    }

    /// Descending; `NULL` comes last.
    #[must_use]
    pub fn desc(self) -> Order<S> {
        self.ordered(Direction::Descending)
    }
}

macro_rules! operators {
    ($($operator:ident $method:ident $operation:ident)*) => {$(
        impl<S, T: Number, O: Operand<T>> $operator<O> for Term<S, T> {
            type Output = Term<O::With<S>, T>;

            fn $method(self, other: O) -> Self::Output {
                self.calculate(Operation::$operation, other)
            }
        }

        impl<M: Record, F: ColumnField<Plain: Number>, O: Operand<F::Plain>> $operator<O> for Column<M, F> {
            type Output = Term<O::With<One<M>>, F::Plain>;

            fn $method(self, other: O) -> Self::Output {
                self.term().calculate(Operation::$operation, other)
            }
        }
    )*};
}

operators! {
    Add add Add
    Sub sub Subtract
    Mul mul Multiply
    Div div Divide
}

impl<S, T: ColumnType> IntoOrder<S> for Term<S, T> {
    fn into_order(self) -> Order<S> {
        self.asc()
    }
}

impl<S, T> Clone for Term<S, T> {
    fn clone(&self) -> Self {
        Self::new(self.expression.clone())
    }
}

impl<S, T> fmt::Debug for Term<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Term")
    }
}

/// What a column of `T` can be compared with, calculated with, or set to: a value, another column, or a term.
#[diagnostic::on_unimplemented(
    message = "a column of `{T}` needs a `{T}` here, not `{Self}`",
    label = "expected `{T}`",
    note = "give a value of the column's own type (`&str` for `String`); for `NULL` there is `.is_null()`"
)]
pub trait Operand<T> {
    /// The models that are read by a term over `S` and this.
    type With<S>;

    /// Itself, as a part of a term over `S`.
    fn beside<S>(self) -> Term<Self::With<S>, T>;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Operand<T> for T {
    type With<S> = S;

    fn beside<S>(self) -> Term<S, T> {
        Term::value(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Operand<T> for &T {
    type With<S> = S;

    fn beside<S>(self) -> Term<S, T> {
        Term::value(self)
    }
}

#[diagnostic::do_not_recommend]
impl Operand<String> for &str {
    type With<S> = S;

    fn beside<S>(self) -> Term<S, String> {
        Term::new(Expression::Value(Value::Bytes(self.as_bytes().to_vec())))
    }
}

#[diagnostic::do_not_recommend]
impl Operand<Vec<u8>> for &[u8] {
    type With<S> = S;

    fn beside<S>(self) -> Term<S, Vec<u8>> {
        Term::new(Expression::Value(Value::Bytes(self.to_vec())))
    }
}

#[diagnostic::do_not_recommend]
impl<M: Record, T, F: ColumnField<Plain = T>> Operand<T> for Column<M, F> {
    type With<S> = Both<S, One<M>>;

    fn beside<S>(self) -> Term<Both<S, One<M>>, T> {
        Term::new(self.expression())
    }
}

#[diagnostic::do_not_recommend]
impl<Other, T> Operand<T> for Term<Other, T> {
    type With<S> = Both<S, Other>;

    fn beside<S>(self) -> Term<Both<S, Other>, T> {
        Term::new(self.expression)
    }
}

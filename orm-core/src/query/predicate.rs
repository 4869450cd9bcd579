//! Conditions and orders that know which models they are about.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use crate::model::{ColumnField, Source};
use crate::query::{Both, Column, One, Within};
use crate::sql::{Expression, Ordering};

/// A condition on the models `S`: combine conditions with `&`, `|` and `!`.
pub struct Predicate<S> {
    pub(crate) expression: Expression,
    scope: PhantomData<fn() -> S>,
}

impl<S> Predicate<S> {
    pub(crate) fn new(expression: Expression) -> Self {
        Self { expression, scope: PhantomData }
    }

    /// All of these hold; true where there are none.
    #[must_use]
    pub fn all(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::new(Expression::And(conditions.into_iter().map(|condition| condition.expression).collect()))
    }

    /// One of these holds at least; false where there are none.
    #[must_use]
    pub fn any(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::new(Expression::Or(conditions.into_iter().map(|condition| condition.expression).collect()))
    }

    /// The same condition, as one on `M` alone: the type of what a function gives.
    ///
    /// ```
    /// use orm_core::prelude::*;
    /// use orm_core::query::{One, Predicate};
    ///
    /// #[derive(Model)]
    /// struct Product {
    ///     #[primary_key]
    ///     id: Auto<i32>,
    ///     stock: i32,
    ///     minimum: i32,
    /// }
    ///
    /// fn is_scarce() -> Predicate<One<Product>> {
    ///     (Product::stock.lt(Product::minimum) | Product::stock.eq(0)).on()
    /// }
    /// ```
    #[must_use]
    pub fn on<M>(self) -> Predicate<One<M>>
    where
        S: Within<M>,
    {
        Predicate::new(self.expression)
    }
}

impl<A, B> BitAnd<Predicate<B>> for Predicate<A> {
    type Output = Predicate<Both<A, B>>;

    fn bitand(self, other: Predicate<B>) -> Self::Output {
        Predicate::new(self.expression.and(other.expression))
    }
}

impl<A, B> BitOr<Predicate<B>> for Predicate<A> {
    type Output = Predicate<Both<A, B>>;

    fn bitor(self, other: Predicate<B>) -> Self::Output {
        Predicate::new(self.expression.or(other.expression))
    }
}

impl<S> Not for Predicate<S> {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(Expression::Not(Box::new(self.expression)))
    }
}

impl<S> Clone for Predicate<S> {
    fn clone(&self) -> Self {
        Self::new(self.expression.clone())
    }
}

impl<S> fmt::Debug for Predicate<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Predicate")
    }
}

/// An order by a column or term of the type `T` that needs `S`.
pub struct Order<S, T = ()> {
    pub(crate) ordering: Ordering,
    scope: PhantomData<fn() -> (S, T)>,
}

impl<S, T> Order<S, T> {
    pub(crate) fn new(ordering: Ordering) -> Self {
        Self { ordering, scope: PhantomData }
    }

    /// The same order, as one by `M` alone: the type of what a function gives, or of those in a list.
    #[must_use]
    pub fn on<M>(self) -> Order<One<M>>
    where
        S: Within<M>,
    {
        Order::new(self.ordering)
    }
}

/// What a query can be ordered by: `column.asc()`, `column.desc()`, or a column, which is ascending.
#[diagnostic::on_unimplemented(
    message = "a query cannot be ordered by `{Self}`",
    note = "give a column or a term, or `.asc()`, `.desc()` of one; a further `.order_by(…)` decides where this one is equal"
)]
pub trait IntoOrder {
    /// What it needs of the query.
    type Needs;

    /// The order.
    fn into_order(self) -> Order<Self::Needs>;
}

impl<S, T> Clone for Order<S, T> {
    fn clone(&self) -> Self {
        Self::new(self.ordering.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<S, T> IntoOrder for Order<S, T> {
    type Needs = S;

    fn into_order(self) -> Order<S> {
        Order::new(self.ordering)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Source, T: ColumnField> IntoOrder for Column<M, T> {
    type Needs = One<M>;

    fn into_order(self) -> Order<One<M>> {
        Order::new(self.asc().ordering)
    }
}

impl<S, T> fmt::Debug for Order<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Order({:?})", self.ordering.direction)
    }
}

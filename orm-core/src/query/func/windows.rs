//! Functions over the rows around each row.

use std::marker::PhantomData;

use crate::query::{Aggregated, Both, IntoOrder, IntoTerm, Nothing, Perhaps, Surely, Term};
use crate::sql::{self, Edge, Expression, Frame, Function};
use crate::value::ColumnType;

/// The rows around each row: all of them, until [`partition_by`](Window::partition_by) says which.
#[must_use]
pub fn window() -> Window<Nothing> {
    Window { window: sql::Window::default(), needs: PhantomData }
}

/// The rows around each row: those of the same partition, in an order.
///
/// With an order, aggregates are calculated from the first row of the partition to the current one and its equals; else from
/// all rows of the partition.
#[derive(Debug, Clone)]
pub struct Window<S> {
    window: sql::Window,
    needs: PhantomData<fn() -> S>,
}

impl<S> Window<S> {
    /// Only the rows that have the same value here.
    #[must_use]
    pub fn partition_by<X: IntoTerm>(mut self, x: X) -> Window<Both<S, X::Needs>> {
        self.window.partition.push(x.into_term().expression);
        Window { window: self.window, needs: PhantomData }
    }

    /// In this order; a further one decides where the ones before are equal.
    #[must_use]
    pub fn order_by<O: IntoOrder>(mut self, order: O) -> Window<Both<S, O::Needs>> {
        self.window.order.push(order.into_order().ordering);
        Window { window: self.window, needs: PhantomData }
    }

    /// `ROWS BETWEEN before PRECEDING AND after FOLLOWING`: only so many rows before and after the current one.
    #[must_use]
    pub fn rows_between(mut self, before: u64, after: u64) -> Self {
        self.window.frame = Some(Frame { from: Edge::Before(before), to: Edge::After(after) });
        self
    }

    /// `ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW`: up to the current row, and none of its equals.
    #[must_use]
    pub fn rows_until_current(mut self) -> Self {
        self.window.frame = Some(Frame { from: Edge::Unbounded, to: Edge::Current });
        self
    }

    /// `ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING`: all rows of the partition, also where it has an order.
    #[must_use]
    pub fn all_rows(mut self) -> Self {
        self.window.frame = Some(Frame { from: Edge::Unbounded, to: Edge::Unbounded });
        self
    }
}

/// What becomes a term with a window: an aggregate, or a function such as [`row_number`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no function of a window",
    label = "neither an aggregate nor a function such as `func::row_number()`",
    note = "calculate with what `over` gives: `func::sum(…).over(…) / 2`"
)]
pub trait Over: Sized {
    /// What it needs of the query.
    type Needs;
    /// The type of its value.
    type Value: ColumnType;

    /// The function.
    #[doc(hidden)]
    fn function(self) -> Term<Self::Needs, Self::Value>;

    /// Calculated for each row, from the rows of its window.
    fn over<S>(self, window: Window<S>) -> Term<Both<Self::Needs, Aggregated<Surely<S>>>, Self::Value> {
        let function = self.function().expression;
        Term::new(Expression::Over(Box::new(function), Box::new(window.window)))
    }
}

/// An aggregate is calculated from all rows of the window's frame.
impl<S, T: ColumnType> Over for Term<Perhaps<Aggregated<S>>, T> {
    type Needs = Perhaps<Aggregated<S>>;
    type Value = T;

    fn function(self) -> Self {
        self
    }
}

impl<S, T: ColumnType> Over for Term<Surely<Aggregated<S>>, T> {
    type Needs = Surely<Aggregated<S>>;
    type Value = T;

    fn function(self) -> Self {
        self
    }
}

/// A function that has a value only with a window.
#[derive(Debug, Clone)]
pub struct Ranking<S, T>(Term<S, T>);

impl<S, T: ColumnType> Over for Ranking<S, T> {
    type Needs = S;
    type Value = T;

    fn function(self) -> Term<S, T> {
        self.0
    }
}

macro_rules! rankings {
    ($($(#[$doc:meta])* $name:ident $function:literal $value:ident)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name() -> Ranking<Nothing, $value> {
            ranking($function, Vec::new())
        }
    )*};
}

rankings! {
    /// `ROW_NUMBER()`: 1, 2, 3 …
    row_number "ROW_NUMBER" i64
    /// `RANK()`: equal rows have the same rank, and those after them are numbered on: 1, 1, 3 …
    rank "RANK" i64
    /// `DENSE_RANK()`: equal rows have the same rank, and those after them the next one: 1, 1, 2 …
    dense_rank "DENSE_RANK" i64
    /// `PERCENT_RANK()`: the rank, from 0 to 1.
    percent_rank "PERCENT_RANK" f64
    /// `CUME_DIST()`: the part of the rows that come before or are equal, from 0 to 1.
    cume_dist "CUME_DIST" f64
}

/// `NTILE(parts)`: which of so many equal parts of the window a row is in, from 1.
#[must_use]
pub fn ntile(parts: u32) -> Ranking<Nothing, i64> {
    ranking("NTILE", vec![parts.into_term().expression])
}

/// `LAG(x, rows)`: the value in the row that is so many rows before; `NULL` where there is none.
pub fn lag<X: IntoTerm>(x: X, rows: u32) -> Ranking<Perhaps<X::Needs>, X::Value> {
    ranking("LAG", vec![x.into_term().expression, rows.into_term().expression])
}

/// `LEAD(x, rows)`: the value in the row that is so many rows after; `NULL` where there is none.
pub fn lead<X: IntoTerm>(x: X, rows: u32) -> Ranking<Perhaps<X::Needs>, X::Value> {
    ranking("LEAD", vec![x.into_term().expression, rows.into_term().expression])
}

/// `FIRST_VALUE(x)`: the value in the first row of the frame.
pub fn first_value<X: IntoTerm>(x: X) -> Ranking<Perhaps<X::Needs>, X::Value> {
    ranking("FIRST_VALUE", vec![x.into_term().expression])
}

/// `LAST_VALUE(x)`: the value in the last row of the frame, which with an order is the current one: see
/// [`all_rows`](Window::all_rows).
pub fn last_value<X: IntoTerm>(x: X) -> Ranking<Perhaps<X::Needs>, X::Value> {
    ranking("LAST_VALUE", vec![x.into_term().expression])
}

fn ranking<S, T>(name: &'static str, parts: Vec<Expression>) -> Ranking<S, T> {
    Ranking(Term::new(Expression::Call(Function::Named(name), parts)))
}

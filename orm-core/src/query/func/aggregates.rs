//! Functions over the rows of a group.

use std::marker::PhantomData;

use super::conditions::check_name;
use super::{Terms, call_one};
use crate::query::{Aggregated, IntoOrder, IntoTerm, Nothing, Perhaps, Surely, Term};
use crate::sql::{Direction, Expression, Function};
use crate::value::{ColumnType, Number, Text};

/// `COUNT(*)`: the number of rows.
#[must_use]
pub fn count() -> Term<Surely<Aggregated<Nothing>>, i64> {
    Term::new(Expression::Call(Function::COUNT_ROWS, Vec::new()))
}

/// `COUNT(x)`: the number of rows in which `x` is not `NULL`.
pub fn count_of<X: IntoTerm>(x: X) -> Term<Surely<Aggregated<X::Needs>>, i64> {
    call_one(Function::Aggregate("COUNT"), x)
}

/// `COUNT(DISTINCT x)`: the number of different values, `NULL` left out.
pub fn count_distinct<X: IntoTerm>(x: X) -> Term<Surely<Aggregated<X::Needs>>, i64> {
    call_one(Function::COUNT_DISTINCT, x)
}

/// `SUM(x)`; `NULL` where there is nothing to add.
pub fn sum<X: IntoTerm<Value: Number<Sum = T>>, T>(x: X) -> Term<Perhaps<Aggregated<X::Needs>>, T> {
    call_one(Function::Aggregate("SUM"), x)
}

/// `SUM(DISTINCT x)`: each value once; `NULL` where there is nothing to add.
pub fn sum_distinct<X: IntoTerm<Value: Number<Sum = T>>, T>(x: X) -> Term<Perhaps<Aggregated<X::Needs>>, T> {
    call_one(Function::SUM_DISTINCT, x)
}

/// `AVG(x)`; `NULL` where there is nothing.
pub fn avg<X: IntoTerm<Value: Number<Quotient = T>>, T>(x: X) -> Term<Perhaps<Aggregated<X::Needs>>, T> {
    call_one(Function::Aggregate("AVG"), x)
}

/// `MIN(x)`; `NULL` where there is nothing.
pub fn min<X: IntoTerm>(x: X) -> Term<Perhaps<Aggregated<X::Needs>>, X::Value> {
    call_one(Function::Aggregate("MIN"), x)
}

/// `MAX(x)`; `NULL` where there is nothing.
pub fn max<X: IntoTerm>(x: X) -> Term<Perhaps<Aggregated<X::Needs>>, X::Value> {
    call_one(Function::Aggregate("MAX"), x)
}

/// An aggregate of the server that the library has no word for, by its name: `func::aggregate::<f64, _>("STDDEV_POP", (x,))`.
///
/// # Panics
/// The name has something else in it than letters, digits, `_` and `.`.
pub fn aggregate<T: ColumnType, X: Terms>(name: &'static str, arguments: X) -> Term<Perhaps<Aggregated<X::Needs>>, T> {
    check_name(name);
    Term::new(Expression::Call(Function::Aggregate(name), arguments.terms().0))
}

/// `GROUP_CONCAT(x)`: all texts as one, with commas between; `NULL` where there is nothing. The server cuts it after
/// `@@group_concat_max_len` bytes (1 MB on MariaDB, 1,024 on MySQL).
///
/// ```
/// use orm_core::prelude::*;
///
/// #[derive(Model)]
/// struct Tag {
///     #[primary_key]
///     id: Auto<i32>,
///     name: String,
/// }
///
/// let names = query::<Tag>().select(func::group_concat(Tag::name).distinct().order_by(Tag::name.desc()).separator("; "));
/// assert!(format!("{names:?}").contains(r"GROUP_CONCAT(DISTINCT `tag`.`name` ORDER BY `tag`.`name` DESC SEPARATOR '; ')"));
/// ```
pub fn group_concat<X: IntoTerm<Value: Text>>(x: X) -> Concatenated<X::Needs> {
    Concatenated {
        parts: vec![x.into_term().expression],
        down: Vec::new(),
        distinct: false,
        separator: ",".to_owned(),
        needs: PhantomData,
    }
}

/// All texts of a group as one.
#[derive(Debug, Clone)]
pub struct Concatenated<S> {
    parts: Vec<Expression>,
    down: Vec<bool>,
    distinct: bool,
    separator: String,
    needs: PhantomData<fn() -> S>,
}

impl<S> Concatenated<S> {
    /// Equal texts once.
    #[must_use]
    pub fn distinct(mut self) -> Self {
        self.distinct = true;
        self
    }

    /// In this order; a further one decides where the ones before are equal.
    #[must_use]
    pub fn order_by<O: IntoOrder>(mut self, order: O) -> Concatenated<crate::query::Both<S, O::Needs>> {
        let ordering = order.into_order().ordering;
        self.parts.push(ordering.by);
        self.down.push(ordering.direction == Direction::Descending);
        let Self { parts, down, distinct, separator, .. } = self;
        Concatenated { parts, down, distinct, separator, needs: PhantomData }
    }

    /// With this between two texts.
    #[must_use]
    pub fn separator(mut self, text: &str) -> Self {
        text.clone_into(&mut self.separator);
        self
    }
}

#[diagnostic::do_not_recommend]
impl<S> IntoTerm for Concatenated<S> {
    type Needs = Perhaps<Aggregated<S>>;
    type Value = String;

    fn into_term(self) -> Term<Self::Needs, String> {
        let Self { parts, down, distinct, separator, .. } = self;
        Term::new(Expression::Call(Function::Concatenated { distinct, separator, down }, parts))
    }
}

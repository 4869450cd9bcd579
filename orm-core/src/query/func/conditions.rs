//! One of several values, values of the program, and functions by their name.

use super::{Terms, call_one};
use crate::query::{Both, Either, IntoTerm, Listed, Nothing, Operand, Perhaps, Predicate, Surely, Term};
use crate::sql::{Expression, Function};
use crate::value::ColumnType;

/// A value of the program, as a term: what is selected beside columns, or begins a calculation.
pub fn value<X: IntoTerm<Needs = Nothing>>(value: X) -> Term<Nothing, X::Value> {
    value.into_term()
}

/// The column of the result at this place, from 1: what a `union` is ordered by.
#[must_use]
pub fn position(place: usize) -> Term<Listed, i64> {
    Term::new(Expression::Position(place))
}

/// `COALESCE(x, other)`: the first that is not `NULL`.
pub fn coalesce<X: IntoTerm, O: Operand<X::Value>>(
    x: X,
    other: O,
) -> Term<Either<X::Needs, O::With<Nothing>>, X::Value> {
    two("COALESCE", x, other)
}

/// `NULLIF(x, other)`: `NULL` where the two are equal, else `x`.
pub fn null_if<X: IntoTerm, O: Operand<X::Value>>(x: X, other: O) -> Term<Perhaps<O::With<X::Needs>>, X::Value> {
    two("NULLIF", x, other)
}

/// `GREATEST(x, other)`; `NULL` where one is `NULL`.
pub fn greatest<X: IntoTerm, O: Operand<X::Value>>(x: X, other: O) -> Term<O::With<X::Needs>, X::Value> {
    two("GREATEST", x, other)
}

/// `LEAST(x, other)`; `NULL` where one is `NULL`.
pub fn least<X: IntoTerm, O: Operand<X::Value>>(x: X, other: O) -> Term<O::With<X::Needs>, X::Value> {
    two("LEAST", x, other)
}

/// One of two values: `then` where the condition holds, else `otherwise`.
pub fn if_<C, X: IntoTerm, O: Operand<X::Value>>(
    condition: Predicate<C>,
    then: X,
    otherwise: O,
) -> Term<O::With<Both<Surely<C>, X::Needs>>, X::Value> {
    when(condition, then).otherwise(otherwise)
}

/// `CASE WHEN condition THEN value`: the value of the first condition that holds.
///
/// ```
/// use orm_core::prelude::*;
///
/// #[derive(Model)]
/// struct Employee {
///     #[primary_key]
///     id: Auto<i32>,
///     salary: i32,
/// }
///
/// let band = func::when(Employee::salary.ge(100), "high").when(Employee::salary.ge(50), "middle").otherwise("low");
/// let bands = query::<Employee>().select((Employee::id, band));
/// assert!(format!("{bands:?}").contains("CASE WHEN `employee`.`salary` >= ? THEN ? WHEN"));
/// ```
pub fn when<C, X: IntoTerm>(condition: Predicate<C>, then: X) -> Case<Both<Surely<C>, X::Needs>, X::Value> {
    Case { cases: Term::new(Expression::Case(vec![(condition.expression, then.into_term().expression)], None)) }
}

/// The value of the first condition that holds; `NULL` where none does, unless [`otherwise`](Self::otherwise) says more.
#[derive(Debug, Clone)]
pub struct Case<S, T> {
    cases: Term<S, T>,
}

impl<S, T: ColumnType> Case<S, T> {
    /// A further condition, where the ones before do not hold.
    pub fn when<C, O: Operand<T>>(self, condition: Predicate<C>, then: O) -> Case<O::With<Both<S, Surely<C>>>, T> {
        let then = then.beside::<Nothing>().expression;
        let mut expression = self.cases.expression;
        if let Expression::Case(cases, _) = &mut expression {
            cases.push((condition.expression, then));
        }
        Case { cases: Term::new(expression) }
    }

    /// The value where no condition holds.
    pub fn otherwise<O: Operand<T>>(self, value: O) -> Term<O::With<S>, T> {
        let value = value.beside::<Nothing>().expression;
        let mut expression = self.cases.expression;
        if let Expression::Case(_, otherwise) = &mut expression {
            *otherwise = Some(Box::new(value));
        }
        Term::new(expression)
    }
}

#[diagnostic::do_not_recommend]
impl<S, T: ColumnType> IntoTerm for Case<S, T> {
    type Needs = Perhaps<S>;
    type Value = T;

    fn into_term(self) -> Term<Perhaps<S>, T> {
        Term::new(self.cases.expression)
    }
}

/// `CAST(x AS …)`: the value as one of another type.
///
/// What cannot be read as one is the server's matter: it gives 0 or `NULL`, with a warning, or an error where it is written.
pub fn cast<T: ColumnType, X: IntoTerm>(x: X) -> Term<X::Needs, T> {
    call_one(Function::cast(T::SQL_TYPE), x)
}

/// A function of the server that the library has no word for, by its name; its value may be `NULL`. For one over the rows of a
/// group there is [`aggregate`](super::aggregate).
///
/// ```
/// use orm_core::prelude::*;
///
/// #[derive(Model)]
/// struct Photo {
///     #[primary_key]
///     id: Auto<i32>,
///     name: String,
/// }
///
/// let sums = query::<Photo>().select(func::call::<u32, _>("CRC32", (Photo::name,)));
/// assert_eq!(format!("{sums:?}"), "SELECT CRC32(`photo`.`name`) FROM `photo`");
/// ```
///
/// # Panics
/// The name has something else in it than letters, digits, `_` and `.`.
pub fn call<T: ColumnType, X: Terms>(name: &'static str, arguments: X) -> Term<Perhaps<X::Needs>, T> {
    check_name(name);
    Term::new(Expression::Call(Function::Named(name), arguments.terms().0))
}

pub(super) fn check_name(name: &str) {
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
    assert!(is_name, "`{name}` is no name of a function");
}

/// A function of two, of which the second has the type of the first.
fn two<X: IntoTerm, O: Operand<X::Value>, S>(name: &'static str, x: X, other: O) -> Term<S, X::Value> {
    let parts = vec![x.into_term().expression, other.beside::<Nothing>().expression];
    Term::new(Expression::Call(Function::Named(name), parts))
}

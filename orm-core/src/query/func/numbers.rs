//! Functions of numbers.

use super::call_one;
use crate::query::{IntoTerm, Nothing, Operand, Perhaps, Term};
use crate::sql::{Expression, Function};
use crate::value::Number;

/// The same number for the server, and one of another type for the program, so that it can be compared with one:
/// `func::number::<f64, _>(Employee::salary).gt(average)`.
pub fn number<T: Number, X: IntoTerm<Value: Number>>(x: X) -> Term<X::Needs, T> {
    Term::new(x.into_term().expression)
}

/// `ABS(x)`: without its sign.
pub fn abs<X: IntoTerm<Value: Number>>(x: X) -> Term<X::Needs, X::Value> {
    call_one(Function::Named("ABS"), x)
}

/// `SIGN(x)`: -1, 0 or 1.
pub fn sign<X: IntoTerm<Value: Number>>(x: X) -> Term<X::Needs, i32> {
    call_one(Function::Named("SIGN"), x)
}

/// `CEILING(x)`: the next whole number that is not less. One that is no `i64` is an error when it is read; for a `u64` write
/// `func::number::<u64, _>(func::ceil(x))`.
pub fn ceil<X: IntoTerm<Value: Number>>(x: X) -> Term<X::Needs, i64> {
    call_one(Function::Named("CEILING"), x)
}

/// `FLOOR(x)`: the next whole number that is not greater, which is read as with [`ceil`].
pub fn floor<X: IntoTerm<Value: Number>>(x: X) -> Term<X::Needs, i64> {
    call_one(Function::Named("FLOOR"), x)
}

/// `ROUND(x, digits)`: with so many digits after the point, or zeros before it where `digits` is negative.
pub fn round<X: IntoTerm<Value: Number>>(x: X, digits: i32) -> Term<X::Needs, X::Value> {
    let parts = vec![x.into_term().expression, digits.into_term().expression];
    Term::new(Expression::Call(Function::Named("ROUND"), parts))
}

/// `SQRT(x)`: the square root; `NULL` of a negative number.
pub fn sqrt<X: IntoTerm<Value: Number>>(x: X) -> Term<Perhaps<X::Needs>, f64> {
    call_one(Function::Named("SQRT"), x)
}

/// `POWER(x, exponent)`
pub fn power<X: IntoTerm<Value: Number>, O: Operand<f64>>(x: X, exponent: O) -> Term<O::With<X::Needs>, f64> {
    let parts = vec![x.into_term().expression, exponent.beside::<()>().expression];
    Term::new(Expression::Call(Function::Named("POWER"), parts))
}

/// `RAND()`: another number from 0 to 1 for each row.
#[must_use]
pub fn random() -> Term<Nothing, f64> {
    Term::new(Expression::Call(Function::Named("RAND"), Vec::new()))
}

//! Functions of texts.

use super::{Terms, call_one};
use crate::query::{Both, IntoTerm, Operand, Surely, Term};
use crate::sql::{Expression, Function};
use crate::value::{Number, Text};

/// `LOWER(x)`: in small letters.
pub fn lower<X: IntoTerm<Value: Text>>(x: X) -> Term<X::Needs, String> {
    call_one(Function::Named("LOWER"), x)
}

/// `UPPER(x)`: in capital letters.
pub fn upper<X: IntoTerm<Value: Text>>(x: X) -> Term<X::Needs, String> {
    call_one(Function::Named("UPPER"), x)
}

/// `TRIM(x)`: without spaces at both ends.
pub fn trim<X: IntoTerm<Value: Text>>(x: X) -> Term<X::Needs, String> {
    call_one(Function::Named("TRIM"), x)
}

/// `REVERSE(x)`: from the last character to the first.
pub fn reverse<X: IntoTerm<Value: Text>>(x: X) -> Term<X::Needs, String> {
    call_one(Function::Named("REVERSE"), x)
}

/// `CHAR_LENGTH(x)`: the number of characters.
pub fn length<X: IntoTerm<Value: Text>>(x: X) -> Term<X::Needs, i64> {
    call_one(Function::Named("CHAR_LENGTH"), x)
}

/// `CONCAT(a, b, …)`: all of them as one text; `NULL` where one is `NULL`. What is no text is written as one.
pub fn concat<X: Terms>(parts: X) -> Term<X::Needs, String> {
    Term::new(Expression::Call(Function::Named("CONCAT"), parts.terms().0))
}

/// `CONCAT_WS(separator, a, b, …)`: those that are not `NULL` as one text, with the separator between.
pub fn concat_with<X: Terms>(separator: &str, parts: X) -> Term<Surely<X::Needs>, String> {
    let separator = separator.into_term().expression;
    let parts = std::iter::once(separator).chain(parts.terms().0).collect();
    Term::new(Expression::Call(Function::Named("CONCAT_WS"), parts))
}

/// `LEFT(x, characters)`: the first characters.
pub fn left<X: IntoTerm<Value: Text>, N: IntoTerm<Value: Number>>(
    x: X,
    characters: N,
) -> Term<Both<X::Needs, N::Needs>, String> {
    with_number("LEFT", x, characters)
}

/// `RIGHT(x, characters)`: the last characters.
pub fn right<X: IntoTerm<Value: Text>, N: IntoTerm<Value: Number>>(
    x: X,
    characters: N,
) -> Term<Both<X::Needs, N::Needs>, String> {
    with_number("RIGHT", x, characters)
}

/// `REPEAT(x, times)`
pub fn repeat<X: IntoTerm<Value: Text>, N: IntoTerm<Value: Number>>(
    x: X,
    times: N,
) -> Term<Both<X::Needs, N::Needs>, String> {
    with_number("REPEAT", x, times)
}

/// `SUBSTRING(x, from, characters)`: so many characters, from the one with this number on; the first has the number 1.
pub fn substring<X: IntoTerm<Value: Text>, From: IntoTerm<Value: Number>, Length: IntoTerm<Value: Number>>(
    x: X,
    from: From,
    characters: Length,
) -> Term<Both<X::Needs, Both<From::Needs, Length::Needs>>, String> {
    let (from, characters) = (from.into_term().expression, characters.into_term().expression);
    Term::new(Expression::Call(Function::Named("SUBSTRING"), vec![x.into_term().expression, from, characters]))
}

/// `REPLACE(x, from, to)`: with `to` wherever `from` stands.
pub fn replace<X: IntoTerm<Value: Text>, From: Operand<String>, To: Operand<String>>(
    x: X,
    from: From,
    to: To,
) -> Term<To::With<From::With<X::Needs>>, String> {
    let (from, to) = (from.beside::<()>().expression, to.beside::<()>().expression);
    Term::new(Expression::Call(Function::Named("REPLACE"), vec![x.into_term().expression, from, to]))
}

/// `LPAD(x, characters, with)`: so many characters, filled up on the left, or cut.
pub fn pad_left<X: IntoTerm<Value: Text>>(x: X, characters: u32, with: &str) -> Term<X::Needs, String> {
    padded("LPAD", x, characters, with)
}

/// `RPAD(x, characters, with)`: so many characters, filled up on the right, or cut.
pub fn pad_right<X: IntoTerm<Value: Text>>(x: X, characters: u32, with: &str) -> Term<X::Needs, String> {
    padded("RPAD", x, characters, with)
}

/// `CAST(x AS CHAR(length))`: anything as a text of up to so many characters. In a [`recursive`](crate::query::recursive)
/// question the first rows say how long the texts of the others may be.
pub fn text<X: IntoTerm>(x: X, length: u32) -> Term<X::Needs, String> {
    call_one(Function::cast_to_text(length), x)
}

fn with_number<X: IntoTerm, N: IntoTerm, S>(name: &'static str, x: X, number: N) -> Term<S, String> {
    let parts = vec![x.into_term().expression, number.into_term().expression];
    Term::new(Expression::Call(Function::Named(name), parts))
}

fn padded<X: IntoTerm>(name: &'static str, x: X, characters: u32, with: &str) -> Term<X::Needs, String> {
    let parts = vec![x.into_term().expression, characters.into_term().expression, with.into_term().expression];
    Term::new(Expression::Call(Function::Named(name), parts))
}

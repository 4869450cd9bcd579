//! Terms that the server calculates: `Product::stock - 1`, and what they can be made of.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Add, Div, Mul, Rem, Sub};

use crate::model::{ColumnField, Optional, Required, Source};
use crate::query::{Among, Both, Column, IntoOrder, Marked, Nothing, One, Order, Perhaps, Predicate, Within};
use crate::relation::Same;
use crate::sql::{Comparison, Direction, Expression, Operation, Ordering};
use crate::value::{ColumnType, Number, Text, Value};

/// A term over columns of the models `S` that gives a value of the type `T`.
///
/// It is made by calculating with columns and by the functions in [`func`](crate::func), and the server calculates it, with
/// `NULL` wherever a part is `NULL`. The arithmetic is the server's too: `7 / 2` is 3.5 there, `div` gives 3; less than zero
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

    fn calculate<O: Operand<T>, Needs, Result>(self, operation: Operation, other: O) -> Term<Needs, Result> {
        Term::new(self.expression.calculate(operation, other.beside::<S>().expression))
    }

    fn compare<O: Operand<T>>(self, comparison: Comparison, other: O) -> Predicate<O::With<S>> {
        Predicate::new(self.expression.compare(comparison, other.beside::<S>().expression))
    }

    fn ordered(self, direction: Direction) -> Order<S, T> {
        Order::new(Ordering { by: self.expression, direction })
    }
}

impl<S, T: ColumnType> Term<S, T> {
    /// A value, to be bound.
    #[must_use]
    pub fn value(value: &T) -> Self {
        Self::new(Expression::value(value.to_value(), T::SQL_TYPE))
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

    /// `<=>`: as `=`, and `NULL`, which is `None`, is the same as `NULL`.
    pub fn same_as<O: OperandOrNull<T>>(self, other: O) -> Predicate<O::With<S>> {
        Predicate::new(self.expression.compare(Comparison::Same, other.beside::<S>().expression))
    }

    /// `BETWEEN`: both ends are included.
    pub fn between<Low, High>(self, low: Low, high: High) -> Predicate<High::With<Low::With<S>>>
    where
        Low: Operand<T>,
        High: Operand<T>,
    {
        let (low, high) = (low.beside::<S>().expression, high.beside::<S>().expression);
        Predicate::new(Expression::Between(Box::new(self.expression), Box::new(low), Box::new(high)))
    }

    /// `IN`: one of a list, or of the values that a query selects; never true where there are none.
    pub fn in_<L: Among<T>>(self, list: L) -> Predicate<L::With<S>> {
        list.among(self)
    }

    /// `IS NULL`
    #[must_use]
    pub fn is_null(self) -> Predicate<S> {
        Predicate::new(Expression::IsNull(Box::new(self.expression)))
    }

    /// `IS NOT NULL`
    #[must_use]
    pub fn is_not_null(self) -> Predicate<S> {
        !self.is_null()
    }

    /// Ascending; `NULL` comes first.
    #[must_use]
    pub fn asc(self) -> Order<S, T> {
        self.ordered(Direction::Ascending)
    }

    /// Descending; `NULL` comes last.
    #[must_use]
    pub fn desc(self) -> Order<S, T> {
        self.ordered(Direction::Descending)
    }
}

impl<S, T> Term<S, T> {
    /// The same term, as one over `M` alone that may be `NULL`: the type of what a function gives.
    #[must_use]
    pub fn on<M>(self) -> Term<Perhaps<One<M>>, T>
    where
        S: Within<M>,
    {
        Term::new(self.expression)
    }
}

impl<S, T: Text> Term<S, T> {
    /// `LIKE`: `%` stands for any text, `_` for any character.
    pub fn like<O: Operand<String>>(self, pattern: O) -> Predicate<O::With<S>> {
        Term::<S, String>::new(self.expression).compare(Comparison::Like, pattern)
    }

    /// It begins with this text, in which `%` and `_` are nothing special.
    #[must_use]
    pub fn starts_with(self, text: &str) -> Predicate<S> {
        self.like(format!("{}%", literally(text)))
    }

    /// It ends with this text, in which `%` and `_` are nothing special.
    #[must_use]
    pub fn ends_with(self, text: &str) -> Predicate<S> {
        self.like(format!("%{}", literally(text)))
    }

    /// It contains this text, in which `%` and `_` are nothing special.
    #[must_use]
    pub fn contains(self, text: &str) -> Predicate<S> {
        self.like(format!("%{}%", literally(text)))
    }

    /// `REGEXP`: the regular expressions of the server.
    pub fn matches<O: Operand<String>>(self, pattern: O) -> Predicate<O::With<S>> {
        Term::<S, String>::new(self.expression).compare(Comparison::Matches, pattern)
    }
}

/// Text as a pattern of LIKE that finds just this text.
fn literally(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

/// The operators; `$nulls` says whether the result may be `NULL` where no part is.
macro_rules! operators {
    ($($operator:ident $method:ident $operation:ident: $result:ty, $nulls:ident;)*) => {$(
        impl<S, T: Number, O: Operand<T>> $operator<O> for Term<S, T> {
            type Output = Term<Marked<O::With<S>, $nulls>, $result>;

            fn $method(self, other: O) -> Self::Output {
                self.calculate(Operation::$operation, other)
            }
        }

        impl<M: Source, F: ColumnField<Plain = T>, T: Number, O: Operand<T>> $operator<O> for Column<M, F> {
            type Output = Term<Marked<O::With<Marked<One<M>, F::Nulls>>, $nulls>, $result>;

            fn $method(self, other: O) -> Self::Output {
                self.into_term().calculate(Operation::$operation, other)
            }
        }
    )*};
}

operators! {
    Add add Add: T, Required;
    Sub sub Subtract: T, Required;
    Mul mul Multiply: T, Required;
    Rem rem Remainder: T, Optional;
    Div div Divide: T::Quotient, Optional;
}

impl<S, T: Number> Term<S, T> {
    /// `DIV`: the quotient without its fraction; `NULL` where the divisor is 0.
    pub fn div_whole<O: Operand<T>>(self, divisor: O) -> Term<Perhaps<O::With<S>>, T> {
        self.calculate(Operation::DivideWhole, divisor)
    }
}

impl<M: Source, T: ColumnField<Plain: Number>> Column<M, T> {
    /// `DIV`: the quotient without its fraction; `NULL` where the divisor is 0.
    #[expect(clippy::type_complexity, reason = "the type of a term says what it needs of the query")]
    pub fn div_whole<O: Operand<T::Plain>>(
        self,
        divisor: O,
    ) -> Term<Perhaps<O::With<Marked<One<M>, T::Nulls>>>, T::Plain> {
        self.into_term().div_whole(divisor)
    }
}

#[diagnostic::do_not_recommend]
impl<S, T: ColumnType> IntoOrder for Term<S, T> {
    type Needs = S;

    fn into_order(self) -> Order<S> {
        self.asc().into_order()
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

/// What gives one value of any type for a row: a column, a term, a condition, or a value of the program.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no term",
    note = "give a column, a term that was made of columns, or a value that a column can hold"
)]
pub trait IntoTerm {
    /// What it needs of the query.
    type Needs;
    /// The type of its value that is not `NULL`.
    type Value: ColumnType;

    /// The term.
    fn into_term(self) -> Term<Self::Needs, Self::Value>;
}

#[diagnostic::do_not_recommend]
impl<M: Source, F: ColumnField> IntoTerm for Column<M, F> {
    type Needs = Marked<One<M>, F::Nulls>;
    type Value = F::Plain;

    fn into_term(self) -> Term<Self::Needs, F::Plain> {
        Term::new(self.expression())
    }
}

#[diagnostic::do_not_recommend]
impl<S, T: ColumnType> IntoTerm for Term<S, T> {
    type Needs = S;
    type Value = T;

    fn into_term(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<S> IntoTerm for Predicate<S> {
    type Needs = Perhaps<S>;
    type Value = bool;

    fn into_term(self) -> Term<Perhaps<S>, bool> {
        Term::new(self.expression)
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> IntoTerm for T {
    type Needs = Nothing;
    type Value = T;

    fn into_term(self) -> Term<Nothing, T> {
        Term::value(&self)
    }
}

#[diagnostic::do_not_recommend]
impl IntoTerm for &str {
    type Needs = Nothing;
    type Value = String;

    fn into_term(self) -> Term<Nothing, String> {
        Term::new(Expression::Value(Value::Bytes(self.as_bytes().to_vec())))
    }
}

/// What a column of `T` can be compared with, calculated with, or set to: a value, another column, or a term.
#[diagnostic::on_unimplemented(
    message = "a `{T}` is needed here, not `{Self}`",
    note = "give a value (`&str` for `String`), a column or a term of just this type; for `NULL` there is `.is_null()`"
)]
pub trait Operand<T> {
    /// The needs of a term with the needs `S` and this.
    type With<S>;

    /// Itself, as a part of a term with the needs `S`.
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
impl<T: Same<String>> Operand<T> for &str {
    type With<S> = S;

    fn beside<S>(self) -> Term<S, T> {
        Term::new(Expression::Value(Value::Bytes(self.as_bytes().to_vec())))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Same<String>> Operand<T> for &&str {
    type With<S> = S;

    fn beside<S>(self) -> Term<S, T> {
        Term::new(Expression::Value(Value::Bytes(self.as_bytes().to_vec())))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Same<Vec<u8>>> Operand<T> for &[u8] {
    type With<S> = S;

    fn beside<S>(self) -> Term<S, T> {
        Term::new(Term::<S, Vec<u8>>::value(&self.to_vec()).expression)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Source, F: ColumnField, T: Same<F::Plain>> Operand<T> for Column<M, F> {
    type With<S> = Both<S, Marked<One<M>, F::Nulls>>;

    fn beside<S>(self) -> Term<Self::With<S>, T> {
        Term::new(self.expression())
    }
}

#[diagnostic::do_not_recommend]
impl<Other, Value, T: Same<Value>> Operand<T> for Term<Other, Value> {
    type With<S> = Both<S, Other>;

    fn beside<S>(self) -> Term<Both<S, Other>, T> {
        Term::new(self.expression)
    }
}

#[diagnostic::do_not_recommend]
impl<Other, T: Same<bool>> Operand<T> for Predicate<Other> {
    type With<S> = Both<S, Perhaps<Other>>;

    fn beside<S>(self) -> Term<Self::With<S>, T> {
        Term::new(self.expression)
    }
}

/// What a column of `T` can be the same as: `Some` of an operand, or `None`, which is `NULL`.
#[diagnostic::on_unimplemented(
    message = "an `Option<{T}>` is needed here, not `{Self}`",
    note = "give `Some(…)` of a value, a column or a term of just this type, or `None` for `NULL`"
)]
pub trait OperandOrNull<T> {
    /// The needs of a term with the needs `S` and this.
    type With<S>;

    /// Itself, as a part of a term with the needs `S`.
    fn beside<S>(self) -> Term<Self::With<S>, T>;
}

#[diagnostic::do_not_recommend]
impl<T, O: Operand<T>> OperandOrNull<T> for Option<O> {
    type With<S> = O::With<S>;

    fn beside<S>(self) -> Term<O::With<S>, T> {
        self.map_or_else(|| Term::new(Expression::Value(Value::NULL)), O::beside::<S>)
    }
}

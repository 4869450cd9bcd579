//! Functions of dates and times. The session's time zone is UTC.

use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use super::call_one;
use crate::query::{IntoTerm, Nothing, Operand, Term};
use crate::sql::{Expression, Function, Unit};
use crate::value::{ColumnType, Dated, Number, Timed};

/// `NOW(6)`: the moment at which the statement began, to the microsecond.
#[must_use]
pub fn now() -> Term<Nothing, NaiveDateTime> {
    Term::new(Expression::Call(Function::Pieces(&["NOW(6)"]), Vec::new()))
}

/// `NOW(6)`, as a moment of UTC, which the session's time zone is.
#[must_use]
pub fn now_utc() -> Term<Nothing, DateTime<Utc>> {
    Term::new(now().expression)
}

/// `CURRENT_DATE`: today.
#[must_use]
pub fn current_date() -> Term<Nothing, NaiveDate> {
    Term::new(Expression::Call(Function::Pieces(&["CURRENT_DATE"]), Vec::new()))
}

/// `DATE(x)`: the day of a moment.
pub fn date<X: IntoTerm<Value: Dated>>(x: X) -> Term<X::Needs, NaiveDate> {
    call_one(Function::Named("DATE"), x)
}

/// `LAST_DAY(x)`: the last day of the month.
pub fn last_day<X: IntoTerm<Value: Dated>>(x: X) -> Term<X::Needs, NaiveDate> {
    call_one(Function::Named("LAST_DAY"), x)
}

/// `YEAR(x)`
pub fn year<X: IntoTerm<Value: Dated>>(x: X) -> Term<X::Needs, i32> {
    call_one(Function::Named("YEAR"), x)
}

/// `QUARTER(x)`: 1 to 4.
pub fn quarter<X: IntoTerm<Value: Dated>>(x: X) -> Term<X::Needs, i32> {
    call_one(Function::Named("QUARTER"), x)
}

/// `MONTH(x)`: 1 to 12.
pub fn month<X: IntoTerm<Value: Dated>>(x: X) -> Term<X::Needs, i32> {
    call_one(Function::Named("MONTH"), x)
}

/// `DAY(x)`: 1 to 31.
pub fn day<X: IntoTerm<Value: Dated>>(x: X) -> Term<X::Needs, i32> {
    call_one(Function::Named("DAY"), x)
}

/// `WEEKDAY(x)`: 0 for Monday to 6 for Sunday.
pub fn day_of_week<X: IntoTerm<Value: Dated>>(x: X) -> Term<X::Needs, i32> {
    call_one(Function::Named("WEEKDAY"), x)
}

/// `WEEKOFYEAR(x)`: the week by ISO 8601, 1 to 53.
pub fn week<X: IntoTerm<Value: Dated>>(x: X) -> Term<X::Needs, i32> {
    call_one(Function::Named("WEEKOFYEAR"), x)
}

/// `HOUR(x)`
pub fn hour<X: IntoTerm<Value: Timed>>(x: X) -> Term<X::Needs, i32> {
    call_one(Function::Named("HOUR"), x)
}

/// `MINUTE(x)`
pub fn minute<X: IntoTerm<Value: Timed>>(x: X) -> Term<X::Needs, i32> {
    call_one(Function::Named("MINUTE"), x)
}

/// `SECOND(x)`
pub fn second<X: IntoTerm<Value: Timed>>(x: X) -> Term<X::Needs, i32> {
    call_one(Function::Named("SECOND"), x)
}

/// `DATE_FORMAT(x, format)`: a date or moment as text; `%Y-%m` gives `2026-11`.
/// (The letters: <https://mariadb.com/kb/en/date_format/>)
pub fn format_date<X: IntoTerm<Value: Dated>>(x: X, format: &str) -> Term<X::Needs, String> {
    let parts = vec![x.into_term().expression, format.into_term().expression];
    Term::new(Expression::Call(Function::Named("DATE_FORMAT"), parts))
}

/// A number of units of time: of the calendar, or of the clock.
#[derive(Debug, Clone)]
pub struct Interval<S, U> {
    unit: Unit,
    length: Term<S, i64>,
    kind: PhantomData<fn() -> U>,
}

/// Days, months, years.
#[derive(Debug)]
pub enum Calendar {}

/// Seconds, minutes, hours.
#[derive(Debug)]
pub enum Clock {}

/// What can be moved by units of the calendar or of the clock, and keeps its type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be moved by this",
    label = "not a date with a time",
    note = "days, months and years move dates, with and without a time; hours, minutes and seconds move those with one"
)]
pub trait MovedBy<U>: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: Dated> MovedBy<Calendar> for T {}
#[diagnostic::do_not_recommend]
impl<T: Dated + Timed> MovedBy<Clock> for T {}

/// So many seconds.
pub fn seconds<N: IntoTerm<Value: Number>>(number: N) -> Interval<N::Needs, Clock> {
    interval(Unit::Second, number)
}

/// So many minutes.
pub fn minutes<N: IntoTerm<Value: Number>>(number: N) -> Interval<N::Needs, Clock> {
    interval(Unit::Minute, number)
}

/// So many hours.
pub fn hours<N: IntoTerm<Value: Number>>(number: N) -> Interval<N::Needs, Clock> {
    interval(Unit::Hour, number)
}

/// So many days.
pub fn days<N: IntoTerm<Value: Number>>(number: N) -> Interval<N::Needs, Calendar> {
    interval(Unit::Day, number)
}

/// So many months.
pub fn months<N: IntoTerm<Value: Number>>(number: N) -> Interval<N::Needs, Calendar> {
    interval(Unit::Month, number)
}

/// So many years.
pub fn years<N: IntoTerm<Value: Number>>(number: N) -> Interval<N::Needs, Calendar> {
    interval(Unit::Year, number)
}

impl<S, U> Interval<S, U> {
    /// A date or moment so much later: `func::days(30).after(Project::due_date)`.
    pub fn after<X: IntoTerm<Value: MovedBy<U>>>(self, x: X) -> Term<crate::query::Both<X::Needs, S>, X::Value> {
        moved(Function::later(self.unit), x, self.length)
    }

    /// A date or moment so much earlier.
    pub fn before<X: IntoTerm<Value: MovedBy<U>>>(self, x: X) -> Term<crate::query::Both<X::Needs, S>, X::Value> {
        moved(Function::earlier(self.unit), x, self.length)
    }
}

fn moved<X: IntoTerm, S, N>(function: Function, x: X, length: Term<N, i64>) -> Term<S, X::Value> {
    Term::new(Expression::Call(function, vec![x.into_term().expression, length.expression]))
}

/// The whole seconds from one moment to another; negative where that is earlier.
pub fn seconds_between<X: IntoTerm<Value: Dated>, O: Operand<X::Value>>(
    from: X,
    to: O,
) -> Term<O::With<X::Needs>, i64> {
    between(Unit::Second, from, to)
}

/// The whole hours from one moment to another; negative where that is earlier.
pub fn hours_between<X: IntoTerm<Value: Dated>, O: Operand<X::Value>>(from: X, to: O) -> Term<O::With<X::Needs>, i64> {
    between(Unit::Hour, from, to)
}

/// The whole days from one moment to another; negative where that is earlier.
pub fn days_between<X: IntoTerm<Value: Dated>, O: Operand<X::Value>>(from: X, to: O) -> Term<O::With<X::Needs>, i64> {
    between(Unit::Day, from, to)
}

/// The whole months from one moment to another; negative where that is earlier.
pub fn months_between<X: IntoTerm<Value: Dated>, O: Operand<X::Value>>(from: X, to: O) -> Term<O::With<X::Needs>, i64> {
    between(Unit::Month, from, to)
}

/// The whole years from one moment to another; negative where that is earlier.
pub fn years_between<X: IntoTerm<Value: Dated>, O: Operand<X::Value>>(from: X, to: O) -> Term<O::With<X::Needs>, i64> {
    between(Unit::Year, from, to)
}

fn interval<N: IntoTerm, U>(unit: Unit, number: N) -> Interval<N::Needs, U> {
    Interval { unit, length: Term::new(number.into_term().expression), kind: PhantomData }
}

fn between<X: IntoTerm<Value: ColumnType>, O: Operand<X::Value>, S>(unit: Unit, from: X, to: O) -> Term<S, i64> {
    let parts = vec![from.into_term().expression, to.beside::<Nothing>().expression];
    Term::new(Expression::Call(Function::between(unit), parts))
}

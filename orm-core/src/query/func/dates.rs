//! Functions of dates and times. The session's time zone is UTC.

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

macro_rules! parts {
    ($bound:ident: $($(#[$doc:meta])* $name:ident $function:literal)*) => {$(
        $(#[$doc])*
        pub fn $name<X: IntoTerm<Value: $bound>>(x: X) -> Term<X::Needs, i32> {
            call_one(Function::Named($function), x)
        }
    )*};
}

parts! { Dated:
    /// `YEAR(x)`
    year "YEAR"
    /// `QUARTER(x)`: 1 to 4.
    quarter "QUARTER"
    /// `MONTH(x)`: 1 to 12.
    month "MONTH"
    /// `DAY(x)`: 1 to 31.
    day "DAY"
    /// `WEEKDAY(x)`: 0 for Monday to 6 for Sunday.
    day_of_week "WEEKDAY"
    /// `WEEKOFYEAR(x)`: the week by ISO 8601, 1 to 53.
    week "WEEKOFYEAR"
}

parts! { Timed:
    /// `HOUR(x)`
    hour "HOUR"
    /// `MINUTE(x)`
    minute "MINUTE"
    /// `SECOND(x)`
    second "SECOND"
}

/// `DATE_FORMAT(x, format)`: a date or moment as text; `%Y-%m` gives `2026-11`.
/// (The letters: <https://mariadb.com/kb/en/date_format/>)
pub fn format_date<X: IntoTerm<Value: Dated>>(x: X, format: &str) -> Term<X::Needs, String> {
    let parts = vec![x.into_term().expression, format.into_term().expression];
    Term::new(Expression::Call(Function::Named("DATE_FORMAT"), parts))
}

/// A number of units of time.
#[derive(Debug, Clone)]
pub struct Interval<S> {
    unit: Unit,
    length: Term<S, i64>,
}

macro_rules! units {
    ($($(#[$doc:meta])* $name:ident $unit:ident)*) => {$(
        $(#[$doc])*
        pub fn $name<N: IntoTerm<Value: Number>>(number: N) -> Interval<N::Needs> {
            Interval { unit: Unit::$unit, length: Term::new(number.into_term().expression) }
        }
    )*};
}

units! {
    /// So many seconds.
    seconds Second
    /// So many minutes.
    minutes Minute
    /// So many hours.
    hours Hour
    /// So many days.
    days Day
    /// So many months.
    months Month
    /// So many years.
    years Year
}

impl<S> Interval<S> {
    /// A date or moment so much later: `func::days(30).after(Project::due_date)`.
    pub fn after<X: IntoTerm<Value: Dated>>(self, x: X) -> Term<crate::query::Both<X::Needs, S>, X::Value> {
        moved(Function::later(self.unit), x, self.length)
    }

    /// A date or moment so much earlier.
    pub fn before<X: IntoTerm<Value: Dated>>(self, x: X) -> Term<crate::query::Both<X::Needs, S>, X::Value> {
        moved(Function::earlier(self.unit), x, self.length)
    }
}

fn moved<X: IntoTerm, S, N>(function: Function, x: X, length: Term<N, i64>) -> Term<S, X::Value> {
    Term::new(Expression::Call(function, vec![x.into_term().expression, length.expression]))
}

macro_rules! differences {
    ($($(#[$doc:meta])* $name:ident $unit:ident)*) => {$(
        $(#[$doc])*
        pub fn $name<X: IntoTerm<Value: Dated>, O: Operand<X::Value>>(from: X, to: O) -> Term<O::With<X::Needs>, i64> {
            between(Unit::$unit, from, to)
        }
    )*};
}

differences! {
    /// The whole seconds from one moment to another; negative where that is earlier.
    seconds_between Second
    /// The whole hours from one moment to another; negative where that is earlier.
    hours_between Hour
    /// The whole days from one moment to another; negative where that is earlier.
    days_between Day
    /// The whole months from one moment to another; negative where that is earlier.
    months_between Month
    /// The whole years from one moment to another; negative where that is earlier.
    years_between Year
}

fn between<X: IntoTerm<Value: ColumnType>, O: Operand<X::Value>, S>(unit: Unit, from: X, to: O) -> Term<S, i64> {
    let parts = vec![from.into_term().expression, to.beside::<Nothing>().expression];
    Term::new(Expression::Call(Function::between(unit), parts))
}

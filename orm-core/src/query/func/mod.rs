//! Functions that the server calculates: `func::lower(Employee::lastname)`, `func::sum(Order::total)`.
//!
//! Each takes columns, terms and values of the program, and gives a [`Term`]. One that the library has no
//! word for is called by its name, with [`call`].
//!
//! ```
//! use orm_core::prelude::*;
//!
//! #[derive(Model)]
//! #[model(table = "employees")]
//! pub struct Employee {
//!     #[primary_key]
//!     pub id: Auto<i32>,
//!     pub firstname: String,
//!     pub lastname: String,
//!     pub born: Option<NaiveDate>,
//! }
//!
//! # fn list(session: &Session) -> orm_core::Result<()> {
//! let by_year: Vec<(Option<i32>, i64, Option<String>)> = session
//!     .query::<Employee>()
//!     .filter(func::lower(Employee::lastname).ne("locke"))
//!     .select((
//!         func::year(Employee::born),
//!         func::count(),
//!         func::group_concat(func::concat((Employee::firstname, " ", Employee::lastname))),
//!     ))
//!     .group_by(func::year(Employee::born))
//!     .rows()?;
//! # Ok(())
//! # }
//! ```

#![expect(clippy::type_complexity, reason = "the type of a term says what it needs of the query")]

mod aggregates;
mod conditions;
mod dates;
mod numbers;
mod terms;
mod texts;
mod windows;

pub use aggregates::{
    Concatenated, aggregate, avg, count, count_distinct, count_of, group_concat, max, min, sum, sum_distinct,
};
pub use conditions::{Case, call, cast, coalesce, greatest, if_, least, null_if, position, value, when};
pub use dates::{
    Calendar, Clock, Interval, MovedBy, current_date, date, day, day_of_week, days, days_between, format_date, hour,
    hours, hours_between, last_day, minute, minutes, month, months, months_between, now, now_utc, quarter, second,
    seconds, seconds_between, week, year, years, years_between,
};
pub use numbers::{abs, ceil, floor, number, power, random, round, sign, sqrt};
pub use terms::Terms;
pub use texts::{
    concat, concat_with, left, length, lower, pad_left, pad_right, repeat, replace, reverse, right, substring, text,
    trim, upper,
};
pub use windows::{
    Over, Ranking, Window, cume_dist, dense_rank, first_value, lag, last_value, lead, ntile, percent_rank, rank,
    row_number, window,
};

pub use super::subquery::exists;

use crate::query::{IntoTerm, Term};
use crate::sql::{Expression, Function};

/// A call with one part.
fn call_one<X: IntoTerm, S, T>(function: Function, x: X) -> Term<S, T> {
    Term::new(Expression::Call(function, vec![x.into_term().expression]))
}

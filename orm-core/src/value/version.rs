//! Versions of a row: each UPDATE makes the next one, and finds the row only where nobody else has.

use std::time::SystemTime;

use chrono::{DateTime, NaiveDateTime, SubsecRound, TimeDelta, Utc};

use crate::value::ColumnType;

/// The type of a `#[version]`: it makes the next version of a row.
///
/// Whole numbers count, and a time is the present one. For versions of your own (a random number, a hash of the machine and
/// the time) implement it for your type.
///
/// ```
/// use orm_core::value::Version;
///
/// assert_eq!(u32::next(None), 1);
/// assert_eq!(u32::next(Some(&7)), 8);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a version",
    note = "use an integer, a `NaiveDateTime` or a `DateTime<Utc>` (or `Auto` of one), or implement `orm_core::value::Version`"
)]
pub trait Version: ColumnType {
    /// The version after `previous`, from which it must differ; the first one for `None`.
    fn next(previous: Option<&Self>) -> Self;
}

macro_rules! counted {
    ($($integer:ident),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Version for $integer {
            fn next(previous: Option<&Self>) -> Self {
                previous.map_or(1, |previous| previous.wrapping_add(1))
            }
        }
    )*};
}

counted!(i8, i16, i32, i64, u8, u16, u32, u64);

#[diagnostic::do_not_recommend]
impl Version for DateTime<Utc> {
    /// The present time in microseconds, as far as a column keeps it; later than the previous one whatever the clock says.
    fn next(previous: Option<&Self>) -> Self {
        let now = Self::from(SystemTime::now()).trunc_subsecs(6);
        match previous {
            Some(previous) if now <= *previous => *previous + TimeDelta::microseconds(1),
            _ => now,
        }
    }
}

#[diagnostic::do_not_recommend]
impl Version for NaiveDateTime {
    /// As of `DateTime<Utc>`.
    fn next(previous: Option<&Self>) -> Self {
        DateTime::<Utc>::next(previous.map(NaiveDateTime::and_utc).as_ref()).naive_utc()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_time_is_later_even_if_the_clock_is_behind() {
        let ahead = DateTime::<Utc>::next(None) + TimeDelta::days(1);
        assert_eq!(DateTime::next(Some(&ahead)), ahead + TimeDelta::microseconds(1));
    }

    #[test]
    fn a_counter_at_its_end_begins_again() {
        assert_eq!(u8::next(Some(&255)), 0);
    }
}

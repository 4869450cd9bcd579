//! Sets of the values of an enum.

use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};

use crate::value::{ColumnType, ConversionError, DbEnum, SqlType, Value};

/// A set of values of an enum, in a column of the type `SET`. An enum can have 64 values then, and no name has a comma.
///
/// ```
/// use orm_core::prelude::*;
/// use orm_core::value::Set;
///
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, DbEnum)]
/// enum Day {
///     Monday,
///     Friday,
/// }
///
/// #[derive(Model)]
/// struct Course {
///     #[primary_key]
///     id: Auto<i32>,
///     days: Set<Day>,
/// }
///
/// assert!(Schema::of::<Course>().ddl().contains("`days` SET('monday', 'friday') NOT NULL"));
/// let mut course = Course { days: [Day::Friday].into(), ..Default::default() };
/// course.days.insert(Day::Monday);
/// assert!(course.days.contains(&Day::Friday));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Set<E>(pub BTreeSet<E>);

#[diagnostic::do_not_recommend]
impl<E: DbEnum + Ord> ColumnType for Set<E> {
    const SQL_TYPE: SqlType = SqlType::Set(names_of_a_set(E::NAMES));

    /// The names in the order of their declaration, which is that of the server, with commas between them.
    fn to_value(&self) -> Value {
        let mut places: Vec<usize> = self.0.iter().map(E::place).collect();
        places.sort_unstable();
        let names: Vec<&str> = places.into_iter().map(|place| E::NAMES[place]).collect();
        Value::Bytes(names.join(",").into_bytes())
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        let names = match &value {
            Value::Bytes(text) if text.is_empty() => Vec::new(),
            Value::Bytes(text) => text.split(|&byte| byte == b',').collect(),
            _ => return Err(ConversionError::new("a set of names", &value)),
        };
        let place = |name: &[u8]| E::NAMES.iter().position(|other| other.as_bytes() == name);
        let places: Option<Vec<usize>> = names.into_iter().map(place).collect();
        places.map(|places| places.into_iter().map(|place| E::VALUES[place].clone()).collect()).ok_or_else(|| {
            let names: Vec<String> = E::NAMES.iter().map(|name| format!("'{name}'")).collect();
            ConversionError::new(format!("a set of {}", names.join(", ")), &value)
        })
    }
}

/// What a `SET` can have: at most 64 names, and no comma in any of them. (<https://mariadb.com/kb/en/set-data-type/>)
const fn names_of_a_set(names: &'static [&'static str]) -> &'static [&'static str] {
    assert!(names.len() <= 64, "a `Set` is of an enum with at most 64 values");
    let mut place = 0;
    while place < names.len() {
        let (name, mut byte) = (names[place].as_bytes(), 0);
        while byte < name.len() {
            assert!(name[byte] != b',', "a `Set` is of an enum without a comma in its names");
            byte += 1;
        }
        place += 1;
    }
    names
}

impl<E> Default for Set<E> {
    fn default() -> Self {
        Self(BTreeSet::new())
    }
}

impl<E: Ord> FromIterator<E> for Set<E> {
    fn from_iter<I: IntoIterator<Item = E>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl<E: Ord, const N: usize> From<[E; N]> for Set<E> {
    fn from(values: [E; N]) -> Self {
        values.into_iter().collect()
    }
}

impl<E> Deref for Set<E> {
    type Target = BTreeSet<E>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<E> DerefMut for Set<E> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

//! A value that the database generates.

use std::cell::Cell;
use std::fmt;

/// A column that the database fills: an `AUTO_INCREMENT` key, or a column with a server default.
///
/// It is unset until the object is flushed, unless a value is given. It is a cell, so that a flush can fill it, and a
/// flush that fails can unset it, while the object is only borrowed for reading.
///
/// ```
/// use orm_core::Auto;
///
/// let id: Auto<i32> = Auto::unset();
/// assert_eq!(id.get(), None);
/// assert_eq!(Auto::from(7).get(), Some(7));
/// ```
pub struct Auto<T>(Cell<Option<T>>);

impl<T> Auto<T> {
    /// No value yet: the database will give one.
    #[must_use]
    pub const fn unset() -> Self {
        Self(Cell::new(None))
    }

    /// A given value, which the database then takes as it is.
    #[must_use]
    pub const fn of(value: T) -> Self {
        Self(Cell::new(Some(value)))
    }

    pub(crate) fn replace(&self, value: Option<T>) {
        self.0.set(value);
    }
}

impl<T: Clone> Auto<T> {
    /// The value, or `None` where the object has not been flushed.
    #[must_use]
    pub fn get(&self) -> Option<T> {
        let value = self.0.take();
        self.0.set(value.clone());
        value
    }
}

impl<T> Default for Auto<T> {
    fn default() -> Self {
        Self::unset()
    }
}

impl<T> From<T> for Auto<T> {
    fn from(value: T) -> Self {
        Self::of(value)
    }
}

impl<T: Clone> Clone for Auto<T> {
    fn clone(&self) -> Self {
        Self(Cell::new(self.get()))
    }
}

impl<T: Clone + PartialEq> PartialEq for Auto<T> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl<T: Clone + fmt::Debug> fmt::Debug for Auto<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.get() {
            Some(value) => value.fmt(f),
            None => f.write_str("unset"),
        }
    }
}

//! A row on its way into an object.

use std::vec;

use crate::error::{Error, Result};
use crate::model::{ObjectRef, Record};
use crate::schema::{Column, Table};
use crate::value::{ConversionError, Value};

/// Gives a row's values to the fields of an object, one field after the other.
#[derive(Debug)]
pub struct RowReader<'r> {
    table: &'static Table,
    values: vec::IntoIter<Value>,
    next_column: usize,
    /// The first column of the innermost field that could not be read.
    failed: Option<usize>,
    source: Source,
    /// What the row of an object could not be read for.
    error: Option<Box<Error>>,
    /// Some foreign keys (by their first column) refer to objects, whether their keys are known or not.
    targets: &'r [(usize, ObjectRef)],
}

/// How a field is read: [`Field::read`](crate::model::Field::read) of its type.
pub type Read<F> = fn(&mut RowReader<'_>) -> Result<F, ConversionError>;

/// An object could not be made of a row; the reader of the row knows why. It is small, for all fields of all models return it.
#[derive(Debug)]
pub struct Unreadable;

/// Where a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// From the server: what must not be NULL is not.
    Server,
    /// From an object of the session: a required foreign key may not be set yet.
    Session,
}

impl<'r> RowReader<'r> {
    /// A row that the server sent.
    pub(crate) fn new(table: &'static Table, values: Vec<Value>) -> Self {
        let values = values.into_iter();
        Self { table, values, next_column: 0, failed: None, error: None, source: Source::Server, targets: &[] }
    }

    /// The values of an object of the session, with the objects that its foreign keys refer to, by their first column.
    pub(crate) fn with_targets(table: &'static Table, values: Vec<Value>, targets: &'r [(usize, ObjectRef)]) -> Self {
        Self { source: Source::Session, targets, ..Self::new(table, values) }
    }

    /// The same row, in which some foreign keys refer to objects.
    pub(crate) fn referring_to(self, targets: &'r [(usize, ObjectRef)]) -> Self {
        Self { targets, ..self }
    }

    /// The object.
    ///
    /// # Errors
    /// [`Error::Decode`]: a field's type cannot hold a value.
    pub(crate) fn object<M: Record>(&mut self) -> Result<M> {
        M::read(self).map_err(|Unreadable| *self.error.take().expect("a field that cannot be read says why"))
    }

    /// The next field of the object. The type is named where it is asked, so that an error about it shows the field alone.
    ///
    /// # Errors
    /// The field's type cannot hold the value.
    #[inline]
    pub fn field<F>(&mut self, read: Read<F>) -> Result<F, Unreadable> {
        let first = self.next_column;
        match read(self) {
            Ok(field) => Ok(field),
            Err(source) => Err(self.fail(first, source)),
        }
    }

    /// The next field of an embedded value, which is a part of a field of the object.
    ///
    /// # Errors
    /// The field's type cannot hold the value.
    #[inline]
    pub fn part<F>(&mut self, read: Read<F>) -> Result<F, ConversionError> {
        let first = self.next_column;
        match read(self) {
            Ok(part) => Ok(part),
            Err(source) => {
                self.failed.get_or_insert(first);
                Err(source)
            }
        }
    }

    #[cold]
    fn fail(&mut self, first: usize, source: ConversionError) -> Unreadable {
        let column = self.failed.unwrap_or(first);
        self.error = Some(Box::new(Error::decode(self.table, &self.table.columns[column], source)));
        Unreadable
    }

    /// The value of the next column.
    #[inline]
    pub fn value(&mut self) -> Value {
        self.next_column += 1;
        self.values.next().unwrap_or(Value::NULL)
    }

    /// Takes the next column where it holds such a number, and refers to no object that is known.
    #[inline]
    pub(crate) fn number_if(&mut self, is_wanted: fn(i64) -> bool) -> Option<i64> {
        match self.values.as_slice().first() {
            Some(&Value::Int(number)) if self.targets.is_empty() && is_wanted(number) => {
                self.value();
                Some(number)
            }
            _ => None,
        }
    }

    /// Takes the next columns where all of them are `NULL`, and tells whether they were.
    #[inline]
    pub(crate) fn skip_nulls(&mut self, columns: usize) -> bool {
        let are_null = self.values.as_slice().iter().take(columns).all(|value| *value == Value::NULL);
        if are_null {
            (0..columns).for_each(|_| drop(self.value()));
        }
        are_null
    }

    /// Whether one of the next columns is `NULL`.
    #[inline]
    pub(crate) fn peek_has_null(&self, columns: usize) -> bool {
        self.values.as_slice().iter().take(columns).any(|value| *value == Value::NULL)
    }

    /// The object that the foreign key beginning with the next column refers to, where that is known.
    #[inline]
    pub(crate) fn target(&self) -> Option<ObjectRef> {
        self.targets.iter().find(|(column, _)| *column == self.next_column).map(|(_, target)| *target)
    }

    /// Whether the row was read from the database.
    pub(crate) fn is_from_server(&self) -> bool {
        self.source == Source::Server
    }

    /// Whether a required foreign key may have no value.
    pub(crate) fn may_be_unset(&self) -> bool {
        self.source == Source::Session
    }
}

impl Error {
    /// The error for a value that the field of a column cannot hold.
    pub(crate) fn decode(table: &Table, column: &Column, source: ConversionError) -> Self {
        let (model, field) = (table.model, column.field);
        Self::Decode { model, field, table: table.name, column: column.name, source }
    }
}

//! How the fields of a model become cells of a row and back: columns here, relationships on the floor above.

use std::any::Any;

use crate::model::{Nulls, ObjectRef, Optional, Required, RowReader};
use crate::schema::Table;
use crate::value::{Auto, ColumnType, ConversionError, KeyColumn, KeyValue, SqlType, Value};

/// One cell of a row to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A value.
    Value(Value),
    /// Nothing: the database makes the value.
    Generated,
    /// A required foreign key that was not set.
    Missing,
    /// A part of another object's primary key, which may not be known yet.
    KeyOf(ObjectRef, usize),
}

/// The key that a field's columns make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKey {
    /// This one.
    Value(KeyValue),
    /// That of another object, which may not be known yet.
    Of(ObjectRef),
    /// There is none: it is `NULL`, or not known, or no key.
    Absent,
}

impl FieldKey {
    fn of(cells: &[Cell]) -> Self {
        if let [Cell::KeyOf(object, 0), ..] = cells {
            return Self::Of(*object);
        }
        let value = |cell: &Cell| if let Cell::Value(value) = cell { Some(value.clone()) } else { None };
        let values: Option<Vec<Value>> = cells.iter().map(value).collect();
        values.and_then(|values| KeyValue::of(&values)).into()
    }
}

impl From<Option<KeyValue>> for FieldKey {
    fn from(key: Option<KeyValue>) -> Self {
        key.map_or(Self::Absent, Self::Value)
    }
}

/// A field of a model, seen without its type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a model",
    note = "a column is a number, `bool`, `String`, `Vec<u8>`, a chrono type, your own type with `impl ColumnType`, or \
            `Option` or `Auto` of one"
)]
pub trait Field {
    /// Takes the field's columns from a row; a field without columns takes none.
    ///
    /// # Errors
    /// The type cannot hold the value.
    fn read(row: &mut RowReader<'_>) -> Result<Self, ConversionError>
    where
        Self: Sized;

    /// Appends a cell for each of the field's columns.
    fn write(&self, cells: &mut Vec<Cell>);

    /// The key that the field's columns make. It is asked for often, so that numbers should not allocate anything.
    fn as_key(&self) -> FieldKey {
        let mut cells = Vec::new();
        self.write(&mut cells);
        FieldKey::of(&cells)
    }

    /// Whether the field is sure to have these values, one for each of its columns: it has nothing to write then. A field that
    /// would have to write its cells to know may say that it is not.
    fn has_values(&self, _values: &[Value]) -> bool {
        false
    }

    /// Takes what the database made: the value of a generated column, or the key of the object that a foreign key refers to.
    /// Whether it can: a plain value cannot be changed in its place.
    ///
    /// # Errors
    /// The type cannot hold the value.
    fn fill(&self, _values: &[Value]) -> Result<bool, ConversionError> {
        Ok(false)
    }

    /// Forgets what [`fill`](Self::fill) gave it.
    fn unfill(&self) {}

    /// Gives up its new objects to the session and its changed members, in the order in which the user made the changes.
    fn absorb(&self, _adopt: Adopt<'_>) -> Vec<Edit> {
        Vec::new()
    }
}

/// Takes a new object into the session and tells its place.
pub type Adopt<'a> = &'a mut dyn FnMut(NewObject) -> ObjectRef;

/// A new object that was found inside a relationship field.
#[derive(Debug)]
pub struct NewObject {
    /// Its model's table.
    pub table: &'static Table,
    /// The object.
    pub object: Box<dyn Any + Send>,
}

/// A change to the members of a relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// All members leave.
    Clear,
    /// One comes.
    Add(ObjectRef),
    /// One leaves.
    Remove(ObjectRef),
}

/// A field that is not `NULL` as a whole, so that `Option` of it is a field too.
pub trait NotNull: Field {
    /// The number of its columns.
    const WIDTH: usize;
}

/// A field that is one column: what the schema needs to know of its type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a column",
    note = "a column is a number, `bool`, `String`, `Vec<u8>`, a chrono type, your own type with `impl ColumnType`, or \
            `Option` or `Auto` of one; a relationship needs its attribute, such as `#[belongs_to]`, and a value of \
            several columns `#[embed]`"
)]
pub trait ColumnField: Field {
    /// The type of its value that is not `NULL`.
    type Plain: ColumnType;
    /// The type in the table.
    const SQL_TYPE: SqlType = <Self::Plain as ColumnType>::SQL_TYPE;
    /// Whether `NULL` is allowed, as a type.
    type Nulls: Nulls;
    /// Whether `NULL` is allowed.
    const NULLABLE: bool;
}

/// What the schema needs to know of a [`ColumnField`], for expanded code: by this an error about the field's type shows the
/// field, and neither this library's lines nor a second error about [`Field`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a column",
    note = "a column is a number, `bool`, `String`, `Vec<u8>`, a chrono type, your own type with `impl ColumnType`, or \
            `Option` or `Auto` of one; a relationship needs its attribute, such as `#[belongs_to]`, and a value of \
            several columns `#[embed]`"
)]
pub trait Stored {
    /// The type in the table, and whether `NULL` is allowed.
    const COLUMN: (SqlType, bool);
}

#[diagnostic::do_not_recommend]
impl<F: ColumnField> Stored for F {
    const COLUMN: (SqlType, bool) = (F::SQL_TYPE, F::NULLABLE);
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Field for T {
    #[inline]
    fn read(row: &mut RowReader<'_>) -> Result<Self, ConversionError> {
        match row.value() {
            Value::NULL => Err(ConversionError::new("allowed: the field is not an `Option`", &Value::NULL)),
            value => T::from_value(value),
        }
    }

    fn write(&self, cells: &mut Vec<Cell>) {
        cells.push(Cell::Value(self.to_value()));
    }

    fn as_key(&self) -> FieldKey {
        KeyValue::of(&[self.to_value()]).into()
    }

    fn has_values(&self, values: &[Value]) -> bool {
        matches!(values, [value] if self.has_value(value))
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> ColumnField for T {
    type Plain = T;
    type Nulls = Required;
    const NULLABLE: bool = false;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> NotNull for T {
    const WIDTH: usize = 1;
}

/// `None` is `NULL` in all columns.
#[diagnostic::do_not_recommend]
impl<T: NotNull> Field for Option<T> {
    #[inline]
    fn read(row: &mut RowReader<'_>) -> Result<Self, ConversionError> {
        if row.skip_nulls(T::WIDTH) { Ok(None) } else { T::read(row).map(Some) }
    }

    fn write(&self, cells: &mut Vec<Cell>) {
        match self {
            Some(value) => value.write(cells),
            None => cells.extend((0..T::WIDTH).map(|_| Cell::Value(Value::NULL))),
        }
    }

    fn as_key(&self) -> FieldKey {
        self.as_ref().map_or(FieldKey::Absent, T::as_key)
    }

    fn has_values(&self, values: &[Value]) -> bool {
        match self {
            Some(value) => value.has_values(values),
            None => values.iter().all(|value| *value == Value::NULL),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> ColumnField for Option<T> {
    type Plain = T;
    type Nulls = Optional;
    const NULLABLE: bool = true;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType + Clone> Field for Auto<T> {
    #[inline]
    fn read(row: &mut RowReader<'_>) -> Result<Self, ConversionError> {
        match row.value() {
            Value::NULL => Ok(Auto::unset()),
            value => T::from_value(value).map(Auto::of),
        }
    }

    fn write(&self, cells: &mut Vec<Cell>) {
        cells.push(self.get().map_or(Cell::Generated, |value| Cell::Value(value.to_value())));
    }

    fn as_key(&self) -> FieldKey {
        self.get().and_then(|value| KeyValue::of(&[value.to_value()])).into()
    }

    fn has_values(&self, values: &[Value]) -> bool {
        matches!((self.get(), values), (Some(value), [other]) if value.has_value(other))
    }

    fn fill(&self, values: &[Value]) -> Result<bool, ConversionError> {
        for value in values {
            self.replace(match value {
                Value::NULL => None,
                value => Some(T::from_value(value.clone())?),
            });
        }
        Ok(true)
    }

    fn unfill(&self) {
        self.replace(None);
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType + Clone> ColumnField for Auto<T> {
    type Plain = T;
    type Nulls = Required;
    const NULLABLE: bool = false;
}

/// A field that can be (a part of) the primary key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key",
    note = "use `Auto` of an integer, an integer, a `String` with a length, a date, or a `BelongsTo`"
)]
pub trait KeyField {
    /// The Rust type of the key.
    type Key;
}

#[diagnostic::do_not_recommend]
impl<T: KeyColumn> KeyField for T {
    type Key = T;
}

#[diagnostic::do_not_recommend]
impl<T: KeyColumn> KeyField for Auto<T> {
    type Key = T;
}

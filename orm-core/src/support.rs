//! All that expanded code may name. It is not for use by hand, and may change with every version.

pub use crate::error::Result;
pub use crate::model::{
    Cell, ColumnField, Embedded, EmbeddedColumns, Field, KeyField, NotNull, Optional, Presence, Record, Required,
    ResultRow, Row, RowReader, Stored, Unreadable,
};
pub use crate::query::{Column, Nothing, Part, Selectable, Selected, Source, Struct};
pub use crate::relation::{BelongsTo, Relation, SoleBelongsTo, SoleManyToMany, foreign_key, kind, same_association};
pub use crate::session::{Hooks, Located, Model, View};
pub use crate::value::{ColumnType, ConversionError, DbEnum, Key, KeyColumn, Number, SqlType, Value, db_enum};

/// Descriptors.
pub mod schema {
    pub use crate::schema::{
        Action, Column, Embedding, Generated, Index, Inverse, Literal, Members, Reference, Relationship,
        RelationshipKind, Sort, Storage, Table, TableOptions, Through, ValueObject, Version,
    };
}

use std::any::{Any, TypeId};

use crate::schema::NextVersion;
use crate::value::Version;

/// The column of a field, of the type that [`Stored`] tells.
#[must_use]
pub const fn column(field: &'static str, position: usize, (sql_type, nullable): (SqlType, bool)) -> schema::Column {
    schema::Column::new(field, position, sql_type, nullable)
}

/// Whether a column of this type can have a length.
#[must_use]
pub const fn has_length<F: ColumnField>() -> bool {
    matches!(F::SQL_TYPE, SqlType::Text | SqlType::Blob | SqlType::VarChar(_) | SqlType::VarBinary(_))
}

/// Whether the server can index a column of this type.
#[must_use]
pub const fn can_be_indexed<F: ColumnField>() -> bool {
    F::SQL_TYPE.can_be_indexed()
}

/// Whether a column of this type can count by itself.
#[must_use]
pub const fn is_integer<F: ColumnField>() -> bool {
    F::SQL_TYPE.is_integer()
}

/// Whether a column of this type is a time with digits after the second.
#[must_use]
pub const fn has_fraction<F: ColumnField>() -> bool {
    F::SQL_TYPE.has_fraction()
}

/// The value that a text in `#[column(default = "…")]` is.
#[diagnostic::on_unimplemented(
    message = "a text is no default of `{Self}`",
    label = "`{Self}` is not made of a text",
    note = "leave `default` out: the default of the type is taken, which an enum tells by `#[default]` above a value"
)]
pub trait FromText {
    /// The value.
    fn from_text(text: &'static str) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: From<&'static str>> FromText for T {
    fn from_text(text: &'static str) -> Self {
        text.into()
    }
}

/// A column that holds a part of the primary key of `M`.
#[must_use]
pub const fn key_of<M: Record>(field: &'static str, position: usize, part: usize, nullable: bool) -> schema::Column {
    schema::Column::key_of(field, position, M::table, part, nullable)
}

/// The version of a model, in a column of this type; each value makes the next one.
#[must_use]
pub const fn version<F: ColumnField<Plain: Version>>(column: usize) -> schema::Version {
    schema::Version { column, next: NextVersion::Function(next_version::<F::Plain>) }
}

/// The version of a model, which the database sets.
#[must_use]
pub const fn version_of_database(column: usize) -> schema::Version {
    schema::Version { column, next: NextVersion::Database }
}

fn next_version<V: Version>(previous: Option<&Value>) -> Result<Value, ConversionError> {
    let previous = previous.map(|value| V::from_value(value.clone())).transpose()?;
    Ok(V::next(previous.as_ref()).to_value())
}

/// The number of columns of the embedded value that has these.
#[must_use]
pub const fn width<C: EmbeddedColumns>(_: C) -> usize {
    C::VALUE.width()
}

/// What the schema says of the embedded value that has these columns.
#[must_use]
pub const fn value_object<C: EmbeddedColumns>(_: C) -> &'static schema::ValueObject {
    C::VALUE
}

/// The next field of a model: the embedded value that has these columns.
///
/// # Errors
/// A field's type cannot hold a value.
pub fn read_field<C: EmbeddedColumns>(row: &mut RowReader<'_>, _: C) -> Result<C::Value, Unreadable> {
    row.field(C::Value::read)
}

/// The next field of an embedded value: the one that has these columns.
///
/// # Errors
/// A field's type cannot hold a value.
pub fn read_part<C: EmbeddedColumns>(row: &mut RowReader<'_>, _: C) -> Result<C::Value, ConversionError> {
    row.part(C::Value::read)
}

/// The embedded value that has these columns, seen without its type.
pub fn field<C: EmbeddedColumns>(value: &C::Value, _: C) -> &dyn Field {
    value
}

/// The default of the embedded value that has these columns.
#[must_use]
pub fn default<C: EmbeddedColumns<Value: Default>>(_: C) -> C::Value {
    C::Value::default()
}

/// Members are ordered by this column.
#[must_use]
pub const fn ascending<M, T>(column: Column<M, T>) -> schema::Sort {
    schema::Sort::Ascending(column.place())
}

/// Members are ordered by this column, downwards.
#[must_use]
pub const fn descending<M, T>(column: Column<M, T>) -> schema::Sort {
    schema::Sort::Descending(column.place())
}

/// One of the two foreign keys of an association table; a link row goes with what it links.
#[must_use]
pub const fn association_end<M: Record>(
    name: &'static str,
    position: usize,
    columns: &'static [usize],
) -> schema::Relationship {
    let reference = schema::Reference::new(columns, false).on_delete(schema::Action::Cascade);
    let kind = schema::RelationshipKind::BelongsTo(reference);
    schema::Relationship::new(name, position, M::table, kind)
}

/// The type of a model, for its table.
#[must_use]
pub fn type_id<M: Record>() -> TypeId {
    TypeId::of::<M>()
}

/// What a session keeps a model's objects in.
#[must_use]
pub fn new_store<M: Record>() -> Box<dyn Any + Send> {
    crate::session::new_store::<M>()
}

/// There is no field at this place.
///
/// # Panics
/// Always: the library asks only for fields that the table describes.
pub fn no_field(position: usize) -> ! {
    unreachable!("a model has no field {position}")
}

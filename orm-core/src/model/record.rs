//! What a model tells about itself.

use crate::model::{Field, RowReader, Unreadable};
use crate::schema::Table;
use crate::value::Key;

/// A struct whose objects are rows of a table. `#[derive(Model)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    note = "write `#[derive(Model)]` above `struct {Self}`"
)]
pub trait Record: Sized + Send + 'static {
    /// The type of the primary key; a tuple where it has several columns.
    type Key: Key;

    /// The table.
    fn table() -> &'static Table;

    /// Makes an object of a row that has the table's columns in their order.
    ///
    /// # Errors
    /// A field's type cannot hold a value.
    fn read(row: &mut RowReader<'_>) -> Result<Self, Unreadable>;

    /// The field at this place among the model's fields.
    ///
    /// # Panics
    /// There is no such field.
    fn field(&self, position: usize) -> &dyn Field;
}

/// The fields of an object, seen without its type.
pub(crate) trait Fields {
    /// The field at this place among the model's fields.
    fn at(&self, position: usize) -> &dyn Field;
}

impl<M: Record> Fields for M {
    fn at(&self, position: usize) -> &dyn Field {
        self.field(position)
    }
}

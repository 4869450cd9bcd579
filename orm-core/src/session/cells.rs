//! Cells of objects, read into a buffer that is used again.

use crate::model::{Cell, Field, ObjectRef};
use crate::session::objects::Objects;
use crate::session::slots::Values;
use crate::session::store::AnyStore;
use crate::value::Value;

impl Objects {
    /// What a function finds in the cells of an object.
    pub(crate) fn with_cells<R>(&self, store: &dyn AnyStore, slot: u32, read: impl FnOnce(&mut Vec<Cell>) -> R) -> R {
        self.with_buffer(|cells| {
            store.write(slot, cells);
            read(cells)
        })
    }

    /// The same for one field.
    pub(crate) fn with_cells_of<R>(&self, field: &dyn Field, read: impl FnOnce(&[Cell]) -> R) -> R {
        self.with_buffer(|cells| {
            field.write(cells);
            read(cells)
        })
    }

    /// The value of each column of an object, `NULL` where there is none yet.
    pub(crate) fn shown_values(&self, object: ObjectRef) -> Values {
        let value = |cell: Cell| match cell {
            Cell::Value(value) => value,
            cell => self.value(&cell).unwrap_or(Value::NULL),
        };
        self.with_cells(self.store(object.table), object.slot, |cells| cells.drain(..).map(value).collect())
    }

    /// An empty buffer, which is another one inside of `read`.
    fn with_buffer<R>(&self, read: impl FnOnce(&mut Vec<Cell>) -> R) -> R {
        let mut cells = self.buffer.take();
        let found = read(&mut cells);
        cells.clear();
        self.buffer.set(cells);
        found
    }
}

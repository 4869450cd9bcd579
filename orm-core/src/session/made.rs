//! What the database or the session makes for an object (keys, versions, computed columns), and taking it back.

use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef, RowReader};
use crate::session::objects::Objects;
use crate::value::Value;

impl Objects {
    /// Puts values that the user has not set into the columns of an object: into the cells of its fields, or, where a field
    /// is none, into a newer version.
    ///
    /// # Errors
    /// A field cannot hold its value.
    pub(crate) fn take_made<'v>(
        &self,
        object: ObjectRef,
        made: impl IntoIterator<Item = (usize, &'v Value)>,
    ) -> Result<()> {
        let store = self.store(object.table);
        let mut left = Vec::new();
        for (column, value) in made {
            let descriptor = &object.table.columns[column];
            let filled = store.field(object.slot, descriptor.position).fill(std::slice::from_ref(value));
            if !filled.map_err(|source| Error::decode(object.table, descriptor, source))? {
                left.push((column, Cell::Value(value.clone())));
            }
        }
        if left.is_empty() { Ok(()) } else { self.renew(object, left) }
    }

    /// The same after an UPDATE, remembered for the case that it is undone.
    ///
    /// # Errors
    /// A field cannot hold its value.
    pub(crate) fn take_updated(&self, object: ObjectRef, made: &[(usize, Value)]) -> Result<()> {
        self.take_made(object, pairs(made))?;
        let store = self.store(object.table);
        let values = self.values(&store.cells(object.slot));
        let taken: Vec<(usize, Value)> = made.iter().map(|(column, _)| (*column, values[*column].clone())).collect();
        store.slots().borrow_mut().remember_made(object.slot, &taken);
        Ok(())
    }

    /// What was made for an object since the last commit becomes again what it was then, unless the user has set it since.
    pub(crate) fn take_back_made(&self, object: ObjectRef, made: &[(usize, Value)], values: &[Value]) -> Result<()> {
        if made.is_empty() {
            return Ok(());
        }
        let now = self.values(&self.store(object.table).cells(object.slot));
        let is_unchanged = |(column, value): &&(usize, Value)| now[*column] == *value;
        let before = made.iter().filter(is_unchanged).map(|(column, _)| (*column, values[*column].clone()));
        let is_foreign_key = |column: usize| object.table.references().any(|(_, key)| key.columns.contains(&column));
        let (keys, others): (Vec<_>, Vec<_>) = before.partition(|(column, _)| is_foreign_key(*column));
        if !keys.is_empty() {
            self.renew(object, self.as_cells(object, keys, values))?;
        }
        self.take_made(object, pairs(&others))
    }

    /// The columns of foreign keys; those that lead to what this transaction has written refer to it, for it may get another key.
    fn as_cells(&self, object: ObjectRef, keys: Vec<(usize, Value)>, row: &[Value]) -> Vec<(usize, Cell)> {
        let targets = self.written_targets(object.table, row);
        let cell = |(column, value): (usize, Value)| {
            let reference = object.table.references().find(|(_, key)| key.columns.contains(&column));
            let part =
                reference.and_then(|(_, key)| Some((key.columns[0], key.columns.iter().position(|&c| c == column)?)));
            let target = part.and_then(|(first, part)| {
                let target = targets.iter().find(|(column, _)| *column == first);
                target.map(|(_, target)| Cell::KeyOf(*target, part))
            });
            (column, target.unwrap_or(Cell::Value(value)))
        };
        keys.into_iter().map(cell).collect()
    }

    /// Gives an object a newer version, in which these columns are changed: who reads it now keeps what he reads.
    ///
    /// # Errors
    /// A field cannot hold its value.
    pub(crate) fn renew(&self, object: ObjectRef, changed: impl IntoIterator<Item = (usize, Cell)>) -> Result<()> {
        let store = self.store(object.table);
        let mut cells = store.cells(object.slot);
        changed.into_iter().for_each(|(column, cell)| cells[column] = cell);
        let (values, targets) = (self.values(&cells), self.targets(object.table, &cells));
        self.read_version(store, object.slot, &mut RowReader::with_targets(object.table, values, &targets))
    }
}

/// Columns with their values.
pub(crate) fn pairs(made: &[(usize, Value)]) -> impl Iterator<Item = (usize, &Value)> {
    made.iter().map(|(column, value)| (*column, value))
}

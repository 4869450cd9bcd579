//! After a statement for many rows: loaded objects become what their rows have become.

use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::model::{ObjectRef, RowReader};
use crate::schema::Table;
use crate::session::Session;
use crate::session::keys::key_of_row;
use crate::session::locks::RowLock;
use crate::session::objects::Objects;
use crate::session::slots::{AtCommit, State};
use crate::sql;
use crate::value::{KeyValue, Value};

impl Session {
    /// Reads the objects of a table again, and forgets all members; where that fails, the transaction is undone.
    pub(crate) fn read_table_again(&mut self, table: &'static Table) -> Result<()> {
        let read = self.read_rows_again(table).inspect_err(|error| self.abandon(error));
        self.objects().forget_all_members();
        self.settle();
        read
    }

    /// The transaction has run this statement, which does not wait again when it is undone.
    pub(crate) fn ran(&self, statement: &str, table: &'static Table) {
        self.objects().edits.borrow_mut().ran(format!("`{statement}` of `{}`", table.model));
    }

    fn read_rows_again(&self, table: &'static Table) -> Result<()> {
        let unchanged = self.objects().unchanged(table);
        let (locked, others): (Vec<_>, Vec<_>) =
            unchanged.into_iter().partition(|(_, object)| self.objects().is_locked(*object));
        others.chunks(sql::MAX_KEYS).try_for_each(|chunk| self.read_chunk_again(table, chunk, RowLock::None))?;
        locked.chunks(sql::MAX_KEYS).try_for_each(|chunk| self.read_chunk_again(table, chunk, RowLock::Held))
    }

    fn read_chunk_again(&self, table: &'static Table, chunk: &[(KeyValue, ObjectRef)], lock: RowLock) -> Result<()> {
        let keys: Vec<KeyValue> = chunk.iter().map(|(key, _)| key.clone()).collect();
        let mut missing: FxHashMap<KeyValue, ObjectRef> = chunk.iter().cloned().collect();
        self.send(self.rows_by_key(table, &keys, lock), &mut |row| {
            let object = key_of_row(table, &row).and_then(|key| missing.remove(&key));
            object.map_or(Ok(()), |object| self.objects().row_is(object, row))
        })?;
        missing.iter().for_each(|(key, object)| self.objects().row_is_gone(*object, key));
        Ok(())
    }
}

impl Objects {
    /// The objects of a table without changes that wait, with their keys.
    fn unchanged(&self, table: &'static Table) -> Vec<(KeyValue, ObjectRef)> {
        let slots = self.store(table).slots().borrow();
        let is_unchanged = |&slot: &u32| {
            let slot = slots.get(slot);
            slot.state == State::Persistent && !slot.touched
        };
        let objects = slots.left().filter(is_unchanged).map(|slot| self.reference(table, slot));
        objects.filter_map(|object| Some((self.key(object)?, object))).collect()
    }

    /// A statement has made this the row of an object.
    fn row_is(&self, object: ObjectRef, row: Vec<Value>) -> Result<()> {
        let store = self.store(object.table);
        let values = self.values(&store.cells(object.slot));
        store.slots().borrow_mut().get_mut(object.slot).seen_in = self.now();
        if *values == *row {
            return Ok(());
        }
        store.slots().borrow_mut().remember(object.slot, AtCommit::row(values.into()));
        self.read_version(store, object.slot, &mut RowReader::new(object.table, row))
    }

    /// A statement has deleted the row of an object.
    fn row_is_gone(&self, object: ObjectRef, key: &KeyValue) {
        let values = self.values(&self.store(object.table).cells(object.slot));
        self.become_deleted(object, key, Some(values.into()));
    }
}

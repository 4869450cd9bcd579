//! Rows that this transaction has locked. They are read with a lock from then on, since only that shows them as they are now:
//! other questions show rows as they were when the transaction began.

use crate::error::Result;
use crate::model::ObjectRef;
use crate::schema::Table;
use crate::session::Session;
use crate::session::keys::key_of_row;
use crate::session::objects::{Objects, by_table};
use crate::session::store::AnyStore;
use crate::sql::{self, Statement};
use crate::value::{KeyValue, Value};

/// Whether rows are read with a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowLock {
    None,
    Held,
}

impl RowLock {
    /// Held where this is true of the question.
    pub(crate) fn held_if(is_held: bool) -> Self {
        if is_held { Self::Held } else { Self::None }
    }
}

impl Session {
    /// The question for the rows with these keys.
    pub(crate) fn rows_by_key(&self, table: &'static Table, keys: &[KeyValue], lock: RowLock) -> Statement {
        let statement = sql::rows_by_columns(table, table.primary_key, keys);
        match lock {
            RowLock::None => statement,
            RowLock::Held => statement.sharing(self.dialect().flavour),
        }
    }

    /// The objects with these keys, as the database has them; they stay in the company that they are in.
    pub(crate) fn load_by_keys(&self, table: &'static Table, keys: &[KeyValue], lock: RowLock) -> Result<Vec<u32>> {
        let (store, mut slots) = (self.objects().store(table), Vec::new());
        self.send(self.rows_by_key(table, keys, lock), &mut |row| {
            slots.push(self.objects().merge_as(store, row, lock)?);
            Ok(())
        })?;
        Ok(slots)
    }

    /// Reads objects with locks again that a question without one has found and that are due.
    pub(crate) fn read_locked_again(&self) -> Result<()> {
        let due = std::mem::take(&mut *self.objects().locked_again.borrow_mut());
        for (table, objects) in by_table(due) {
            let slots: Vec<u32> = objects.into_iter().map(|object| object.slot).collect();
            self.read_again(table, &slots)?;
        }
        Ok(())
    }
}

impl Objects {
    /// The object of a row, which was read with a lock or without.
    #[inline]
    pub(crate) fn merge_as(&self, store: &dyn AnyStore, row: Vec<Value>, lock: RowLock) -> Result<u32> {
        match lock {
            RowLock::None => self.merge(store, row),
            RowLock::Held => self.merge_locked(store, row),
        }
    }

    /// The object gets the values of now, unless it has changes that are not flushed.
    fn merge_locked(&self, store: &dyn AnyStore, row: Vec<Value>) -> Result<u32> {
        let known = key_of_row(store.table(), &row).and_then(|key| store.slots().borrow().find(&key));
        let slot = match known {
            None => self.merge(store, row)?,
            Some(slot) => {
                store.slots().borrow_mut().get_mut(slot).seen_in = 0;
                if self.is_due(store, slot) {
                    self.take_row(store, slot, row)?;
                }
                slot
            }
        };
        store.slots().borrow_mut().lock(slot);
        Ok(slot)
    }

    pub(crate) fn is_locked(&self, object: ObjectRef) -> bool {
        self.store(object.table).slots().borrow().is_locked(object.slot)
    }

    /// After the answer that is being received.
    pub(crate) fn read_locked_later(&self, object: ObjectRef) {
        self.locked_again.borrow_mut().push(object);
    }
}

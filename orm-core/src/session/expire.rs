//! How far what the session has of objects is trusted: reading them again, and forgetting what was read.

use crate::error::{Error, Result};
use crate::model::{Cell, Handle, ObjectRef};
use crate::schema::Table;
use crate::session::locks::RowLock;
use crate::session::objects::Objects;
use crate::session::slots::{State, Values};
use crate::session::store::AnyStore;
use crate::session::{Model, Session, View};
use crate::sql;
use crate::value::{KeyValue, Value};

impl Session {
    /// The object of a handle. Where this transaction has neither read nor written its row, it is read again, together with
    /// those that came in the same result; otherwise, and where it has changes that are not flushed, nothing is sent. Nothing
    /// is flushed either.
    ///
    /// # Errors
    /// [`Error::Handle`]: the handle is of another session, or its object was deleted, evicted or rolled back.
    /// [`Error::NotFound`]: its row is not there any more. What the database says.
    pub fn get<M: Model>(&self, handle: Handle<M>) -> Result<View<'_, M>> {
        let object = handle.reference();
        self.objects.check(object)?;
        if self.objects.is_unread(object) {
            self.read_with_peers(object)?;
        }
        Ok(self.view(handle))
    }

    /// Forgets what was read of an object and of its relationships: the next question for it reads it again. Nothing is sent.
    ///
    /// Its values become those of the database as they were last known, and changes to them are given up. Members that came
    /// or left are changes of other rows, and wait as before.
    ///
    /// # Errors
    /// [`Error::Handle`]: the handle cannot be used, or its object is not in the database yet or is to be deleted. A type of
    /// the user's cannot read back what it has written.
    pub fn expire<M: Model>(&mut self, handle: Handle<M>) -> Result<()> {
        let object = handle.reference();
        self.objects.check(object)?;
        self.objects.absorb_changed();
        self.objects.check_is_persistent(object)?;
        let (_, baseline) = self.objects.give_up_changes(object);
        if let Some(values) = baseline {
            let restored = self.objects.restore(object, values.clone());
            restored.inspect_err(|_| self.objects.keep_changes(object, Some(values)))?;
        }
        self.objects.store(object.table).slots().borrow_mut().forget_own_members(object.slot);
        self.objects.forget_members_with(object);
        self.objects.settle();
        Ok(())
    }

    /// [`expire`](Self::expire)s all objects that are in the database. New objects and deletions wait as before.
    ///
    /// # Errors
    /// A type of the user's cannot read back what it has written.
    pub fn expire_all(&mut self) -> Result<()> {
        self.objects.absorb_changed();
        let mut restored = Ok(());
        for store in self.objects.stores() {
            let touched = store.slots().borrow_mut().untouch_persistent();
            for (slot, values) in touched.into_iter().filter_map(|(slot, values)| Some((slot, values?))) {
                let object = self.objects.reference(store.table(), slot);
                restored = restored.and(self.objects.restore(object, values));
            }
            store.slots().borrow_mut().expire();
        }
        self.objects.forget_all_members();
        self.objects.settle();
        restored
    }

    /// Reads all objects that are in the database again, a statement for each 1,000 of a model; what was loaded of their
    /// relationships is asked again when it is wanted. Nothing is flushed: an object with changes keeps them, and is not
    /// read. One whose row is gone stays as it is until [`get`](Self::get) tells so.
    ///
    /// What others have committed since this transaction began is seen as the isolation level has it: not under `REPEATABLE
    /// READ`, which is the server's default.
    ///
    /// # Errors
    /// What the database says. What was not read by then is read by the next question for it.
    pub fn reload(&mut self) -> Result<()> {
        self.objects.absorb_changed();
        let unchanged: Vec<(&'static Table, Vec<u32>)> = self.objects.expire_unchanged();
        for (table, slots) in unchanged {
            self.read_again(table, &slots)?;
        }
        self.objects.settle();
        Ok(())
    }

    /// Reads an object again, and with it those of its peers that are due.
    fn read_with_peers(&self, object: ObjectRef) -> Result<()> {
        let is_due = |slot: &u32| self.objects.is_unread(self.objects.reference(object.table, *slot));
        let peers = self.objects.store(object.table).slots().borrow().peers(object.slot);
        let others = peers.into_iter().filter(|&slot| slot != object.slot);
        let due: Vec<u32> = std::iter::once(object.slot).chain(others).filter(is_due).take(sql::MAX_KEYS).collect();
        self.read_again(object.table, &due)?;
        match self.objects.is_unread(object) {
            false => Ok(()),
            true => Err(Error::NotFound { model: object.table.model, what: self.objects.with_key(object) }),
        }
    }

    /// Reads objects without changes again; those whose rows are gone stay as they are. Rows that are locked are read with a lock.
    pub(crate) fn read_again(&self, table: &'static Table, slots: &[u32]) -> Result<()> {
        let object = |slot: u32| self.objects.reference(table, slot);
        let (locked, others): (Vec<u32>, Vec<u32>) =
            slots.iter().partition(|&&slot| self.objects.is_locked(object(slot)));
        for (slots, lock) in [(others, RowLock::None), (locked, RowLock::Held)] {
            let keys: Vec<KeyValue> = slots.iter().filter_map(|&slot| self.objects.key(object(slot))).collect();
            for keys in keys.chunks(sql::MAX_KEYS) {
                self.load_by_keys(table, keys, lock)?;
            }
        }
        Ok(())
    }
}

impl Objects {
    /// Why an object cannot be read again, if it cannot.
    pub(crate) fn check_is_persistent(&self, object: ObjectRef) -> Result<()> {
        let refuse = |reason| Err(Error::Handle { model: object.table.model, reason });
        match self.state(object) {
            State::Persistent => Ok(()),
            State::Deleting => refuse("is of an object that is to be deleted"),
            _ => refuse("is of an object that is not in the database"),
        }
    }

    /// Whether an object may be read again, and this transaction has not done so.
    fn is_unread(&self, object: ObjectRef) -> bool {
        self.is_due(self.store(object.table), object.slot)
    }

    /// An object gets the values that it had in the database.
    pub(crate) fn restore(&self, object: ObjectRef, values: Values) -> Result<()> {
        self.read_row(self.store(object.table), object.slot, values.to_vec())
    }

    /// What was read of objects without changes is forgotten; gives these.
    fn expire_unchanged(&self) -> Vec<(&'static Table, Vec<u32>)> {
        let unchanged = |store: &dyn AnyStore| {
            let touched = store.slots().borrow().touched();
            let object = |slot: u32| self.reference(store.table(), slot);
            for slot in touched.into_iter().filter(|&slot| !self.is_changed(object(slot))) {
                store.slots().borrow_mut().untouch(slot);
            }
            store.slots().borrow_mut().expire();
            let slots = store.slots().borrow().left();
            (store.table(), slots.filter(|&slot| self.is_unread(object(slot))).collect())
        };
        self.forget_all_members();
        self.stores().map(unchanged).collect()
    }

    /// Whether the next flush would write an object.
    fn is_changed(&self, object: ObjectRef) -> bool {
        let store = self.store(object.table);
        let baseline = store.slots().borrow().baseline(object.slot).cloned();
        let Some(baseline) = baseline.filter(|_| self.state(object) == State::Persistent) else { return true };
        let is_changed =
            |(cell, old): (&Cell, &Value)| *cell != Cell::Generated && self.value(cell).as_ref() != Some(old);
        store.cells(object.slot).iter().zip(baseline.iter()).any(is_changed)
    }

    fn with_key(&self, object: ObjectRef) -> String {
        self.key(object).map_or_else(String::new, |key| format!("with key {key}"))
    }
}

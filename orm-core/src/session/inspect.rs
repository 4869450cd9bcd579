//! Reading one's own state: what has changed in an object, where it is in its life, and what a flush would send.

use crate::error::{Error, Result};
use crate::model::{Cell, Handle, ObjectRef};
use crate::session::flush::{self, FlushPlan};
use crate::session::locks::RowLock;
use crate::session::slots::State;
use crate::session::{Model, Session, View};
use crate::value::Value;

/// Where an object is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ObjectState {
    /// Added; the next flush inserts it.
    Pending,
    /// In the database.
    Persistent,
    /// In the database; the next flush deletes it.
    Deleting,
    /// Deleted by a flush. A rollback brings it back.
    Deleted,
    /// Taken out of the session by [`Session::evict`].
    Evicted,
    /// Its addition was undone, or its deletion is committed: nothing brings it back.
    Gone,
}

/// A column of an object that differs from the database.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The column.
    pub column: &'static str,
    /// The model's field; in an embedded value the way to it, `address.street`.
    pub field: &'static str,
    /// The value in the database.
    pub old: Value,
    /// The value that the next flush writes; `None` for the key of an object that has none yet, and for what the database
    /// will calculate.
    pub new: Option<Value>,
}

impl Session {
    /// Where an object is in its life.
    ///
    /// # Errors
    /// [`Error::Handle`]: the handle is of another session.
    pub fn state<M: Model>(&self, handle: Handle<M>) -> Result<ObjectState> {
        let object = handle.reference();
        self.objects().check_session(object)?;
        Ok(match self.objects().state(object) {
            State::Pending => ObjectState::Pending,
            State::Persistent => ObjectState::Persistent,
            State::Deleting => ObjectState::Deleting,
            State::Deleted => ObjectState::Deleted,
            State::Evicted | State::Withdrawn | State::Freed => ObjectState::Evicted,
            State::Discarded | State::Gone => ObjectState::Gone,
        })
    }

    /// The columns in which an object differs from the database, without asking it. Of an object that is not in the
    /// database there are none.
    ///
    /// # Errors
    /// [`Error::Handle`]: the handle cannot be used.
    pub fn changes<M: Model>(&self, handle: Handle<M>) -> Result<Vec<Change>> {
        let object = handle.reference();
        self.objects().check(object)?;
        self.objects().absorb_changed();
        let store = self.objects().store(object.table);
        let baseline = store.slots().borrow().baseline(object.slot).cloned();
        let Some(baseline) = baseline else { return Ok(Vec::new()) };
        let assigned = self.objects().assigned_to(object);
        let is_assigned = |column: usize| assigned.iter().any(|(other, _)| *other == column);
        let cells = store.cells(object.slot).into_iter().zip(baseline.iter()).enumerate();
        let change = |(column, (cell, old))| self.change(object, column, (!is_assigned(column)).then_some(&cell), old);
        Ok(cells.filter_map(change).collect())
    }

    /// Whether an object differs from the database, or is not in it yet, without asking it.
    ///
    /// # Errors
    /// [`Error::Handle`]: the handle cannot be used.
    pub fn is_modified<M: Model>(&self, handle: Handle<M>) -> Result<bool> {
        Ok(self.state(handle)? == ObjectState::Pending || !self.changes(handle)?.is_empty())
    }

    /// What a flush would send now, printable. Nothing is written, and no hook runs; what a deletion takes along, and the members
    /// of a collection that was cleared, may be read for it.
    ///
    /// # Errors
    /// What a flush would say before it sends anything, for instance that a required foreign key is not set.
    pub fn pending(&self) -> Result<FlushPlan> {
        flush::plan(self)
    }

    /// Reads an object from the database again; changes to it that are not flushed are given up, unless that fails. What was
    /// loaded of its relationships is asked again.
    ///
    /// # Errors
    /// [`Error::NotFound`]: its row is not there any more. [`Error::Handle`]: the handle cannot be used, or the object is
    /// not in the database yet. What the database says.
    pub fn refresh<M: Model>(&mut self, handle: Handle<M>) -> Result<View<'_, M>> {
        let object = handle.reference();
        self.objects().check(object)?;
        self.objects().absorb_changed();
        self.objects().check_is_persistent(object)?;
        let (key, baseline) = self.objects().give_up_changes(object);
        if let Some(values) = &baseline {
            self.objects().keep_for_rollback(object, values.clone());
        }
        let key = key.expect("an object in the database has a key");
        self.objects().store(object.table).slots().borrow_mut().forget_own_members(object.slot);
        self.objects().forget_answers();
        let what = format!("with key {key}");
        let lock = RowLock::held_if(self.objects().is_locked(object));
        let found = self.load_by_keys(object.table, &[key], lock).and_then(|found| match found.is_empty() {
            true => Err(Error::NotFound { model: object.table.model, what }),
            false => Ok(()),
        });
        found.inspect_err(|_| self.objects().keep_changes(object, baseline))?;
        self.settle();
        Ok(self.view(handle))
    }

    /// A column that differs; it has no cell where the database calculates it.
    fn change(&self, object: ObjectRef, column: usize, cell: Option<&Cell>, old: &Value) -> Option<Change> {
        let new = cell.and_then(|cell| self.objects().value(cell));
        let is_same = cell == Some(&Cell::Generated) || new.as_ref() == Some(old);
        let column = &object.table.columns[column];
        (!is_same).then_some(Change { column: column.name, field: column.field, old: old.clone(), new })
    }
}

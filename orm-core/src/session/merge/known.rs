//! Which keys are known: of objects that the session has, or of rows that it reads here.

use rustc_hash::FxHashMap;
use std::any::TypeId;

use crate::error::{Error, Result};
use crate::model::ObjectRef;
use crate::schema::Table;
use crate::session::Session;
use crate::session::load::each_once;
use crate::session::objects::Objects;
use crate::session::slots::State;
use crate::sql;
use crate::value::KeyValue;

/// A key of a table's.
pub(super) type TableKey = (&'static Table, KeyValue);

/// Objects of the session by their keys.
#[derive(Default)]
pub(super) struct Known(FxHashMap<(TypeId, KeyValue), ObjectRef>);

impl Known {
    pub(super) fn get(&self, (table, key): &TableKey) -> Option<ObjectRef> {
        self.0.get(&((table.type_id)(), key.clone())).copied()
    }

    pub(super) fn insert(&mut self, (table, key): TableKey, object: ObjectRef) {
        self.0.insert(((table.type_id)(), key), object);
    }
}

impl Session {
    /// The objects in the database with these keys; what this transaction has not seen is read, after a flush.
    pub(super) fn known(&self, keys: &[TableKey]) -> Result<Known> {
        let objects = self.objects();
        keys.iter().try_for_each(|key| objects.check_is_not_deleting(key))?;
        let mut read = Known::default();
        if keys.iter().any(|(table, key)| objects.find_unchanged(table, key).is_none()) {
            self.flush_before_question()?;
            read = self.read_unseen(keys)?;
        }
        let mut known = Known::default();
        for (table, key) in keys {
            let current = objects.find_current(table, key).map(|slot| objects.reference(table, slot));
            // The server finds a row by a key that it may write otherwise.
            if let Some(object) = current.or_else(|| read.get(&(table, key.folded()))) {
                known.insert((table, key.clone()), object);
            }
        }
        Ok(known)
    }

    /// Reads the rows with those of the keys that this transaction has not seen; gives the objects by their folded keys.
    fn read_unseen(&self, keys: &[TableKey]) -> Result<Known> {
        let mut unseen: Vec<(&'static Table, Vec<KeyValue>)> = Vec::new();
        for (table, key) in keys.iter().filter(|(table, key)| self.objects().find_current(table, key).is_none()) {
            match unseen.iter_mut().find(|(other, _)| (other.type_id)() == (table.type_id)()) {
                Some((_, keys)) => keys.push(key.clone()),
                None => unseen.push((table, vec![key.clone()])),
            }
        }
        let mut read = Known::default();
        for (table, keys) in unseen {
            for keys in each_once(keys).chunks(sql::MAX_KEYS) {
                for slot in self.load_keys(table, keys)? {
                    let object = self.objects().reference(table, slot);
                    self.objects().key(object).into_iter().for_each(|key| read.insert((table, key.folded()), object));
                }
            }
        }
        Ok(read)
    }
}

impl Objects {
    fn check_is_not_deleting(&self, (table, key): &TableKey) -> Result<()> {
        let found = self.store(table).slots().borrow().find(key);
        match found.map(|slot| self.state(self.reference(table, slot))) {
            Some(State::Deleting) => {
                Err(Error::Handle { model: table.model, reason: "is of an object that is to be deleted" })
            }
            _ => Ok(()),
        }
    }
}

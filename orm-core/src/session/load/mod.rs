//! Rows become objects of the session.

mod answers;
mod eager;
mod members;
mod parts;
mod related;
mod targets;

pub(crate) use answers::Answers;
pub use parts::Related;

use crate::error::Result;
use crate::schema::Table;
use crate::session::Session;
use crate::session::locks::RowLock;
use crate::session::watch::Watched;
use crate::sql::{self, Statement};
use crate::value::{Key, KeyValue};

impl Session {
    /// The objects of the rows that a statement answers, each once, in the order of their first rows.
    pub(crate) fn load(&self, table: &'static Table, statement: Statement) -> Result<Vec<u32>> {
        self.load_as(table, statement, RowLock::None)
    }

    /// The same, for rows that a lock keeps as they are, or for others.
    pub(crate) fn load_as(&self, table: &'static Table, statement: Statement, lock: RowLock) -> Result<Vec<u32>> {
        let (store, mut slots) = (self.objects().store(table), Vec::new());
        let asked = self.send(statement, &mut |row| {
            slots.push(self.objects().merge_as(store, row, lock)?);
            Ok(())
        });
        asked.map_err(|error| self.explain(error, &[table]))?;
        let slots = each_slot_once(slots);
        store.slots().borrow_mut().group(&slots);
        Ok(slots)
    }

    /// The object with this key. One that the session has, and whose key is not being changed, needs no flush.
    pub(crate) fn find_slot(&self, table: &'static Table, key: &impl Key) -> Result<Option<u32>> {
        let Some(key) = key.to_key_value() else { return Ok(None) };
        if let Some(slot) = self.objects().find_unchanged(table, &key) {
            Watched::count(&self.watched().found, 1);
            return Ok(Some(slot));
        }
        self.flush_before_question()?;
        if let Some(slot) = self.objects().find_current(table, &key) {
            Watched::count(&self.watched().found, 1);
            return Ok(Some(slot));
        }
        let found = self.load(table, sql::rows_by_columns(table, table.primary_key, &[key]))?;
        Ok(found.first().copied())
    }

    /// The objects with these keys, at most as many as one statement can ask for.
    pub(crate) fn load_keys(&self, target: &'static Table, keys: &[KeyValue]) -> Result<Vec<u32>> {
        match keys.is_empty() {
            true => Ok(Vec::new()),
            false => self.load(target, sql::rows_by_columns(target, target.primary_key, keys)),
        }
    }
}

/// Slots without repetitions, in the order of the first ones.
pub(crate) fn each_slot_once(slots: Vec<u32>) -> Vec<u32> {
    if slots.is_sorted_by(|one, next| one < next) {
        return slots;
    }
    // Slots are counted from 0: mostly a list of all is not much longer than these.
    let length = slots.iter().max().map_or(0, |&last| last as usize + 1);
    if length / 64 > slots.len() {
        return each_once(slots);
    }
    let mut seen = vec![false; length];
    slots.into_iter().filter(|&slot| !std::mem::replace(&mut seen[slot as usize], true)).collect()
}

/// Without repetitions, in the order of the first ones.
pub(crate) fn each_once<T: Clone + Ord + std::hash::Hash>(items: Vec<T>) -> Vec<T> {
    if items.is_sorted_by(|one, next| one < next) {
        return items;
    }
    let mut seen = rustc_hash::FxHashSet::default();
    items.into_iter().filter(|item| !seen.contains(item) && seen.insert(item.clone())).collect()
}

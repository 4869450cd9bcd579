//! The identity map: which object has which key.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::value::KeyValue;

/// Slots by key. Numbers, which most keys are, have a map of their own, that is half as large and faster.
#[derive(Debug, Default)]
pub(crate) struct ByKey {
    numbers: FxHashMap<i64, u32>,
    others: FxHashMap<KeyValue, u32>,
}

impl ByKey {
    pub(crate) fn get(&self, key: &KeyValue) -> Option<u32> {
        match key {
            KeyValue::Int(number) => self.numbers.get(number).copied(),
            other => self.others.get(other).copied(),
        }
    }

    /// The slot of a key; where it has none, it gets this one.
    pub(crate) fn get_or_insert(&mut self, key: KeyValue, slot: u32) -> Option<u32> {
        match key {
            KeyValue::Int(number) => get_or_insert(self.numbers.entry(number), slot),
            other => get_or_insert(self.others.entry(other), slot),
        }
    }

    pub(crate) fn insert(&mut self, key: KeyValue, slot: u32) {
        match key {
            KeyValue::Int(number) => self.numbers.insert(number, slot),
            other => self.others.insert(other, slot),
        };
    }

    pub(crate) fn remove(&mut self, key: &KeyValue) {
        match key {
            KeyValue::Int(number) => self.numbers.remove(number),
            other => self.others.remove(other),
        };
    }

    pub(crate) fn retain(&mut self, is_kept: impl Fn(u32) -> bool) {
        self.numbers.retain(|_, slot| is_kept(*slot));
        self.others.retain(|_, slot| is_kept(*slot));
    }

    /// Room for so many more numbers.
    pub(crate) fn reserve(&mut self, more: usize) {
        self.numbers.reserve(more);
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.numbers.len() + self.others.len()
    }
}

fn get_or_insert<K>(entry: Entry<'_, K, u32>, slot: u32) -> Option<u32> {
    match entry {
        Entry::Occupied(known) => Some(*known.get()),
        Entry::Vacant(place) => {
            place.insert(slot);
            None
        }
    }
}

//! The identity map: which object has which key.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::session::slots::ByNumber;
use crate::session::slots::seldom::Place;
use crate::value::KeyValue;

/// Slots by key. Numbers, which most keys are, have a map of their own.
#[derive(Debug, Default)]
pub(crate) struct ByKey {
    numbers: ByNumber<Place>,
    others: FxHashMap<KeyValue, u32>,
}

impl ByKey {
    #[inline]
    pub(crate) fn get(&self, key: &KeyValue) -> Option<u32> {
        match key {
            KeyValue::Int(number) => self.numbers.get(*number).map(|place| place.number()),
            other => self.others.get(other).copied(),
        }
    }

    /// The slot of a key; where it has none, it gets this one.
    #[inline]
    pub(crate) fn get_or_insert(&mut self, key: KeyValue, slot: u32) -> Option<u32> {
        match key {
            KeyValue::Int(number) => self.numbers.get_or_insert(number, Place::of(slot)).map(|place| place.number()),
            other => match self.others.entry(other) {
                Entry::Occupied(known) => Some(*known.get()),
                Entry::Vacant(place) => {
                    place.insert(slot);
                    None
                }
            },
        }
    }

    pub(crate) fn insert(&mut self, key: KeyValue, slot: u32) {
        match key {
            KeyValue::Int(number) => self.numbers.insert(number, Place::of(slot)),
            other => drop(self.others.insert(other, slot)),
        }
    }

    pub(crate) fn remove(&mut self, key: &KeyValue) {
        match key {
            KeyValue::Int(number) => drop(self.numbers.remove(*number)),
            other => drop(self.others.remove(other)),
        }
    }

    pub(crate) fn retain(&mut self, is_kept: impl Fn(u32) -> bool) {
        self.numbers.retain(|_, place| is_kept(place.number()));
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

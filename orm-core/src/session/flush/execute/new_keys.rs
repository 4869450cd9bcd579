//! The primary keys that rows have got in a flush.

use crate::model::ObjectRef;
use crate::schema::Table;
use crate::session::slots::ByNumber;
use crate::value::KeyValue;

/// Keys by object. New objects of a model mostly follow each other.
#[derive(Debug, Default)]
pub(crate) struct NewKeys {
    /// All objects of a flush are of one session.
    session: u32,
    by_slot: Vec<(&'static Table, ByNumber<KeyValue>)>,
}

impl NewKeys {
    pub(crate) fn get(&self, object: ObjectRef) -> Option<&KeyValue> {
        let (_, keys) = self.by_slot.iter().find(|(table, _)| object.is_of(table))?;
        keys.get(object.slot.into()).filter(|_| object.session == self.session)
    }

    pub(crate) fn insert(&mut self, object: ObjectRef, key: KeyValue) {
        self.session = object.session;
        self.of_model(object).insert(object.slot.into(), key);
    }

    /// Room for so many more keys of objects of one model.
    pub(crate) fn reserve(&mut self, object: ObjectRef, more: usize) {
        self.of_model(object).reserve(more);
    }

    fn of_model(&mut self, object: ObjectRef) -> &mut ByNumber<KeyValue> {
        let known = self.by_slot.iter().position(|(table, _)| object.is_of(table));
        let place = known.unwrap_or_else(|| {
            self.by_slot.push((object.table, ByNumber::default()));
            self.by_slot.len() - 1
        });
        &mut self.by_slot[place].1
    }
}

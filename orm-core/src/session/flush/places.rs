//! Places at one-to-one relationships: who takes one, and who gives it up for that.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::Result;
use crate::model::{Cell, ObjectRef};
use crate::schema::{Members, Reference, Table};
use crate::session::Session;
use crate::session::keys::key_of_columns;
use crate::session::objects::Objects;
use crate::session::slots::State;
use crate::sql;
use crate::value::KeyValue;

/// Where only one object can be: at an owner with a key, or at a new one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    Key(KeyValue),
    Of(ObjectRef),
}

/// The next flush of a one-to-one foreign key takes the owner away from the object that has it now.
pub(crate) fn give_up(session: &Session) -> Result<()> {
    let objects = session.objects();
    for table in objects.touched_tables() {
        for (relationship, reference) in table.placed_references().filter(|(_, reference)| reference.unique) {
            if let Some((has_one, inverse)) = table.other_side(relationship)
                && (reference.nullable || inverse.members == Members::DeletedAsOrphans)
            {
                let earlier = objects.earlier_takers(table, relationship);
                earlier.into_iter().for_each(|holder| objects.release_along(holder, relationship));
                let taken = objects.taken_places(table, reference);
                let holders = holders(session, table, relationship, has_one, &taken)?;
                holders.into_iter().for_each(|holder| objects.release_along(holder, relationship));
            }
        }
    }
    Ok(())
}

/// The objects that have the place of another, as the database has it and nobody has changed it since.
fn holders(
    session: &Session,
    table: &'static Table,
    relationship: usize,
    has_one: usize,
    taken: &[(KeyValue, ObjectRef)],
) -> Result<Vec<ObjectRef>> {
    let objects = session.objects();
    let (target, reference) = ((table.relationships[relationship].target)(), table.reference(relationship));
    let mut holders = Vec::new();
    let mut unknown = Vec::new();
    for (key, _) in taken {
        let owner = objects.find_current(target, key).map(|slot| objects.reference(target, slot));
        match owner.and_then(|owner| objects.known_members(owner, has_one)) {
            Some(known) => holders.extend(known),
            None => unknown.push(key.clone()),
        }
    }
    for keys in unknown.chunks(sql::MAX_KEYS) {
        let slots = session.load(table, sql::rows_by_columns(table, reference.columns, keys))?;
        holders.extend(slots.into_iter().map(|slot| objects.reference(table, slot)));
    }
    let keys: FxHashSet<&KeyValue> = taken.iter().map(|(key, _)| key).collect();
    let takers: FxHashSet<ObjectRef> = taken.iter().map(|(_, taker)| *taker).collect();
    let has_place = |holder: &ObjectRef| {
        let refers = objects.foreign_key(*holder, reference).is_some_and(|key| keys.contains(&key));
        refers && !takers.contains(holder) && objects.state(*holder) == State::Persistent
    };
    Ok(holders.into_iter().filter(has_place).collect())
}

impl Objects {
    /// The keys that objects of a table will refer to by a one-to-one foreign key and have not referred to before.
    fn taken_places(&self, table: &'static Table, reference: &Reference) -> Vec<(KeyValue, ObjectRef)> {
        let slots = self.store(table).slots().borrow().touched();
        let taken = |slot: u32| {
            let object = self.reference(table, slot);
            let before = self.store(table).slots().borrow().baseline(slot).cloned();
            let key = self.foreign_key(object, reference)?;
            let had = before.and_then(|row| key_of_columns(reference.columns, &row));
            let is_written = matches!(self.state(object), State::Pending | State::Persistent);
            (is_written && had.as_ref() != Some(&key)).then_some((key, object))
        };
        slots.into_iter().filter_map(taken).collect()
    }

    /// Objects whose place another one took after a flush had written them, in a transaction that has failed since: now both
    /// wait, and the later one counts.
    fn earlier_takers(&self, table: &'static Table, relationship: usize) -> Vec<ObjectRef> {
        let mut takers: FxHashMap<Place, Vec<ObjectRef>> = FxHashMap::default();
        for slot in self.store(table).slots().borrow().touched() {
            let object = self.reference(table, slot);
            if let Some(place) = self.place(object, relationship)
                && matches!(self.state(object), State::Pending | State::Persistent)
            {
                takers.entry(place).or_default().push(object);
            }
        }
        let edits = self.edits.borrow();
        let is_earlier = |place: &Place, taker: ObjectRef| edits.had_place(taker, relationship, place);
        let contested =
            takers.into_iter().filter(|(place, takers)| !takers.iter().all(|&taker| is_earlier(place, taker)));
        let earlier = contested.flat_map(|(place, takers)| {
            takers.into_iter().filter(|&taker| is_earlier(&place, taker)).collect::<Vec<ObjectRef>>()
        });
        earlier.collect()
    }

    fn place(&self, object: ObjectRef, relationship: usize) -> Option<Place> {
        let reference = object.table.reference(relationship);
        match (self.foreign_key(object, reference), &self.store(object.table).cells(object.slot)[reference.columns[0]])
        {
            (Some(key), _) => Some(Place::Key(key)),
            (None, Cell::KeyOf(owner, _)) => Some(Place::Of(*owner)),
            (None, _) => None,
        }
    }

    /// The one-to-one foreign keys of an object that are as the last flush has written them.
    pub(crate) fn flushed_places(&self, object: ObjectRef) -> Vec<usize> {
        let store = self.store(object.table);
        let baseline = store.slots().borrow().baseline(object.slot).cloned();
        let is_flushed = |reference: &Reference| {
            baseline
                .as_ref()
                .is_none_or(|row| key_of_columns(reference.columns, row) == self.foreign_key(object, reference))
        };
        let places =
            object.table.placed_references().filter(|(_, reference)| reference.unique && is_flushed(reference));
        places.map(|(relationship, _)| relationship).collect()
    }

    /// The transaction that has written these foreign keys of an object has failed.
    pub(crate) fn keep_flushed_places(&self, object: ObjectRef, relationships: &[usize]) {
        for &relationship in relationships {
            if let Some(place) = self.place(object, relationship) {
                self.edits.borrow_mut().keep_place(object, relationship, place);
            }
        }
    }
}

//! The members of collections, and of `has_one`: loaded for many owners at once, and kept for each of them.

use std::cell::LazyCell;

use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::model::ObjectRef;
use crate::schema::{Relationship, RelationshipKind, Sort, Table, Through};
use crate::session::Session;
use crate::session::keys::{key_of_columns, key_of_row};
use crate::session::load::{each_once, each_slot_once};
use crate::session::slots::{ByKey, MemberSlots};
use crate::sql::{self, KeySet};
use crate::value::KeyValue;

/// How many of the owners that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All rows of their table.
    Whole,
    /// Perhaps not all.
    Some,
}

/// Members in the order of their rows, each with what refers to its owner.
type Found = Vec<(KeyValue, u32)>;

impl Session {
    /// Several objects of one model, each with the members that it has in the database, changes that wait left aside.
    pub(crate) fn members_of_all(
        &self,
        owners: &[ObjectRef],
        relationship: usize,
    ) -> Result<Vec<(ObjectRef, Vec<ObjectRef>)>> {
        let Some(first) = owners.first() else { return Ok(Vec::new()) };
        let is_due = |owner: &&ObjectRef| self.objects().known_members(**owner, relationship).is_none();
        let with_key = |owner: &ObjectRef| Some((self.objects().stored_key(*owner)?, owner.slot));
        let due: Vec<(KeyValue, u32)> = owners.iter().filter(is_due).filter_map(with_key).collect();
        self.load_members_of_all(first.table, relationship, due, Extent::Some)?;
        let known = |&owner: &ObjectRef| (owner, self.objects().known_members(owner, relationship).unwrap_or_default());
        Ok(owners.iter().map(known).collect())
    }

    /// Loads the members of owners of one model: in one statement where they are all that there are, else in as few as lists of
    /// keys allow.
    pub(super) fn load_members_of_all(
        &self,
        table: &'static Table,
        relationship: usize,
        owners: Vec<(KeyValue, u32)>,
        extent: Extent,
    ) -> Result<()> {
        if extent == Extent::Whole {
            return self.load_members(table, relationship, owners, Extent::Whole);
        }
        for owners in owners.chunks(sql::MAX_KEYS) {
            self.load_members(table, relationship, owners.to_vec(), Extent::Some)?;
        }
        Ok(())
    }

    /// Loads the members of owners of one model: of all that there are, or of as many as one statement can ask for.
    pub(super) fn load_members(
        &self,
        table: &'static Table,
        relationship: usize,
        owners: Vec<(KeyValue, u32)>,
        extent: Extent,
    ) -> Result<()> {
        let Relationship { kind, target, order, .. } = &table.relationships[relationship];
        let target = target();
        let are_listed = extent == Extent::Some || owners.len() <= sql::MAX_KEYS;
        let listed: Vec<KeyValue> = match are_listed {
            true => owners.iter().map(|(key, _)| key.clone()).collect(),
            false => Vec::new(),
        };
        let keys = if are_listed { KeySet::These(&listed) } else { KeySet::All };
        let found = match kind {
            _ if owners.is_empty() => Found::new(),
            RelationshipKind::HasMany(inverse) | RelationshipKind::HasOne(inverse) => {
                self.load_children(keys, target, target.reference(inverse.belongs_to).columns, order)?
            }
            RelationshipKind::ManyToMany(through) => self.load_linked(keys, extent, target, through, order)?,
            RelationshipKind::BelongsTo(_) => Found::new(),
        };
        let mut slots = self.objects().store(table).slots().borrow_mut();
        slots.expect_members(relationship, owners.len());
        for (slot, members) in by_owner(owners, found, MemberSlots::push) {
            slots.keep_members(relationship, slot, members);
        }
        Ok(())
    }

    /// The children of the owners with these keys.
    fn load_children(&self, keys: KeySet<'_>, target: &'static Table, by: &[usize], order: &[Sort]) -> Result<Found> {
        let statement = match order {
            [] => sql::rows_in(target, by, keys),
            order => sql::rows_in_order(target, by, keys, order),
        };
        let (store, mut found) = (self.objects().store(target), Found::new());
        let mut in_order = InOrder::default();
        self.send(statement, &mut |row| {
            let owner = key_of_columns(by, &row);
            in_order.next(key_of_row(target, &row));
            let slot = self.objects().merge(store, row)?;
            found.extend(owner.map(|owner| (owner, slot)));
            Ok(())
        })?;
        let slots: Vec<u32> = found.iter().map(|(_, slot)| *slot).collect();
        store.slots().borrow_mut().group(&slots);
        if order.is_empty() && !in_order.holds() {
            self.sort_by_key(target, &mut found);
        }
        Ok(found)
    }

    /// The same order every time, whatever index the server has read.
    fn sort_by_key(&self, target: &'static Table, found: &mut Found) {
        found.sort_by_cached_key(|(_, slot)| self.objects().key(self.objects().reference(target, *slot)));
    }

    /// The members that link rows lead to from the owners with these keys: the link rows first, then the objects that are
    /// not in the session yet.
    fn load_linked(
        &self,
        keys: KeySet<'_>,
        extent: Extent,
        target: &'static Table,
        through: &Through,
        order: &[Sort],
    ) -> Result<Found> {
        let statement = match order {
            [] => sql::links_in(through, keys),
            order => sql::links_in_order(through, target, keys, order),
        };
        let mut links: Vec<(KeyValue, KeyValue)> = Vec::new();
        let parts = through.from_columns().len();
        self.send(statement, &mut |row| {
            let (from, to) = row.split_at(parts);
            links.extend(KeyValue::of(from).zip(KeyValue::of(to)));
            Ok(())
        })?;
        let wanted = each_once(links.iter().map(|(_, to)| to.clone()).collect());
        let missing: Vec<KeyValue> =
            wanted.iter().filter(|key| self.objects().find_current(target, key).is_none()).cloned().collect();
        let mut loaded = Vec::with_capacity(missing.len());
        // Many are found by their links: those that the session has come again with them.
        match missing.len() > sql::MAX_KEYS && missing.len() > wanted.len() / 2 {
            true => {
                let keys = if extent == Extent::Whole { KeySet::All } else { keys };
                loaded.extend(self.load(target, sql::linked_rows(through, target, keys))?);
            }
            false => {
                for keys in missing.chunks(sql::MAX_KEYS) {
                    loaded.extend(self.load_keys(target, keys)?);
                }
            }
        }
        // What is found by a key that the server takes for the same goes by its key in other words.
        let in_other_words = LazyCell::new(|| {
            let key = |&slot: &u32| Some((self.objects().key(self.objects().reference(target, slot))?.folded(), slot));
            loaded.iter().filter_map(key).collect::<FxHashMap<KeyValue, u32>>()
        });
        let found = |key: &KeyValue| {
            let exact = self.objects().find_current(target, key);
            exact.or_else(|| in_other_words.get(&key.folded()).copied())
        };
        let member = |(from, to): (KeyValue, KeyValue)| Some((from, found(&to)?));
        let mut members: Found = links.into_iter().filter_map(member).collect();
        let there = each_slot_once(members.iter().map(|(_, slot)| *slot).collect());
        self.objects().store(target).slots().borrow_mut().group(&there);
        if order.is_empty() {
            self.sort_by_key(target, &mut members);
        }
        Ok(members)
    }
}

/// Whether rows come in the order of their keys.
#[derive(Default)]
struct InOrder {
    last: Option<KeyValue>,
    is_broken: bool,
}

impl InOrder {
    fn next(&mut self, key: Option<KeyValue>) {
        self.is_broken |= key < self.last;
        self.last = key;
    }

    fn holds(&self) -> bool {
        !self.is_broken
    }
}

/// What was found for each owner. A row may refer to its owner in other words, which are the same to the server.
pub(super) fn by_owner<T, C: Default>(
    owners: Vec<(KeyValue, u32)>,
    found: Vec<(KeyValue, T)>,
    add: fn(&mut C, T),
) -> Vec<(u32, C)> {
    let mut exact = ByKey::default();
    exact.reserve(owners.len());
    owners.iter().zip(0..).for_each(|((key, _), place)| exact.insert(key.clone(), place));
    let folded: LazyCell<FxHashMap<KeyValue, u32>, _> = LazyCell::new(|| {
        let mut folded = FxHashMap::default();
        for ((key, _), place) in owners.iter().zip(0..) {
            folded.entry(key.folded()).or_insert(place);
        }
        folded
    });
    let mut members: Vec<C> = owners.iter().map(|_| C::default()).collect();
    for (key, member) in found {
        if let Some(place) = exact.get(&key).or_else(|| folded.get(&key.folded()).copied()) {
            add(&mut members[place as usize], member);
        }
    }
    owners.iter().map(|(_, slot)| *slot).zip(members).collect()
}

//! Loading: rows become objects of the session, and related objects come for all peers of a result at once.

use std::collections::HashMap;

use crate::error::Result;
use crate::model::ObjectRef;
use crate::schema::{Reference, RelationshipKind, Table, Through};
use crate::session::Session;
use crate::session::keys::key_of_columns;
use crate::session::slots::State;
use crate::sql::{self, Statement};
use crate::value::{Key, KeyValue};

impl Session {
    /// The objects of the rows that a statement answers, each once, in the order of their first rows.
    pub(crate) fn load(&self, table: &'static Table, statement: Statement) -> Result<Vec<u32>> {
        let mut slots = Vec::new();
        self.send(statement, &mut |row| {
            slots.push(self.objects().merge(table, row)?);
            Ok(())
        })?;
        let slots = each_once(slots);
        self.objects().store(table).slots().borrow_mut().group(&slots);
        Ok(slots)
    }

    /// The same, for rows that a lock keeps as they are: objects get their values, unless they have changes of their own.
    pub(crate) fn load_newest(&self, table: &'static Table, statement: Statement) -> Result<Vec<u32>> {
        let mut slots = Vec::new();
        self.send(statement, &mut |row| {
            self.objects().expire_row(table, &row);
            slots.push(self.objects().merge(table, row)?);
            Ok(())
        })?;
        let slots = each_once(slots);
        self.objects().store(table).slots().borrow_mut().group(&slots);
        Ok(slots)
    }

    /// The object with this key. One that the session has, and whose key is not being changed, needs no flush.
    pub(crate) fn find_slot(&self, table: &'static Table, key: &impl Key) -> Result<Option<u32>> {
        let mut values = Vec::new();
        key.write(&mut values);
        let Some(key) = KeyValue::of(&values) else { return Ok(None) };
        if let Some(slot) = self.objects().find_unchanged(table, &key) {
            return Ok(Some(slot));
        }
        self.flush_before_question()?;
        if let Some(slot) = self.objects().find_current(table, &key) {
            return Ok(Some(slot));
        }
        let found = self.load(table, sql::rows_by_columns(table, table.primary_key, &[key]))?;
        Ok(found.first().copied())
    }

    /// The objects that a relationship leads to.
    pub(crate) fn related(&self, owner: ObjectRef, relationship: usize) -> Result<Vec<u32>> {
        self.flush_before_question()?;
        self.related_slots(owner, relationship)
    }

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
        for owners in due.chunks(sql::MAX_KEYS) {
            self.load_members(first.table, relationship, owners.to_vec())?;
        }
        let known = |&owner: &ObjectRef| (owner, self.objects().known_members(owner, relationship).unwrap_or_default());
        Ok(owners.iter().map(known).collect())
    }

    fn related_slots(&self, owner: ObjectRef, relationship: usize) -> Result<Vec<u32>> {
        let descriptor = &owner.table.relationships[relationship];
        if let RelationshipKind::BelongsTo(reference) = &descriptor.kind {
            return self.target_of(owner, relationship, reference, (descriptor.target)());
        }
        if let Some(known) = self.known_members(owner, relationship) {
            return Ok(known);
        }
        self.load_members(owner.table, relationship, self.peers_without(owner, relationship))?;
        Ok(self.known_members(owner, relationship).unwrap_or_default())
    }

    /// The object that a foreign key refers to; with it come those that the peers' foreign keys refer to.
    fn target_of(
        &self,
        owner: ObjectRef,
        relationship: usize,
        reference: &Reference,
        target: &'static Table,
    ) -> Result<Vec<u32>> {
        let Some(key) = self.objects().foreign_key(owner, reference) else { return Ok(Vec::new()) };
        if let Some(slot) = self.objects().find_current(target, &key) {
            return Ok(vec![slot]);
        }
        if let Some(known) = self.known_members(owner, relationship) {
            return Ok(known);
        }
        let referring = self.peers_with_foreign_key(owner, reference);
        let missing = |key: &KeyValue| self.objects().find_current(target, key).is_none();
        let keys = std::iter::once(key.clone()).chain(referring.iter().map(|(_, key)| key.clone()));
        let wanted = each_once(keys.filter(missing).collect());
        let loaded = self.load_keys(target, &wanted[..wanted.len().min(sql::MAX_KEYS)])?;
        if let Some(slot) = self.objects().find_current(target, &key) {
            return Ok(vec![slot]);
        }
        self.keep_targets_in_other_words(owner, relationship, &referring, target, &loaded);
        Ok(self.known_members(owner, relationship).unwrap_or_default())
    }

    /// The object and its peers, each with what its foreign key refers to.
    fn peers_with_foreign_key(&self, owner: ObjectRef, reference: &Reference) -> Vec<(u32, KeyValue)> {
        let peers = self.objects().store(owner.table).slots().borrow().peers(owner.slot);
        let with_key = |slot: u32| {
            let peer = self.objects().reference(owner.table, slot);
            let is_persistent = self.objects().state(peer) == State::Persistent;
            is_persistent.then(|| self.objects().foreign_key(peer, reference)).flatten().map(|key| (slot, key))
        };
        peers.into_iter().filter_map(with_key).collect()
    }

    /// What the server found by a key that it writes otherwise, and what it did not find, is remembered for each owner.
    fn keep_targets_in_other_words(
        &self,
        owner: ObjectRef,
        relationship: usize,
        referring: &[(u32, KeyValue)],
        target: &'static Table,
        loaded: &[u32],
    ) {
        let key_of = |slot: u32| self.objects().key(self.objects().reference(target, slot));
        let loaded: HashMap<KeyValue, u32> =
            loaded.iter().filter_map(|&slot| Some((key_of(slot)?.folded(), slot))).collect();
        let mut slots = self.objects().store(owner.table).slots().borrow_mut();
        for (slot, key) in referring.iter().filter(|(_, key)| self.objects().find_current(target, key).is_none()) {
            let found = loaded.get(&key.folded()).copied();
            if found.is_some() || *slot == owner.slot {
                slots.keep_members(relationship, *slot, found.into_iter().collect());
            }
        }
    }

    /// Loads the members of some owners of one model, as many as one statement can ask for.
    fn load_members(&self, table: &'static Table, relationship: usize, owners: Vec<(KeyValue, u32)>) -> Result<()> {
        let target = (table.relationships[relationship].target)();
        let mut members = match &table.relationships[relationship].kind {
            RelationshipKind::HasMany(inverse) | RelationshipKind::HasOne(inverse) => {
                self.load_children(&owners, target, target.reference(inverse.belongs_to).columns)?
            }
            RelationshipKind::ManyToMany(through) => self.load_linked(&owners, target, through)?,
            RelationshipKind::BelongsTo(_) => HashMap::new(),
        };
        let mut slots = self.objects().store(table).slots().borrow_mut();
        let exact: Vec<_> = owners.into_iter().map(|(key, slot)| (members.remove(&key), key, slot)).collect();
        // What is left refers to the same rows in other words.
        let mut others: HashMap<KeyValue, Vec<u32>> = HashMap::new();
        members.into_iter().for_each(|(key, members)| others.entry(key.folded()).or_default().extend(members));
        for (members, key, slot) in exact {
            let others = if others.is_empty() { None } else { others.remove(&key.folded()) };
            let members = members.into_iter().chain(others).flatten().collect();
            slots.keep_members(relationship, slot, members);
        }
        Ok(())
    }

    fn known_members(&self, owner: ObjectRef, relationship: usize) -> Option<Vec<u32>> {
        self.objects().store(owner.table).slots().borrow().members(relationship, owner.slot).cloned()
    }

    /// The object and those of its peers whose members are not loaded, with their keys; as many as one statement can ask
    /// for.
    fn peers_without(&self, owner: ObjectRef, relationship: usize) -> Vec<(KeyValue, u32)> {
        let store = self.objects().store(owner.table);
        let peers = store.slots().borrow().peers(owner.slot);
        let is_due = |&slot: &u32| {
            let slots = store.slots().borrow();
            slots.get(slot).state == State::Persistent && slots.members(relationship, slot).is_none()
        };
        let others = peers.into_iter().filter(|&slot| slot != owner.slot).filter(is_due);
        let with_key = |slot| Some((self.objects().key(self.objects().reference(owner.table, slot))?, slot));
        std::iter::once(owner.slot).chain(others).filter_map(with_key).take(sql::MAX_KEYS).collect()
    }

    /// The children of some owners, by the owner's key.
    fn load_children(
        &self,
        owners: &[(KeyValue, u32)],
        target: &'static Table,
        by: &[usize],
    ) -> Result<HashMap<KeyValue, Vec<u32>>> {
        let keys: Vec<KeyValue> = owners.iter().map(|(key, _)| key.clone()).collect();
        let mut members: HashMap<KeyValue, Vec<u32>> = HashMap::new();
        let mut slots = Vec::new();
        self.send(sql::rows_by_columns(target, by, &keys), &mut |row| {
            let owner = key_of_columns(by, &row);
            let slot = self.objects().merge(target, row)?;
            slots.push(slot);
            if let Some(owner) = owner {
                members.entry(owner).or_default().push(slot);
            }
            Ok(())
        })?;
        self.objects().store(target).slots().borrow_mut().group(&slots);
        self.sort_by_key(target, &mut members);
        Ok(members)
    }

    /// The members that link rows lead to, by the owner's key: the link rows first, then the objects that are not in the
    /// session yet.
    fn load_linked(
        &self,
        owners: &[(KeyValue, u32)],
        target: &'static Table,
        through: &Through,
    ) -> Result<HashMap<KeyValue, Vec<u32>>> {
        let keys: Vec<KeyValue> = owners.iter().map(|(key, _)| key.clone()).collect();
        let mut links: Vec<(KeyValue, KeyValue)> = Vec::new();
        let parts = through.from_columns().len();
        self.send(sql::links_by_keys(through, &keys), &mut |row| {
            let (from, to) = row.split_at(parts);
            links.extend(KeyValue::of(from).zip(KeyValue::of(to)));
            Ok(())
        })?;
        let wanted = each_once(links.iter().map(|(_, to)| to.clone()).collect());
        let missing: Vec<KeyValue> =
            wanted.iter().filter(|key| self.objects().find_current(target, key).is_none()).cloned().collect();
        for keys in missing.chunks(sql::MAX_KEYS) {
            self.load_keys(target, keys)?;
        }
        let found: Vec<u32> = wanted.iter().filter_map(|key| self.objects().find_current(target, key)).collect();
        self.objects().store(target).slots().borrow_mut().group(&found);
        let mut members: HashMap<KeyValue, Vec<u32>> = HashMap::new();
        for (from, to) in links {
            members.entry(from).or_default().extend(self.objects().find_current(target, &to));
        }
        self.sort_by_key(target, &mut members);
        Ok(members)
    }

    /// The objects with these keys, at most as many as one statement can ask for.
    pub(crate) fn load_keys(&self, target: &'static Table, keys: &[KeyValue]) -> Result<Vec<u32>> {
        match keys.is_empty() {
            true => Ok(Vec::new()),
            false => self.load(target, sql::rows_by_columns(target, target.primary_key, keys)),
        }
    }

    /// The same order every time, whatever index the server has read.
    fn sort_by_key(&self, target: &'static Table, members: &mut HashMap<KeyValue, Vec<u32>>) {
        let key = |slot: &u32| self.objects().key(self.objects().reference(target, *slot));
        members.values_mut().for_each(|slots| slots.sort_by_cached_key(key));
    }
}

/// Without repetitions, in the order of the first ones.
pub(crate) fn each_once<T: Clone + Eq + std::hash::Hash>(items: Vec<T>) -> Vec<T> {
    let mut seen = rustc_hash::FxHashSet::default();
    items.into_iter().filter(|item| seen.insert(item.clone())).collect()
}

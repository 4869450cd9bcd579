//! The objects that foreign keys refer to: found in the session, else loaded, each key once.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::smallvec;

use crate::error::Result;
use crate::model::ObjectRef;
use crate::schema::{Reference, RelationshipKind, Table};
use crate::session::Session;
use crate::session::load::{each_once, each_slot_once};
use crate::session::locks::RowLock;
use crate::session::slots::{MemberSlots, State};
use crate::sql;
use crate::value::KeyValue;

impl Session {
    /// The object that a foreign key refers to, where nothing has to be asked for it.
    pub(super) fn target_in_memory(
        &self,
        owner: ObjectRef,
        relationship: usize,
        reference: &Reference,
    ) -> Option<MemberSlots> {
        let Some(key) = self.objects().foreign_key(owner, reference) else { return Some(MemberSlots::new()) };
        let target = (owner.table.relationships[relationship].target)();
        match self.objects().find_current(target, &key) {
            Some(slot) => {
                self.fill_has_one(owner, relationship, reference, slot);
                Some(smallvec![slot])
            }
            None => self.known_members(owner, relationship),
        }
    }

    /// The object of the session that a foreign key leads to, whatever a flush would do.
    #[inline]
    pub(super) fn unchanged_target(&self, owner: ObjectRef, relationship: usize) -> Option<u32> {
        let descriptor = &owner.table.relationships[relationship];
        let RelationshipKind::BelongsTo(reference) = &descriptor.kind else { return None };
        self.objects().absorb_changed();
        let key = self.objects().foreign_key(owner, reference)?;
        let slot = self.objects().find_unchanged((descriptor.target)(), &key)?;
        self.fill_has_one(owner, relationship, reference, slot);
        Some(slot)
    }

    /// Those of some objects whose foreign keys lead to nothing in the session, with these keys.
    pub(super) fn referring(
        &self,
        table: &'static Table,
        relationship: usize,
        reference: &Reference,
        owners: &[u32],
    ) -> impl Iterator<Item = (u32, KeyValue)> {
        let target = (table.relationships[relationship].target)();
        let due = move |&slot: &u32| {
            let owner = self.objects().reference(table, slot);
            let key = self.objects().foreign_key(owner, reference)?;
            let is_there = self.objects().find_current(target, &key).is_some();
            (!is_there && self.known_members(owner, relationship).is_none()).then_some((slot, key))
        };
        owners.iter().filter_map(due)
    }

    /// What foreign keys of some owners lead to, each once; what is not there is loaded. All of it came together now.
    pub(super) fn load_targets_of_all(
        &self,
        table: &'static Table,
        relationship: usize,
        reference: &Reference,
        owners: &[u32],
    ) -> Result<Vec<u32>> {
        let target = (table.relationships[relationship].target)();
        let store = self.objects().store(table);
        let with_key = |&slot: &u32| Some((slot, self.objects().key_in(store, slot, reference.columns)?));
        let mut referring: Vec<(u32, KeyValue)> = owners.iter().filter_map(with_key).collect();
        let keys = each_once(referring.iter().map(|(_, key)| key.clone()).collect());
        let found = || keys.iter().map(|key| self.objects().find_current(target, key)).collect();
        let mut reached: Option<Vec<u32>> = found();
        if reached.is_none() || reference.unique {
            let missing: FxHashSet<&KeyValue> =
                keys.iter().filter(|key| self.objects().find_current(target, key).is_none()).collect();
            let is_due = |slot: u32, key: &KeyValue| {
                let is_known = || store.slots().borrow().members(relationship, slot).is_some();
                missing.contains(key) && !is_known()
            };
            referring.retain(|(slot, key)| is_due(*slot, key));
            self.load_targets(table, relationship, referring)?;
            reached = found();
        }
        let members = |&slot: &u32| {
            let owner = self.objects().reference(table, slot);
            self.related_in_memory(owner, relationship).unwrap_or_default()
        };
        // What the server finds by a key that it writes otherwise is known for each owner.
        let reached = reached.filter(|_| !reference.unique);
        let reached = each_slot_once(reached.unwrap_or_else(|| owners.iter().flat_map(members).collect()));
        self.objects().store(target).slots().borrow_mut().group(&reached);
        Ok(reached)
    }

    /// Loads what these objects refer to.
    pub(super) fn load_targets(
        &self,
        table: &'static Table,
        relationship: usize,
        referring: Vec<(u32, KeyValue)>,
    ) -> Result<()> {
        let target = (table.relationships[relationship].target)();
        let wanted = each_once(referring.iter().map(|(_, key)| key.clone()).collect());
        let mut loaded = Vec::with_capacity(wanted.len());
        for keys in wanted.chunks(sql::MAX_KEYS) {
            loaded.extend(self.load_keys(target, keys)?);
        }
        loaded.extend(self.load_targets_of_locked(table, target, &referring)?);
        self.objects().store(target).slots().borrow_mut().group(&loaded);
        let is_found = |key: &KeyValue| self.objects().find_current(target, key).is_some();
        if table.reference(relationship).unique || !wanted.iter().all(is_found) {
            self.keep_targets(table, relationship, &referring, &loaded);
        }
        Ok(())
    }

    /// A row that is locked is as it is now; what its foreign key leads to may be younger than the transaction, which then sees
    /// it with a lock alone.
    fn load_targets_of_locked(
        &self,
        table: &'static Table,
        target: &'static Table,
        referring: &[(u32, KeyValue)],
    ) -> Result<Vec<u32>> {
        if !self.objects().store(table).slots().borrow().has_locked() {
            return Ok(Vec::new());
        }
        let is_missing = |(slot, key): &&(u32, KeyValue)| {
            let owner = self.objects().reference(table, *slot);
            self.objects().is_locked(owner) && self.objects().find_current(target, key).is_none()
        };
        let missing = each_once(referring.iter().filter(is_missing).map(|(_, key)| key.clone()).collect());
        let mut loaded = Vec::new();
        for keys in missing.chunks(sql::MAX_KEYS) {
            loaded.extend(self.load_by_keys(target, keys, RowLock::Held)?);
        }
        Ok(loaded)
    }

    /// What the server found by a key that it writes otherwise, and what it did not find, is remembered for each owner.
    fn keep_targets(&self, table: &'static Table, relationship: usize, referring: &[(u32, KeyValue)], loaded: &[u32]) {
        let target = (table.relationships[relationship].target)();
        let key_of = |slot: u32| self.objects().key(self.objects().reference(target, slot));
        let folded: FxHashMap<KeyValue, u32> =
            loaded.iter().filter_map(|&slot| Some((key_of(slot)?.folded(), slot))).collect();
        for (slot, key) in referring {
            let owner = self.objects().reference(table, *slot);
            match self.objects().find_current(target, key) {
                Some(found) => self.fill_has_one(owner, relationship, table.reference(relationship), found),
                None => {
                    let found: MemberSlots = folded.get(&key.folded()).copied().into_iter().collect();
                    self.objects().store(table).slots().borrow_mut().keep_members(relationship, *slot, found);
                }
            }
        }
    }

    /// A unique foreign key tells both sides: its owner is the only member of the `has_one` at the other end.
    fn fill_has_one(&self, owner: ObjectRef, relationship: usize, reference: &Reference, target: u32) {
        if !reference.unique || !self.is_as_read(owner) {
            return;
        }
        let Some((has_one, _)) = owner.table.other_side(relationship) else { return };
        let target_table = (owner.table.relationships[relationship].target)();
        let mut slots = self.objects().store(target_table).slots().borrow_mut();
        if slots.members(has_one, target).is_none() {
            slots.keep_members(has_one, target, smallvec![owner.slot] as MemberSlots);
        }
    }

    /// Whether this transaction has read or written the row of an object, and nothing has changed in it since.
    pub(super) fn is_as_read(&self, object: ObjectRef) -> bool {
        let slots = self.objects().store(object.table).slots().borrow();
        let slot = slots.get(object.slot);
        slot.state == State::Persistent && self.objects().is_current(slot.seen_in) && !slot.touched
    }
}

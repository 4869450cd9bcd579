//! What a relationship of an object leads to: from memory where it is there, else loaded for all peers of the object at once.

use std::panic::Location;

use rustc_hash::FxHashSet;
use smallvec::smallvec;

use crate::error::{Error, Result};
use crate::model::ObjectRef;
use crate::query::Lazy;
use crate::schema::{RelationshipKind, Table};
use crate::session::Session;
use crate::session::load::members::Extent;
use crate::session::slots::{MemberSlots, State};
use crate::sql;
use crate::value::KeyValue;

impl Session {
    /// The only object that a relationship leads to, where that is known without a flush and a question.
    #[inline]
    pub(crate) fn known_one(&self, owner: ObjectRef, relationship: usize) -> Option<u32> {
        if let RelationshipKind::BelongsTo(_) = owner.table.relationships[relationship].kind {
            return self.unchanged_target(owner, relationship);
        }
        if !self.has_nothing_to_flush() {
            return None;
        }
        match self.objects().store(owner.table).slots().borrow().members(relationship, owner.slot)?.as_slice() {
            [member] => Some(*member),
            _ => None,
        }
    }

    /// The objects that a relationship leads to. What has changed is flushed whether they may be loaded or not; it is not where a
    /// foreign key leads to an object of the session, as for [`find_slot`](Self::find_slot).
    #[track_caller]
    pub(crate) fn related(&self, owner: ObjectRef, relationship: usize, lazy: Lazy) -> Result<MemberSlots> {
        if let Some(target) = self.unchanged_target(owner, relationship) {
            return Ok(smallvec![target]);
        }
        self.flush_before_question()?;
        if let Some(known) = self.related_in_memory(owner, relationship) {
            return Ok(known);
        }
        if lazy == Lazy::Strict {
            let name = owner.table.relationships[relationship].name;
            return Err(Error::NotLoaded { model: owner.table.model, relationship: name, at: Location::caller() });
        }
        self.load_for_peers(owner, relationship)?;
        Ok(self.related_in_memory(owner, relationship).unwrap_or_default())
    }

    /// The same, where nothing has to be asked for it.
    pub(crate) fn related_in_memory(&self, owner: ObjectRef, relationship: usize) -> Option<MemberSlots> {
        match &owner.table.relationships[relationship].kind {
            RelationshipKind::BelongsTo(reference) => self.target_in_memory(owner, relationship, reference),
            _ => self.known_members(owner, relationship),
        }
    }

    /// Loads what a relationship leads to for an object and its peers, as many as one statement asks for.
    fn load_for_peers(&self, owner: ObjectRef, relationship: usize) -> Result<()> {
        let peers = self.with_peers(owner);
        if let RelationshipKind::BelongsTo(reference) = &owner.table.relationships[relationship].kind {
            let referring = self.referring(owner.table, relationship, reference, &peers);
            return self.load_targets(owner.table, relationship, first_chunk(referring));
        }
        let mut due = self.owners_due(owner.table, relationship, &peers).peekable();
        let first: Vec<(KeyValue, u32)> = due.by_ref().take(sql::MAX_KEYS).collect();
        let are_all = due.peek().is_none();
        // Who asks once may want no more; who asks again walks through all of them.
        if (are_all || self.is_asked_again(owner, relationship, &peers)) && self.is_whole(owner) {
            let owners = first.into_iter().chain(due).collect();
            return self.load_members_of_all(owner.table, relationship, owners, Extent::Whole);
        }
        self.load_members(owner.table, relationship, first, Extent::Some)
    }

    /// Whether the relationship was followed from a peer of an object before, as far as is seen at once.
    fn is_asked_again(&self, object: ObjectRef, relationship: usize, peers: &[u32]) -> bool {
        let slots = self.objects().store(object.table).slots().borrow();
        peers.iter().take(2).any(|&slot| slots.members(relationship, slot).is_some())
    }

    /// Whether an object and its peers are all rows of their table, as this transaction has read it.
    fn is_whole(&self, object: ObjectRef) -> bool {
        let whole_in = self.objects().store(object.table).slots().borrow().whole_in(object.slot);
        whole_in.is_some_and(|moment| self.objects().is_current(moment))
    }

    /// Those of some objects whose members are not loaded, with their keys.
    pub(super) fn owners_due(
        &self,
        table: &'static Table,
        relationship: usize,
        owners: &[u32],
    ) -> impl Iterator<Item = (KeyValue, u32)> {
        let store = self.objects().store(table);
        let is_due = move |slot: &&u32| store.slots().borrow().members(relationship, **slot).is_none();
        let has_changes = self.objects().has_changes();
        let key = move |slot: u32| match has_changes {
            true => self.objects().stored_key(self.objects().reference(table, slot)),
            // The key in memory is the one in the database, and is told faster.
            false => self.objects().key_in(store, slot, table.primary_key),
        };
        let with_key = move |&slot: &u32| Some((key(slot)?, slot));
        owners.iter().filter(is_due).filter_map(with_key)
    }

    /// An object, and those of its peers that are in the database.
    pub(super) fn with_peers(&self, object: ObjectRef) -> Vec<u32> {
        let mut slots = self.objects().store(object.table).slots().borrow_mut();
        slots.close_company(object.slot);
        let is_peer = |&slot: &u32| slot != object.slot && slots.get(slot).state == State::Persistent;
        std::iter::once(object.slot).chain(slots.peers(object.slot).into_iter().filter(is_peer)).collect()
    }

    pub(crate) fn known_members(&self, owner: ObjectRef, relationship: usize) -> Option<MemberSlots> {
        self.objects()
            .store(owner.table)
            .slots()
            .borrow()
            .members(relationship, owner.slot)
            .map(|members| MemberSlots::from_slice(members))
    }
}

/// The first of those that refer to something: so many that one statement can ask for all of it.
fn first_chunk(referring: impl Iterator<Item = (u32, KeyValue)>) -> Vec<(u32, KeyValue)> {
    let mut wanted = FxHashSet::default();
    let fits = |(_, key): &(u32, KeyValue)| {
        wanted.contains(key) || (wanted.len() < sql::MAX_KEYS && wanted.insert(key.clone()))
    };
    referring.take_while(fits).collect()
}

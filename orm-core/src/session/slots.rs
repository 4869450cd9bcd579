//! What a session knows of the objects of one model, without their type: state, key, old values, peers, members.

mod at_commit;
mod by_key;
mod by_number;
mod groups;
mod seldom;

use std::sync::Arc;

use rustc_hash::FxHashSet;
use slab::Slab;
use smallvec::SmallVec;

use crate::schema::RelationshipKind;
use crate::session::freed::Freed;
use crate::session::levels::Levels;
use crate::session::slots::groups::Group;
use crate::session::slots::seldom::{Place, Seldom};
use crate::value::{KeyValue, Value};

pub(crate) use at_commit::{AtCommit, Made};
pub(crate) use by_key::ByKey;
pub(crate) use by_number::ByNumber;

/// The slots of what a relationship leads to: one of them, or a few, without an allocation.
pub(crate) type MemberSlots = SmallVec<[u32; 4]>;

/// The values of a row as it was, for all who remember it.
pub(crate) type Values = Arc<[Value]>;

/// Where an object is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Added, and not in the database yet.
    Pending,
    /// In the database.
    Persistent,
    /// In the database, to be deleted by the next flush.
    Deleting,
    /// Deleted from the database.
    Deleted,
    /// Deleted before it came into the database.
    Discarded,
    /// Taken out of the session. Its row stays in the database.
    Evicted,
    /// Taken out of the session, and not in the database.
    Withdrawn,
    /// Taken out of the session together with all that it had of the object.
    Freed,
    /// Never to be seen again: its addition was undone, or its deletion committed.
    Gone,
}

/// What a session knows of one object. There are as many as objects: what few of them have is in [`Seldom`].
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) state: State,
    /// Of an object that is deleted or to be deleted: whether it goes with another, as its member or as a link, so that what
    /// takes it along has to be looked at again.
    pub(crate) goes_along: bool,
    /// Whether the next flush looks at it.
    pub(crate) touched: bool,
    /// The moment at which it came into the session.
    pub(crate) came_in: u32,
    /// The moment at which it was last read or written, see [`Moments`](crate::session::moments::Moments).
    pub(crate) seen_in: u32,
    /// The result that it came in; its members are loaded together.
    group: Option<Place>,
    seldom: Option<Place>,
}

/// Where an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Newest {
    /// At this place among the objects.
    Object(usize),
    /// At this place among the newer versions.
    Version(u32),
}

/// What is known of an object that was freed.
static FREED: Slot = Slot::new(State::Freed, 0);

impl Slot {
    const fn new(state: State, seen_in: u32) -> Self {
        Self { state, goes_along: false, touched: false, came_in: seen_in, seen_in, group: None, seldom: None }
    }
}

/// All of them, by slot and by key.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    /// Those that are left.
    entries: Vec<Slot>,
    freed: Freed,
    seldom: Slab<Seldom>,
    by_key: ByKey,
    touched: Vec<u32>,
    /// Those with an `at_commit`.
    written: Levels<u32>,
    groups: Vec<Group>,
    /// Groups that nobody is in any more.
    free_groups: Vec<Place>,
    /// The group of those that came alone since the transaction began, or since one of them was asked for its relationships:
    /// they keep each other company.
    alone: Option<Place>,
    /// Those whose rows this transaction has locked.
    locked: FxHashSet<u32>,
    /// For each relationship: the members that were loaded, by owner.
    members: Vec<ByNumber<MemberSlots>>,
}

impl Slots {
    pub(crate) fn new(relationships: usize) -> Self {
        let members = (0..relationships).map(|_| ByNumber::default()).collect();
        Self { members, ..Self::default() }
    }

    /// The number of slots there have been.
    #[inline]
    pub(crate) fn len(&self) -> u32 {
        let left = u32::try_from(self.entries.len()).ok();
        let all = left.and_then(|left| left.checked_add(self.freed.count()));
        all.expect("a session has less than 2^32 objects of a model")
    }

    /// All that were not freed, in the order in which they came.
    pub(crate) fn left(&self) -> impl DoubleEndedIterator<Item = u32> + use<> {
        self.freed.left(self.len())
    }

    #[inline]
    pub(crate) fn is_freed(&self, slot: u32) -> bool {
        self.freed.place(slot).is_none()
    }

    /// The place in memory of an object.
    #[inline]
    pub(crate) fn place(&self, slot: u32) -> usize {
        self.freed.place(slot).expect("what was freed is not read again")
    }

    /// Where the newest version of an object is; nowhere where it was freed.
    #[inline]
    pub(crate) fn newest(&self, slot: u32) -> Option<Newest> {
        let place = self.freed.place(slot)?;
        let version = self.entries[place].seldom.and_then(|seldom| self.version_at(seldom));
        Some(version.map_or(Newest::Object(place), Newest::Version))
    }

    #[inline]
    pub(crate) fn get(&self, slot: u32) -> &Slot {
        self.freed.place(slot).map_or(&FREED, |place| &self.entries[place])
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, slot: u32) -> &mut Slot {
        let place = self.place(slot);
        &mut self.entries[place]
    }

    /// The next slot, for an object in this state.
    #[inline]
    pub(crate) fn add(&mut self, state: State, seen_in: u32) -> u32 {
        let slot = self.len();
        self.entries.push(Slot::new(state, seen_in));
        slot
    }

    #[inline]
    pub(crate) fn find(&self, key: &KeyValue) -> Option<u32> {
        self.by_key.get(key)
    }

    /// The object with this key. Where there is none, the next slot gets the key.
    #[inline]
    pub(crate) fn claim(&mut self, key: KeyValue) -> Option<u32> {
        let next = self.len();
        self.by_key.get_or_insert(key, next)
    }

    /// The next slot gets no key: its row could not be read.
    pub(crate) fn give_up_claim(&mut self) {
        let next = self.len();
        self.by_key.retain(|slot| slot != next);
    }

    pub(crate) fn know(&mut self, key: KeyValue, slot: u32) {
        self.by_key.insert(key, slot);
    }

    /// Forgets the key, if it is this object's.
    pub(crate) fn unknow(&mut self, key: &KeyValue, slot: u32) {
        if self.by_key.get(key) == Some(slot) {
            self.by_key.remove(key);
        }
    }

    /// The next flush looks at this object.
    pub(crate) fn touch(&mut self, slot: u32) {
        let entry = self.get_mut(slot);
        if !entry.touched {
            entry.touched = true;
            self.touched.push(slot);
        }
    }

    #[inline]
    pub(crate) fn has_touched(&self) -> bool {
        !self.touched.is_empty()
    }

    /// The objects that the next flush looks at, in the order in which they were added or loaded.
    pub(crate) fn touched(&self) -> Vec<u32> {
        let mut touched = self.touched.clone();
        touched.sort_unstable();
        touched
    }

    /// Those of them in one of these states.
    pub(crate) fn touched_in(&self, states: &[State]) -> Vec<u32> {
        let is_in = |&slot: &u32| states.contains(&self.get(slot).state);
        let mut touched: Vec<u32> = self.touched.iter().copied().filter(is_in).collect();
        touched.sort_unstable();
        touched
    }

    /// The next flush does not look at this object; gives its values in the database.
    pub(crate) fn untouch(&mut self, slot: u32) -> Option<Values> {
        self.touched.retain(|&other| other != slot);
        self.get_mut(slot).touched = false;
        self.take_baseline(slot)
    }

    /// The next flush looks at no object that is in the database; gives those that it would have looked at, with their
    /// values there.
    pub(crate) fn untouch_persistent(&mut self) -> Vec<(u32, Option<Values>)> {
        let is_persistent = |slot: &u32| self.get(*slot).state == State::Persistent;
        let (persistent, others): (Vec<u32>, Vec<u32>) = self.touched.iter().partition(|slot| is_persistent(slot));
        self.touched = others;
        let untouch = |slot: u32| {
            self.get_mut(slot).touched = false;
            (slot, self.take_baseline(slot))
        };
        persistent.into_iter().map(untouch).collect()
    }

    /// Nothing is left for the next flush to look at.
    pub(crate) fn untouch_all(&mut self) {
        for slot in std::mem::take(&mut self.touched) {
            self.get_mut(slot).touched = false;
            self.take_baseline(slot);
        }
    }

    #[inline]
    pub(crate) fn members(&self, relationship: usize, owner: u32) -> Option<&MemberSlots> {
        self.members[relationship].get(owner.into())
    }

    pub(crate) fn keep_members(&mut self, relationship: usize, owner: u32, members: impl Into<MemberSlots>) {
        self.members[relationship].insert(owner.into(), members.into());
    }

    /// So many owners more will have members.
    pub(crate) fn expect_members(&mut self, relationship: usize, owners: usize) {
        self.members[relationship].reserve(owners);
    }

    /// Whether the members of some owner were loaded.
    pub(crate) fn has_members(&self, relationship: usize) -> bool {
        !self.members[relationship].is_empty()
    }

    pub(crate) fn forget_members_of(&mut self, relationship: usize, owner: u32) {
        self.members[relationship].remove(owner.into());
    }

    /// The members that contain this object.
    pub(crate) fn forget_members_with(&mut self, relationship: usize, member: u32) {
        self.members[relationship].retain(|_, members| !members.contains(&member));
    }

    /// The members that this object has, by any relationship.
    pub(crate) fn forget_own_members(&mut self, owner: u32) {
        self.members.iter_mut().for_each(|members| drop(members.remove(owner.into())));
    }

    /// Where a foreign key led to is asked again.
    pub(crate) fn forget_target(&mut self, relationship: usize, owner: u32, kind: &RelationshipKind) {
        if matches!(kind, RelationshipKind::BelongsTo(_)) {
            self.members[relationship].remove(owner.into());
        }
    }

    pub(crate) fn forget_members(&mut self, relationship: usize) {
        self.members[relationship].clear();
    }

    /// This transaction has locked the object's row.
    pub(crate) fn lock(&mut self, slot: u32) {
        self.locked.insert(slot);
    }

    /// Whether this transaction has locked rows of objects.
    pub(crate) fn has_locked(&self) -> bool {
        !self.locked.is_empty()
    }

    /// Whether this transaction has locked the object's row.
    pub(crate) fn is_locked(&self, slot: u32) -> bool {
        self.locked.contains(&slot)
    }

    /// Locks end with their transaction.
    pub(crate) fn unlock_all(&mut self) {
        self.locked.clear();
    }

    /// The next question for any of the objects reads it again.
    pub(crate) fn expire(&mut self) {
        self.entries.iter_mut().for_each(|slot| slot.seen_in = 0);
    }

    /// What was loaded of relationships holds for one transaction, and so does the company of those that come alone.
    pub(crate) fn forget_all_members(&mut self) {
        self.members.iter_mut().for_each(ByNumber::clear);
        self.alone = None;
    }

    /// The object leaves the session: nothing of it is written, and it is nobody's peer.
    pub(crate) fn evict(&mut self, slot: u32) {
        if self.get(slot).touched {
            self.untouch(slot);
        }
        self.forget_own_members(slot);
        let entry = self.get_mut(slot);
        entry.state = match entry.state {
            State::Pending => State::Withdrawn,
            _ => State::Evicted,
        };
        if let Some(group) = entry.group.take() {
            self.leave(group);
        }
    }

    /// Frees the objects from this slot on, and tells from which place on they were.
    pub(crate) fn free(&mut self, first: u32) -> usize {
        let (freed, place) = (first..self.len(), self.freed.left_before(first));
        self.by_key.retain(|slot| slot < first);
        self.touched.retain(|slot| *slot < first);
        self.written.retain(|slot| *slot < first);
        self.members.iter_mut().for_each(|members| members.retain(|owner, _| owner < first.into()));
        let (mut groups, mut seldom) = (Vec::new(), Vec::new());
        for slot in self.entries.drain(place..) {
            groups.extend(slot.group);
            seldom.extend(slot.seldom);
        }
        groups.into_iter().for_each(|group| self.leave(group));
        seldom.into_iter().for_each(|place| drop(self.seldom.remove(place.index())));
        self.groups.iter_mut().for_each(|group| group.members.retain(|slot| *slot < first));
        self.freed.free(freed);
        place
    }

    /// The members that contain one from this slot on.
    pub(crate) fn forget_members_from(&mut self, relationship: usize, first: u32) {
        self.members[relationship].retain(|_, members| members.iter().all(|member| *member < first));
    }

    /// The next question for what was read or written from this moment on reads it again.
    pub(crate) fn expire_since(&mut self, moment: u32) {
        self.entries.iter_mut().filter(|slot| slot.seen_in >= moment).for_each(|slot| slot.seen_in = 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_what_was_freed() {
        let mut slots = Slots::new(1);
        for number in 0..4_i64 {
            let slot = slots.add(State::Persistent, 1);
            let key = KeyValue::of(&[number.into()]).expect("a number is a key");
            slots.know(key, slot);
            slots.touch(slot);
            slots.remember(slot, AtCommit::new_row(Made::new()));
            slots.keep_members(0, slot, vec![slot]);
        }
        slots.group(&[0, 1, 2]);
        slots.group(&[2, 3]);
        assert!(slots.has_written_from(2));
        assert_eq!(slots.free(2), 2);
        assert_eq!((slots.entries.len(), slots.by_key.len(), slots.members[0].len()), (2, 2, 2));
        assert_eq!((slots.touched(), slots.peers(0), slots.free_groups.len()), (vec![0, 1], vec![0, 1], 1));
        assert_eq!((slots.len(), slots.left().collect::<Vec<_>>()), (4, vec![0, 1]));
        assert_eq!((slots.get(3).state, slots.get(1).state), (State::Freed, State::Persistent));
        assert!(!slots.has_written_from(2));
        assert_eq!((slots.add(State::Pending, 2), slots.place(4), slots.get(4).state), (4, 2, State::Pending));
        assert_eq!(slots.take_written().len(), 2);
    }
}

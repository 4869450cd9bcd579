//! What a session knows of the objects of one model, without their type: state, key, old values, peers, members.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::schema::RelationshipKind;
use crate::session::freed::Freed;
use crate::session::levels::Levels;
use crate::value::{KeyValue, Value};

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

/// What a session knows of one object.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) state: State,
    /// The newer version of the object that has been loaded since it was first lent out.
    pub(crate) version: Option<u32>,
    /// Its values in the database, kept from the first change on.
    pub(crate) baseline: Option<Box<[Value]>>,
    /// How it stood at the last commit, where a flush has written it since; at a savepoint, where one has since that.
    pub(crate) at_commit: Option<Box<AtCommit>>,
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
    pub(crate) group: Option<u32>,
}

/// What is known of an object that was freed.
static FREED: Slot = Slot::new(State::Freed, 0);

impl Slot {
    const fn new(state: State, seen_in: u32) -> Self {
        Self {
            state,
            version: None,
            baseline: None,
            at_commit: None,
            goes_along: false,
            touched: false,
            came_in: seen_in,
            seen_in,
            group: None,
        }
    }
}

/// How an object stood at the last commit, or at a savepoint since.
#[derive(Debug)]
pub(crate) struct AtCommit {
    /// The number of savepoints that were set by then.
    level: usize,
    /// How it stood earlier, where a flush has written it between that and this.
    earlier: Option<Box<AtCommit>>,
    pub(crate) state: State,
    pub(crate) values: Option<Box<[Value]>>,
    /// The columns that a flush has filled or changed without the user, with what they became last.
    pub(crate) made: Vec<(usize, Value)>,
}

impl AtCommit {
    /// It was not in the database; these of its columns have been filled since.
    pub(crate) fn new_row(made: Vec<(usize, Value)>) -> Self {
        Self { level: 0, earlier: None, state: State::Pending, values: None, made }
    }

    /// It was in the database, with these values.
    pub(crate) fn row(values: Box<[Value]>) -> Self {
        Self { level: 0, earlier: None, state: State::Persistent, values: Some(values), made: Vec::new() }
    }

    /// How it stood earlier, where that was before this savepoint alone.
    pub(crate) fn before_savepoint(&self) -> Option<&Self> {
        self.earlier.as_deref().filter(|earlier| earlier.level + 1 == self.level)
    }

    fn add_made(&mut self, made: &[(usize, Value)]) {
        self.made.retain(|(column, _)| made.iter().all(|(other, _)| other != column));
        self.made.extend_from_slice(made);
    }
}

/// Objects that came in one result.
#[derive(Debug, Default)]
struct Group {
    members: Vec<u32>,
    /// How many of them have not come in a later result.
    present: usize,
}

/// All of them, by slot and by key.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    /// Those that are left.
    entries: Vec<Slot>,
    freed: Freed,
    by_key: FxHashMap<KeyValue, u32>,
    touched: Vec<u32>,
    /// Those with an `at_commit`.
    written: Levels<u32>,
    groups: Vec<Group>,
    /// Groups that nobody is in any more.
    free_groups: Vec<u32>,
    /// The group of those that came alone since the transaction began, or since one of them was asked for its relationships:
    /// they keep each other company.
    alone: Option<u32>,
    /// Those whose rows this transaction has locked.
    locked: FxHashSet<u32>,
    /// For each relationship: the members that were loaded, by owner.
    members: Vec<FxHashMap<u32, Vec<u32>>>,
}

impl Slots {
    pub(crate) fn new(relationships: usize) -> Self {
        Self { members: vec![FxHashMap::default(); relationships], ..Self::default() }
    }

    /// The number of slots there have been.
    pub(crate) fn len(&self) -> u32 {
        let left = u32::try_from(self.entries.len()).ok();
        let all = left.and_then(|left| left.checked_add(self.freed.count()));
        all.expect("a session has less than 2^32 objects of a model")
    }

    /// All that were not freed.
    pub(crate) fn left(&self) -> impl Iterator<Item = u32> + use<> {
        self.freed.left(self.len())
    }

    pub(crate) fn is_freed(&self, slot: u32) -> bool {
        self.freed.place(slot).is_none()
    }

    /// The place in memory of an object.
    pub(crate) fn place(&self, slot: u32) -> usize {
        self.freed.place(slot).expect("what was freed is not read again")
    }

    pub(crate) fn get(&self, slot: u32) -> &Slot {
        self.freed.place(slot).map_or(&FREED, |place| &self.entries[place])
    }

    pub(crate) fn get_mut(&mut self, slot: u32) -> &mut Slot {
        let place = self.place(slot);
        &mut self.entries[place]
    }

    /// The next slot, for an object in this state.
    pub(crate) fn add(&mut self, state: State, seen_in: u32) -> u32 {
        let slot = self.len();
        self.entries.push(Slot::new(state, seen_in));
        slot
    }

    pub(crate) fn find(&self, key: &KeyValue) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    pub(crate) fn know(&mut self, key: KeyValue, slot: u32) {
        self.by_key.insert(key, slot);
    }

    /// Forgets the key, if it is this object's.
    pub(crate) fn unknow(&mut self, key: &KeyValue, slot: u32) {
        if self.by_key.get(key) == Some(&slot) {
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

    pub(crate) fn has_touched(&self) -> bool {
        !self.touched.is_empty()
    }

    /// The objects that the next flush looks at, in the order in which they were added or loaded.
    pub(crate) fn touched(&self) -> Vec<u32> {
        let mut touched = self.touched.clone();
        touched.sort_unstable();
        touched
    }

    /// The next flush does not look at this object; gives its values in the database.
    pub(crate) fn untouch(&mut self, slot: u32) -> Option<Box<[Value]>> {
        self.touched.retain(|&other| other != slot);
        let entry = self.get_mut(slot);
        entry.touched = false;
        entry.baseline.take()
    }

    /// The next flush looks at no object that is in the database; gives those that it would have looked at, with their
    /// values there.
    pub(crate) fn untouch_persistent(&mut self) -> Vec<(u32, Option<Box<[Value]>>)> {
        let is_persistent = |slot: &u32| self.get(*slot).state == State::Persistent;
        let (persistent, others): (Vec<u32>, Vec<u32>) = self.touched.iter().partition(|slot| is_persistent(slot));
        self.touched = others;
        let untouch = |slot: u32| {
            let entry = self.get_mut(slot);
            entry.touched = false;
            (slot, entry.baseline.take())
        };
        persistent.into_iter().map(untouch).collect()
    }

    /// Nothing is left for the next flush to look at.
    pub(crate) fn untouch_all(&mut self) {
        for slot in std::mem::take(&mut self.touched) {
            let entry = self.get_mut(slot);
            entry.touched = false;
            entry.baseline = None;
        }
    }

    /// These objects came in one result.
    pub(crate) fn group(&mut self, slots: &[u32]) {
        match slots {
            [] => {}
            [slot] => self.group_alone(*slot),
            slots => self.group_together(slots),
        }
    }

    /// One that came alone joins the others that did. It does not leave the company that it came in before.
    fn group_alone(&mut self, slot: u32) {
        if self.get(slot).group.is_some() {
            return;
        }
        let group = self.alone.unwrap_or_else(|| self.new_group());
        self.alone = Some(group);
        self.get_mut(slot).group = Some(group);
        let company = &mut self.groups[group as usize];
        company.members.push(slot);
        company.present += 1;
    }

    fn new_group(&mut self) -> u32 {
        self.free_groups.pop().unwrap_or_else(|| {
            self.groups.push(Group::default());
            u32::try_from(self.groups.len() - 1).expect("a session has less than 2^32 results in use")
        })
    }

    fn group_together(&mut self, slots: &[u32]) {
        let group = self.new_group();
        for &slot in slots {
            if let Some(left) = self.get_mut(slot).group.replace(group)
                && left != group
            {
                self.leave(left);
            }
        }
        self.groups[group as usize] = Group { members: slots.to_vec(), present: slots.len() };
    }

    fn leave(&mut self, group: u32) {
        let left = &mut self.groups[group as usize];
        left.present -= 1;
        if left.present == 0 {
            left.members = Vec::new();
            self.free_groups.push(group);
            self.alone = self.alone.filter(|&alone| alone != group);
        }
    }

    /// Those that come alone from now on are no company for this object: it is asked for its relationships now, and what comes
    /// and is asked one after the other is not looked at again for each.
    pub(crate) fn close_company(&mut self, slot: u32) {
        if self.get(slot).group == self.alone {
            self.alone = None;
        }
    }

    /// The objects that came with this one, itself included.
    pub(crate) fn peers(&self, slot: u32) -> Vec<u32> {
        match self.get(slot).group {
            Some(group) => self.groups[group as usize].members.clone(),
            None => vec![slot],
        }
    }

    pub(crate) fn members(&self, relationship: usize, owner: u32) -> Option<&Vec<u32>> {
        self.members[relationship].get(&owner)
    }

    pub(crate) fn keep_members(&mut self, relationship: usize, owner: u32, members: Vec<u32>) {
        self.members[relationship].insert(owner, members);
    }

    pub(crate) fn forget_members_of(&mut self, relationship: usize, owner: u32) {
        self.members[relationship].remove(&owner);
    }

    /// The members that contain this object.
    pub(crate) fn forget_members_with(&mut self, relationship: usize, member: u32) {
        self.members[relationship].retain(|_, members| !members.contains(&member));
    }

    /// The members that this object has, by any relationship.
    pub(crate) fn forget_own_members(&mut self, owner: u32) {
        self.members.iter_mut().for_each(|members| drop(members.remove(&owner)));
    }

    /// Where a foreign key led to is asked again.
    pub(crate) fn forget_target(&mut self, relationship: usize, owner: u32, kind: &RelationshipKind) {
        if matches!(kind, RelationshipKind::BelongsTo(_)) {
            self.members[relationship].remove(&owner);
        }
    }

    pub(crate) fn forget_members(&mut self, relationship: usize) {
        self.members[relationship].clear();
    }

    /// This transaction has locked the object's row.
    pub(crate) fn lock(&mut self, slot: u32) {
        self.locked.insert(slot);
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
        self.members.iter_mut().for_each(FxHashMap::clear);
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
        self.by_key.retain(|_, slot| *slot < first);
        self.touched.retain(|slot| *slot < first);
        self.written.retain(|slot| *slot < first);
        self.members.iter_mut().for_each(|members| members.retain(|owner, _| *owner < first));
        let groups: Vec<u32> = self.entries.drain(place..).filter_map(|slot| slot.group).collect();
        groups.into_iter().for_each(|group| self.leave(group));
        self.groups.iter_mut().for_each(|group| group.members.retain(|slot| *slot < first));
        self.freed.free(freed);
        place
    }

    /// Whether an object from this slot on was written since the last commit.
    pub(crate) fn has_written_from(&self, first: u32) -> bool {
        self.written.iter().any(|slot| *slot >= first)
    }

    /// The members that contain one from this slot on.
    pub(crate) fn forget_members_from(&mut self, relationship: usize, first: u32) {
        self.members[relationship].retain(|_, members| members.iter().all(|member| *member < first));
    }

    /// Keeps how an object stood at the last commit or savepoint, when a flush writes it for the first time since.
    pub(crate) fn remember(&mut self, slot: u32, at_commit: AtCommit) {
        let level = self.written.depth();
        let entry = self.get_mut(slot);
        if entry.at_commit.as_ref().is_none_or(|known| known.level < level) {
            let earlier = entry.at_commit.take();
            entry.at_commit = Some(Box::new(AtCommit { level, earlier, ..at_commit }));
            self.written.push(slot);
        }
    }

    /// Remembers what an UPDATE has changed in an object without the user.
    pub(crate) fn remember_made(&mut self, slot: u32, made: &[(usize, Value)]) {
        if let Some(at_commit) = &mut self.get_mut(slot).at_commit {
            at_commit.add_made(made);
        }
    }

    pub(crate) fn has_written(&self) -> bool {
        !self.written.is_empty()
    }

    /// The objects that were written since the last commit or savepoint, with how they stood then; this is forgotten here.
    pub(crate) fn take_written(&mut self) -> Vec<(u32, AtCommit)> {
        let written = self.written.take();
        let take = |slot: u32| {
            let entry = self.get_mut(slot);
            let mut at_commit = *entry.at_commit.take()?;
            entry.at_commit = at_commit.earlier.take();
            Some((slot, at_commit))
        };
        written.into_iter().filter_map(take).collect()
    }

    /// A savepoint is set.
    pub(crate) fn begin_level(&mut self) {
        self.written.begin();
    }

    /// A savepoint goes, and what was written since it stays.
    pub(crate) fn keep_level(&mut self) {
        for slot in self.written.end() {
            let entry = self.get_mut(slot);
            let Some(mut at_savepoint) = entry.at_commit.take() else { continue };
            let level = at_savepoint.level - 1;
            match at_savepoint.earlier.take() {
                Some(mut earlier) if earlier.level == level => {
                    earlier.add_made(&at_savepoint.made);
                    entry.at_commit = Some(earlier);
                }
                earlier => {
                    entry.at_commit = Some(Box::new(AtCommit { level, earlier, ..*at_savepoint }));
                    self.written.push(slot);
                }
            }
        }
    }

    /// A savepoint goes since which nothing was written that counts.
    pub(crate) fn end_level(&mut self) {
        self.written.end();
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
            slots.remember(slot, AtCommit::new_row(Vec::new()));
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

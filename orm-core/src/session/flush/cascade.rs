//! What goes along: members of owners that are deleted, members that have lost their owner, and those whose place at a
//! one-to-one relationship is taken. What the database has of them is read here; later stages need not ask.

use rustc_hash::FxHashSet;

use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef};
use crate::schema::{Inverse, Members, Reference, Table};
use crate::session::Session;
use crate::session::flush::places;
use crate::session::keys::key_of_columns;
use crate::session::objects::{Objects, by_table};
use crate::session::slots::State;
use crate::session::store::AnyStore;
use crate::sql;
use crate::value::{KeyValue, Value};

/// Marks what goes along with the changes that wait. It is found anew for each flush, and undone when that fails: the user may
/// take the reason away.
pub(crate) fn all(session: &Session) -> Result<()> {
    places::give_up(session)?;
    session.objects().mark_orphans();
    session.objects().mark_taken_away();
    delete_members(session)?;
    refuse_owners_with_members(session)
}

/// Owner by owner, level by level: the members of owners that go, go too, and so do theirs.
fn delete_members(session: &Session) -> Result<()> {
    let objects = session.objects();
    let mut owners = objects.owners_in(&[State::Deleting, State::Discarded]);
    while !owners.is_empty() {
        let mut deleted = Vec::new();
        for (table, owners) in by_table(owners) {
            for (relationship, target, inverse) in table.inverses() {
                match inverse.members {
                    Members::Released if inverse.releases_in(target) && objects.are_looked_at(target) => {
                        let members = members(session, &owners, relationship)?;
                        members.into_iter().for_each(|member| objects.release_along(member, inverse.belongs_to));
                    }
                    Members::Released if target.reference(inverse.belongs_to).nullable => {
                        objects.release_given_along(&owners, relationship, inverse.belongs_to);
                    }
                    Members::Released | Members::Restrict => {}
                    Members::Deleted | Members::DeletedAsOrphans => {
                        deleted.extend(members(session, &owners, relationship)?);
                    }
                    Members::DeletedByTheDatabase => deleted.extend(objects.loaded_members(&owners, target, inverse)),
                }
            }
        }
        deleted.iter().for_each(|&member| objects.delete_along(member));
        owners = deleted;
    }
    Ok(())
}

/// The members that owners have in the database or have been given since, and that nobody has moved away.
fn members(session: &Session, owners: &[ObjectRef], relationship: usize) -> Result<Vec<ObjectRef>> {
    let objects = session.objects();
    let Some(inverse) = owners.first().and_then(|owner| owner.table.relationships[relationship].inverse()) else {
        return Ok(Vec::new());
    };
    let persistent: Vec<ObjectRef> =
        owners.iter().copied().filter(|&owner| objects.state(owner) == State::Deleting).collect();
    let stored = session.members_of_all(&persistent, relationship)?;
    let given = owners.iter().map(|&owner| (owner, objects.given_members(owner, relationship)));
    let stays = |owner: ObjectRef, member: ObjectRef| {
        matches!(objects.state(member), State::Pending | State::Persistent)
            && objects.refers_to(member, inverse.belongs_to, owner)
    };
    let mut seen = FxHashSet::default();
    let all = stored.into_iter().chain(given).flat_map(|(owner, members)| {
        members.into_iter().filter(move |&member| stays(owner, member)).collect::<Vec<_>>()
    });
    Ok(all.filter(|&member| seen.insert(member)).collect())
}

/// An owner that is to be deleted must have no members, where the model says so.
fn refuse_owners_with_members(session: &Session) -> Result<()> {
    for (table, owners) in by_table(session.objects().owners_in(&[State::Deleting])) {
        for (_, target, inverse) in table.inverses().filter(|(_, _, inverse)| inverse.members == Members::Restrict) {
            let keys: Vec<KeyValue> = owners.iter().filter_map(|&owner| session.objects().key(owner)).collect();
            for keys in keys.chunks(sql::MAX_KEYS) {
                session.refuse_if_referred(table, target, inverse.belongs_to, keys, |member, owner| {
                    session.objects().stays_with(target, inverse.belongs_to, member, owner)
                })?;
            }
        }
    }
    Ok(())
}

impl Session {
    /// Tells the first row that refers to one of these keys, of those (by their own key and the owner's) that count.
    pub(crate) fn refuse_if_referred(
        &self,
        table: &'static Table,
        referring: &'static Table,
        relationship: usize,
        keys: &[KeyValue],
        counts: impl Fn(&KeyValue, &KeyValue) -> bool,
    ) -> Result<()> {
        let by = referring.reference(relationship).columns;
        let listed = [by, referring.primary_key].concat();
        let mut refused = Ok(());
        self.send(sql::columns_by_columns(referring, &listed, by, keys), &mut |row| {
            let (owner, member) = row.split_at(by.len());
            if let (Some(owner), Some(member)) = (KeyValue::of(owner), KeyValue::of(member))
                && refused.is_ok()
                && counts(&member, &owner)
            {
                refused = Err(Error::Restricted {
                    model: table.model,
                    key: owner.to_string(),
                    member: referring.model,
                    field: referring.relationships[relationship].name,
                    member_key: member.to_string(),
                });
            }
            Ok(())
        })?;
        refused
    }
}

impl Objects {
    /// What went along with changes that are not flushed stays.
    pub(crate) fn undo_cascades(&self) {
        self.undo_releases();
        for object in self.touched() {
            let mut slots = self.store(object.table).slots().borrow_mut();
            let slot = slots.get_mut(object.slot);
            if std::mem::take(&mut slot.goes_along) {
                slot.state = if slot.state == State::Discarded { State::Pending } else { State::Persistent };
            }
        }
    }

    pub(super) fn touched_tables(&self) -> Vec<&'static Table> {
        let touched = self.stores().filter(|store| store.slots().borrow().has_touched());
        touched.map(|store| store.table()).collect()
    }

    /// The objects in these states that the next flush looks at, of models that may have members.
    fn owners_in(&self, states: &[State]) -> Vec<ObjectRef> {
        let in_state = |store: &dyn AnyStore| {
            let slots = store.slots().borrow().touched_in(states);
            slots.into_iter().map(|slot| self.reference(store.table(), slot)).collect::<Vec<ObjectRef>>()
        };
        self.stores().filter(|store| store.table().inverses().next().is_some()).flat_map(in_state).collect()
    }

    /// New objects that are links go with them.
    fn mark_taken_away(&self) {
        self.taken_away().into_iter().for_each(|object| self.delete_along(object));
    }

    /// Members that have left an owner without finding another go, where the model says so.
    fn mark_orphans(&self) {
        for table in self.touched_tables() {
            for (relationship, reference) in table.placed_references() {
                let is_orphaned = |inverse: &Inverse| inverse.members == Members::DeletedAsOrphans;
                if table.other_side(relationship).is_some_and(|(_, inverse)| is_orphaned(inverse)) {
                    let orphans = self.orphans(table, relationship, reference);
                    orphans.into_iter().for_each(|orphan| self.delete_along(orphan));
                }
            }
        }
    }

    fn orphans(&self, table: &'static Table, relationship: usize, reference: &Reference) -> Vec<ObjectRef> {
        let had_owner = |object: ObjectRef| {
            let slots = self.store(table).slots().borrow();
            let baseline = slots.baseline(object.slot);
            baseline.is_some_and(|row| key_of_columns(reference.columns, row).is_some())
        };
        let slots = self.store(table).slots().borrow().touched();
        let persistent = slots.into_iter().map(|slot| self.reference(table, slot));
        let persistent = persistent.filter(|&object| self.state(object) == State::Persistent && had_owner(object));
        let pending = self.edits.borrow().all_given(table, relationship);
        let pending = pending.into_iter().filter(|&object| self.state(object) == State::Pending);
        persistent.chain(pending).filter(|&object| self.refers_to_nothing(object, relationship)).collect()
    }

    fn refers_to_nothing(&self, object: ObjectRef, relationship: usize) -> bool {
        let mut cells = Vec::new();
        let position = object.table.relationships[relationship].position;
        self.store(object.table).field(object.slot, position).write(&mut cells);
        let is_nothing = |cell: &Cell| match cell {
            Cell::Value(value) => *value == Value::NULL,
            Cell::Missing | Cell::Generated => true,
            Cell::KeyOf(..) => false,
        };
        cells.iter().any(is_nothing)
    }

    /// The members of some owners that the session has loaded.
    fn loaded_members(&self, owners: &[ObjectRef], target: &'static Table, inverse: &Inverse) -> Vec<ObjectRef> {
        let keys: Vec<KeyValue> = owners.iter().filter_map(|&owner| self.key(owner)).collect();
        let columns = target.reference(inverse.belongs_to).columns;
        self.loaded_with(target, columns, &keys.iter().collect())
    }

    /// The object loses an owner because of what is done to another one.
    pub(super) fn release_along(&self, object: ObjectRef, relationship: usize) {
        let cells = self.store(object.table).cells(object.slot);
        let columns = object.table.reference(relationship).columns;
        let before = columns.iter().map(|&column| (column, cells[column].clone())).collect();
        self.edits.borrow_mut().release_along(object, before);
        self.refer(object, relationship, None);
    }

    /// What was given to owners that go with another one is without an owner again, as if it had been flushed before.
    fn release_given_along(&self, owners: &[ObjectRef], relationship: usize, belongs_to: usize) {
        let goes_along = |owner: &&ObjectRef| self.store(owner.table).slots().borrow().get(owner.slot).goes_along;
        for &owner in owners.iter().filter(goes_along) {
            let given = self.given_members(owner, relationship);
            given.into_iter().for_each(|member| self.release_along(member, belongs_to));
        }
    }

    /// What has lost an owner along with another change has it again.
    fn undo_releases(&self) {
        let released = self.edits.borrow_mut().take_released_along();
        for (object, before) in released.into_iter().rev() {
            if let Err(error) = self.renew(object, before) {
                self.edits.borrow_mut().fail(object, &error);
            }
        }
    }

    /// The object goes with another one.
    fn delete_along(&self, object: ObjectRef) {
        self.before_change(object);
        let mut slots = self.store(object.table).slots().borrow_mut();
        let slot = slots.get_mut(object.slot);
        slot.goes_along = true;
        slot.state = if slot.state == State::Pending { State::Discarded } else { State::Deleting };
    }

    /// Whether rows of a table are never changed all at once: those with a version or with hooks.
    pub(crate) fn are_looked_at(&self, table: &'static Table) -> bool {
        table.version.is_some() || self.store(table).has_hooks()
    }

    /// Whether the row with this key will still refer to that owner: it is not loaded, or neither moved nor deleted.
    fn stays_with(&self, table: &'static Table, relationship: usize, key: &KeyValue, owner: &KeyValue) -> bool {
        let Some(slot) = self.store(table).slots().borrow().find(key) else { return true };
        let object = self.reference(table, slot);
        let is_touched = self.store(table).slots().borrow().get(slot).touched;
        let refers = || self.foreign_key(object, table.reference(relationship)).as_ref() == Some(owner);
        !is_touched || (self.state(object) == State::Persistent && refers())
    }
}

//! What goes along: members of owners that are deleted, members that have lost their owner, and those whose place at a
//! one-to-one relationship is taken. What the database has of them is read here; later stages need not ask.

use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef};
use crate::schema::{Inverse, Members, Reference, Table};
use crate::session::Session;
use crate::session::keys::key_of_columns;
use crate::session::objects::Objects;
use crate::session::slots::State;
use crate::sql;
use crate::value::{KeyValue, Value};

/// Marks what goes along with the changes that wait. It is found anew for each flush: the user may have changed it since the
/// last one failed.
pub(crate) fn all(session: &Session) -> Result<()> {
    session.objects().undo_cascades();
    give_up_places(session)?;
    session.objects().mark_orphans();
    delete_members(session)?;
    refuse_owners_with_members(session)
}

/// The next flush of a one-to-one foreign key takes the owner away from the object that has it now.
fn give_up_places(session: &Session) -> Result<()> {
    let objects = session.objects();
    for table in objects.touched_tables() {
        for (relationship, reference) in table.placed_references().filter(|(_, reference)| reference.unique) {
            if let Some((has_one, inverse)) = table.other_side(relationship)
                && (reference.nullable || inverse.members == Members::DeletedAsOrphans)
            {
                let taken = objects.taken_places(table, reference);
                let holders = holders(session, table, relationship, has_one, &taken)?;
                holders.into_iter().for_each(|holder| objects.refer(holder, relationship, None));
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
    let keys: HashSet<&KeyValue> = taken.iter().map(|(key, _)| key).collect();
    let takers: HashSet<ObjectRef> = taken.iter().map(|(_, taker)| *taker).collect();
    let has_place = |holder: &ObjectRef| {
        let refers = objects.foreign_key(*holder, reference).is_some_and(|key| keys.contains(&key));
        refers && !takers.contains(holder) && objects.state(*holder) == State::Persistent
    };
    Ok(holders.into_iter().filter(has_place).collect())
}

/// Owner by owner, level by level: the members of owners that go, go too, and so do theirs.
fn delete_members(session: &Session) -> Result<()> {
    let objects = session.objects();
    let mut owners = objects.touched_in(&[State::Deleting, State::Discarded]);
    while !owners.is_empty() {
        let mut deleted = Vec::new();
        for (table, owners) in by_table(owners) {
            for (relationship, target, inverse) in table.inverses() {
                match inverse.members {
                    Members::Released if inverse.releases_in(target) && objects.are_looked_at(target) => {
                        let members = members(session, &owners, relationship)?;
                        members.into_iter().for_each(|member| objects.refer(member, inverse.belongs_to, None));
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
    let mut seen = HashSet::new();
    let all = stored.into_iter().chain(given).flat_map(|(owner, members)| {
        members.into_iter().filter(move |&member| stays(owner, member)).collect::<Vec<_>>()
    });
    Ok(all.filter(|&member| seen.insert(member)).collect())
}

/// An owner that is to be deleted must have no members, where the model says so.
fn refuse_owners_with_members(session: &Session) -> Result<()> {
    for (table, owners) in by_table(session.objects().touched_in(&[State::Deleting])) {
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

fn by_table(objects: Vec<ObjectRef>) -> Vec<(&'static Table, Vec<ObjectRef>)> {
    let mut tables: Vec<(&'static Table, Vec<ObjectRef>)> = Vec::new();
    for object in objects {
        match tables.iter_mut().find(|(table, _)| table.is(object.table)) {
            Some((_, objects)) => objects.push(object),
            None => tables.push((object.table, vec![object])),
        }
    }
    tables
}

impl Objects {
    /// What went along with a change that was not flushed stays, until it is looked at again.
    fn undo_cascades(&self) {
        for object in self.touched() {
            let mut slots = self.store(object.table).slots().borrow_mut();
            let slot = slots.get_mut(object.slot);
            if std::mem::take(&mut slot.goes_along) {
                slot.state = if slot.state == State::Discarded { State::Pending } else { State::Persistent };
            }
        }
    }

    fn touched_tables(&self) -> Vec<&'static Table> {
        let touched = self.stores().filter(|store| store.slots().borrow().has_touched());
        touched.map(|store| store.table()).collect()
    }

    fn touched_in(&self, states: &[State]) -> Vec<ObjectRef> {
        self.touched().filter(|&object| states.contains(&self.state(object))).collect()
    }

    /// The keys that objects of a table will refer to by a one-to-one foreign key and have not referred to before.
    fn taken_places(&self, table: &'static Table, reference: &Reference) -> Vec<(KeyValue, ObjectRef)> {
        let slots = self.store(table).slots().borrow().touched();
        let taken = |slot: u32| {
            let object = self.reference(table, slot);
            let before = self.store(table).slots().borrow().get(slot).baseline.clone();
            let key = self.foreign_key(object, reference)?;
            let had = before.and_then(|row| key_of_columns(reference.columns, &row));
            let is_written = matches!(self.state(object), State::Pending | State::Persistent);
            (is_written && had.as_ref() != Some(&key)).then_some((key, object))
        };
        slots.into_iter().filter_map(taken).collect()
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
            let baseline = slots.get(object.slot).baseline.as_ref();
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

//! What becomes of the session when its transaction ends: with success, without, or by the user's wish.

use rustc_hash::FxHashSet;

use crate::error::Result;
use crate::model::{Cell, ObjectRef};
use crate::session::flush::write_back::fill_all_references;
use crate::session::keys::key_of_row;
use crate::session::objects::Objects;
use crate::session::slots::{AtCommit, State};
use crate::session::store::AnyStore;

/// The transaction lasts: how things stood before it is forgotten.
pub(crate) fn forget(objects: &Objects) {
    objects.stores().for_each(|store| store.slots().borrow_mut().forget_written());
    objects.edits.borrow_mut().committed();
    objects.assigned.borrow_mut().committed();
    objects.begin_next_transaction();
}

/// The database is as it was at the last commit, or at the savepoint; what was written since waits to be written again.
pub(crate) fn make_pending_again(objects: &Objects) {
    objects.undo_cascades();
    let mut written = Vec::new();
    for store in objects.stores() {
        for (slot, at_commit) in store.slots().borrow_mut().take_written() {
            written.push((store, slot, at_commit));
        }
    }
    let is_new = |(_, _, at_commit): &&(&dyn AnyStore, u32, AtCommit)| at_commit.state == State::Pending;
    let new = written.iter().filter(is_new).map(|(store, slot, _)| objects.reference(store.table(), *slot));
    let new: FxHashSet<ObjectRef> = new.collect();
    objects.evict_made_links(&new);
    written.retain(|(store, slot, at_commit)| !stays_out(*store, *slot, at_commit));
    let reference = |store: &dyn AnyStore, slot: u32| objects.reference(store.table(), slot);
    let places: Vec<Vec<usize>> =
        written.iter().map(|(store, slot, _)| objects.flushed_places(reference(*store, *slot))).collect();
    let over_commit = |(store, slot, at_commit): &(&dyn AnyStore, u32, AtCommit)| {
        let values = at_commit.values.as_ref();
        values.map(|values| objects.waiting_over_commit(reference(*store, *slot), values)).unwrap_or_default()
    };
    let waiting: Vec<_> = written.iter().flat_map(over_commit).collect();
    let assignments = objects.assignments_to_repeat();
    // All keys are forgotten before the first is taken away: the key of one object may be that of another.
    written.iter().for_each(|(store, slot, _)| forget_key(objects, *store, *slot));
    for (store, slot, at_commit) in &written {
        match at_commit.state {
            State::Pending => insert_again(*store, *slot, at_commit),
            _ => write_again(objects, *store, *slot, at_commit),
        }
    }
    for (store, slot, _) in &written {
        forget_lost_keys(objects, *store, *slot);
        objects.release_from_deleted(reference(*store, *slot));
        objects.discard_from_deleted(reference(*store, *slot));
    }
    new.iter().for_each(|&object| objects.discard_replaced(object, &new));
    for ((store, slot, _), places) in written.iter().zip(places) {
        objects.keep_flushed_places(reference(*store, *slot), &places);
    }
    objects.repeat_assignments(assignments.into_iter().chain(waiting));
    objects.edits.borrow_mut().pending_again();
    objects.touched().for_each(|object| objects.give_to_owners(object));
    objects.begin_again();
}

/// Whether an object was taken out of the session since it was written: then it does not wait again. A row that was inserted
/// for it is not there any more.
fn stays_out(store: &dyn AnyStore, slot: u32, at_commit: &AtCommit) -> bool {
    let is_evicted = store.slots().borrow().get(slot).state == State::Evicted;
    if is_evicted && at_commit.state == State::Pending {
        unfill(store, slot, at_commit);
        store.slots().borrow_mut().get_mut(slot).state = State::Withdrawn;
    }
    is_evicted
}

fn forget_key(objects: &Objects, store: &dyn AnyStore, slot: u32) {
    if let Some(key) = objects.key(objects.reference(store.table(), slot)) {
        store.slots().borrow_mut().unknow(&key, slot);
    }
}

/// What the flush that inserted the row has filled is unset again, where the user has not set it since.
fn unfill(store: &dyn AnyStore, slot: u32, at_commit: &AtCommit) {
    let cells = store.cells(slot);
    for (column, value) in &at_commit.made {
        if matches!(&cells[*column], Cell::Value(now) if now == value) {
            store.field(slot, store.table().columns[*column].position).unfill();
        }
    }
}

fn insert_again(store: &dyn AnyStore, slot: u32, at_commit: &AtCommit) {
    unfill(store, slot, at_commit);
    let mut slots = store.slots().borrow_mut();
    slots.take_baseline(slot);
    let entry = slots.get_mut(slot);
    entry.state = match entry.state {
        State::Persistent => State::Pending,
        // It was added and deleted in the same transaction.
        _ => State::Discarded,
    };
    entry.goes_along = false;
    slots.touch(slot);
}

fn write_again(objects: &Objects, store: &dyn AnyStore, slot: u32, at_commit: &AtCommit) {
    if let Some(values) = &at_commit.values {
        let object = objects.reference(store.table(), slot);
        if let Err(error) = objects.take_back_made(object, &at_commit.made, values) {
            objects.edits.borrow_mut().fail(object, &error);
        }
    }
    let key = match &at_commit.values {
        Some(values) => key_of_row(store.table(), values),
        None => objects.key(objects.reference(store.table(), slot)),
    };
    let mut slots = store.slots().borrow_mut();
    if let Some(key) = key {
        slots.know(key, slot);
    }
    if let Some(values) = &at_commit.values {
        slots.set_baseline(slot, values.clone());
    }
    let entry = slots.get_mut(slot);
    if entry.state == State::Deleted {
        entry.state = if entry.goes_along { State::Persistent } else { State::Deleting };
        entry.goes_along = false;
    }
    slots.touch(slot);
}

/// The target of a foreign key may be waiting again too, and get another key.
fn forget_lost_keys(objects: &Objects, store: &dyn AnyStore, slot: u32) {
    for (relationship, _) in store.table().references() {
        let field = store.field(slot, relationship.position);
        let mut cells = Vec::new();
        field.write(&mut cells);
        if let Some(Cell::KeyOf(target, _)) = cells.first()
            && objects.key(*target).is_none()
        {
            field.unfill();
        }
    }
}

/// Everything since the last commit, or the savepoint, is given up.
///
/// # Errors
/// A type of the user's cannot read back what it has written.
pub(crate) fn give_up(objects: &mut Objects) -> Result<()> {
    objects.absorb_changed();
    make_pending_again(objects);
    let has_key_followed = objects.edits.borrow().has_key_followed();
    objects.edits.borrow_mut().clear();
    objects.assigned.borrow_mut().clear();
    let mut restored = Ok(());
    for store in objects.stores() {
        let touched = store.slots().borrow().touched();
        for slot in touched {
            restored = restored.and(restore(objects, store, slot));
        }
        store.slots().borrow_mut().untouch_all();
    }
    if has_key_followed {
        restored = restored.and(fill_all_references(objects));
    }
    objects.settle();
    restored
}

fn restore(objects: &Objects, store: &dyn AnyStore, slot: u32) -> Result<()> {
    let baseline = {
        let mut slots = store.slots().borrow_mut();
        let entry = slots.get_mut(slot);
        entry.state = match entry.state {
            State::Pending | State::Discarded | State::Gone => State::Gone,
            _ => State::Persistent,
        };
        let is_left = entry.state == State::Persistent;
        slots.take_baseline(slot).filter(|_| is_left)
    };
    match baseline {
        Some(values) => objects.read_row(store, slot, values.to_vec()),
        None => Ok(()),
    }
}

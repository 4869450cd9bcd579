//! Keys that an UPDATE has changed: the identity map, and the foreign keys that the database has changed along.

use rustc_hash::FxHashSet;

use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef};
use crate::schema::{Action, Reference, Table};
use crate::session::flush::collect::Update;
use crate::session::flush::write_back::change_columns;
use crate::session::keys::key_of_columns;
use crate::session::objects::Objects;
use crate::session::slots::{AtCommit, Values};
use crate::value::{KeyValue, Value};

/// An UPDATE has changed the key of an object.
///
/// # Errors
/// A field cannot hold the key that it refers to.
pub(super) fn change_key(objects: &Objects, row: &Update) -> Result<()> {
    let (Some(old), Some(new)) = (&row.key, objects.key(row.object)) else { return Ok(()) };
    {
        let mut slots = objects.store(row.object.table).slots().borrow_mut();
        slots.unknow(old, row.object.slot);
        slots.know(new.clone(), row.object.slot);
        // Members that leave will say so by the old key.
        slots.forget_own_members(row.object.slot);
    }
    if *old == new { Ok(()) } else { follow_key(objects, row.object.table, old, &new) }
}

/// Foreign keys that the database has changed with the key that they refer to are changed in the session too. Where they are a
/// part of a key, that has changed as well, and so on.
fn follow_key(objects: &Objects, target: &Table, old: &KeyValue, new: &KeyValue) -> Result<()> {
    objects.edits.borrow_mut().key_followed();
    for store in objects.stores() {
        for (relationship, reference) in store.table().references() {
            if reference.on_update != Action::Cascade || !(relationship.target)().is(target) {
                continue;
            }
            let key = new.values();
            for object in objects.loaded_with(store.table(), reference.columns, &FxHashSet::from_iter([new])) {
                let column = &store.table().columns[reference.columns[0]];
                let filled = store.field(object.slot, relationship.position).fill(&key);
                filled.map_err(|source| Error::decode(store.table(), column, source))?;
                let mut before = objects.stored_values(object);
                if store.slots().borrow().baseline(object.slot).is_none() {
                    let mut values = before.to_vec();
                    reference.columns.iter().zip(old.values()).for_each(|(&column, value)| values[column] = value);
                    before = values.into();
                }
                store.slots().borrow_mut().remember(object.slot, AtCommit::row(before.clone()));
                key_has_followed(objects, object, reference, before)?;
            }
            for object in objects.loaded_with(store.table(), reference.columns, &FxHashSet::from_iter([old])) {
                let before = objects.stored_values(object);
                let values = key.iter().cloned().map(Cell::Value);
                change_columns(objects, object, reference.columns, values)?;
                let made: Vec<(usize, Value)> = reference.columns.iter().copied().zip(key.iter().cloned()).collect();
                store.slots().borrow_mut().remember_made(object.slot, &made);
                key_has_followed(objects, object, reference, before)?;
            }
        }
    }
    Ok(())
}

/// The key of an object has changed with a foreign key in it; it had these values.
fn key_has_followed(objects: &Objects, object: ObjectRef, reference: &Reference, before: Values) -> Result<()> {
    let table = object.table;
    if !table.primary_key.iter().any(|column| reference.columns.contains(column)) {
        return Ok(());
    }
    let (Some(old), Some(new)) = (key_of_columns(table.primary_key, &before), objects.key(object)) else {
        return Ok(());
    };
    {
        let mut slots = objects.store(table).slots().borrow_mut();
        slots.unknow(&old, object.slot);
        slots.know(new.clone(), object.slot);
        slots.forget_own_members(object.slot);
    }
    follow_key(objects, table, &old, &new)
}

//! What the database accepted becomes what the session knows: keys into objects, objects into the identity map.

use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef};
use crate::schema::{RelationshipKind, Sort, Table};
use crate::session::flush::collect::{Delete, Insert, Update};
use crate::session::flush::execute::Outcome;
use crate::session::flush::keys::change_key;
use crate::session::flush::plan::{FlushPlan, Step};
use crate::session::keys::key_of_columns;
use crate::session::objects::Objects;
use crate::session::slots::{AtCommit, State, Values};
use crate::value::{KeyValue, Value};

/// Brings the session to the state that the database has in this transaction.
///
/// # Errors
/// A generated value does not fit its field; the flush has failed then, like one that the server refused.
pub(crate) fn apply(objects: &Objects, plan: &FlushPlan, outcome: &Outcome) -> Result<()> {
    try_apply(objects, plan, outcome).inspect_err(|_| unfill_generated(objects, outcome))
}

fn try_apply(objects: &Objects, plan: &FlushPlan, outcome: &Outcome) -> Result<()> {
    for (object, made) in &outcome.generated {
        objects.take_made(*object, made)?;
    }
    for step in &plan.steps {
        match step {
            Step::Insert { rows, .. } => inserted(objects, rows, outcome),
            Step::Update { rows, .. } => rows.iter().try_for_each(|row| updated(objects, row))?,
            Step::Release { table, relationship, keys } => released(objects, table, *relationship, keys)?,
            Step::Delete { table, by, rows } => {
                rows.iter().for_each(|row| deleted(objects, row));
                unlinked(objects, table, by, rows);
                objects.expire_dependents(table);
            }
        }
    }
    group_inserted(objects, plan);
    for object in objects.touched().filter(|&object| objects.state(object) == State::Persistent) {
        fill_references(objects, object)?;
    }
    changed_by_themselves(objects, plan, outcome)?;
    if !plan.steps.is_empty() {
        objects.forget_answers();
    }
    objects.edits.borrow_mut().flushed();
    objects.assigned.borrow_mut().sent_all();
    objects.stores().for_each(|store| store.slots().borrow_mut().untouch_all());
    Ok(())
}

fn updates_of(plan: &FlushPlan) -> impl Iterator<Item = &Update> {
    let updates = plan.steps.iter().filter_map(|step| match step {
        Step::Update { rows, .. } => Some(rows),
        _ => None,
    });
    updates.flatten()
}

/// New versions, and what the database has changed by itself.
fn changed_by_themselves(objects: &Objects, plan: &FlushPlan, outcome: &Outcome) -> Result<()> {
    let versions = updates_of(plan).map(|row| (row.object, &row.made));
    for (object, made) in versions.chain(outcome.changed.iter().map(|(object, made)| (*object, made))) {
        if !made.is_empty() && objects.state(object) == State::Persistent {
            objects.take_updated(object, made)?;
        }
    }
    for row in updates_of(plan).filter(|row| !row.assigned.is_empty()) {
        if let Some(before) = &row.old {
            objects.assignments_flushed(row.object, &row.assigned, before);
        }
    }
    Ok(())
}

/// What was filled before a field refused its value is taken back.
fn unfill_generated(objects: &Objects, outcome: &Outcome) {
    for (object, made) in &outcome.generated {
        let store = objects.store(object.table);
        made.iter().for_each(|(column, _)| store.field(object.slot, object.table.columns[*column].position).unfill());
    }
}

fn inserted(objects: &Objects, rows: &[Insert], outcome: &Outcome) {
    for row in rows {
        match row.object {
            Some(object) => {
                let generated = (0..row.cells.len()).filter(|&column| row.cells[column] == Cell::Generated);
                let made = generated.chain(row.made.iter().map(|(column, _)| *column));
                let store = objects.store(object.table);
                let made = made.map(|column| (column, objects.column_value(object, column))).collect();
                store.slots().borrow_mut().remember(object.slot, AtCommit::new_row(made));
                become_persistent(objects, object, &outcome.keys[&object]);
                owners_read_again(objects, object);
            }
            None => link_changed(objects, row.table, &row.cells),
        }
    }
}

/// New objects of one model that were flushed together are peers, however many statements it took.
fn group_inserted(objects: &Objects, plan: &FlushPlan) {
    let mut inserted: Vec<(&'static Table, Vec<u32>)> = Vec::new();
    let rows = plan.steps.iter().filter_map(|step| match step {
        Step::Insert { rows, .. } => Some(rows),
        _ => None,
    });
    for object in rows.flatten().filter_map(|row| row.object) {
        match inserted.iter_mut().find(|(table, _)| table.is(object.table)) {
            Some((_, slots)) => slots.push(object.slot),
            None => inserted.push((object.table, vec![object.slot])),
        }
    }
    inserted.iter().for_each(|(table, slots)| objects.store(table).slots().borrow_mut().group(slots));
}

fn become_persistent(objects: &Objects, object: ObjectRef, key: &KeyValue) {
    let mut slots = objects.store(object.table).slots().borrow_mut();
    slots.know(key.clone(), object.slot);
    let slot = slots.get_mut(object.slot);
    slot.state = State::Persistent;
    slot.seen_in = objects.now();
}

fn updated(objects: &Objects, row: &Update) -> Result<()> {
    let object = row.object;
    let store = objects.store(object.table);
    if let Some(replaced) = &row.replaces {
        deleted(objects, replaced);
        let at_commit = AtCommit::new_row(take_over_values(objects, row, replaced)?);
        store.slots().borrow_mut().remember(object.slot, at_commit);
        become_persistent(objects, object, &replaced.key);
    }
    let is_moved = row.replaces.is_some() || changed_columns(row).any(|column| places_members(object.table, column));
    let baseline = store.slots().borrow().baseline(object.slot).cloned();
    if let Some(baseline) = baseline {
        if is_moved {
            old_owners_read_again(objects, object.table, &baseline);
        }
        let at_commit = AtCommit::row(baseline);
        store.slots().borrow_mut().remember(object.slot, at_commit);
    }
    if is_moved {
        owners_read_again(objects, object);
    }
    if row.columns.iter().any(|column| object.table.primary_key.contains(column)) {
        change_key(objects, row)?;
    }
    store.slots().borrow_mut().get_mut(object.slot).seen_in = objects.now();
    Ok(())
}

fn changed_columns(row: &Update) -> impl Iterator<Item = usize> {
    row.columns.iter().copied().chain(row.assigned.iter().map(|(column, _)| *column))
}

/// Whether a column says whose member a row is, or which place it has among the members.
fn places_members(table: &Table, column: usize) -> bool {
    let orders = |place: usize| {
        let (target, other_side) = ((table.relationships[place].target)(), table.other_side(place));
        let order = other_side.map_or(&[][..], |(other, _)| target.relationships[other].order);
        order.iter().any(|sort| matches!(sort, Sort::Ascending(by) | Sort::Descending(by) if *by == column))
    };
    table.primary_key.contains(&column)
        || table.placed_references().any(|(place, reference)| reference.columns.contains(&column) || orders(place))
}

/// What the database had made for the row that an object takes over, and keeps, goes into its fields.
fn take_over_values(objects: &Objects, row: &Update, replaced: &Delete) -> Result<Vec<(usize, Value)>> {
    let kept = (0..replaced.values.len()).filter(|column| !row.columns.contains(column));
    let values: Vec<(usize, Value)> = kept.map(|column| (column, replaced.values[column].clone())).collect();
    objects.take_made(row.object, &values)?;
    Ok(values)
}

/// The database has changed these columns of an object by itself: it gets a newer version.
pub(super) fn change_columns(
    objects: &Objects,
    object: ObjectRef,
    columns: &[usize],
    new: impl Iterator<Item = Cell>,
) -> Result<()> {
    let store = objects.store(object.table);
    let at_commit = AtCommit::row(objects.stored_values(object));
    store.slots().borrow_mut().remember(object.slot, at_commit);
    objects.renew(object, columns.iter().copied().zip(new))
}

/// The owners that an object refers to.
fn owners_read_again(objects: &Objects, object: ObjectRef) {
    for (place, descriptor) in object.table.relationships.iter().enumerate() {
        objects.store(object.table).slots().borrow_mut().forget_target(place, object.slot, &descriptor.kind);
        if let RelationshipKind::BelongsTo(reference) = descriptor.kind
            && let Some(key) = objects.foreign_key(object, &reference)
        {
            owner_reads_again(objects, object.table, place, &key);
        }
    }
}

/// The same for all objects, where keys have changed back.
pub(crate) fn fill_all_references(objects: &Objects) -> Result<()> {
    for store in objects.stores() {
        let loaded = store.slots().borrow().left().map(|slot| objects.reference(store.table(), slot));
        let persistent = loaded.filter(|&object| objects.state(object) == State::Persistent);
        persistent.into_iter().try_for_each(|object| fill_references(objects, object))?;
    }
    Ok(())
}

/// Foreign keys that hold a handle get its key.
fn fill_references(objects: &Objects, object: ObjectRef) -> Result<()> {
    let store = objects.store(object.table);
    for (relationship, reference) in object.table.references() {
        let field = store.field(object.slot, relationship.position);
        let mut cells = Vec::with_capacity(reference.columns.len());
        field.write(&mut cells);
        if let Some(Cell::KeyOf(..)) = cells.first() {
            let key: Option<Vec<Value>> = cells.iter().map(|cell| objects.value(cell)).collect();
            let Some(key) = key else { continue };
            let column = &object.table.columns[reference.columns[0]];
            field.fill(&key).map_err(|source| Error::decode(object.table, column, source))?;
        }
    }
    Ok(())
}

/// The children that the session has loaded lose their foreign key too.
fn released(objects: &Objects, table: &'static Table, relationship: usize, keys: &[KeyValue]) -> Result<()> {
    let columns = table.reference(relationship).columns;
    let mut released = objects.loaded_with(table, columns, &keys.iter().collect());
    released.retain(|&object| !has_moved(objects, object, columns));
    released.extend(referring_by_handle(objects, table, relationship, keys));
    for object in released {
        change_columns(objects, object, columns, std::iter::repeat(Cell::Value(Value::NULL)))?;
        if !table.changing_by_themselves().is_empty() {
            objects.store(table).slots().borrow_mut().get_mut(object.slot).seen_in = 0;
        }
    }
    Ok(())
}

/// Whether a foreign key is what this flush has made of it: it refers to the object that has taken over a row or its key.
fn has_moved(objects: &Objects, object: ObjectRef, columns: &[usize]) -> bool {
    let store = objects.store(object.table);
    let cells = store.cells(object.slot);
    let slots = store.slots().borrow();
    let was = slots.baseline(object.slot);
    let has_moved = |&column: &usize| match &cells[column] {
        Cell::KeyOf(target, _) => {
            objects.state(*target) == State::Pending || objects.stored_key(*target) != objects.key(*target)
        }
        cell => was.is_some_and(|row| objects.value(cell).as_ref() != Some(&row[column])),
    };
    columns.iter().any(has_moved)
}

/// Those that refer to an object which had one of these keys in the database, and may have another one by now.
fn referring_by_handle(
    objects: &Objects,
    table: &'static Table,
    relationship: usize,
    keys: &[KeyValue],
) -> Vec<ObjectRef> {
    let (target, column) = ((table.relationships[relationship].target)(), table.reference(relationship).columns[0]);
    let changed = |key: &KeyValue| {
        let owner = objects.reference(target, objects.store(target).slots().borrow().find(key)?);
        (objects.key(owner).as_ref() != Some(key)).then_some(owner)
    };
    let changed: HashSet<ObjectRef> = keys.iter().filter_map(changed).collect();
    if changed.is_empty() {
        return Vec::new();
    }
    let refers = |object: &ObjectRef| match objects.store(table).cells(object.slot)[column] {
        Cell::KeyOf(owner, _) => changed.contains(&owner) && objects.state(*object) == State::Persistent,
        _ => false,
    };
    let loaded = objects.store(table).slots().borrow().left();
    loaded.map(|slot| objects.reference(table, slot)).filter(refers).collect()
}

/// Link rows that are a model's own objects: those that the session has loaded are deleted with them.
fn unlinked(objects: &Objects, table: &'static Table, by: &[usize], rows: &[Delete]) {
    let keys: HashSet<&KeyValue> = rows.iter().filter(|row| row.object.is_none()).map(|row| &row.key).collect();
    if table.is_association() || keys.is_empty() {
        return;
    }
    for object in objects.loaded_with(table, by, &keys) {
        let store = objects.store(table);
        let values = objects.stored_values(object);
        let Some(key) = key_of_columns(table.primary_key, &values) else { continue };
        become_deleted(objects, object, &key, values);
        store.slots().borrow_mut().get_mut(object.slot).goes_along = true;
    }
}

fn become_deleted(objects: &Objects, object: ObjectRef, key: &KeyValue, values: Values) {
    old_owners_read_again(objects, object.table, &values);
    objects.become_deleted(object, key, values);
}

fn deleted(objects: &Objects, row: &Delete) {
    match row.object {
        Some(object) => become_deleted(objects, object, &row.key, row.values.clone()),
        None => {
            let mut cells = vec![Cell::Generated; row.table.columns.len()];
            for (&column, value) in row.by.iter().zip(row.key.values()) {
                cells[column] = Cell::Value(value);
            }
            link_changed(objects, row.table, &cells);
        }
    }
}

/// The owners that a row has referred to.
fn old_owners_read_again(objects: &Objects, table: &'static Table, row: &[Value]) {
    for (place, descriptor) in table.relationships.iter().enumerate() {
        if let RelationshipKind::BelongsTo(reference) = descriptor.kind
            && let Some(key) = key_of_columns(reference.columns, row)
        {
            owner_reads_again(objects, table, place, &key);
        }
    }
}

/// The owner at the other end of a foreign key reads its members again.
fn owner_reads_again(objects: &Objects, table: &'static Table, relationship: usize, key: &KeyValue) {
    let target = (table.relationships[relationship].target)();
    let mut slots = objects.store(target).slots().borrow_mut();
    let Some(owner) = slots.find(key) else { return };
    for (place, descriptor) in target.relationships.iter().enumerate() {
        let is_other_side = match descriptor.kind {
            RelationshipKind::ManyToMany(through) => (through.table)().is(table),
            _ => descriptor.is_inverse_of(table, relationship),
        };
        if is_other_side {
            slots.forget_members_of(place, owner);
        }
    }
}

/// Both ends of a link row read their members again: those that are known, or all where only one end is.
fn link_changed(objects: &Objects, association: &'static Table, cells: &[Cell]) {
    for (end, descriptor) in association.relationships.iter().enumerate() {
        let RelationshipKind::BelongsTo(reference) = descriptor.kind else { continue };
        let target = (descriptor.target)();
        let owner = match &cells[reference.columns[0]] {
            Cell::KeyOf(object, _) => Some(object.slot),
            Cell::Generated | Cell::Missing => None,
            Cell::Value(_) => {
                let values = objects.values(cells);
                let key = key_of_columns(reference.columns, &values);
                key.and_then(|key| objects.store(target).slots().borrow().find(&key))
            }
        };
        let mut slots = objects.store(target).slots().borrow_mut();
        for (place, relationship) in target.relationships.iter().enumerate() {
            let is_other_side = match relationship.kind {
                RelationshipKind::ManyToMany(through) => (through.table)().is(association),
                // The association is a model, whose objects are members too.
                _ => relationship.is_inverse_of(association, end),
            };
            match owner {
                Some(owner) if is_other_side => slots.forget_members_of(place, owner),
                None if is_other_side => slots.forget_members(place),
                _ => {}
            }
        }
    }
}

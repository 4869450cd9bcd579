//! What the database accepted becomes what the session knows: keys into objects, objects into the identity map.

use rustc_hash::FxHashSet;

use crate::error::{Error, Result};
use crate::model::{Cell, FieldKey, ObjectRef};
use crate::schema::{Reference, RelationshipKind, Sort, Table};
use crate::session::flush::collect::{Delete, Insert, Update};
use crate::session::flush::execute::{NewKeys, Outcome};
use crate::session::flush::keys::change_key;
use crate::session::flush::plan::{FlushPlan, Step};
use crate::session::keys::key_of_columns;
use crate::session::made::pairs;
use crate::session::objects::Objects;
use crate::session::slots::{AtCommit, Made, State};
use crate::session::store::AnyStore;
use crate::value::{KeyValue, Value};

/// Brings the session to the state that the database has in this transaction.
///
/// # Errors
/// A generated value does not fit its field; the flush has failed then, like one that the server refused.
pub(crate) fn apply(objects: &Objects, plan: &FlushPlan, outcome: &Outcome) -> Result<()> {
    try_apply(objects, plan, outcome).inspect_err(|_| unfill_generated(objects, plan, outcome))
}

fn try_apply(objects: &Objects, plan: &FlushPlan, outcome: &Outcome) -> Result<()> {
    for (row, object, made) in new_rows(plan, outcome) {
        objects.take_made(object, made.chain(pairs(&row.made)))?;
    }
    for step in &plan.steps {
        match step {
            Step::Insert { table, columns, rows, .. } => inserted(objects, table, columns, rows, outcome),
            Step::Update { table, rows, .. } => updated(objects, table, rows)?,
            Step::Release { table, relationship, keys } => released(objects, table, *relationship, keys)?,
            Step::Delete { table, by, rows } => {
                deleted(objects, table, rows);
                unlinked(objects, table, by, rows);
                objects.expire_dependents(table);
            }
        }
    }
    group_inserted(objects, plan);
    for store in objects.stores().filter(|store| store.table().references().next().is_some()) {
        let touched = store.slots().borrow().touched();
        touched.into_iter().try_for_each(|slot| fill_references(objects, store, slot, &outcome.keys))?;
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

/// The rows of new objects, with what the database has made for them.
fn new_rows<'p>(
    plan: &'p FlushPlan,
    outcome: &'p Outcome,
) -> impl Iterator<Item = (&'p Insert, ObjectRef, impl Iterator<Item = (usize, &'p Value)>)> {
    let steps = plan.steps.iter().filter_map(|step| match step {
        Step::Insert { rows, .. } => Some(rows),
        _ => None,
    });
    steps.zip(&outcome.inserted).flat_map(|(rows, made)| {
        let new = rows.iter().enumerate();
        new.filter_map(|(place, row)| Some((row, row.object?, made.row(place))))
    })
}

/// What was filled before a field refused its value is taken back.
fn unfill_generated(objects: &Objects, plan: &FlushPlan, outcome: &Outcome) {
    for (row, object, made) in new_rows(plan, outcome) {
        let store = objects.store(object.table);
        for (column, _) in made.chain(pairs(&row.made)) {
            store.field(object.slot, object.table.columns[column].position).unfill();
        }
    }
}

fn inserted(objects: &Objects, table: &'static Table, given: &[usize], rows: &[Insert], outcome: &Outcome) {
    if rows.first().is_none_or(|row| row.object.is_none()) {
        return rows.iter().for_each(|row| link_changed(objects, table, &row.cells));
    }
    let (store, followed) = (objects.store(table), followed(objects, table));
    let generated: Vec<usize> = (0..table.columns.len()).filter(|column| !given.contains(column)).collect();
    for (row, object) in rows.iter().filter_map(|row| Some((row, row.object?))) {
        let (fields, mut made) = (store.object(object.slot), Made::new());
        for column in generated.iter().copied().chain(row.made.iter().map(|(column, _)| *column)) {
            made.push((column, objects.value_in(table, fields, column)));
        }
        store.slots().borrow_mut().remember(object.slot, AtCommit::new_row(made));
        let key = outcome.keys.get(object).expect("each new row has got a key");
        become_persistent(objects, store, object.slot, key);
        owners_read_again(objects, object, &followed);
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

fn become_persistent(objects: &Objects, store: &dyn AnyStore, slot: u32, key: &KeyValue) {
    let mut slots = store.slots().borrow_mut();
    slots.know(key.clone(), slot);
    let slot = slots.get_mut(slot);
    slot.state = State::Persistent;
    slot.seen_in = objects.now();
}

fn updated(objects: &Objects, table: &'static Table, rows: &[Update]) -> Result<()> {
    // All of them change the same columns.
    let are_moved = rows.first().is_some_and(|row| changed_columns(row).any(|column| places_members(table, column)));
    let followed = followed(objects, table);
    let store = objects.store(table);
    for row in rows {
        let object = row.object;
        if !are_moved && row.replaces.is_none() {
            store.slots().borrow_mut().written(object.slot, objects.now());
            continue;
        }
        if let Some(replaced) = &row.replaces {
            row_is_gone(objects, table, replaced, &followed);
            let at_commit = AtCommit::new_row(take_over_values(objects, row, replaced)?.into());
            store.slots().borrow_mut().remember(object.slot, at_commit);
            become_persistent(objects, store, object.slot, &replaced.key);
        }
        let baseline = store.slots().borrow().baseline(object.slot).cloned();
        if let Some(baseline) = baseline {
            old_owners_read_again(objects, table, &baseline, &followed);
            store.slots().borrow_mut().remember(object.slot, AtCommit::row(baseline));
        }
        owners_read_again(objects, object, &followed);
        if row.changes_any(table.primary_key) {
            change_key(objects, row)?;
        }
        store.slots().borrow_mut().get_mut(object.slot).seen_in = objects.now();
    }
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
    let replaced = replaced.values(objects);
    let kept = (0..replaced.len()).filter(|column| !row.columns.contains(column));
    let values: Vec<(usize, Value)> = kept.map(|column| (column, replaced[column].clone())).collect();
    objects.take_made(row.object, pairs(&values))?;
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

/// The foreign keys of a table along which something was loaded, from the one side or the other, as places among its
/// relationships.
fn followed(objects: &Objects, table: &'static Table) -> Vec<usize> {
    let has_members = |table: &Table, places: &[usize]| {
        let store = objects.stores().find(|store| store.table().is(table));
        store.is_some_and(|store| places.iter().any(|&place| store.slots().borrow().has_members(place)))
    };
    let is_followed = |&(place, _): &(usize, &Reference)| {
        let target = (table.relationships[place].target)();
        has_members(table, &[place]) || has_members(target, &other_sides(target, table, place).collect::<Vec<usize>>())
    };
    table.placed_references().filter(is_followed).map(|(place, _)| place).collect()
}

/// The owners that an object refers to.
fn owners_read_again(objects: &Objects, object: ObjectRef, followed: &[usize]) {
    for &place in followed {
        let descriptor = &object.table.relationships[place];
        objects.store(object.table).slots().borrow_mut().forget_target(place, object.slot, &descriptor.kind);
        if let Some(key) = objects.foreign_key(object, object.table.reference(place)) {
            owner_reads_again(objects, object.table, place, &key);
        }
    }
}

/// The same for all objects, where keys have changed back.
pub(crate) fn fill_all_references(objects: &Objects) -> Result<()> {
    for store in objects.stores() {
        let loaded = store.slots().borrow().left();
        loaded.into_iter().try_for_each(|slot| fill_references(objects, store, slot, &NewKeys::default()))?;
    }
    Ok(())
}

/// Foreign keys that hold a handle get its key, which is among the new ones or known.
fn fill_references(objects: &Objects, store: &dyn AnyStore, slot: u32, new: &NewKeys) -> Result<()> {
    if store.slots().borrow().get(slot).state != State::Persistent {
        return Ok(());
    }
    let (table, object) = (store.table(), store.object(slot));
    for (relationship, reference) in table.references() {
        let field = object.at(relationship.position);
        if let FieldKey::Of(target) = field.as_key()
            && let Some(key) = new.get(target).cloned().or_else(|| objects.key(target))
        {
            let filled = match key {
                KeyValue::Int(number) => field.fill(&[Value::Int(number)]),
                key => field.fill(&key.values()),
            };
            filled.map_err(|source| Error::decode(table, &table.columns[reference.columns[0]], source))?;
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
    let changed: FxHashSet<ObjectRef> = keys.iter().filter_map(changed).collect();
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
    let keys: FxHashSet<&KeyValue> = rows.iter().filter(|row| row.object.is_none()).map(|row| &row.key).collect();
    if table.is_association() || keys.is_empty() {
        return;
    }
    let followed = followed(objects, table);
    for object in objects.loaded_with(table, by, &keys) {
        let store = objects.store(table);
        let values = objects.stored_values(object);
        let Some(key) = key_of_columns(table.primary_key, &values) else { continue };
        old_owners_read_again(objects, table, &values, &followed);
        objects.become_deleted(object, &key, Some(values));
        store.slots().borrow_mut().get_mut(object.slot).goes_along = true;
    }
}

fn deleted(objects: &Objects, table: &'static Table, rows: &[Delete]) {
    let followed = followed(objects, table);
    rows.iter().for_each(|row| row_is_gone(objects, table, row, &followed));
}

fn row_is_gone(objects: &Objects, table: &'static Table, row: &Delete, followed: &[usize]) {
    match row.object {
        Some(object) => {
            if !followed.is_empty() {
                old_owners_read_again(objects, table, &row.values(objects), followed);
            }
            objects.become_deleted(object, &row.key, row.kept());
        }
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
fn old_owners_read_again(objects: &Objects, table: &'static Table, row: &[Value], followed: &[usize]) {
    for &place in followed {
        if let Some(key) = key_of_columns(table.reference(place).columns, row) {
            owner_reads_again(objects, table, place, &key);
        }
    }
}

/// The owner at the other end of a foreign key reads its members again.
fn owner_reads_again(objects: &Objects, table: &'static Table, relationship: usize, key: &KeyValue) {
    let target = (table.relationships[relationship].target)();
    let mut slots = objects.store(target).slots().borrow_mut();
    let Some(owner) = slots.find(key) else { return };
    other_sides(target, table, relationship).for_each(|place| slots.forget_members_of(place, owner));
}

/// The relationships of a table that have another one's foreign key on their way.
fn other_sides(target: &'static Table, table: &Table, relationship: usize) -> impl Iterator<Item = usize> {
    target.relationships.iter().enumerate().filter_map(move |(place, descriptor)| {
        let is_other_side = match descriptor.kind {
            RelationshipKind::ManyToMany(through) => (through.table)().is(table),
            // An association that is a model has objects, which are members too.
            _ => descriptor.is_inverse_of(table, relationship),
        };
        is_other_side.then_some(place)
    })
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
        for place in other_sides(target, association, end) {
            match owner {
                Some(owner) => slots.forget_members_of(place, owner),
                None => slots.forget_members(place),
            }
        }
    }
}

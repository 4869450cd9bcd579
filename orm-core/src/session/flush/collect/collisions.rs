//! Rows that would meet: a new one takes the key of a deleted one, or the unique value that another gives up.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::Result;
use crate::model::{Cell, ObjectRef};
use crate::schema::{Action, Table};
use crate::session::assign::see_values;
use crate::session::flush::collect::compare::next_version;
use crate::session::flush::collect::unique::{UniqueKeys, UniqueValue};
use crate::session::flush::collect::{Changes, Delete, Insert, Release, Update, tables};
use crate::session::objects::Objects;
use crate::value::{KeyValue, Value};

/// A new object with the key of a deleted one takes over its row: an UPDATE instead of a DELETE and an INSERT. Where keys
/// differ in case alone the server may take them for the same; the very same key comes first.
pub(crate) fn take_over_rows(objects: &Objects, changes: &mut Changes) -> Result<()> {
    let deleted = tables(changes.deletes.iter().map(|row| row.table));
    if !changes.inserts.iter().any(|row| deleted.contains(&row.table)) {
        return Ok(());
    }
    let mut deletes: Vec<Option<Delete>> = changes.deletes.drain(..).map(Some).collect();
    let mut places: FxHashMap<(&str, KeyValue), Vec<usize>> = FxHashMap::default();
    for (place, row) in deletes.iter().enumerate().filter_map(|(place, row)| Some((place, row.as_ref()?))) {
        places.entry((row.table.name, row.key.folded())).or_default().push(place);
    }
    for insert in std::mem::take(&mut changes.inserts) {
        let replaced = known_key(&insert).and_then(|key| {
            let same = places.get_mut(&(insert.table.name, key.folded()))?;
            let is_exact = |place: &usize| deletes[*place].as_ref().is_some_and(|row| row.key == key);
            let chosen = same.iter().position(is_exact).or_else(|| (!same.is_empty()).then_some(0))?;
            deletes[same.swap_remove(chosen)].take()
        });
        match (replaced, insert.object) {
            (Some(replaced), Some(object)) => {
                empty(changes, insert.table, &replaced.key);
                changes.updates.push(take_over(objects, object, insert, replaced)?);
            }
            _ => changes.inserts.push(insert),
        }
    }
    changes.deletes.extend(deletes.into_iter().flatten());
    Ok(())
}

/// What has referred to a row does not refer to the new object that takes it over.
fn empty(changes: &mut Changes, table: &'static Table, key: &KeyValue) {
    let is_to = |other: &'static Table, relationship: usize| (other.relationships[relationship].target)().is(table);
    let released = |row: &mut Release| row.key == *key && is_to(row.table, row.relationship);
    let unlinked = |row: &mut Delete| {
        let mut references = row.table.placed_references();
        row.object.is_none()
            && row.key == *key
            && references.any(|(place, reference)| *reference.columns == *row.by && is_to(row.table, place))
    };
    changes.emptied.releases.extend(changes.releases.extract_if(.., released));
    changes.emptied.unlinks.extend(changes.unlinks.extract_if(.., unlinked));
    // The row stays, so that the database deletes nothing with it.
    let deleted = table.inverses().filter_map(|(_, target, inverse)| {
        let reference = target.reference(inverse.belongs_to);
        let by = reference.columns;
        (reference.on_delete == Action::Cascade).then(|| Delete::links(target, by, key.clone(), false))
    });
    changes.emptied.unlinks.extend(deleted);
}

/// A unique value that a row gives up and another takes over has to be free before: a row to delete goes first, and one
/// that changes is set to NULL first, where it can be.
pub(crate) fn free_unique_values(objects: &Objects, changes: &mut Changes) {
    if changes.updates.is_empty() && (changes.inserts.is_empty() || changes.deletes.is_empty()) {
        return;
    }
    let keys = UniqueKeys::of(tables_with_rows(changes));
    let mut taken: FxHashSet<UniqueValue> = FxHashSet::default();
    for row in changes.inserts.iter().filter(|row| keys.know(row.table)) {
        taken.extend(keys.values(row.table, |_| true, |column| objects.value(&row.cells[column])));
    }
    for rows in changes.updates.chunk_by(Update::changes_like).filter(|rows| keys.are_changed_by(&rows[0])) {
        rows.iter().for_each(|row| taken.extend(keys.taken_by(objects, row)));
    }
    if taken.is_empty() {
        return;
    }
    for row in changes.deletes.iter_mut() {
        let Some(object) = row.object else { continue };
        let (columns, all_nullable) = taken_columns(&keys, row.table, &row.values(objects), &taken);
        if all_nullable {
            changes.freed.extend(Update::to_null(object, &row.key, columns));
        } else {
            row.frees_unique_value = true;
        }
    }
    for row in &changes.updates {
        let replaced = || row.replaces.as_ref().map(|replaced| replaced.values(objects));
        if let (Some(old), Some(key)) = (row.old.clone().or_else(replaced), &row.key) {
            let (columns, _) = taken_columns(&keys, row.object.table, &old, &taken);
            let columns = columns.into_iter().filter(|column| row.columns.contains(column)).collect();
            changes.freed.extend(Update::to_null(row.object, key, columns));
        }
    }
}

/// The tables of which rows that are there change or go.
fn tables_with_rows(changes: &Changes) -> Vec<&'static Table> {
    let deleted = changes.deletes.iter().map(|row| row.table);
    tables(deleted.chain(changes.updates.iter().map(|row| row.object.table)))
}

/// The nullable columns of a row of which another takes over the unique values, and whether these are all of them.
fn taken_columns(
    keys: &UniqueKeys,
    table: &'static Table,
    old: &[Value],
    taken: &FxHashSet<UniqueValue>,
) -> (Vec<usize>, bool) {
    let values = keys.values(table, |_| true, |column| old.get(column).cloned());
    let columns = values
        .iter()
        .filter(|value| taken.contains(*value))
        .flat_map(|(_, place, _)| keys.of_table(table)[*place].iter().copied());
    let (mut nullable, required): (Vec<usize>, Vec<usize>) =
        columns.partition(|&column| table.columns[column].nullable);
    nullable.sort_unstable();
    nullable.dedup();
    (nullable, required.is_empty())
}

/// All columns are written, the key too, for there may be no others; those that the table makes keep their values.
fn take_over(objects: &Objects, object: ObjectRef, insert: Insert, replaced: Delete) -> Result<Update> {
    // The row's version goes on, and does not begin again.
    let version = object.table.version.map(|version| version.column);
    let is_written = |(column, cell): &(usize, Cell)| *cell != Cell::Generated && Some(*column) != version;
    let mut assigned = insert.assigned;
    see_values(object.table, &mut assigned, &insert.cells, |_| true);
    let (mut columns, mut cells): (Vec<usize>, Vec<Cell>) =
        insert.cells.into_iter().enumerate().filter(is_written).unzip();
    let (version, made) = next_version(object.table, &replaced.values(objects), &mut columns, &mut cells, &assigned)?;
    let row = Update::of(object, Some(replaced.key.clone()), columns, cells);
    Ok(Update { assigned, version, made, replaces: Some(Box::new(replaced)), ..row })
}

fn known_key(insert: &Insert) -> Option<KeyValue> {
    let value = |&column: &usize| match &insert.cells[column] {
        Cell::Value(value) => Some(value.clone()),
        _ => None,
    };
    KeyValue::of(&insert.table.primary_key.iter().map(value).collect::<Option<Vec<_>>>()?)
}

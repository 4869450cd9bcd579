//! Changes of rows that come before new rows are inserted: those that give up a unique value which another row takes, and
//! those that change the key to which new rows refer.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef};
use crate::schema::in_dependency_order;
use crate::session::flush::collect::{Insert, UniqueKeys, UniqueValue, Update, tables};
use crate::session::objects::Objects;

/// The changes that come before, in groups of which each gives up only what those after it take; and the others.
pub(super) fn split(
    objects: &Objects,
    updates: Vec<Update>,
    inserts: &[Insert],
) -> Result<(Vec<Vec<Update>>, Vec<Update>)> {
    if updates.is_empty() {
        return Ok((Vec::new(), updates));
    }
    let keys = UniqueKeys::of(tables(updates.iter().map(|row| row.object.table)));
    if !updates.chunk_by(Update::changes_like).any(|rows| keys.are_changed_by(&rows[0])) {
        return Ok((Vec::new(), updates));
    }
    let new: FxHashSet<ObjectRef> = inserts.iter().filter_map(|row| row.object).collect();
    let of_these_tables = inserts.iter().filter(|row| keys.know(row.table));
    let mut taken: FxHashSet<UniqueValue> = of_these_tables.flat_map(|row| given(objects, &keys, row)).collect();
    updates.iter().for_each(|row| taken.extend(keys.taken_by(objects, row)));
    let waits =
        |row: &Update| row.cells.iter().any(|cell| matches!(cell, Cell::KeyOf(target, _) if new.contains(target)));
    let is_early = |row: &mut Update| {
        !waits(row) && (changes_key(row) || frees(&keys, row).iter().any(|value| taken.contains(value)))
    };
    let mut updates = updates;
    let early: Vec<Update> = updates.extract_if(.., is_early).collect();
    Ok((in_order(objects, &keys, early)?, updates))
}

/// A row comes after those that give up what it takes, and after those to whose new keys it refers.
fn in_order(objects: &Objects, keys: &UniqueKeys, rows: Vec<Update>) -> Result<Vec<Vec<Update>>> {
    let freed_by: FxHashMap<UniqueValue, usize> = rows
        .iter()
        .enumerate()
        .flat_map(|(place, row)| frees(keys, row).into_iter().map(move |value| (value, place)))
        .collect();
    let places: FxHashMap<ObjectRef, usize> =
        rows.iter().enumerate().filter(|(_, row)| changes_key(row)).map(|(place, row)| (row.object, place)).collect();
    let needs = |place: usize| {
        let row: &Update = &rows[place];
        let freed = keys.taken_by(objects, row).into_iter().filter_map(|value| freed_by.get(&value).copied());
        let referred = row.cells.iter().filter_map(|cell| match cell {
            Cell::KeyOf(target, _) => places.get(target).copied(),
            _ => None,
        });
        freed.chain(referred).filter(|&other| other != place).collect::<Vec<usize>>()
    };
    let mut levels = vec![0; rows.len()];
    for group in in_dependency_order(rows.len(), needs) {
        if group.len() > 1 {
            return Err(no_first(&rows, &group));
        }
        for place in group {
            levels[place] = needs(place).into_iter().map(|need| levels[need] + 1).max().unwrap_or(0);
        }
    }
    let mut by_level: Vec<Vec<Update>> = Vec::new();
    for (row, level) in rows.into_iter().zip(levels) {
        by_level.resize_with(by_level.len().max(level + 1), Vec::new);
        by_level[level].push(row);
    }
    Ok(by_level)
}

fn no_first(rows: &[Update], ring: &[usize]) -> Error {
    let keys: Vec<String> = ring.iter().filter_map(|&row| Some(rows[row].key.as_ref()?.to_string())).collect();
    Error::Exchange { model: rows[ring[0]].object.table.model, keys: keys.join(" and ") }
}

fn changes_key(row: &Update) -> bool {
    row.old.is_some() && row.changes_any(row.object.table.primary_key)
}

/// The values that no other row may have and this one gives up. What may be `NULL` was set to it before.
fn frees(keys: &UniqueKeys, row: &Update) -> Vec<UniqueValue> {
    let Some(old) = &row.old else { return Vec::new() };
    let required = |columns: &[usize]| columns.iter().all(|&column| !row.object.table.columns[column].nullable);
    let counts = |columns: &[usize]| row.changes_any(columns) && required(columns);
    keys.values(row.object.table, counts, |column| old.get(column).cloned())
}

fn given(objects: &Objects, keys: &UniqueKeys, row: &Insert) -> Vec<UniqueValue> {
    keys.values(row.table, |_| true, |column| objects.value(&row.cells[column]))
}

//! What refers to what: rows come in, groups of rows go out, each of which refers only to groups before it.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef};
use crate::schema::{Reference, Relationship, RelationshipKind, Table, in_dependency_order};
use crate::session::flush::collect::{Changes, Delete, Emptied, Insert, Release, Update, tables};
use crate::session::flush::early;
use crate::session::keys::key_of_columns;
use crate::session::objects::Objects;
use crate::value::{KeyValue, Value};

/// The rows to write, in an order in which every foreign key finds its target.
#[derive(Debug)]
pub(crate) struct Ordered {
    /// Unique values that become NULL before others are written.
    pub(crate) freed: Vec<Update>,
    /// New rows of one table each.
    pub(crate) inserts: Vec<Vec<Insert>>,
    pub(crate) updates: Vec<Update>,
    pub(crate) emptied: Emptied,
    /// Changes that come before new rows, group by group.
    pub(crate) early: Vec<Vec<Update>>,
    /// Foreign keys that leave rows which have to go before the updates.
    pub(crate) leaving: Vec<Update>,
    pub(crate) unlinks: Vec<Delete>,
    pub(crate) links: Vec<Insert>,
    pub(crate) releases: Vec<Release>,
    /// Rows to delete that refer to each other in a loop give up the foreign keys that close it.
    pub(crate) cuts: Vec<Update>,
    /// Rows to delete, of one table each.
    pub(crate) deletes: Vec<Vec<Delete>>,
    /// Whether rows have to go before others are written, because those take over their unique values.
    pub(crate) deletes_first: bool,
}

/// Parents before children for new rows, children before parents for rows to delete.
pub(crate) fn by_dependency(objects: &Objects, changes: Changes) -> Result<Ordered> {
    let Changes { freed, emptied, inserts, mut updates, unlinks, links, releases, deletes } = changes;
    let deletes_first = deletes.iter().any(|delete| delete.frees_unique_value);
    let leaving = if deletes_first { leave_deleted_rows(&updates, &inserts, &deletes) } else { Vec::new() };
    updates.sort_by(|one, other| (one.object.table.name, &one.key).cmp(&(other.object.table.name, &other.key)));
    let (early, mut updates) = early::split(objects, updates, &inserts)?;
    let (inserts, postponed) = order_inserts(inserts)?;
    updates.extend(postponed);
    let deletes = by_tables(deletes, |row| row.table);
    let cuts: Vec<Update> = deletes.iter().flat_map(|rows| cut_loops(objects, rows)).collect();
    let deletes = order_deletes(objects, deletes, &cuts);
    Ok(Ordered {
        freed,
        emptied,
        early,
        inserts,
        updates,
        leaving,
        unlinks,
        links,
        releases,
        cuts,
        deletes,
        deletes_first,
    })
}

/// Where rows are deleted first, those that refer to them and will not any more have to leave before: for nothing where that
/// is allowed, else for where they go, if that is there already.
fn leave_deleted_rows(updates: &[Update], inserts: &[Insert], deletes: &[Delete]) -> Vec<Update> {
    let deleted: FxHashSet<(&str, &KeyValue)> = deletes.iter().map(|row| (row.table.name, &row.key)).collect();
    let new: FxHashSet<ObjectRef> = inserts.iter().filter_map(|row| row.object).collect();
    let leave = |row: &Update| {
        let (old, key) = (row.old.as_ref()?, row.key.as_ref()?);
        let (mut columns, mut cells) = (Vec::new(), Vec::new());
        for (relationship, reference) in row.object.table.references() {
            let refers = key_of_columns(reference.columns, old)
                .is_some_and(|key| deleted.contains(&((relationship.target)().name, &key)));
            let leaves =
                reference.columns.iter().map(|&column| row.cell(column).cloned()).collect::<Option<Vec<Cell>>>();
            let Some(leaves) = leaves.filter(|_| refers) else { continue };
            let is_new = |cell: &Cell| matches!(cell, Cell::KeyOf(target, _) if new.contains(target));
            if reference.nullable {
                cells.extend(leaves.iter().map(|_| Cell::Value(Value::NULL)));
            } else if leaves.iter().any(is_new) {
                continue;
            } else {
                cells.extend(leaves);
            }
            columns.extend(reference.columns);
        }
        (!columns.is_empty()).then(|| Update::of(row.object, Some(key.clone()), columns, cells))
    };
    updates.iter().filter_map(leave).collect()
}

/// Groups of new rows, and the foreign keys that can be set only when all rows of a loop are there.
fn order_inserts(inserts: Vec<Insert>) -> Result<(Vec<Vec<Insert>>, Vec<Update>)> {
    let (mut groups, mut postponed) = (Vec::new(), Vec::new());
    for rows in by_tables(inserts, |row| row.table) {
        match refer_to_each_other(&rows, |row| row.table) {
            false => groups.push(by_key(rows)),
            true => order_rows(rows, &mut groups, &mut postponed)?,
        }
    }
    Ok((groups, postponed))
}

/// New rows of one table whose keys are all given come in the order of these, so that two sessions that insert the same rows do
/// not wait for each other. Those that give the same columns stay together. Others keep their order, for so are keys counted.
fn by_key(rows: Vec<Insert>) -> Vec<Insert> {
    let is_generated = |row: &Insert| row.cells.iter().map(|cell| *cell == Cell::Generated).collect::<Vec<bool>>();
    let place = |row: &Insert| Some((is_generated(row), values_key(row, row.table.primary_key)?));
    let Some(places) = rows.iter().map(place).collect::<Option<Vec<_>>>() else { return rows };
    let mut placed: Vec<_> = places.into_iter().zip(rows).collect();
    placed.sort_by(|(one, _), (other, _)| one.cmp(other));
    placed.into_iter().map(|(_, row)| row).collect()
}

/// The rows of each table, or of each loop of tables, parents first. Tables without dependencies come in the order of their
/// names: all sessions write them in the same order, whatever their programs did first.
fn by_tables<R>(rows: Vec<R>, table_of: impl Fn(&R) -> &'static Table) -> Vec<Vec<R>> {
    let mut tables = tables(rows.iter().map(&table_of));
    match tables.len() {
        0 => return Vec::new(),
        1 => return vec![rows],
        _ => {}
    }
    tables.sort_by_key(|table| table.name);
    let place = |table: &Table| tables.iter().position(|other| other.is(table));
    let needs = |table: usize| {
        let targets = tables[table].references().map(|(relationship, _)| (relationship.target)());
        targets.filter_map(place).filter(|&target| target != table).collect()
    };
    let groups = in_dependency_order(tables.len(), needs);
    let mut group_of = vec![0; tables.len()];
    for (place, group) in groups.iter().enumerate() {
        group.iter().for_each(|&table| group_of[table] = place);
    }
    if groups.len() == 1 {
        return vec![rows];
    }
    let mut ordered: Vec<Vec<R>> = groups.iter().map(|_| Vec::new()).collect();
    for row in rows {
        let table = place(table_of(&row)).expect("the tables are those of the rows");
        ordered[group_of[table]].push(row);
    }
    ordered
}

/// Whether rows that [`by_tables`] gives together may refer to each other: those of one table only where it refers to itself.
fn refer_to_each_other<R>(rows: &[R], table_of: impl Fn(&R) -> &'static Table) -> bool {
    let Some(table) = rows.first().map(&table_of) else { return false };
    let is_to_itself = |(relationship, _): (&Relationship, &Reference)| (relationship.target)().is(table);
    table.references().any(is_to_itself) || rows.iter().any(|row| !table_of(row).is(table))
}

/// Rows of tables that refer to themselves or to each other, level by level.
fn order_rows(mut rows: Vec<Insert>, groups: &mut Vec<Vec<Insert>>, postponed: &mut Vec<Update>) -> Result<()> {
    let places = Places::of(&rows);
    for ring in loops(&rows, &places) {
        for &row in &ring {
            postponed.extend(postpone(&mut rows[row], |row, reference| {
                places.target(row, reference).is_some_and(|target| ring.contains(&target))
            }));
        }
    }
    if let Some(ring) = loops(&rows, &places).into_iter().next() {
        let mut tables: Vec<&'static str> = ring.iter().map(|&row| rows[row].table.name).collect();
        tables.sort_unstable();
        tables.dedup();
        return Err(Error::Cycle { tables });
    }
    let order = in_dependency_order(rows.len(), |row| places.needed(&rows[row]));
    let mut levels = vec![0; rows.len()];
    for row in order.into_iter().flatten() {
        levels[row] = places.needed(&rows[row]).into_iter().map(|need| levels[need] + 1).max().unwrap_or(0);
    }
    split_by_level(rows, &levels, groups);
    Ok(())
}

/// Where new rows are found: by their objects, and by the keys that are given.
struct Places {
    of_objects: FxHashMap<ObjectRef, usize>,
    of_keys: FxHashMap<(&'static str, KeyValue), usize>,
}

impl Places {
    fn of(rows: &[Insert]) -> Self {
        let objects = rows.iter().enumerate().filter_map(|(place, row)| Some((row.object?, place)));
        let key = |row: &Insert| Some((row.table.name, values_key(row, row.table.primary_key)?));
        let keys = rows.iter().enumerate().filter_map(|(place, row)| Some((key(row)?, place)));
        Self { of_objects: objects.collect(), of_keys: keys.collect() }
    }

    /// The new row that a foreign key refers to.
    fn target(&self, row: &Insert, (relationship, reference): (&Relationship, &Reference)) -> Option<usize> {
        match &row.cells[reference.columns[0]] {
            Cell::KeyOf(target, _) => self.of_objects.get(target).copied(),
            Cell::Value(_) => {
                let key = values_key(row, reference.columns)?;
                self.of_keys.get(&((relationship.target)().name, key)).copied()
            }
            Cell::Generated | Cell::Missing => None,
        }
    }

    /// The rows that must be there before this one.
    fn needed(&self, row: &Insert) -> Vec<usize> {
        row.table.references().filter_map(|reference| self.target(row, reference)).collect()
    }
}

/// The key that these columns of a new row make, where all are given.
fn values_key(row: &Insert, columns: &[usize]) -> Option<KeyValue> {
    let value = |&column: &usize| match &row.cells[column] {
        Cell::Value(value) => Some(value.clone()),
        _ => None,
    };
    KeyValue::of(&columns.iter().map(value).collect::<Option<Vec<Value>>>()?)
}

/// The rows that refer to each other, or to themselves, in a loop.
fn loops(rows: &[Insert], places: &Places) -> Vec<Vec<usize>> {
    let order = in_dependency_order(rows.len(), |row| places.needed(&rows[row]));
    let is_loop = |group: &Vec<usize>| group.len() > 1 || places.needed(&rows[group[0]]).contains(&group[0]);
    order.into_iter().filter(is_loop).collect()
}

/// Leaves out the nullable foreign keys that are set later, by an UPDATE.
fn postpone(row: &mut Insert, is_later: impl Fn(&Insert, (&Relationship, &Reference)) -> bool) -> Option<Update> {
    let (mut columns, mut cells) = (Vec::new(), Vec::new());
    for (relationship, reference) in row.table.references().filter(|(_, reference)| reference.nullable) {
        if is_later(row, (relationship, reference)) {
            for &column in reference.columns {
                columns.push(column);
                cells.push(std::mem::replace(&mut row.cells[column], Cell::Value(Value::NULL)));
            }
        }
    }
    let object = row.object?;
    (!columns.is_empty()).then(|| Update::of(object, None, columns, cells))
}

/// Rows of the same level and table stay together, in their order.
fn split_by_level(rows: Vec<Insert>, levels: &[usize], groups: &mut Vec<Vec<Insert>>) {
    let deepest = levels.iter().copied().max().unwrap_or(0);
    let mut by_level: Vec<Vec<Insert>> = (0..=deepest).map(|_| Vec::new()).collect();
    for (row, &level) in rows.into_iter().zip(levels) {
        by_level[level].push(row);
    }
    for level in by_level {
        groups.extend(by_tables(level, |row| row.table).into_iter().map(by_key));
    }
}

/// The opposite order: by table, and inside tables that refer to themselves or to each other by row. Foreign keys that were
/// cut do not count any more.
fn order_deletes(objects: &Objects, deletes: Vec<Vec<Delete>>, cuts: &[Update]) -> Vec<Vec<Delete>> {
    let cut: FxHashMap<ObjectRef, &[usize]> = cuts.iter().map(|cut| (cut.object, &*cut.columns)).collect();
    let mut groups = Vec::new();
    for mut rows in deletes.into_iter().rev() {
        rows.sort_by(|one, other| (one.table.name, &one.key).cmp(&(other.table.name, &other.key)));
        if !refer_to_each_other(&rows, |row| row.table) {
            groups.push(rows);
            continue;
        }
        let levels = levels_of_deletes(objects, &rows, &cut);
        let deepest = levels.iter().copied().max().unwrap_or(0);
        let mut by_level: Vec<Vec<Delete>> = (0..=deepest).map(|_| Vec::new()).collect();
        for (row, level) in rows.into_iter().zip(levels) {
            by_level[level].push(row);
        }
        groups.extend(by_level.into_iter().flat_map(|level| by_tables(level, |row| row.table)));
    }
    groups
}

/// A row comes on a later level than all rows that refer to it. Rows that refer to each other in a loop keep their order.
fn levels_of_deletes(objects: &Objects, rows: &[Delete], cut: &FxHashMap<ObjectRef, &[usize]>) -> Vec<usize> {
    let is_cut = |row: &Delete, reference: &Reference| {
        let columns = row.object.and_then(|object| cut.get(&object));
        columns.is_some_and(|columns| columns.contains(&reference.columns[0]))
    };
    let referring = referring_rows(objects, rows, is_cut);
    let mut levels = vec![0; rows.len()];
    for row in in_dependency_order(rows.len(), |row| referring[row].clone()).into_iter().flatten() {
        let others = referring[row].iter().filter(|&&other| other != row);
        levels[row] = others.map(|&other| levels[other] + 1).max().unwrap_or(0);
    }
    levels
}

/// For each row the rows that refer to it, itself included.
fn referring_rows(objects: &Objects, rows: &[Delete], is_cut: impl Fn(&Delete, &Reference) -> bool) -> Vec<Vec<usize>> {
    let places: FxHashMap<(&str, &KeyValue), usize> =
        rows.iter().enumerate().map(|(place, row)| ((row.table.name, &row.key), place)).collect();
    let mut referring: Vec<Vec<usize>> = vec![Vec::new(); rows.len()];
    for (place, row) in rows.iter().enumerate().filter(|(_, row)| row.object.is_some()) {
        for (_, target, key) in targets(objects, row).iter().filter(|(reference, ..)| !is_cut(row, reference)) {
            if let Some(&target) = places.get(&(target.name, key)) {
                referring[target].push(place);
            }
        }
    }
    referring
}

/// The nullable foreign keys among rows that refer to each other, or to themselves, become NULL.
fn cut_loops(objects: &Objects, rows: &[Delete]) -> Vec<Update> {
    if !refer_to_each_other(rows, |row| row.table) {
        return Vec::new();
    }
    let referring = referring_rows(objects, rows, |_, _| false);
    let is_loop = |group: &Vec<usize>| group.len() > 1 || referring[group[0]].contains(&group[0]);
    let groups = in_dependency_order(rows.len(), |row| referring[row].clone());
    let cut = |group: Vec<usize>| {
        let keys: Vec<(&str, &KeyValue)> = group.iter().map(|&row| (rows[row].table.name, &rows[row].key)).collect();
        group.iter().filter_map(|&row| cut_row(objects, &rows[row], &keys)).collect::<Vec<Update>>()
    };
    groups.into_iter().filter(is_loop).flat_map(cut).collect()
}

fn cut_row(objects: &Objects, row: &Delete, ring: &[(&str, &KeyValue)]) -> Option<Update> {
    let closes = |(reference, target, key): &(Reference, &'static Table, KeyValue)| {
        reference.nullable && ring.contains(&(target.name, key))
    };
    let columns: Vec<usize> = targets(objects, row)
        .iter()
        .filter(|target| closes(target))
        .flat_map(|(reference, ..)| reference.columns)
        .copied()
        .collect();
    Update::to_null(row.object?, &row.key, columns)
}

/// The rows that a row refers to, each with the foreign key.
fn targets(objects: &Objects, row: &Delete) -> Vec<(Reference, &'static Table, KeyValue)> {
    let values = row.values(objects);
    let target = |relationship: &Relationship| match relationship.kind {
        RelationshipKind::BelongsTo(reference) => {
            let key = key_of_columns(reference.columns, &values)?;
            Some((reference, (relationship.target)(), key))
        }
        _ => None,
    };
    row.table.relationships.iter().filter_map(target).collect()
}

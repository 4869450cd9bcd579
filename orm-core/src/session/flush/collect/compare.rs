//! Which columns of an object have changed: it comes in with its old values, an UPDATE of its row goes out.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef};
use crate::schema::{NextVersion, Table};
use crate::session::assign::Assigned;
use crate::session::flush::collect::{Update, check_cell, check_sessions};
use crate::session::keys::key_of_row;
use crate::session::objects::Objects;
use crate::session::slots::State;
use crate::value::Value;

/// Compares objects with their old values, one after the other. Many change in the same columns, which are kept once.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    cells: Vec<Cell>,
    columns: Vec<usize>,
    pub(crate) shared: SharedColumns,
}

impl Comparison {
    /// What has changed in an object.
    pub(crate) fn changed_row(&mut self, objects: &Objects, object: ObjectRef) -> Result<Option<Update>> {
        let store = objects.store(object.table);
        let baseline = store.slots().borrow().baseline(object.slot).cloned();
        let Some(baseline) = baseline else { return Ok(None) };
        self.cells.clear();
        store.write_changed(object.slot, &baseline, &mut self.cells);
        check_sessions(objects, &self.cells)?;
        let assigned = objects.assigned_to(object);
        self.find_changed(objects, object, &baseline, &assigned);
        if self.columns.is_empty() && assigned.is_empty() {
            return Ok(None);
        }
        let mut cells = Vec::with_capacity(self.columns.len() + usize::from(object.table.version.is_some()));
        for &column in &self.columns {
            let cell = std::mem::replace(&mut self.cells[column], Cell::Generated);
            check_cell(objects, object, column, &cell)?;
            cells.push(cell);
        }
        let (version, made) = next_version(object.table, &baseline, &mut self.columns, &mut cells, &assigned)?;
        let columns = self.shared.of(&self.columns);
        let row = Update::of(object, key_of_row(object.table, &baseline), columns, cells);
        Ok(Some(Update { assigned, version, made, old: Some(baseline), ..row }))
    }

    /// All columns of a foreign key are written: the database may change some of them before, with the key that it had.
    fn find_changed(&mut self, objects: &Objects, object: ObjectRef, old: &[Value], assigned: &[Assigned]) {
        let is_changed = |column: usize| is_changed(objects, &self.cells[column], &old[column]);
        let mut keys = object.table.references().map(|(_, reference)| reference.columns);
        let has_keys_of_several = keys.any(|columns| columns.len() > 1);
        let is_of_changed_key = |column: usize| {
            let mut keys = object.table.references().map(|(_, reference)| reference.columns);
            keys.any(|columns| columns.contains(&column) && columns.iter().any(|&part| is_changed(part)))
        };
        let changes = |column: usize| is_changed(column) || (has_keys_of_several && is_of_changed_key(column));
        let is_assigned = |column: usize| assigned.iter().any(|(other, _)| *other == column);
        let is_written = |&column: &usize| changes(column) && !is_assigned(column);
        self.columns.clear();
        self.columns.extend((0..self.cells.len()).filter(is_written));
    }
}

/// A foreign key to an object whose key changes is changed by the database.
fn is_changed(objects: &Objects, cell: &Cell, old: &Value) -> bool {
    match cell {
        Cell::Value(value) => value != old,
        Cell::KeyOf(..) => objects.stored_value(cell).as_ref() != Some(old) || refers_to_new(objects, cell),
        Cell::Missing => true,
        Cell::Generated => false,
    }
}

/// The version that a row must have, and the next one, which is written too unless the user has set one.
type Versions = (Option<Value>, Vec<(usize, Value)>);

pub(super) fn next_version(
    table: &'static Table,
    old: &[Value],
    columns: &mut Vec<usize>,
    cells: &mut Vec<Cell>,
    assigned: &[Assigned],
) -> Result<Versions> {
    let Some(version) = &table.version else { return Ok((None, Vec::new())) };
    let read = old[version.column].clone();
    let is_set = columns.contains(&version.column) || assigned.iter().any(|it| it.0 == version.column);
    let (NextVersion::Function(next), false) = (version.next, is_set) else { return Ok((Some(read), Vec::new())) };
    let next = next(Some(&read)).map_err(|source| Error::decode(table, &table.columns[version.column], source))?;
    columns.push(version.column);
    cells.push(Cell::Value(next.clone()));
    Ok((Some(read), vec![(version.column, next)]))
}

/// Whether a foreign key refers to an object that has no row yet. It may have the key of a row that it takes over, to which
/// nothing refers by then.
fn refers_to_new(objects: &Objects, cell: &Cell) -> bool {
    matches!(cell, Cell::KeyOf(target, _) if objects.state(*target) == State::Pending)
}

/// Columns, as places in their table.
pub(crate) type Columns = Arc<[usize]>;

/// One list for the columns that many rows have in common.
#[derive(Debug, Default)]
pub(crate) struct SharedColumns(Vec<Columns>);

impl SharedColumns {
    /// Rows of one kind follow each other: only the last lists are looked at.
    pub(crate) fn of(&mut self, columns: &[usize]) -> Columns {
        const LOOKED_AT: usize = 8;
        if let Some(known) = self.0.iter().rev().take(LOOKED_AT).find(|known| ***known == *columns) {
            return known.clone();
        }
        let new = Columns::from(columns);
        self.0.push(new.clone());
        new
    }
}

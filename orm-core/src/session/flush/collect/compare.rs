//! Which columns of an object have changed: it comes in with its old values, an UPDATE of its row goes out.

use std::ops::Range;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef};
use crate::schema::{NextVersion, Table};
use crate::session::assign::Assigned;
use crate::session::flush::collect::{Changed, Update, check_cell, check_sessions};
use crate::session::keys::key_of_row;
use crate::session::objects::Objects;
use crate::session::slots::State;
use crate::session::store::AnyStore;
use crate::value::Value;

/// Compares the objects of a store with their old values, one after the other. Many change in the same columns, which are kept
/// once.
pub(crate) struct Comparison<'o> {
    objects: &'o Objects,
    store: &'o dyn AnyStore,
    /// The columns of each field that has some, and whether they are a foreign key; found with the first object.
    fields: Vec<(Range<usize>, bool)>,
    /// Those of one field.
    of_field: Vec<Cell>,
    columns: Vec<usize>,
    cells: Vec<Cell>,
    shared: SharedColumns,
}

impl<'o> Comparison<'o> {
    pub(crate) fn new(objects: &'o Objects, store: &'o dyn AnyStore) -> Self {
        let (fields, of_field, columns, cells) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { objects, store, fields, of_field, columns, cells, shared: SharedColumns::default() }
    }

    fn find_fields(&mut self) {
        let (table, mut first) = (self.store.table(), 0);
        for of_field in table.columns.chunk_by(|one, next| one.position == next.position) {
            let is_key = table.references().any(|(_, reference)| reference.columns.contains(&first));
            self.fields.push((first..first + of_field.len(), is_key));
            first += of_field.len();
        }
    }

    /// What has changed in an object.
    pub(crate) fn changed_row(&mut self, object: ObjectRef) -> Result<Option<Update>> {
        let table = object.table;
        let baseline = self.store.slots().borrow().baseline(object.slot).cloned();
        let Some(baseline) = baseline else { return Ok(None) };
        if self.fields.is_empty() {
            self.find_fields();
        }
        let assigned = self.objects.assigned_to(object);
        self.find_changed(object, &baseline, &assigned)?;
        if self.columns.is_empty() && assigned.is_empty() {
            return Ok(None);
        }
        let (version, made) = next_version(table, &baseline, &mut self.columns, &mut self.cells, &assigned)?;
        let (columns, mut cells) = (self.shared.of(&self.columns), Changed::with_capacity(self.cells.len()));
        self.cells.drain(..).for_each(|cell| cells.push(cell));
        let (key, replaces) = (key_of_row(table, &baseline), None);
        Ok(Some(Update { object, key, columns, cells, assigned, replaces, old: Some(baseline), version, made }))
    }

    /// Finds the columns to write, and their cells.
    fn find_changed(&mut self, object: ObjectRef, old: &[Value], assigned: &[Assigned]) -> Result<()> {
        self.columns.clear();
        self.cells.clear();
        let fields = self.store.object(object.slot);
        for (columns, is_key) in &self.fields {
            let field = fields.at(object.table.columns[columns.start].position);
            if field.has_values(&old[columns.clone()]) {
                continue;
            }
            self.of_field.clear();
            field.write(&mut self.of_field);
            check_sessions(self.objects, &self.of_field)?;
            let is_changed = |(cell, column): (&Cell, usize)| is_changed(self.objects, cell, &old[column]);
            // All columns of a foreign key are written: the database may change some of them before, with the key that it had.
            let is_whole = *is_key && self.of_field.iter().zip(columns.clone()).any(is_changed);
            for (cell, column) in self.of_field.drain(..).zip(columns.clone()) {
                let is_written = is_whole || self::is_changed(self.objects, &cell, &old[column]);
                if is_written && !assigned.iter().any(|(other, _)| *other == column) {
                    check_cell(self.objects, object, column, &cell)?;
                    self.columns.push(column);
                    self.cells.push(cell);
                }
            }
        }
        Ok(())
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

//! Which rows are new, changed or gone: objects and what the session remembers of them come in, rows go out.

mod collisions;
mod links;

use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef};
use crate::schema::{Action, RelationshipKind, Table};
use crate::session::objects::{Objects, key_of_row};
use crate::session::slots::State;
use crate::value::{KeyValue, Value};

/// The rows to write.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Unique values that another row takes over become NULL before.
    pub(crate) freed: Vec<Update>,
    pub(crate) inserts: Vec<Insert>,
    pub(crate) updates: Vec<Update>,
    pub(crate) unlinks: Vec<Delete>,
    pub(crate) links: Vec<Insert>,
    /// Foreign keys to rows that are to be deleted become NULL.
    pub(crate) releases: Vec<Release>,
    pub(crate) deletes: Vec<Delete>,
}

/// A new row.
#[derive(Debug)]
pub(crate) struct Insert {
    pub(crate) table: &'static Table,
    /// The object; a link row has none.
    pub(crate) object: Option<ObjectRef>,
    /// A cell for each column.
    pub(crate) cells: Vec<Cell>,
    /// Whether the row may be there already: then it stays as it is.
    pub(crate) may_exist: bool,
}

/// A row of which some columns change.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) object: ObjectRef,
    /// The key in the database; that of a row which is inserted first is known only then.
    pub(crate) key: Option<KeyValue>,
    pub(crate) columns: Vec<usize>,
    pub(crate) cells: Vec<Cell>,
    /// The object that had this row and is deleted: the object here is new, and takes it over.
    pub(crate) replaces: Option<Delete>,
    /// The values of the row in the database, where the object had it before.
    pub(crate) old: Option<Box<[Value]>>,
}

/// Rows to delete, found by the values of some columns.
#[derive(Debug)]
pub(crate) struct Delete {
    pub(crate) table: &'static Table,
    /// The object; a link row has none.
    pub(crate) object: Option<ObjectRef>,
    pub(crate) by: Vec<usize>,
    pub(crate) key: KeyValue,
    /// Whether exactly one row must be there.
    pub(crate) exactly_one: bool,
    /// The values of the row, where it is an object's.
    pub(crate) values: Box<[Value]>,
    /// Whether another row takes over a unique value of this one, which therefore has to go first.
    pub(crate) frees_unique_value: bool,
}

impl Update {
    /// What a column changes to.
    fn cell(&self, column: usize) -> Option<&Cell> {
        self.columns.iter().position(|&other| other == column).map(|place| &self.cells[place])
    }
}

impl Delete {
    /// Link rows.
    fn links(table: &'static Table, by: Vec<usize>, key: KeyValue, exactly_one: bool) -> Self {
        Self { table, object: None, by, key, exactly_one, values: Box::default(), frees_unique_value: false }
    }

    /// The row of an object.
    fn row(object: ObjectRef, key: KeyValue, values: Box<[Value]>) -> Self {
        let table = object.table;
        let by = table.primary_key.to_vec();
        Self { table, object: Some(object), by, key, exactly_one: true, values, frees_unique_value: false }
    }
}

/// Foreign keys to become NULL.
#[derive(Debug)]
pub(crate) struct Release {
    pub(crate) table: &'static Table,
    /// The `belongs_to`, as a place among the relationships.
    pub(crate) relationship: usize,
    /// The key that they have now.
    pub(crate) key: KeyValue,
}

/// What the next flush has to write.
pub(crate) fn changes(objects: &Objects) -> Result<Changes> {
    if let Some(error) = objects.edits.borrow().failure() {
        return Err(error);
    }
    if let Some(member) = objects.edits.borrow().first_unusable() {
        objects.check(member)?;
    }
    let mut changes = Changes::default();
    for object in objects.touched() {
        match objects.state(object) {
            State::Pending => changes.inserts.push(new_row(objects, object)?),
            State::Persistent => changes.updates.extend(changed_row(objects, object)?),
            State::Deleting => gone_row(objects, object, &mut changes),
            State::Deleted | State::Discarded | State::Gone => {}
        }
    }
    collisions::take_over_rows(&mut changes);
    collisions::free_unique_values(objects, &mut changes);
    links::collect(objects, &mut changes);
    // The row of an association's own model may have gone as a link before.
    for row in &mut changes.deletes {
        row.exactly_one &= !changes.unlinks.iter().any(|link| link.table.is(row.table));
    }
    Ok(changes)
}

fn new_row(objects: &Objects, object: ObjectRef) -> Result<Insert> {
    let cells = cells(objects, object)?;
    for (column, cell) in cells.iter().enumerate() {
        check_cell(objects, object.table, column, cell)?;
    }
    Ok(Insert { table: object.table, object: Some(object), cells, may_exist: false })
}

fn changed_row(objects: &Objects, object: ObjectRef) -> Result<Option<Update>> {
    let store = objects.store(object.table);
    let baseline = store.slots().borrow().get(object.slot).baseline.clone();
    let Some(baseline) = baseline else { return Ok(None) };
    let (mut columns, mut changed) = (Vec::new(), Vec::new());
    for (column, cell) in cells(objects, object)?.into_iter().enumerate() {
        if cell == Cell::Generated || objects.value(&cell).as_ref() == Some(&baseline[column]) {
            continue;
        }
        check_cell(objects, object.table, column, &cell)?;
        columns.push(column);
        changed.push(cell);
    }
    if columns.is_empty() {
        return Ok(None);
    }
    let key = key_of_row(object.table, &baseline);
    Ok(Some(Update { object, key, columns, cells: changed, replaces: None, old: Some(baseline) }))
}

/// The row itself; before it the link rows of the object, and the foreign keys that refer to it.
fn gone_row(objects: &Objects, object: ObjectRef, changes: &mut Changes) {
    let store = objects.store(object.table);
    let baseline = store.slots().borrow().get(object.slot).baseline.clone();
    let values = baseline.unwrap_or_else(|| objects.values(&store.cells(object.slot)));
    let Some(key) = key_of_row(object.table, &values) else { return };
    for relationship in object.table.relationships {
        match relationship.kind {
            RelationshipKind::ManyToMany(through) => {
                let (association, by) = objects.edits.borrow_mut().owner_columns(&through);
                changes.unlinks.push(Delete::links(association, by.to_vec(), key.clone(), false));
            }
            RelationshipKind::HasMany { inverse } | RelationshipKind::HasOne { inverse } => {
                let table = (relationship.target)();
                let reference = table.reference(inverse);
                if reference.nullable && reference.on_delete != Action::Cascade {
                    changes.releases.push(Release { table, relationship: inverse, key: key.clone() });
                }
            }
            RelationshipKind::BelongsTo(_) => {}
        }
    }
    changes.deletes.push(Delete::row(object, key, values));
}

/// The cells of an object, none of which refers to another session.
fn cells(objects: &Objects, object: ObjectRef) -> Result<Vec<Cell>> {
    let cells = objects.store(object.table).cells(object.slot);
    for cell in &cells {
        if let Cell::KeyOf(target, _) = cell {
            objects.check_session(*target)?;
        }
    }
    Ok(cells)
}

fn check_cell(objects: &Objects, table: &'static Table, column: usize, cell: &Cell) -> Result<()> {
    let (model, field) = (table.model, table.columns[column].field);
    match cell {
        Cell::Missing => Err(Error::Unset { model, field }),
        Cell::KeyOf(target, _) => match objects.state(*target) {
            State::Pending | State::Persistent => Ok(()),
            _ => Err(Error::LostTarget { model, field, target: target.table.model }),
        },
        Cell::Value(_) | Cell::Generated => Ok(()),
    }
}

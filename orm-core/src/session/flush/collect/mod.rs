//! Which rows are new, changed or gone: objects and what the session remembers of them come in, rows go out.

mod collisions;
mod compare;
mod links;
mod unique;

use std::cell::LazyCell;

pub(crate) use compare::{Columns, Comparison};
pub(crate) use unique::{UniqueKeys, UniqueValue};

use smallvec::SmallVec;

use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef};
use crate::schema::{Column, RelationshipKind, Table};
use crate::session::assign::{Assigned, see_values};
use crate::session::hooks::Event;
use crate::session::keys::key_of_row;
use crate::session::objects::Objects;
use crate::session::slots::{State, Values};
use crate::session::store::AnyStore;
use crate::sql::Existing;
use crate::value::{KeyValue, Value};

/// The rows to write.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Unique values that another row takes over become NULL before.
    pub(crate) freed: Vec<Update>,
    /// What refers to a row leaves it before a new object takes it over.
    pub(crate) emptied: Emptied,
    pub(crate) inserts: Vec<Insert>,
    pub(crate) updates: Vec<Update>,
    pub(crate) unlinks: Vec<Delete>,
    pub(crate) links: Vec<Insert>,
    /// Foreign keys to rows that are to be deleted become NULL.
    pub(crate) releases: Vec<Release>,
    pub(crate) deletes: Vec<Delete>,
}

/// What refers to rows that new objects take over, and does not any more.
#[derive(Debug, Default)]
pub(crate) struct Emptied {
    pub(crate) releases: Vec<Release>,
    pub(crate) unlinks: Vec<Delete>,
}

/// A new row.
#[derive(Debug)]
pub(crate) struct Insert {
    pub(crate) table: &'static Table,
    /// The object; a link row has none.
    pub(crate) object: Option<ObjectRef>,
    /// A cell for each column.
    pub(crate) cells: Vec<Cell>,
    /// What becomes of the row if it is there already.
    pub(crate) existing: Existing,
    /// What the database calculates for columns that have no cell.
    pub(crate) assigned: Vec<Assigned>,
    /// What the session has made for the object: its first version.
    pub(crate) made: Vec<(usize, Value)>,
}

/// A row of which some columns change.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) object: ObjectRef,
    /// The key in the database; that of a row which is inserted first is known only then.
    pub(crate) key: Option<KeyValue>,
    pub(crate) columns: Columns,
    pub(crate) cells: Changed,
    /// What the database calculates for other columns.
    pub(crate) assigned: Vec<Assigned>,
    /// The object that had this row and is deleted: the object here is new, and takes it over.
    pub(crate) replaces: Option<Box<Delete>>,
    /// The values of the row in the database, where the object had it before.
    pub(crate) old: Option<Values>,
    /// The version that the row must have.
    pub(crate) version: Option<Value>,
    /// What the session has made for the object: its next version.
    pub(crate) made: Vec<(usize, Value)>,
}

/// Cells of the columns that change: mostly one or two, without an allocation.
pub(crate) type Changed = SmallVec<[Cell; 2]>;

/// Rows to delete, found by the values of some columns.
#[derive(Debug)]
pub(crate) struct Delete {
    pub(crate) table: &'static Table,
    /// The object; a link row has none.
    pub(crate) object: Option<ObjectRef>,
    pub(crate) by: Columns,
    pub(crate) key: KeyValue,
    /// The version that the row must have.
    pub(crate) version: Option<Value>,
    /// Whether exactly one row must be there.
    pub(crate) exactly_one: bool,
    /// The values of the row, where they may be others than those that the object has.
    kept: Option<Values>,
    /// Whether another row takes over a unique value of this one, which therefore has to go first.
    pub(crate) frees_unique_value: bool,
}

impl Update {
    /// These columns of a row become these values; nothing else is known of it.
    pub(crate) fn of(
        object: ObjectRef,
        key: Option<KeyValue>,
        columns: impl Into<Columns>,
        cells: impl Into<Changed>,
    ) -> Self {
        let (columns, cells, assigned, made) = (columns.into(), cells.into(), Vec::new(), Vec::new());
        Self { object, key, columns, cells, assigned, replaces: None, old: None, version: None, made }
    }

    /// These columns of a row become `NULL`.
    pub(crate) fn to_null(object: ObjectRef, key: &KeyValue, columns: Vec<usize>) -> Option<Self> {
        let cells = vec![Cell::Value(Value::NULL); columns.len()];
        (!columns.is_empty()).then(|| Self::of(object, Some(key.clone()), columns, cells))
    }

    /// What becomes of the object; nothing, where only a part of its row is written before the rest.
    pub(crate) fn event(&self) -> Option<Event> {
        match (&self.replaces, &self.old) {
            (Some(_), _) => Some(Event::Insert),
            (None, Some(_)) => Some(Event::Update),
            (None, None) => None,
        }
    }

    /// Whether another row of the same table changes in the same columns.
    pub(crate) fn changes_like(&self, other: &Self) -> bool {
        self.object.table.is(other.object.table) && self.columns == other.columns
    }

    /// Whether one of these columns changes.
    pub(crate) fn changes_any(&self, columns: &[usize]) -> bool {
        columns.iter().any(|column| self.columns.contains(column))
    }

    /// What a column changes to.
    pub(crate) fn cell(&self, column: usize) -> Option<&Cell> {
        self.columns.iter().position(|&other| other == column).map(|place| &self.cells[place])
    }
}

impl Delete {
    /// Link rows.
    fn links(table: &'static Table, by: impl Into<Columns>, key: KeyValue, exactly_one: bool) -> Self {
        let (by, kept, version) = (by.into(), None, None);
        Self { table, object: None, by, key, version, exactly_one, kept, frees_unique_value: false }
    }

    /// The row of an object.
    fn row(object: ObjectRef, by: Columns, key: KeyValue, kept: Option<Values>, version: Option<Value>) -> Self {
        let (table, object) = (object.table, Some(object));
        Self { table, object, by, key, version, exactly_one: true, kept, frees_unique_value: false }
    }

    /// The values of the row, where it is an object's: they are read from that as long as nobody has changed it, so that a row
    /// which nobody else needs is not copied.
    pub(crate) fn values(&self, objects: &Objects) -> Values {
        let read = || self.object.map(|object| objects.shown_values(object));
        self.kept.clone().or_else(read).unwrap_or_default()
    }

    /// The same, where the object may not have them any more after a failure.
    pub(crate) fn kept(&self) -> Option<Values> {
        self.kept.clone()
    }

    /// The values of the columns by which the row is found.
    pub(crate) fn found_by(&self) -> Option<KeyValue> {
        let Some(version) = &self.version else { return Some(self.key.clone()) };
        let mut values = self.key.values();
        values.push(version.clone());
        KeyValue::of(&values)
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
    for store in objects.stores().filter(|store| store.slots().borrow().has_touched()) {
        collect(objects, store, &mut changes)?;
    }
    collisions::take_over_rows(objects, &mut changes)?;
    collisions::free_unique_values(objects, &mut changes);
    links::collect(objects, &mut changes);
    // The row of an association's own model may have gone as a link before.
    let unlinked = tables(changes.unlinks.iter().chain(&changes.emptied.unlinks).map(|link| link.table));
    for row in &mut changes.deletes {
        row.exactly_one &= !unlinked.iter().any(|table| table.is(row.table));
    }
    Ok(changes)
}

/// Those of one model.
fn collect(objects: &Objects, store: &dyn AnyStore, changes: &mut Changes) -> Result<()> {
    let touched = store.slots().borrow().touched();
    let mut comparison = Comparison::new(objects, store);
    let identity = LazyCell::new(|| Columns::from(store.table().identity()));
    for slot in touched {
        let object = objects.reference(store.table(), slot);
        let state = store.slots().borrow().get(slot).state;
        match state {
            State::Pending => changes.inserts.push(new_row(objects, object)?),
            State::Persistent => changes.updates.extend(comparison.changed_row(object)?),
            State::Deleting => gone_row(objects, object, Columns::clone(&identity), changes),
            State::Deleted | State::Discarded | State::Evicted | State::Withdrawn | State::Freed | State::Gone => {}
        }
    }
    Ok(())
}

fn new_row(objects: &Objects, object: ObjectRef) -> Result<Insert> {
    let table = object.table;
    let mut cells = cells(objects, object)?;
    for (column, cell) in cells.iter().enumerate() {
        check_cell(objects, object, column, cell)?;
    }
    let mut assigned = objects.assigned_to(object);
    if !assigned.is_empty() {
        let columns: Vec<usize> = assigned.iter().map(|(column, _)| *column).collect();
        see_values(table, &mut assigned, &cells, |column| columns.contains(&column));
        columns.iter().for_each(|column| cells[*column] = Cell::Generated);
    }
    let made = first_version(table, &cells)?;
    for (column, value) in &made {
        cells[*column] = Cell::Value(value.clone());
    }
    Ok(Insert { table, object: Some(object), cells, existing: Existing::Refused, assigned, made })
}

/// The first version of a row, where the object has none.
pub(crate) fn first_version(table: &'static Table, cells: &[Cell]) -> Result<Vec<(usize, Value)>> {
    let first = table.first_version().transpose();
    let first = first.map_err(|(column, source)| Error::decode(table, &table.columns[column], source))?;
    Ok(first.into_iter().filter(|(column, _)| cells[*column] == Cell::Generated).collect())
}

/// The row itself; before it the link rows of the object, and the foreign keys that refer to it.
fn gone_row(objects: &Objects, object: ObjectRef, by: Columns, changes: &mut Changes) {
    let store = objects.store(object.table);
    let baseline = store.slots().borrow().baseline(object.slot).cloned();
    let kept = baseline.or_else(|| objects.refers_by_handle(object).then(|| objects.shown_values(object)));
    let key = match &kept {
        Some(values) => key_of_row(object.table, values),
        None => objects.key(object),
    };
    let Some(key) = key else { return };
    let version = object.table.version.map(|version| match &kept {
        Some(values) => values[version.column].clone(),
        None => objects.column_value(object, version.column),
    });
    for relationship in object.table.relationships {
        match relationship.kind {
            RelationshipKind::ManyToMany(through) => {
                let (association, by) = objects.edits.borrow_mut().owner_columns(&through);
                changes.unlinks.push(Delete::links(association, by, key.clone(), false));
            }
            RelationshipKind::HasMany(inverse) | RelationshipKind::HasOne(inverse) => {
                let table = (relationship.target)();
                // Rows that are looked at were released one by one.
                if inverse.releases_in(table) && !objects.are_looked_at(table) {
                    changes.releases.push(Release { table, relationship: inverse.belongs_to, key: key.clone() });
                }
            }
            RelationshipKind::BelongsTo(_) => {}
        }
    }
    changes.deletes.push(Delete::row(object, by, key, kept, version));
}

/// The cells of an object, none of which refers to another session.
fn cells(objects: &Objects, object: ObjectRef) -> Result<Vec<Cell>> {
    let cells = objects.store(object.table).cells(object.slot);
    check_sessions(objects, &cells)?;
    Ok(cells)
}

fn check_sessions(objects: &Objects, cells: &[Cell]) -> Result<()> {
    for cell in cells {
        if let Cell::KeyOf(target, _) = cell {
            objects.check_session(*target)?;
        }
    }
    Ok(())
}

#[inline]
fn check_cell(objects: &Objects, object: ObjectRef, column: usize, cell: &Cell) -> Result<()> {
    let column = &object.table.columns[column];
    match cell {
        Cell::Generated => Ok(()),
        // Mostly there is nothing to ask.
        Cell::Value(Value::NULL | Value::Int(_) | Value::UInt(_)) if !column.is_computed() => Ok(()),
        cell => check_other_cell(objects, object, column, cell),
    }
}

fn check_other_cell(objects: &Objects, object: ObjectRef, column: &Column, cell: &Cell) -> Result<()> {
    let table = object.table;
    let (model, field) = (table.model, column.field);
    match cell {
        Cell::Missing => Err(Error::Unset { model, field, key: objects.key(object).map(|key| key.to_string()) }),
        Cell::Value(_) if column.is_computed() => Err(Error::Computed { model, field }),
        Cell::KeyOf(target, _) => match objects.state(*target) {
            State::Pending | State::Persistent | State::Evicted => Ok(()),
            State::Freed => objects.check(*target),
            _ => Err(Error::LostTarget { model, field, target: target.table.model }),
        },
        Cell::Value(value) => column.check_value(table, value),
        Cell::Generated => Ok(()),
    }
}

/// The tables, each once.
pub(crate) fn tables(all: impl Iterator<Item = &'static Table>) -> Vec<&'static Table> {
    let mut tables: Vec<&'static Table> = Vec::new();
    for table in all {
        if !tables.iter().any(|other| other.is(table)) {
            tables.push(table);
        }
    }
    tables
}

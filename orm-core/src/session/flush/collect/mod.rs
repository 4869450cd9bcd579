//! Which rows are new, changed or gone: objects and what the session remembers of them come in, rows go out.

mod collisions;
mod links;

pub(crate) use collisions::{UniqueValue, unique_values};

use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef};
use crate::schema::{NextVersion, RelationshipKind, Table};
use crate::session::assign::{Assigned, see_values};
use crate::session::hooks::Event;
use crate::session::keys::key_of_row;
use crate::session::objects::Objects;
use crate::session::slots::{State, Values};
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
    pub(crate) columns: Vec<usize>,
    pub(crate) cells: Vec<Cell>,
    /// What the database calculates for other columns.
    pub(crate) assigned: Vec<Assigned>,
    /// The object that had this row and is deleted: the object here is new, and takes it over.
    pub(crate) replaces: Option<Delete>,
    /// The values of the row in the database, where the object had it before.
    pub(crate) old: Option<Values>,
    /// The version that the row must have.
    pub(crate) version: Option<Value>,
    /// What the session has made for the object: its next version.
    pub(crate) made: Vec<(usize, Value)>,
}

/// Rows to delete, found by the values of some columns.
#[derive(Debug)]
pub(crate) struct Delete {
    pub(crate) table: &'static Table,
    /// The object; a link row has none.
    pub(crate) object: Option<ObjectRef>,
    pub(crate) by: Vec<usize>,
    pub(crate) key: KeyValue,
    /// The version that the row must have.
    pub(crate) version: Option<Value>,
    /// Whether exactly one row must be there.
    pub(crate) exactly_one: bool,
    /// The values of the row, where it is an object's.
    pub(crate) values: Values,
    /// Whether another row takes over a unique value of this one, which therefore has to go first.
    pub(crate) frees_unique_value: bool,
}

impl Update {
    /// These columns of a row become these values; nothing else is known of it.
    pub(crate) fn of(object: ObjectRef, key: Option<KeyValue>, columns: Vec<usize>, cells: Vec<Cell>) -> Self {
        let assigned = Vec::new();
        Self { object, key, columns, cells, assigned, replaces: None, old: None, version: None, made: Vec::new() }
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

    /// Makes the next version of a row, unless the user has.
    fn make_version(&mut self, old: &[Value]) -> Result<()> {
        let table = self.object.table;
        let Some(version) = &table.version else { return Ok(()) };
        self.version = Some(old[version.column].clone());
        let is_set = self.columns.contains(&version.column) || self.assigned.iter().any(|it| it.0 == version.column);
        if let (NextVersion::Function(next), false) = (version.next, is_set) {
            let next = next(self.version.as_ref());
            let next = next.map_err(|source| Error::decode(table, &table.columns[version.column], source))?;
            self.columns.push(version.column);
            self.cells.push(Cell::Value(next.clone()));
            self.made.push((version.column, next));
        }
        Ok(())
    }

    /// What a column changes to.
    pub(crate) fn cell(&self, column: usize) -> Option<&Cell> {
        self.columns.iter().position(|&other| other == column).map(|place| &self.cells[place])
    }
}

impl Delete {
    /// Link rows.
    fn links(table: &'static Table, by: Vec<usize>, key: KeyValue, exactly_one: bool) -> Self {
        let (values, version) = (Values::default(), None);
        Self { table, object: None, by, key, version, exactly_one, values, frees_unique_value: false }
    }

    /// The row of an object.
    fn row(object: ObjectRef, key: KeyValue, values: Values) -> Self {
        let table = object.table;
        let version = table.version.map(|version| values[version.column].clone());
        let (by, object) = (table.identity(), Some(object));
        Self { table, object, by, key, version, exactly_one: true, values, frees_unique_value: false }
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
    for object in objects.touched() {
        match objects.state(object) {
            State::Pending => changes.inserts.push(new_row(objects, object)?),
            State::Persistent => changes.updates.extend(changed_row(objects, object)?),
            State::Deleting => gone_row(objects, object, &mut changes),
            State::Deleted | State::Discarded | State::Evicted | State::Withdrawn | State::Freed | State::Gone => {}
        }
    }
    collisions::take_over_rows(&mut changes)?;
    collisions::free_unique_values(objects, &mut changes);
    links::collect(objects, &mut changes);
    // The row of an association's own model may have gone as a link before.
    for row in &mut changes.deletes {
        let mut unlinks = changes.unlinks.iter().chain(&changes.emptied.unlinks);
        row.exactly_one &= !unlinks.any(|link| link.table.is(row.table));
    }
    Ok(changes)
}

fn new_row(objects: &Objects, object: ObjectRef) -> Result<Insert> {
    let table = object.table;
    let mut cells = cells(objects, object)?;
    for (column, cell) in cells.iter().enumerate() {
        check_cell(objects, object, column, cell)?;
    }
    let mut assigned = objects.assigned_to(object);
    let columns: Vec<usize> = assigned.iter().map(|(column, _)| *column).collect();
    see_values(table, &mut assigned, &cells, |column| columns.contains(&column));
    columns.iter().for_each(|column| cells[*column] = Cell::Generated);
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

pub(crate) fn changed_row(objects: &Objects, object: ObjectRef) -> Result<Option<Update>> {
    let store = objects.store(object.table);
    let baseline = store.slots().borrow().baseline(object.slot).cloned();
    let Some(baseline) = baseline else { return Ok(None) };
    let assigned = objects.assigned_to(object);
    let is_assigned = |column: usize| assigned.iter().any(|(other, _)| *other == column);
    let (mut columns, mut changed) = (Vec::new(), Vec::new());
    let cells = cells(objects, object)?;
    let is_changed = |column: usize| {
        // A foreign key to an object whose key changes is changed by the database.
        let is_same = objects.stored_value(&cells[column]).as_ref() == Some(&baseline[column]);
        cells[column] != Cell::Generated && (!is_same || refers_to_new(objects, &cells[column]))
    };
    // All columns of a foreign key are written: the database may change some of them before, with the key that it had.
    let is_of_changed_key = |column: usize| {
        let mut of_key = object.table.references().filter(|(_, reference)| reference.columns.contains(&column));
        of_key.any(|(_, reference)| reference.columns.iter().any(|&part| is_changed(part)))
    };
    for (column, cell) in cells.iter().cloned().enumerate() {
        if is_assigned(column) || !(is_changed(column) || is_of_changed_key(column)) {
            continue;
        }
        check_cell(objects, object, column, &cell)?;
        columns.push(column);
        changed.push(cell);
    }
    if columns.is_empty() && assigned.is_empty() {
        return Ok(None);
    }
    let mut row = Update::of(object, key_of_row(object.table, &baseline), columns, changed);
    row.assigned = assigned;
    row.make_version(&baseline)?;
    row.old = Some(baseline);
    Ok(Some(row))
}

/// Whether a foreign key refers to an object that has no row yet. It may have the key of a row that it takes over, to which
/// nothing refers by then.
fn refers_to_new(objects: &Objects, cell: &Cell) -> bool {
    matches!(cell, Cell::KeyOf(target, _) if objects.state(*target) == State::Pending)
}

/// The row itself; before it the link rows of the object, and the foreign keys that refer to it.
fn gone_row(objects: &Objects, object: ObjectRef, changes: &mut Changes) {
    let store = objects.store(object.table);
    let baseline = store.slots().borrow().baseline(object.slot).cloned();
    let values = baseline.unwrap_or_else(|| objects.values(&store.cells(object.slot)).into());
    let Some(key) = key_of_row(object.table, &values) else { return };
    for relationship in object.table.relationships {
        match relationship.kind {
            RelationshipKind::ManyToMany(through) => {
                let (association, by) = objects.edits.borrow_mut().owner_columns(&through);
                changes.unlinks.push(Delete::links(association, by.to_vec(), key.clone(), false));
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

fn check_cell(objects: &Objects, object: ObjectRef, column: usize, cell: &Cell) -> Result<()> {
    let table = object.table;
    let (model, field) = (table.model, table.columns[column].field);
    match cell {
        Cell::Missing => Err(Error::Unset { model, field, key: objects.key(object).map(|key| key.to_string()) }),
        Cell::Value(_) if table.columns[column].is_computed() => Err(Error::Computed { model, field }),
        Cell::KeyOf(target, _) => match objects.state(*target) {
            State::Pending | State::Persistent | State::Evicted => Ok(()),
            State::Freed => objects.check(*target),
            _ => Err(Error::LostTarget { model, field, target: target.table.model }),
        },
        Cell::Value(value) => table.columns[column].check_value(table, value),
        Cell::Generated => Ok(()),
    }
}

//! Which rows are new, changed or gone: objects and what the session remembers of them come in, rows go out.

use std::collections::{HashMap, HashSet};

use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef};
use crate::schema::{Action, RelationshipKind, Table};
use crate::session::edits::{End, Link, LinkEdit};
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
    if let Some(error) = objects.edits.borrow_mut().take_failure() {
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
    take_over_rows(&mut changes);
    free_unique_values(objects, &mut changes);
    link_rows(objects, &mut changes);
    Ok(changes)
}

/// A new object with the key of a deleted one takes over its row: an UPDATE instead of a DELETE and an INSERT.
fn take_over_rows(changes: &mut Changes) {
    if changes.deletes.is_empty() {
        return;
    }
    let inserts = std::mem::take(&mut changes.inserts);
    for insert in inserts {
        let deleted = known_key(&insert).and_then(|key| {
            let is_same = |delete: &Delete| delete.table.is(insert.table) && delete.key == key;
            changes.deletes.iter().position(is_same)
        });
        match (deleted, insert.object) {
            (Some(place), Some(object)) => {
                let replaced = changes.deletes.remove(place);
                changes.updates.push(take_over(object, insert, replaced));
            }
            _ => changes.inserts.push(insert),
        }
    }
}

/// A unique value that a row gives up and another takes over has to be free before: a row to delete goes first, and one
/// that changes is set to NULL first, where it can be.
fn free_unique_values(objects: &Objects, changes: &mut Changes) {
    if changes.deletes.is_empty() && changes.updates.is_empty() {
        return;
    }
    let mut taken: HashSet<UniqueValue> = HashSet::new();
    for row in &changes.inserts {
        taken.extend(unique_values(row.table, |column| objects.value(&row.cells[column])));
    }
    for row in &changes.updates {
        taken.extend(unique_values(row.object.table, |column| objects.value(row.cell(column)?)));
    }
    for row in changes.deletes.iter_mut() {
        let Some(object) = row.object else { continue };
        let (columns, all_nullable) = taken_columns(row.table, &row.values, &taken);
        if all_nullable {
            changes.freed.extend(set_to_null(object, &row.key, columns));
        } else {
            row.frees_unique_value = true;
        }
    }
    for row in &changes.updates {
        if let (Some(old), Some(key)) = (&row.old, &row.key) {
            let (columns, _) = taken_columns(row.object.table, old, &taken);
            let columns = columns.into_iter().filter(|column| row.columns.contains(column)).collect();
            changes.freed.extend(set_to_null(row.object, key, columns));
        }
    }
}

/// The nullable columns of a row of which another takes over the unique values, and whether these are all of them.
fn taken_columns(table: &'static Table, old: &[Value], taken: &HashSet<UniqueValue>) -> (Vec<usize>, bool) {
    let keys = table.unique_keys();
    let values = unique_values(table, |column| old.get(column).cloned());
    let columns =
        values.iter().filter(|value| taken.contains(*value)).flat_map(|(_, place, _)| keys[*place].iter().copied());
    let (mut nullable, required): (Vec<usize>, Vec<usize>) =
        columns.partition(|&column| table.columns[column].nullable);
    nullable.sort_unstable();
    nullable.dedup();
    (nullable, required.is_empty())
}

fn set_to_null(object: ObjectRef, key: &KeyValue, columns: Vec<usize>) -> Option<Update> {
    let cells = vec![Cell::Value(Value::NULL); columns.len()];
    let key = Some(key.clone());
    (!columns.is_empty()).then_some(Update { object, key, columns, cells, replaces: None, old: None })
}

/// A table, the place of one of its unique keys, and a value of that.
type UniqueValue = (&'static str, usize, KeyValue);

/// The values of a row that no other may have, each with its table and the place of its unique key.
fn unique_values(table: &'static Table, value: impl Fn(usize) -> Option<Value>) -> Vec<UniqueValue> {
    let of_key = |(place, columns): (usize, Vec<usize>)| {
        let values = columns.into_iter().map(&value).collect::<Option<Vec<Value>>>()?;
        Some((table.name, place, KeyValue::of(&values)?))
    };
    table.unique_keys().into_iter().enumerate().filter_map(of_key).collect()
}

/// All columns are written, the key too, for there may be no others; those that the table makes keep their values.
fn take_over(object: ObjectRef, insert: Insert, replaced: Delete) -> Update {
    let is_written = |(_, cell): &(usize, Cell)| *cell != Cell::Generated;
    let (columns, cells) = insert.cells.into_iter().enumerate().filter(is_written).unzip();
    Update { object, key: Some(replaced.key.clone()), columns, cells, replaces: Some(replaced), old: None }
}

fn known_key(insert: &Insert) -> Option<KeyValue> {
    let value = |&column: &usize| match &insert.cells[column] {
        Cell::Value(value) => Some(value.clone()),
        _ => None,
    };
    KeyValue::of(&insert.table.primary_key.iter().map(value).collect::<Option<Vec<_>>>()?)
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
        if cell == Cell::Generated {
            keep_generated(objects, object, column, &baseline[column])?;
            continue;
        }
        if objects.value(&cell).as_ref() == Some(&baseline[column]) {
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

/// An object that was replaced as a whole keeps the values that the database has made for it.
fn keep_generated(objects: &Objects, object: ObjectRef, column: usize, value: &Value) -> Result<()> {
    let column = &object.table.columns[column];
    let field = objects.store(object.table).field(object.slot, column.position);
    field.fill(std::slice::from_ref(value)).map_err(|source| Error::decode(object.table, column, source))
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

/// Of all changes to one link row only the last counts, and of that only what is not so already.
fn link_rows(objects: &Objects, changes: &mut Changes) {
    let edits = objects.edits.borrow();
    let mut outcomes: HashMap<Link, (bool, bool)> = HashMap::new();
    let mut links = Vec::new();
    for LinkEdit { link, present } in edits.links() {
        outcomes.entry(*link).and_modify(|(_, last)| *last = *present).or_insert_with(|| {
            links.push(*link);
            (*present, *present)
        });
    }
    for link in links.into_iter().filter(|link| is_alive(objects, link)) {
        let (first, last) = outcomes[&link];
        match (last, is_known(objects, &link)) {
            (true, Some(true)) | (false, Some(false)) => {}
            (true, _) if is_inserted(objects, changes, &link) => {}
            (true, _) => changes.links.push(link_row(objects, &link)),
            (false, known) => changes.unlinks.extend(unlinked_row(objects, &link, !first || known == Some(true))),
        }
    }
}

/// Whether the row is there, where that is known: one of the ends is new, or has loaded its members.
fn is_known(objects: &Objects, link: &Link) -> Option<bool> {
    let [one, other] = link.ends;
    if [one, other].iter().any(|end| objects.state(end.object) == State::Pending) {
        return Some(false);
    }
    has_member(objects, link, one.object, other.object).or_else(|| has_member(objects, link, other.object, one.object))
}

/// Whether a new object of the association's own model is this link.
fn is_inserted(objects: &Objects, changes: &Changes, link: &Link) -> bool {
    let table = link.association.0;
    let is_end = |row: &Insert, end: &End| {
        let key = objects.key(end.object).map(|key| key.values());
        table.reference(end.relationship).columns.iter().enumerate().all(|(part, &column)| match &row.cells[column] {
            Cell::KeyOf(target, _) => *target == end.object,
            Cell::Value(value) => key.as_ref().and_then(|key| key.get(part)) == Some(value),
            Cell::Generated | Cell::Missing => false,
        })
    };
    let is_link = |row: &Insert| row.table.is(table) && link.ends.iter().all(|end| is_end(row, end));
    !table.is_association() && changes.inserts.iter().any(is_link)
}

fn has_member(objects: &Objects, link: &Link, owner: ObjectRef, member: ObjectRef) -> Option<bool> {
    let association = link.association.0;
    let leads_there = |relationship: usize| match owner.table.relationships[relationship].kind {
        RelationshipKind::ManyToMany(through) => {
            (through.table)().is(association) && *link == Link::new(association, &through, owner, member)
        }
        _ => false,
    };
    let relationship = (0..owner.table.relationships.len()).find(|&relationship| leads_there(relationship))?;
    objects.known_members(owner, relationship).map(|members| members.contains(&member))
}

fn link_row(objects: &Objects, link: &Link) -> Insert {
    let table = link.association.0;
    let mut cells = vec![Cell::Generated; table.columns.len()];
    for end in link.ends {
        for (part, &column) in table.reference(end.relationship).columns.iter().enumerate() {
            cells[column] = Cell::KeyOf(end.object, part);
        }
    }
    let is_persistent = |end: &End| objects.state(end.object) == State::Persistent;
    let may_exist = is_one_row_for_a_pair(table, link) && link.ends.iter().all(is_persistent);
    Insert { table, object: None, cells, may_exist }
}

/// Whether the primary key consists of the two ends, so that a pair that is linked already has its row.
fn is_one_row_for_a_pair(table: &Table, link: &Link) -> bool {
    let is_end =
        |column: &usize| link.ends.iter().any(|end| table.reference(end.relationship).columns.contains(column));
    table.primary_key.iter().all(is_end)
}

/// `None` where one of the two is not in the database, and so the row is not either.
fn unlinked_row(objects: &Objects, link: &Link, is_there: bool) -> Option<Delete> {
    let table = link.association.0;
    let (mut by, mut values) = (Vec::new(), Vec::new());
    for end in link.ends {
        by.extend_from_slice(table.reference(end.relationship).columns);
        objects.key(end.object)?.write(&mut values);
    }
    let key = KeyValue::of(&values)?;
    Some(Delete::links(table, by, key, is_there && table.is_association()))
}

fn is_alive(objects: &Objects, link: &Link) -> bool {
    let alive = |object| matches!(objects.state(object), State::Pending | State::Persistent);
    link.ends.iter().all(|end| alive(end.object))
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

//! Which rows are new, changed or gone: objects and what the session remembers of them come in, rows go out.

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef};
use crate::schema::{Action, Reference, RelationshipKind, Table};
use crate::session::edits::{Link, LinkEdit};
use crate::session::objects::{Objects, key_of_row};
use crate::session::slots::State;
use crate::value::{KeyValue, Value};

/// The rows to write.
#[derive(Debug, Default)]
pub(crate) struct Changes {
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
    let mut changes = Changes::default();
    for object in objects.touched() {
        match objects.state(object) {
            State::Pending => changes.inserts.push(new_row(objects, object)?),
            State::Persistent => changes.updates.extend(changed_row(objects, object)?),
            State::Deleting => gone_row(objects, object, &mut changes),
            State::Deleted | State::Gone => {}
        }
    }
    link_rows(objects, &mut changes);
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
    Ok(Some(Update { object, key, columns, cells: changed }))
}

/// The row itself; before it the link rows of the object, and the foreign keys that refer to it.
fn gone_row(objects: &Objects, object: ObjectRef, changes: &mut Changes) {
    let store = objects.store(object.table);
    let baseline = store.slots().borrow().get(object.slot).baseline.clone();
    let values = baseline.unwrap_or_else(|| objects.values(&store.cells(object.slot)));
    let Some(key) = key_of_row(object.table, &values) else { return };
    for relationship in object.table.relationships {
        match relationship.kind {
            RelationshipKind::ManyToMany(through) => changes.unlinks.push(Delete {
                table: (through.table)(),
                object: None,
                by: through.from_columns().to_vec(),
                key: key.clone(),
                exactly_one: false,
                values: Box::default(),
            }),
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
    let by = object.table.primary_key.to_vec();
    changes.deletes.push(Delete { table: object.table, object: Some(object), by, key, exactly_one: true, values });
}

/// Of all changes to one link row only the outcome counts; what is undone again is not written.
fn link_rows(objects: &Objects, changes: &mut Changes) {
    let edits = objects.edits.borrow();
    let mut outcomes: HashMap<Link, (bool, bool)> = HashMap::new();
    let mut links = Vec::new();
    for LinkEdit { link, present } in edits.links() {
        match outcomes.get_mut(link) {
            Some((_, last)) => *last = *present,
            None => {
                outcomes.insert(*link, (*present, *present));
                links.push(*link);
            }
        }
    }
    for link in links {
        let (first, last) = outcomes[&link];
        if first == last && is_alive(objects, &link) {
            if last {
                changes.links.push(link_row(objects, &link))
            } else {
                changes.unlinks.extend(unlinked_row(objects, &link))
            }
        }
    }
}

fn link_row(objects: &Objects, link: &Link) -> Insert {
    let table = link.association.0;
    let mut cells = vec![Cell::Generated; table.columns.len()];
    for end in link.ends {
        for (part, &column) in table.reference(end.relationship).columns.iter().enumerate() {
            cells[column] = Cell::KeyOf(end.object, part);
        }
    }
    let is_persistent = |object| objects.state(object) == State::Persistent;
    let may_exist = table.is_association() && link.ends.iter().all(|end| is_persistent(end.object));
    Insert { table, object: None, cells, may_exist }
}

/// `None` where one of the two is not in the database, and so the row is not either.
fn unlinked_row(objects: &Objects, link: &Link) -> Option<Delete> {
    let table = link.association.0;
    let (mut by, mut values) = (Vec::new(), Vec::new());
    for end in link.ends {
        by.extend_from_slice(table.reference(end.relationship).columns);
        objects.key(end.object)?.write(&mut values);
    }
    let key = KeyValue::of(&values)?;
    Some(Delete { table, object: None, by, key, exactly_one: table.is_association(), values: Box::default() })
}

fn is_alive(objects: &Objects, link: &Link) -> bool {
    let alive = |object| matches!(objects.state(object), State::Pending | State::Persistent);
    link.ends.iter().all(|end| alive(end.object))
}

/// The cells of an object, with the foreign keys that were set from the other side of a relationship.
fn cells(objects: &Objects, object: ObjectRef) -> Result<Vec<Cell>> {
    let mut cells = objects.store(object.table).cells(object.slot);
    let edits = objects.edits.borrow();
    for (relationship, descriptor) in object.table.relationships.iter().enumerate() {
        if let (RelationshipKind::BelongsTo(reference), Some(edit)) =
            (&descriptor.kind, edits.reference(object, relationship))
        {
            refer(&mut cells, reference, edit);
        }
    }
    cells.iter().try_for_each(|cell| match cell {
        Cell::KeyOf(target, _) => objects.check_session(*target),
        _ => Ok(()),
    })?;
    Ok(cells)
}

fn refer(cells: &mut [Cell], reference: &Reference, owner: Option<ObjectRef>) {
    for (part, &column) in reference.columns.iter().enumerate() {
        cells[column] = match owner {
            Some(owner) => Cell::KeyOf(owner, part),
            None if reference.nullable => Cell::Value(Value::NULL),
            None => Cell::Missing,
        };
    }
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

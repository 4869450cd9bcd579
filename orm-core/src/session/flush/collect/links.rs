//! Rows of association tables: what is left of all changes to the members of many-to-many relationships.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::model::{Cell, ObjectRef};
use crate::schema::{RelationshipKind, Table};
use crate::session::edits::{End, Link, LinkEdit};
use crate::session::flush::collect::{Changes, Delete, Insert, Update};
use crate::session::keys::key_of_columns;
use crate::session::objects::Objects;
use crate::session::slots::State;
use crate::sql::Existing;
use crate::value::{KeyValue, Value};

/// Of all changes to one link row only the last counts, and of that only what is not so already.
pub(crate) fn collect(objects: &Objects, changes: &mut Changes) {
    let edits = objects.edits.borrow();
    let mut places: FxHashMap<Link, usize> = FxHashMap::default();
    let mut outcomes: Vec<LinkEdit> = Vec::with_capacity(edits.links().len());
    for edit in edits.links() {
        match places.entry(edit.link) {
            Entry::Occupied(place) => outcomes[*place.get()].present = edit.present,
            Entry::Vacant(place) => {
                place.insert(outcomes.len());
                outcomes.push(*edit);
            }
        }
    }
    for LinkEdit { link, present } in outcomes.into_iter().filter(|edit| is_alive(objects, &edit.link)) {
        let known = is_known(objects, &link);
        let was_linked = |link: &Link| edits.links().iter().any(|edit| edit.link == *link && edit.present);
        let is_taken_away = || edits.links().iter().any(|edit| edit.link == link && !edit.present);
        match (present, deleted_place(objects, changes, &link)) {
            (_, Some(_)) if is_inserted(objects, changes, &link) => {}
            (true, None) if is_inserted(objects, changes, &link) => {
                if known != Some(false) && is_taken_away() {
                    empty_place(objects, changes, &link);
                }
            }
            (false, None) if is_inserted(objects, changes, &link) => empty_place(objects, changes, &link),
            (_, _) if takes_over(objects, changes, &link) => {}
            (true, Some(place)) => replace_row(objects, changes, &link, place),
            // The row may have come with a link that waits again after a failure.
            (false, Some(place)) => changes.deletes[place].exactly_one &= !was_linked(&link),
            (present, None) if known == Some(present) => {}
            (true, None) => changes.links.push(link_row(objects, &link)),
            (false, None) => changes.unlinks.extend(unlinked_row(objects, &link, known == Some(true))),
        }
    }
    in_order_of_keys(objects, changes);
}

/// All sessions write the same links in the same order, so that they do not wait for each other.
fn in_order_of_keys(objects: &Objects, changes: &mut Changes) {
    fn place(row: &Delete) -> impl Ord + '_ {
        (row.table.name, &row.by, row.exactly_one, &row.key)
    }
    changes.unlinks.sort_by(|one, other| place(one).cmp(&place(other)));
    let key = |row: &Insert| {
        let values = row.table.references().flat_map(|(_, reference)| reference.columns);
        let values: Option<Vec<Value>> = values.map(|&column| objects.stored_value(&row.cells[column])).collect();
        KeyValue::of(&values?)
    };
    changes.links.sort_by_cached_key(|row| (row.table.name, row.existing == Existing::Kept, key(row)));
}

/// The place of the deleted object that is this link.
fn deleted_place(objects: &Objects, changes: &Changes, link: &Link) -> Option<usize> {
    let is_of_table = |row: &Delete| row.object.is_some() && row.table.is(link.association.table);
    changes.deletes.iter().position(|row| is_of_table(row) && is_row_of(objects, row.table, &row.values(objects), link))
}

/// Whether a new object that is this link takes over the row of a deleted one.
fn takes_over(objects: &Objects, changes: &Changes, link: &Link) -> bool {
    let replaced = changes.updates.iter().filter_map(|row| row.replaces.as_ref());
    replaced.into_iter().any(|row| is_row_of(objects, row.table, &row.values(objects), link))
}

fn is_row_of(objects: &Objects, table: &Table, values: &[Value], link: &Link) -> bool {
    let association = link.association.table;
    let is_end = |end: &End| {
        let key = objects.key(end.object);
        key.is_some() && key == key_of_columns(association.reference(end.relationship).columns, values)
    };
    table.is(association) && link.ends.iter().all(is_end)
}

/// The row of a link goes before a new object inserts its own; what else was changed in it does not count.
fn empty_place(objects: &Objects, changes: &mut Changes, link: &Link) {
    changes.emptied.unlinks.extend(unlinked_row(objects, link, false));
    let is_gone =
        |row: &Update| row.old.as_ref().is_some_and(|values| is_row_of(objects, row.object.table, values, link));
    changes.updates.retain(|row| !is_gone(row));
}

/// A link comes again after its object was deleted: the row goes, and a new one comes.
fn replace_row(objects: &Objects, changes: &mut Changes, link: &Link, place: usize) {
    let mut gone = changes.deletes.remove(place);
    gone.exactly_one &= !changes.unlinks.iter().any(|other| other.table.is(gone.table));
    changes.unlinks.push(gone);
    changes.links.push(Insert { existing: Existing::Refused, ..link_row(objects, link) });
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
    let table = link.association.table;
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
    let association = link.association.table;
    let leads_there = |relationship: usize| match owner.table.relationships[relationship].kind {
        RelationshipKind::ManyToMany(through) => {
            (through.table)().is(association) && *link == Link::new(association, &through, owner, member)
        }
        _ => false,
    };
    let relationship = (0..owner.table.relationships.len()).find(|&relationship| leads_there(relationship))?;
    let slots = objects.store(owner.table).slots().borrow();
    slots.members(relationship, owner.slot).map(|members| members.contains(&member.slot))
}

fn link_row(objects: &Objects, link: &Link) -> Insert {
    let table = link.association.table;
    let mut cells = vec![Cell::Generated; table.columns.len()];
    for end in link.ends {
        for (part, &column) in table.reference(end.relationship).columns.iter().enumerate() {
            cells[column] = Cell::KeyOf(end.object, part);
        }
    }
    let is_persistent = |end: &End| objects.state(end.object) == State::Persistent;
    let may_exist = is_one_row_for_a_pair(table, link) && link.ends.iter().all(is_persistent);
    let existing = if may_exist { Existing::Kept } else { Existing::Refused };
    Insert { table, object: None, cells, existing, assigned: Vec::new(), made: Vec::new() }
}

/// Whether the primary key consists of the two ends, so that a pair that is linked already has its row.
fn is_one_row_for_a_pair(table: &Table, link: &Link) -> bool {
    let is_end =
        |column: &usize| link.ends.iter().any(|end| table.reference(end.relationship).columns.contains(column));
    table.primary_key.iter().all(is_end)
}

/// `None` where one of the two is not in the database, and so the row is not either.
fn unlinked_row(objects: &Objects, link: &Link, is_there: bool) -> Option<Delete> {
    let table = link.association.table;
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

//! From relationship fields to foreign keys and link rows: a `has_many` or `has_one` is the other side of a foreign key, a
//! `many_to_many` is rows of an association table. No later stage knows more of relationships than that.

use std::collections::VecDeque;

use crate::error::Result;
use crate::model::{Cell, Edit, ObjectRef};
use crate::schema::{RelationshipKind, Through};
use crate::session::Session;
use crate::session::edits::Link;
use crate::session::objects::Objects;
use crate::session::slots::State;

/// Tells the members that an object has in the database.
pub(crate) type MembersOf<'a> = &'a dyn Fn(ObjectRef, usize) -> Result<Vec<ObjectRef>>;

/// Takes the changed members out of all objects that were touched.
pub(crate) fn all(session: &Session) -> Result<()> {
    let objects = session.objects();
    let touched: Vec<ObjectRef> = objects.touched().collect();
    touched
        .into_iter()
        .try_for_each(|object| absorb(objects, object, &|owner, relationship| session.members(owner, relationship)))
}

/// Takes the changed members out of an object and out of the new objects found inside it.
pub(crate) fn absorb(objects: &Objects, object: ObjectRef, members_of: MembersOf<'_>) -> Result<()> {
    let mut waiting = VecDeque::from([object]);
    while let Some(object) = waiting.pop_front() {
        let store = objects.store(object.table);
        for (relationship, descriptor) in object.table.relationships.iter().enumerate() {
            let mut adopt = |new| {
                let adopted = objects.adopt(new);
                waiting.push_back(adopted);
                adopted
            };
            let edits = store.field(object.slot, descriptor.position).absorb(&mut adopt);
            for edit in edits {
                apply(objects, object, relationship, edit, members_of)?;
            }
        }
    }
    Ok(())
}

fn apply(
    objects: &Objects,
    owner: ObjectRef,
    relationship: usize,
    edit: Edit,
    members_of: MembersOf<'_>,
) -> Result<()> {
    if let Edit::Add(member) | Edit::Remove(member) = edit {
        objects.check(member)?;
    }
    match owner.table.relationships[relationship].kind {
        RelationshipKind::HasMany { inverse } | RelationshipKind::HasOne { inverse } => match edit {
            Edit::Add(child) => refer(objects, child, inverse, Some(owner)),
            Edit::Remove(child) => release(objects, child, inverse, owner),
            Edit::Clear => {
                let given = objects.edits.borrow().children(owner, inverse);
                let stored = stored(objects, owner, relationship, members_of)?;
                given.into_iter().chain(stored).for_each(|child| release(objects, child, inverse, owner));
            }
        },
        RelationshipKind::ManyToMany(through) => match edit {
            Edit::Add(member) => link(objects, owner, &through, member, true),
            Edit::Remove(member) => link(objects, owner, &through, member, false),
            Edit::Clear => {
                let given = known_links(objects, owner, &through);
                let stored = stored(objects, owner, relationship, members_of)?;
                given.into_iter().chain(stored).for_each(|member| link(objects, owner, &through, member, false));
            }
        },
        RelationshipKind::BelongsTo(_) => unreachable!("a foreign key has no members"),
    }
    Ok(())
}

fn refer(objects: &Objects, child: ObjectRef, relationship: usize, owner: Option<ObjectRef>) {
    objects.before_change(child);
    objects.edits.borrow_mut().refer(child, relationship, owner);
}

/// A child that already has another owner stays with that one.
fn release(objects: &Objects, child: ObjectRef, relationship: usize, owner: ObjectRef) {
    if objects.refers_to(child, relationship, owner) {
        refer(objects, child, relationship, None);
    }
}

fn link(objects: &Objects, owner: ObjectRef, through: &Through, member: ObjectRef, present: bool) {
    let mut edits = objects.edits.borrow_mut();
    let association = edits.association((through.table)());
    edits.link(Link::new(association, through, owner, member), present);
}

/// The members in the database; an object that is not there has none.
fn stored(
    objects: &Objects,
    owner: ObjectRef,
    relationship: usize,
    members_of: MembersOf<'_>,
) -> Result<Vec<ObjectRef>> {
    match objects.state(owner) {
        State::Persistent => members_of(owner, relationship),
        _ => Ok(Vec::new()),
    }
}

/// The members that were linked to this owner and are not flushed.
fn known_links(objects: &Objects, owner: ObjectRef, through: &Through) -> Vec<ObjectRef> {
    let mut edits = objects.edits.borrow_mut();
    let association = edits.association((through.table)());
    let other_end = |link: &Link| {
        let [one, other] = link.ends;
        let candidates = [(one, other), (other, one)];
        let member = candidates.into_iter().find(|(here, _)| here.object == owner).map(|(_, there)| there.object)?;
        (*link == Link::new(association, through, owner, member)).then_some(member)
    };
    edits.links().iter().filter_map(|edit| other_end(&edit.link)).collect()
}

impl Objects {
    /// Whether a foreign key refers to this object, changes that wait included.
    fn refers_to(&self, child: ObjectRef, relationship: usize, owner: ObjectRef) -> bool {
        if let Some(edit) = self.edits.borrow().reference(child, relationship) {
            return edit == Some(owner);
        }
        let mut cells = Vec::new();
        self.store(child.table).field(child.slot, child.table.relationships[relationship].position).write(&mut cells);
        let refers = |(part, cell): (usize, &Cell)| match cell {
            Cell::KeyOf(target, _) => *target == owner,
            Cell::Value(value) => self.key(owner).is_some_and(|key| key.values().get(part) == Some(value)),
            Cell::Generated | Cell::Missing => false,
        };
        cells.iter().enumerate().all(refers)
    }
}

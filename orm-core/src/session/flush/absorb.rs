//! From relationship fields to foreign keys and link rows: a `has_many` or `has_one` is the other side of a foreign key, and
//! sets it; a `many_to_many` is rows of an association table. No later stage knows more of relationships than that.
//!
//! Changed members are taken out of an object as soon as another one is changed: a foreign key's field always holds the last
//! word of the user, from whichever side it came.

use crate::error::{Error, Result};
use crate::model::{Cell, Edit, Fields, ObjectRef};
use crate::schema::{Column, Members, RelationshipKind, Table, Through};
use crate::session::Session;
use crate::session::edits::{Clear, Link};
use crate::session::objects::Objects;
use crate::session::slots::{State, Values};
use crate::session::store::AnyStore;
use crate::value::Value;

/// Takes the changed members out of the object that was changed last, and asks the database for the members of collections
/// that were cleared.
pub(crate) fn all(session: &Session) -> Result<()> {
    let objects = session.objects();
    objects.absorb_changed();
    objects.keep_generated_values()?;
    load_cleared(session)?;
    loop {
        let clear = objects.edits.borrow_mut().take_clear();
        let Some(clear) = clear else { return Ok(()) };
        let stored = objects.known_members(clear.owner, clear.relationship).unwrap_or_default();
        objects.clear_stored(&clear, &stored);
    }
}

/// What collections that were cleared have in the database: one statement for all that are of one relationship.
fn load_cleared(session: &Session) -> Result<()> {
    let objects = session.objects();
    let mut cleared: Vec<(usize, Vec<ObjectRef>)> = Vec::new();
    for (owner, relationship) in objects.edits.borrow().cleared() {
        let is_alike =
            |(other, owners): &&mut (usize, Vec<ObjectRef>)| *other == relationship && owners[0].table.is(owner.table);
        match cleared.iter_mut().find(is_alike) {
            _ if !is_asked_for(objects.state(owner), owner, relationship) => {}
            Some((_, owners)) => owners.push(owner),
            None => cleared.push((relationship, vec![owner])),
        }
    }
    for (relationship, owners) in cleared {
        session.members_of_all(&owners, relationship)?;
    }
    Ok(())
}

/// Whether the members that have left an owner have to be known. Those of one that is deleted have where they would go with it.
fn is_asked_for(state: State, owner: ObjectRef, relationship: usize) -> bool {
    let inverse = owner.table.relationships[relationship].inverse();
    let go_along =
        inverse.is_some_and(|inverse| matches!(inverse.members, Members::Deleted | Members::DeletedByTheDatabase));
    state == State::Persistent || (state == State::Deleting && go_along)
}

impl Objects {
    /// The same for the object that was changed last: only it can have changed members.
    pub(crate) fn absorb_changed(&self) {
        if let Some(object) = self.take_changed() {
            self.absorb(object);
        }
    }

    /// Takes the changed members out of an object and out of the new objects found inside it.
    pub(crate) fn absorb(&self, object: ObjectRef) {
        let (mut added, mut edits) = (Vec::new(), Vec::new());
        let (mut owner, mut next) = (object, 0);
        loop {
            self.take_edits(owner, &mut added, &mut edits);
            let Some(&other) = added.get(next) else { break };
            (owner, next) = (other, next + 1);
        }
        for (owner, relationship, edit) in edits {
            self.apply(owner, relationship, edit);
        }
        added.into_iter().for_each(|object| self.link_added(object));
    }

    /// Takes what was changed out of one object: the new objects in it, and the changes of members.
    fn take_edits(&self, owner: ObjectRef, added: &mut Vec<ObjectRef>, edits: &mut Vec<(ObjectRef, usize, Edit)>) {
        let object = self.store(owner.table).object(owner.slot);
        self.give_to_owners_of(owner, object);
        for (relationship, descriptor) in owner.table.relationships.iter().enumerate() {
            let mut adopt = |new| {
                let adopted = self.adopt(new);
                added.push(adopted);
                adopted
            };
            let of_field = object.at(descriptor.position).absorb(&mut adopt);
            edits.extend(of_field.into_iter().map(|edit| (owner, relationship, edit)));
        }
    }

    /// An object that was replaced as a whole keeps the values that the database has made for it.
    fn keep_generated_values(&self) -> Result<()> {
        for store in self.stores().filter(|store| store.slots().borrow().has_touched()) {
            let columns = store.table().columns.iter().enumerate();
            let generated: Vec<(usize, &Column)> = columns.filter(|(_, column)| column.is_generated()).collect();
            if !generated.is_empty() {
                let touched = store.slots().borrow().touched();
                touched.into_iter().try_for_each(|slot| self.keep_generated_values_of(store, slot, &generated))?;
            }
        }
        Ok(())
    }

    fn keep_generated_values_of(&self, store: &dyn AnyStore, slot: u32, columns: &[(usize, &Column)]) -> Result<()> {
        let slots = store.slots().borrow();
        let Some(baseline) = slots.baseline(slot) else { return Ok(()) };
        let object = store.object(slot);
        for (column, value) in columns.iter().map(|&(place, column)| (column, &baseline[place])) {
            let field = object.at(column.position);
            let has_it = *value == Value::NULL || field.has_values(std::slice::from_ref(value));
            if !has_it && self.with_cells_of(field, |cells| *cells == [Cell::Generated]) {
                let filled = field.fill(std::slice::from_ref(value));
                filled.map_err(|source| Error::decode(store.table(), column, source))?;
            }
        }
        Ok(())
    }

    /// Remembers the object for the owners that its foreign keys refer to.
    pub(crate) fn give_to_owners(&self, child: ObjectRef) {
        self.give_to_owners_of(child, self.store(child.table).object(child.slot));
    }

    fn give_to_owners_of(&self, child: ObjectRef, fields: &dyn Fields) {
        for (relationship, descriptor) in child.table.relationships.iter().enumerate() {
            if !matches!(descriptor.kind, RelationshipKind::BelongsTo(_)) {
                continue;
            }
            if let Some(owner) = self.target_of(fields.at(descriptor.position), descriptor) {
                self.edits.borrow_mut().give(owner, relationship, child);
            }
        }
    }

    /// Makes a change to the members of a relationship.
    pub(crate) fn apply(&self, owner: ObjectRef, relationship: usize, edit: Edit) {
        match edit {
            Edit::Add(member) | Edit::Remove(member) if !self.is_usable(member) => {
                self.edits.borrow_mut().keep_unusable(member, matches!(edit, Edit::Add(_)));
            }
            Edit::Add(member) | Edit::Remove(member) => {
                let present = matches!(edit, Edit::Add(_));
                self.edits.borrow_mut().keep_from_clear(owner, relationship, member, present);
                self.set_member(owner, relationship, member, present);
            }
            Edit::Clear => {
                let stored = match self.state(owner) {
                    State::Persistent => self.known_members(owner, relationship),
                    _ => Some(Vec::new()),
                };
                if stored.is_none() {
                    self.edits.borrow_mut().clear_later(owner, relationship);
                }
                let given = self.given_members(owner, relationship);
                let members = given.into_iter().chain(stored.unwrap_or_default());
                members.for_each(|member| self.set_member(owner, relationship, member, false));
            }
        }
    }

    /// A member of a collection that was cleared leaves it before it is changed by hand: what it is set to then counts. New
    /// objects that were in it have left it at once.
    pub(crate) fn clear_before_change(&self, member: ObjectRef) {
        let clears = self.edits.borrow().clears_of(member);
        if clears.is_empty() || self.state(member) == State::Pending {
            return;
        }
        for (owner, relationship) in clears {
            if let RelationshipKind::HasMany(inverse) | RelationshipKind::HasOne(inverse) =
                owner.table.relationships[relationship].kind
                && owner.table.relationships[relationship].is_inverse_of(member.table, inverse.belongs_to)
            {
                self.set_member(owner, relationship, member, false);
                self.edits.borrow_mut().keep_from_clear(owner, relationship, member, true);
            }
        }
    }

    /// Members that came again, or got another owner, since the collection was cleared stay as they are.
    fn clear_stored(&self, clear: &Clear, stored: &[ObjectRef]) {
        for &member in stored {
            let is_kept = clear.kept.contains(&member);
            match clear.owner.table.relationships[clear.relationship].kind {
                RelationshipKind::ManyToMany(through) => {
                    let association = self.edits.borrow_mut().association((through.table)());
                    let link = Link::new(association, &through, clear.owner, member);
                    if !is_kept || self.has_new_object(&link) {
                        self.edits.borrow_mut().unlink_before(clear, link);
                    }
                }
                _ if is_kept => {}
                _ => self.set_member(clear.owner, clear.relationship, member, false),
            }
        }
    }

    /// A handle of another session, or of an object that was deleted, evicted or rolled back before, cannot become a member.
    fn is_usable(&self, member: ObjectRef) -> bool {
        let is_out =
            |state| matches!(state, State::Deleted | State::Evicted | State::Withdrawn | State::Freed | State::Gone);
        self.check_session(member).is_ok() && !is_out(self.state(member))
    }

    fn set_member(&self, owner: ObjectRef, relationship: usize, member: ObjectRef, present: bool) {
        match owner.table.relationships[relationship].kind {
            RelationshipKind::HasMany(inverse) | RelationshipKind::HasOne(inverse) => {
                let is_deleted = !matches!(self.state(member), State::Pending | State::Persistent);
                let belongs_to = inverse.belongs_to;
                match (present, self.refers_to(member, belongs_to, owner)) {
                    (true, false) => self.refer(member, belongs_to, Some(owner)),
                    (false, true) if !is_deleted => self.refer(member, belongs_to, None),
                    // It is so already, has another owner by now, or goes anyway.
                    _ => {}
                }
            }
            RelationshipKind::ManyToMany(through) => {
                let mut edits = self.edits.borrow_mut();
                let association = edits.association((through.table)());
                edits.link(Link::new(association, &through, owner, member), present);
            }
            RelationshipKind::BelongsTo(_) => unreachable!("a foreign key has no members"),
        }
    }

    /// Objects that were given to an owner which is deleted before the flush are without one again, where they can be.
    pub(crate) fn release_given(&self, owner: ObjectRef) {
        for (relationship, descriptor) in owner.table.relationships.iter().enumerate() {
            if let Some(inverse) = descriptor.inverse()
                && inverse.members == Members::Released
                && (descriptor.target)().reference(inverse.belongs_to).nullable
            {
                let given = self.given_members(owner, relationship);
                given.into_iter().for_each(|member| self.set_member(owner, relationship, member, false));
            }
        }
    }

    /// What a flush has released from a deleted owner is released again, where the owner is to be deleted again.
    pub(crate) fn release_from_deleted(&self, child: ObjectRef) {
        let cells = self.store(child.table).cells(child.slot);
        for (relationship, descriptor) in child.table.relationships.iter().enumerate() {
            if let RelationshipKind::BelongsTo(reference) = descriptor.kind
                && let Cell::KeyOf(owner, _) = cells[reference.columns[0]]
                && reference.nullable
                && self.check_session(owner).is_ok()
                && matches!(self.state(owner), State::Deleting | State::Discarded)
                && child.table.other_side(relationship).is_some_and(|(_, inverse)| inverse.members == Members::Released)
            {
                self.refer(child, relationship, None);
            }
        }
    }

    /// Sets a foreign key, in a newer version of the object: who reads it now keeps what he reads.
    pub(crate) fn refer(&self, child: ObjectRef, relationship: usize, owner: Option<ObjectRef>) {
        self.before_change(child);
        if let Some(owner) = owner {
            self.edits.borrow_mut().give(owner, relationship, child);
        }
        let columns = child.table.reference(relationship).columns.iter().enumerate();
        let cell = |part| owner.map_or(Cell::Missing, |owner| Cell::KeyOf(owner, part));
        if let Err(error) = self.renew(child, columns.map(|(part, &column)| (column, cell(part)))) {
            self.edits.borrow_mut().fail(child, &error);
        }
    }

    /// The members that were given to this owner and are not flushed.
    pub(crate) fn given_members(&self, owner: ObjectRef, relationship: usize) -> Vec<ObjectRef> {
        let descriptor = &owner.table.relationships[relationship];
        match descriptor.kind {
            RelationshipKind::HasMany(inverse) | RelationshipKind::HasOne(inverse) => {
                let given = self.edits.borrow_mut().given(owner, (descriptor.target)(), inverse.belongs_to);
                given.into_iter().filter(|&child| self.refers_to(child, inverse.belongs_to, owner)).collect()
            }
            RelationshipKind::ManyToMany(through) => {
                let mut edits = self.edits.borrow_mut();
                let association = edits.association((through.table)());
                let member = |link: &Link| linked_member(link, owner, &through, association);
                edits.links_of(owner).iter().filter_map(member).collect()
            }
            RelationshipKind::BelongsTo(_) => Vec::new(),
        }
    }

    fn is_evicted(&self, object: ObjectRef) -> bool {
        self.check_session(object).is_ok() && self.state(object) == State::Evicted
    }

    /// Whether these columns of an object are what its row has.
    fn is_as_stored(&self, object: ObjectRef, columns: &[usize], cells: &[Cell]) -> bool {
        let slots = self.store(object.table).slots().borrow();
        let is_same =
            |row: &Values| columns.iter().zip(cells).all(|(&column, cell)| *cell == Cell::Value(row[column].clone()));
        slots.get(object.slot).state == State::Persistent && slots.baseline(object.slot).is_none_or(is_same)
    }

    /// Whether a foreign key refers to this object.
    pub(crate) fn refers_to(&self, child: ObjectRef, relationship: usize, owner: ObjectRef) -> bool {
        let mut cells = Vec::new();
        let position = child.table.relationships[relationship].position;
        self.store(child.table).field(child.slot, position).write(&mut cells);
        let is_stored = self.is_as_stored(child, child.table.reference(relationship).columns, &cells);
        let refers = |(part, cell): (usize, Cell)| match cell {
            Cell::KeyOf(target, _) if self.is_evicted(target) => self.key(target) == self.key(owner),
            Cell::KeyOf(target, _) => target == owner,
            // It is the key of the row that the new owner takes over.
            Cell::Value(_) if self.state(owner) == State::Pending && is_stored => false,
            Cell::Value(value) => self.stored_key(owner).is_some_and(|key| key.values().get(part) == Some(&value)),
            Cell::Generated | Cell::Missing => false,
        };
        cells.into_iter().enumerate().all(refers)
    }
}

/// The member that a link row of this relationship gives to its owner.
fn linked_member(link: &Link, owner: ObjectRef, through: &Through, association: &'static Table) -> Option<ObjectRef> {
    let [one, other] = link.ends;
    let candidates = [(one, other), (other, one)];
    let member = candidates.into_iter().find(|(here, _)| here.object == owner).map(|(_, there)| there.object)?;
    (*link == Link::new(association, through, owner, member)).then_some(member)
}

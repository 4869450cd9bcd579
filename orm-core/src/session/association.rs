//! Objects of a model that is an association table: they are link rows too, and come and go with what is said of the links.

use rustc_hash::FxHashSet;

use crate::model::{Field, FieldKey, ObjectRef};
use crate::schema::{Relationship, RelationshipKind, Table, Through};
use crate::session::edits::Link;
use crate::session::objects::Objects;
use crate::session::slots::State;
use crate::sql::TableRef;

impl Objects {
    /// A link whose object is deleted shall not be there, whatever was said of it before.
    pub(crate) fn unlink_deleted(&self, object: ObjectRef) {
        for link in self.links_of_object(object) {
            self.edits.borrow_mut().link(link, false);
        }
    }

    /// A link whose object is added shall be there; one that was added before, and taken away, is not the one.
    pub(crate) fn link_added(&self, object: ObjectRef) {
        for link in self.links_of_object(object) {
            if self.edits.borrow().is_taken_away(&link) {
                let others = self.new_objects(object.table).into_iter().filter(|&other| other != object);
                let earlier = others.filter(|&other| self.links_of_object(other).contains(&link));
                earlier.for_each(|other| self.discard(other));
            }
            self.edits.borrow_mut().link(link, true);
        }
    }

    /// New objects that are links of an owner go with it, like the link rows in the database.
    pub(crate) fn discard_links_of(&self, owner: ObjectRef) {
        for relationship in owner.table.relationships {
            if let RelationshipKind::ManyToMany(through) = relationship.kind {
                let links = self.new_objects((through.table)()).into_iter();
                links
                    .filter(|&link| self.target(link, through.from) == Some(owner))
                    .for_each(|link| self.discard(link));
            }
        }
    }

    /// The same for an object that is new again because a transaction has failed.
    pub(crate) fn discard_from_deleted(&self, object: ObjectRef) {
        let is_gone = |link: &Link| {
            link.ends.iter().any(|end| matches!(self.state(end.object), State::Deleting | State::Discarded))
        };
        if self.state(object) == State::Pending && self.links_of_object(object).iter().any(is_gone) {
            self.discard(object);
        }
    }

    /// An object that is new again, because a transaction has failed, and whose link was taken away since and added by another
    /// object.
    pub(crate) fn discard_replaced(&self, object: ObjectRef, new_again: &FxHashSet<ObjectRef>) {
        let is_replaced = |link: &Link| {
            let others = self.new_objects(object.table).into_iter().filter(|other| !new_again.contains(other));
            self.edits.borrow().was_taken_away(link)
                && others.into_iter().any(|other| self.links_of_object(other).contains(link))
        };
        if self.state(object) == State::Pending && self.links_of_object(object).iter().any(is_replaced) {
            self.discard(object);
        }
    }

    /// Objects that were read of link rows which the transaction has made, and which are gone because it has failed: the links
    /// wait.
    pub(crate) fn evict_made_links(&self, new: &FxHashSet<ObjectRef>) {
        let is_model = |link: &Link| !link.association.table.is_association();
        let made: FxHashSet<Link> = self.edits.borrow().made_links().into_iter().filter(is_model).collect();
        let tables: FxHashSet<TableRef> = made.iter().map(|link| link.association).collect();
        for table in tables.into_iter().map(|association| association.table) {
            let loaded = self.store(table).slots().borrow().left().map(|slot| self.reference(table, slot));
            let come = loaded.rev().take_while(|object| self.has_just_come(*object));
            let is_row = |object: &ObjectRef| {
                // What has changed in one that is to stay is written when its row is there again.
                let goes = |link: &Link| match self.state(*object) {
                    State::Deleting | State::Deleted => true,
                    State::Persistent => {
                        let is_of_new = link.ends.iter().any(|end| new.contains(&end.object));
                        is_of_new || self.edits.borrow().is_taken_away(link)
                    }
                    _ => false,
                };
                !new.contains(object)
                    && self.links_of_object(*object).iter().any(|link| made.contains(link) && goes(link))
            };
            for object in come.filter(is_row) {
                let key = self.key(object);
                let mut slots = self.store(table).slots().borrow_mut();
                slots.evict(object.slot);
                key.iter().for_each(|key| slots.unknow(key, object.slot));
            }
        }
    }

    fn discard(&self, object: ObjectRef) {
        self.store(object.table).slots().borrow_mut().get_mut(object.slot).state = State::Discarded;
    }

    /// New objects whose links were taken away after they were added.
    pub(crate) fn taken_away(&self) -> Vec<ObjectRef> {
        if self.edits.borrow().links().is_empty() {
            return Vec::new();
        }
        let is_taken_away = |link: &Link| {
            let edits = self.edits.borrow();
            edits.is_taken_away(link) && edits.links().iter().any(|edit| edit.link == *link && edit.present)
        };
        let objects = self.stores().flat_map(|store| self.new_objects(store.table()));
        objects.filter(|&object| self.links_of_object(object).iter().any(is_taken_away)).collect()
    }

    /// Whether a new object is this link.
    pub(crate) fn has_new_object(&self, link: &Link) -> bool {
        self.new_objects(link.association.table).into_iter().any(|object| self.links_of_object(object).contains(link))
    }

    fn new_objects(&self, association: &'static Table) -> Vec<ObjectRef> {
        if association.is_association() {
            return Vec::new();
        }
        let new = self.store(association).slots().borrow().touched_in(&[State::Pending]);
        new.into_iter().map(|slot| self.reference(association, slot)).collect()
    }

    /// The links that an object is, where its model is an association and both ends are known.
    fn links_of_object(&self, object: ObjectRef) -> Vec<Link> {
        let mut links = Vec::new();
        for (end, descriptor) in object.table.relationships.iter().enumerate() {
            let RelationshipKind::BelongsTo(_) = descriptor.kind else { continue };
            for through in throughs((descriptor.target)(), object.table, end) {
                if let (Some(owner), Some(member)) = (self.target(object, end), self.target(object, through.to)) {
                    let link = Link::new(object.table, &through, owner, member);
                    links.extend((!links.contains(&link)).then_some(link));
                }
            }
        }
        links
    }

    /// The object of the session that a foreign key refers to.
    pub(crate) fn target(&self, child: ObjectRef, relationship: usize) -> Option<ObjectRef> {
        let descriptor = &child.table.relationships[relationship];
        self.target_of(self.store(child.table).field(child.slot, descriptor.position), descriptor)
    }

    /// The same for the field that has the foreign key.
    pub(crate) fn target_of(&self, field: &dyn Field, descriptor: &Relationship) -> Option<ObjectRef> {
        match field.as_key() {
            FieldKey::Of(owner) => Some(owner),
            FieldKey::Value(key) => {
                let target = (descriptor.target)();
                let slot = self.known_store(target)?.slots().borrow().find(&key)?;
                Some(self.reference(target, slot))
            }
            FieldKey::Absent => None,
        }
    }
}

/// The many-to-many relationships of a table that begin with this foreign key of an association.
fn throughs(table: &'static Table, association: &'static Table, end: usize) -> impl Iterator<Item = Through> {
    table.relationships.iter().filter_map(move |relationship| match relationship.kind {
        RelationshipKind::ManyToMany(through) if (through.table)().is(association) && through.from == end => {
            Some(through)
        }
        _ => None,
    })
}

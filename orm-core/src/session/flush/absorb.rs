//! From relationship fields to foreign keys and link rows: a `has_many` or `has_one` is the other side of a foreign key, a
//! `many_to_many` is rows of an association table. No later stage knows more of relationships than that.
//!
//! Changed members are taken out of an object as soon as another one is changed, so that the last word of the user counts.

use std::collections::VecDeque;

use crate::error::Result;
use crate::model::{Cell, Edit, ObjectRef};
use crate::schema::{RelationshipKind, Through};
use crate::session::Session;
use crate::session::edits::{Link, MemberEdit, ReferenceEdit};
use crate::session::objects::Objects;
use crate::session::slots::State;

/// Takes the changed members out of the object that was changed last, and asks the database for members where that is
/// needed.
pub(crate) fn all(session: &Session) -> Result<()> {
    let objects = session.objects();
    objects.absorb_changed();
    objects.apply_edits(&|owner, relationship| session.members(owner, relationship).map(Some))?;
    objects.forget_overridden_references();
    Ok(())
}

/// Tells the members that an object has in the database, if that can be told now.
type MembersOf<'a> = &'a dyn Fn(ObjectRef, usize) -> Result<Option<Vec<ObjectRef>>>;

impl Objects {
    /// Takes the changed members out of an object and out of the new objects found inside it. Where members would have to
    /// be loaded for it, the changes wait for the flush.
    pub(crate) fn absorb(&self, object: ObjectRef) {
        self.take_edits(object);
        let applied = self.apply_edits(&|owner, relationship| Ok(self.known_members(owner, relationship)));
        applied.expect("nothing was asked that can fail");
    }

    fn take_edits(&self, object: ObjectRef) {
        let mut waiting = VecDeque::from([object]);
        while let Some(owner) = waiting.pop_front() {
            let store = self.store(owner.table);
            for (relationship, descriptor) in owner.table.relationships.iter().enumerate() {
                let mut adopt = |new| {
                    let adopted = self.adopt(new);
                    waiting.push_back(adopted);
                    adopted
                };
                for edit in store.field(owner.slot, descriptor.position).absorb(&mut adopt) {
                    self.edits.borrow_mut().wait(MemberEdit { owner, relationship, edit });
                }
            }
        }
    }

    /// The same for the object that was changed last: only it can have changed members.
    pub(crate) fn absorb_changed(&self) {
        if let Some(object) = self.take_changed() {
            self.absorb(object);
        }
    }

    /// Carries out what was taken out of fields, in order, up to the first whose members cannot be told yet.
    fn apply_edits(&self, members_of: MembersOf<'_>) -> Result<()> {
        loop {
            let next = self.edits.borrow().next_waiting();
            let Some(edit) = next else { return Ok(()) };
            if !self.apply(&edit, members_of)? {
                return Ok(());
            }
            self.edits.borrow_mut().applied();
        }
    }

    fn apply(&self, edit: &MemberEdit, members_of: MembersOf<'_>) -> Result<bool> {
        let MemberEdit { owner, relationship, edit } = *edit;
        match edit {
            Edit::Add(member) | Edit::Remove(member) if !self.is_usable(member) => {
                self.edits.borrow_mut().keep_unusable(member, matches!(edit, Edit::Add(_)));
            }
            Edit::Add(member) => self.set_member(owner, relationship, member, true),
            Edit::Remove(member) => self.set_member(owner, relationship, member, false),
            Edit::Clear => {
                let stored = match self.state(owner) {
                    State::Persistent => members_of(owner, relationship)?,
                    _ => Some(Vec::new()),
                };
                let Some(stored) = stored else { return Ok(false) };
                let given = self.given_members(owner, relationship);
                given.into_iter().chain(stored).for_each(|member| self.set_member(owner, relationship, member, false));
            }
        }
        Ok(true)
    }

    /// A handle of another session, or of an object that was deleted or rolled back before, cannot become a member.
    fn is_usable(&self, member: ObjectRef) -> bool {
        self.check_session(member).is_ok() && !matches!(self.state(member), State::Deleted | State::Gone)
    }

    fn set_member(&self, owner: ObjectRef, relationship: usize, member: ObjectRef, present: bool) {
        match owner.table.relationships[relationship].kind {
            RelationshipKind::HasMany { inverse } | RelationshipKind::HasOne { inverse } => {
                if present {
                    self.refer(member, inverse, Some(owner));
                } else if self.refers_to(member, inverse, owner) {
                    // A child that already has another owner stays with that one.
                    self.refer(member, inverse, None);
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

    fn refer(&self, child: ObjectRef, relationship: usize, owner: Option<ObjectRef>) {
        self.before_change(child);
        let edit = ReferenceEdit { owner, field: self.reference_cells(child, relationship) };
        self.edits.borrow_mut().refer(child, relationship, edit);
    }

    /// The members that were given to this owner and are not flushed.
    fn given_members(&self, owner: ObjectRef, relationship: usize) -> Vec<ObjectRef> {
        let descriptor = &owner.table.relationships[relationship];
        let mut edits = self.edits.borrow_mut();
        match descriptor.kind {
            RelationshipKind::HasMany { inverse } | RelationshipKind::HasOne { inverse } => {
                edits.children(owner, (descriptor.target)(), inverse)
            }
            RelationshipKind::ManyToMany(through) => {
                let association = edits.association((through.table)());
                let member = |link: &Link| linked_member(link, owner, &through, association);
                edits.links().iter().filter_map(|edit| member(&edit.link)).collect()
            }
            RelationshipKind::BelongsTo(_) => Vec::new(),
        }
    }

    /// Whether a foreign key refers to this object, changes that wait included.
    fn refers_to(&self, child: ObjectRef, relationship: usize, owner: ObjectRef) -> bool {
        if let Some(edit) = self.edits.borrow().reference(child, relationship) {
            return edit == Some(owner);
        }
        let refers = |(part, cell): (usize, Cell)| match cell {
            Cell::KeyOf(target, _) => target == owner,
            Cell::Value(value) => self.key(owner).is_some_and(|key| key.values().get(part) == Some(&value)),
            Cell::Generated | Cell::Missing => false,
        };
        self.reference_cells(child, relationship).into_iter().enumerate().all(refers)
    }

    /// What the field of a foreign key holds.
    fn reference_cells(&self, child: ObjectRef, relationship: usize) -> Vec<Cell> {
        let mut cells = Vec::new();
        let position = child.table.relationships[relationship].position;
        self.store(child.table).field(child.slot, position).write(&mut cells);
        cells
    }

    /// A foreign key that was set by hand since it was set from the other side keeps what it was set to.
    fn forget_overridden_references(&self) {
        let is_as_before =
            |child, relationship, edit: &ReferenceEdit| self.reference_cells(child, relationship) == edit.field;
        self.edits.borrow_mut().retain_references(is_as_before);
    }

    /// Who changes an object by hand has the last word on a required foreign key that was left without a target.
    pub(crate) fn forget_missing_references(&self, object: ObjectRef) {
        let is_required = |relationship: usize| match object.table.relationships[relationship].kind {
            RelationshipKind::BelongsTo(reference) => !reference.nullable,
            _ => false,
        };
        let can_be_written = |child: ObjectRef, relationship, edit: &ReferenceEdit| {
            child != object || edit.owner.is_some() || !is_required(relationship)
        };
        self.edits.borrow_mut().retain_references(can_be_written);
    }
}

/// The member that a link row of this relationship gives to its owner.
fn linked_member(
    link: &Link,
    owner: ObjectRef,
    through: &Through,
    association: &'static crate::schema::Table,
) -> Option<ObjectRef> {
    let [one, other] = link.ends;
    let candidates = [(one, other), (other, one)];
    let member = candidates.into_iter().find(|(here, _)| here.object == owner).map(|(_, there)| there.object)?;
    (*link == Link::new(association, through, owner, member)).then_some(member)
}

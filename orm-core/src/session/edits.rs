//! Changes to the members of relationships, between the fields in which the user made them and the flush that writes them.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::model::{Cell, Edit, ObjectRef};
use crate::schema::{Table, Through};
use crate::sql::TableRef;

/// Changes that wait for the next flush, and those that the last commit does not cover yet.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    /// Taken out of fields, and not carried out yet.
    waiting: VecDeque<MemberEdit>,
    /// Handles that cannot become members, which the next flush tells.
    unusable: Vec<ObjectRef>,
    /// Foreign keys that get another target from the other side of the relationship: (the object with the foreign key, the
    /// place of the `belongs_to` among its relationships) to the new target, if any.
    references: FxHashMap<(ObjectRef, usize), ReferenceEdit>,
    links: Vec<LinkEdit>,
    flushed_links: Vec<LinkEdit>,
    associations: Vec<&'static Table>,
}

/// A change that was taken out of a relationship field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MemberEdit {
    pub(crate) owner: ObjectRef,
    /// The place among the relationships of the owner's model.
    pub(crate) relationship: usize,
    pub(crate) edit: Edit,
}

/// A foreign key that gets another target from the other side of the relationship.
#[derive(Debug)]
pub(crate) struct ReferenceEdit {
    /// The new target; `None` for none.
    pub(crate) owner: Option<ObjectRef>,
    /// What the field held at that time: if it holds something else now, the user has set it since, and that counts.
    pub(crate) field: Vec<Cell>,
}

/// A link row that shall be there, or shall not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinkEdit {
    pub(crate) link: Link,
    pub(crate) present: bool,
}

/// A row of an association table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Link {
    pub(crate) association: TableRef,
    /// What it refers to with the first of its two relationships, and what with the second.
    pub(crate) ends: [End; 2],
}

/// One end of a link row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct End {
    /// The association table's relationship, as a place among its relationships.
    pub(crate) relationship: usize,
    pub(crate) object: ObjectRef,
}

impl Edits {
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.unusable.is_empty() && self.references.is_empty() && self.links.is_empty()
    }

    pub(crate) fn wait(&mut self, edit: MemberEdit) {
        self.waiting.push_back(edit);
    }

    pub(crate) fn next_waiting(&self) -> Option<MemberEdit> {
        self.waiting.front().copied()
    }

    /// The next one that waited has been carried out.
    pub(crate) fn applied(&mut self) {
        self.waiting.pop_front();
    }

    /// A handle that cannot become a member was added; taking it out again makes it good.
    pub(crate) fn keep_unusable(&mut self, member: ObjectRef, added: bool) {
        self.unusable.retain(|other| *other != member);
        if added {
            self.unusable.push(member);
        }
    }

    pub(crate) fn first_unusable(&self) -> Option<ObjectRef> {
        self.unusable.first().copied()
    }

    pub(crate) fn refer(&mut self, child: ObjectRef, relationship: usize, edit: ReferenceEdit) {
        self.references.insert((child, relationship), edit);
    }

    /// The new target of a foreign key, where it gets one.
    pub(crate) fn reference(&self, child: ObjectRef, relationship: usize) -> Option<Option<ObjectRef>> {
        self.references.get(&(child, relationship)).map(|edit| edit.owner)
    }

    /// The objects of a table whose foreign key was pointed to this owner.
    pub(crate) fn children(&self, owner: ObjectRef, table: &Table, relationship: usize) -> Vec<ObjectRef> {
        let of_owner = |(&(child, place), edit): (&(ObjectRef, usize), &ReferenceEdit)| {
            (child.table.is(table) && place == relationship && edit.owner == Some(owner)).then_some(child)
        };
        self.references.iter().filter_map(of_owner).collect()
    }

    /// Keeps only the foreign keys for which this is true.
    pub(crate) fn retain_references(&mut self, keep: impl Fn(ObjectRef, usize, &ReferenceEdit) -> bool) {
        self.references.retain(|&(child, relationship), edit| keep(child, relationship, edit));
    }

    pub(crate) fn link(&mut self, link: Link, present: bool) {
        self.links.push(LinkEdit { link, present });
    }

    pub(crate) fn links(&self) -> &[LinkEdit] {
        &self.links
    }

    /// The one descriptor that stands for an association table in this session: each side of the relationship brings one.
    pub(crate) fn association(&mut self, table: &'static Table) -> &'static Table {
        match self.associations.iter().find(|other| other.is(table)) {
            Some(known) => known,
            None => {
                self.associations.push(table);
                table
            }
        }
    }

    /// The next flush has written them.
    pub(crate) fn flushed(&mut self) {
        self.references.clear();
        self.flushed_links.append(&mut self.links);
    }

    /// What was flushed lasts.
    pub(crate) fn committed(&mut self) {
        self.flushed_links.clear();
    }

    /// What was flushed was undone, and waits again.
    pub(crate) fn pending_again(&mut self) {
        let later = std::mem::replace(&mut self.links, std::mem::take(&mut self.flushed_links));
        self.links.extend(later);
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
        self.unusable.clear();
        self.references.clear();
        self.links.clear();
        self.flushed_links.clear();
    }
}

impl Link {
    /// The link between two objects along a relationship, the same from either side.
    pub(crate) fn new(association: &'static Table, through: &Through, owner: ObjectRef, member: ObjectRef) -> Self {
        let end = |relationship: usize, object| {
            let columns = (through.table)().reference(relationship).columns;
            let name = (through.table)().columns[columns[0]].name;
            End { relationship: relationship_with_column(association, name), object }
        };
        let mut ends = [end(through.from, owner), end(through.to, member)];
        ends.sort_by_key(|end| end.relationship);
        Self { association: TableRef(association), ends }
    }
}

fn relationship_with_column(table: &Table, column: &str) -> usize {
    let has_column = |relationship: &usize| {
        let first = match table.relationships[*relationship].kind {
            crate::schema::RelationshipKind::BelongsTo(reference) => reference.columns.first(),
            _ => None,
        };
        first.is_some_and(|&first| table.columns[first].name == column)
    };
    (0..table.relationships.len()).find(has_column).expect("both sides of a many-to-many name the same columns")
}

//! Changes to the members of relationships, between the fields in which the user made them and the flush that writes them.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef};
use crate::schema::{RelationshipKind, Table, Through};
use crate::session::flush::places::Place;
use crate::session::levels::Levels;
use crate::sql::TableRef;

/// Changes that wait for the next flush, and those that the last commit does not cover yet.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    /// Collections that were cleared while their members were not known.
    clears: VecDeque<Clear>,
    /// Handles that cannot become members, which the next flush tells.
    unusable: Vec<ObjectRef>,
    /// Why a foreign key could not be set, which the next flush tells.
    failure: Option<(ObjectRef, String)>,
    given: Given,
    /// Foreign keys that a flush has set to `NULL` because of other changes, each with the cells of its columns before.
    released_along: Vec<(ObjectRef, Vec<(usize, Cell)>)>,
    /// Places of one-to-one relationships that objects, by the place of their `belongs_to`, took in a transaction that failed.
    taken_before: FxHashMap<(ObjectRef, usize), Place>,
    /// For an object, the link rows that were changed since the last flush.
    linked: FxHashMap<ObjectRef, Vec<Link>>,
    /// Whether a key was changed since the last commit, and foreign keys have followed.
    key_followed: bool,
    links: Vec<LinkEdit>,
    flushed_links: Levels<LinkEdit>,
    associations: Vec<&'static Table>,
    /// The statements for many rows that the transaction has run.
    ran: Levels<String>,
    /// The questions of the transaction that have locked rows.
    locked: Vec<String>,
    /// The next question, where it shall lock rows.
    locking: Option<String>,
    /// Those of a transaction that was undone by a failure.
    undone: Vec<String>,
}

/// A collection that was cleared while its members were not known: the flush takes out those that are in the database.
#[derive(Debug)]
pub(crate) struct Clear {
    pub(crate) owner: ObjectRef,
    /// The place among the relationships of the owner's model.
    pub(crate) relationship: usize,
    /// Members that came again afterwards.
    pub(crate) kept: Vec<ObjectRef>,
    /// How many changes to link rows were made before.
    links_before: usize,
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

/// Foreign keys that were set since the last flush: the owner, the place of the `belongs_to`, and the object that has it. It may
/// have been set to another since.
#[derive(Debug, Default)]
struct Given {
    all: Vec<(ObjectRef, usize, ObjectRef)>,
    /// The same by owner, as far as somebody has asked.
    by_owner: FxHashMap<ObjectRef, Vec<(usize, ObjectRef)>>,
    /// How many of all are there.
    sorted: usize,
}

impl Given {
    fn give(&mut self, owner: ObjectRef, relationship: usize, child: ObjectRef) {
        if self.all.last() != Some(&(owner, relationship, child)) {
            self.all.push((owner, relationship, child));
        }
    }

    fn to(&mut self, owner: ObjectRef) -> &[(usize, ObjectRef)] {
        for &(owner, relationship, child) in &self.all[self.sorted..] {
            self.by_owner.entry(owner).or_default().push((relationship, child));
        }
        self.sorted = self.all.len();
        self.by_owner.get(&owner).map_or(&[], Vec::as_slice)
    }
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
        self.clears.is_empty() && self.unusable.is_empty() && self.failure.is_none() && self.links.is_empty()
    }

    /// The members of this collection go, whichever they are.
    pub(crate) fn clear_later(&mut self, owner: ObjectRef, relationship: usize) {
        self.clears.retain(|clear| !clear.is_of(owner, relationship));
        self.clears.push_back(Clear { owner, relationship, kept: Vec::new(), links_before: self.links.len() });
    }

    /// This member goes or stays, whatever is cleared.
    pub(crate) fn keep_from_clear(&mut self, owner: ObjectRef, relationship: usize, member: ObjectRef, keep: bool) {
        if let Some(clear) = self.clears.iter_mut().find(|clear| clear.is_of(owner, relationship)) {
            clear.kept.retain(|kept| *kept != member);
            if keep {
                clear.kept.push(member);
            }
        }
    }

    /// The collections that this member has to leave when they are cleared.
    pub(crate) fn clears_of(&self, member: ObjectRef) -> Vec<(ObjectRef, usize)> {
        let clears = self.clears.iter().filter(|clear| !clear.kept.contains(&member));
        clears.map(|clear| (clear.owner, clear.relationship)).collect()
    }

    /// The collections to clear, in the order in which they were cleared.
    pub(crate) fn cleared(&self) -> Vec<(ObjectRef, usize)> {
        self.clears.iter().map(|clear| (clear.owner, clear.relationship)).collect()
    }

    /// The next collection to clear, of which the members are known by now.
    pub(crate) fn take_clear(&mut self) -> Option<Clear> {
        self.clears.pop_front()
    }

    /// A link row goes, by a change that was made before others.
    pub(crate) fn unlink_before(&mut self, clear: &Clear, link: Link) {
        self.links.insert(clear.links_before, LinkEdit { link, present: false });
        let after = |other: &&mut Clear| other.links_before >= clear.links_before;
        self.clears.iter_mut().filter(after).for_each(|other| other.links_before += 1);
    }

    /// A handle that cannot become a member was added; taking it out again makes it good.
    pub(crate) fn keep_unusable(&mut self, member: ObjectRef, added: bool) {
        self.unusable.retain(|other| *other != member);
        if added {
            self.unusable.push(member);
        }
    }

    /// An object does not read back the values that it has written.
    pub(crate) fn fail(&mut self, object: ObjectRef, error: &Error) {
        self.failure.get_or_insert_with(|| (object, error.to_string()));
    }

    pub(crate) fn failure(&self) -> Option<Error> {
        let (object, reason) = self.failure.clone()?;
        Some(Error::OwnValues { model: object.table.model, reason })
    }

    pub(crate) fn first_unusable(&self) -> Option<ObjectRef> {
        self.unusable.first().copied()
    }

    pub(crate) fn give(&mut self, owner: ObjectRef, relationship: usize, child: ObjectRef) {
        self.given.give(owner, relationship, child);
    }

    /// The objects that may have been given to an owner by this foreign key of that table.
    pub(crate) fn given(&mut self, owner: ObjectRef, table: &Table, relationship: usize) -> Vec<ObjectRef> {
        let given = self.given.to(owner).iter();
        let of_key = given.filter(|(place, child)| *place == relationship && child.table.is(table));
        of_key.map(|(_, child)| *child).collect()
    }

    /// The objects that may have been given to any owner by this foreign key of that table.
    pub(crate) fn all_given(&self, table: &Table, relationship: usize) -> Vec<ObjectRef> {
        let given = self.given.all.iter();
        let of_key = given.filter(|(_, place, child)| *place == relationship && child.table.is(table));
        let mut children: Vec<ObjectRef> = of_key.map(|(.., child)| *child).collect();
        children.sort_unstable_by_key(|child| child.slot);
        children.dedup();
        children
    }

    /// A flush sets a foreign key that had these cells to `NULL`.
    pub(crate) fn release_along(&mut self, object: ObjectRef, before: Vec<(usize, Cell)>) {
        self.released_along.push((object, before));
    }

    /// A transaction has failed in which a flush gave this place to an object.
    pub(crate) fn keep_place(&mut self, object: ObjectRef, relationship: usize, place: Place) {
        self.taken_before.insert((object, relationship), place);
    }

    /// Whether a flush of a transaction that failed has given this place to an object which waits.
    pub(crate) fn had_place(&self, object: ObjectRef, relationship: usize, place: &Place) -> bool {
        self.taken_before.get(&(object, relationship)) == Some(place)
    }

    pub(crate) fn key_followed(&mut self) {
        self.key_followed = true;
    }

    pub(crate) fn has_key_followed(&self) -> bool {
        self.key_followed
    }

    pub(crate) fn take_released_along(&mut self) -> Vec<(ObjectRef, Vec<(usize, Cell)>)> {
        std::mem::take(&mut self.released_along)
    }

    pub(crate) fn link(&mut self, link: Link, present: bool) {
        self.links.push(LinkEdit { link, present });
        link.ends.iter().for_each(|end| self.linked.entry(end.object).or_default().push(link));
    }

    /// Whether a link was taken away since the last flush, and perhaps came again.
    pub(crate) fn was_taken_away(&self, link: &Link) -> bool {
        self.links.iter().any(|edit| edit.link == *link && !edit.present)
    }

    /// Whether a link was taken away since the last flush, and did not come again.
    pub(crate) fn is_taken_away(&self, link: &Link) -> bool {
        self.links.iter().rev().find(|edit| edit.link == *link).is_some_and(|edit| !edit.present)
    }

    /// The links that flushes since the last commit or savepoint have made: they were not there before.
    pub(crate) fn made_links(&self) -> Vec<Link> {
        let mut seen = FxHashSet::default();
        let first = self.flushed_links.innermost().iter().filter(|edit| seen.insert(edit.link));
        first.filter(|edit| edit.present).map(|edit| edit.link).collect()
    }

    /// The link rows that were changed and have this object at one end.
    pub(crate) fn links_of(&self, object: ObjectRef) -> Vec<Link> {
        self.linked.get(&object).cloned().unwrap_or_default()
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

    /// The columns of an association table that refer to the owner of a relationship, in the one descriptor that stands for
    /// the table.
    pub(crate) fn owner_columns(&mut self, through: &Through) -> (&'static Table, &'static [usize]) {
        let association = self.association((through.table)());
        (association, association.reference(same_end(association, through, through.from)).columns)
    }

    /// The next flush has written them.
    pub(crate) fn flushed(&mut self) {
        self.given = Given::default();
        self.released_along.clear();
        self.taken_before.clear();
        self.linked.clear();
        self.flushed_links.extend(self.links.drain(..));
    }

    /// The transaction has run a statement for many rows.
    pub(crate) fn ran(&mut self, statement: String) {
        if !self.ran.innermost().contains(&statement) {
            self.ran.push(statement);
        }
    }

    /// Something of the transaction was taken out of the session, whenever it was written.
    pub(crate) fn ran_at_any_time(&mut self, what: String) {
        self.ran.push_to_all(what);
    }

    /// The next statement is this question, which shall lock rows.
    pub(crate) fn is_to_lock(&mut self, question: String) {
        self.locking = Some(question);
    }

    /// The question that is sent now, where it shall lock rows.
    pub(crate) fn take_locking(&mut self) -> Option<String> {
        self.locking.take()
    }

    /// The transaction has locked rows by this question.
    pub(crate) fn locked(&mut self, question: String) {
        if !self.locked.contains(&question) {
            self.locked.push(question);
        }
    }

    /// Whether the transaction has run a statement for many rows.
    pub(crate) fn has_run_statements(&self) -> bool {
        !self.ran.is_empty()
    }

    /// What is left of the changes when all objects leave the session: the statements that cannot wait again, and what was
    /// flushed.
    pub(crate) fn cleared_session(&mut self, has_written: bool) -> Self {
        let Self { ran, locked, undone, flushed_links, .. } = std::mem::take(self);
        let had_links = !flushed_links.is_empty();
        let mut left = Self { ran, locked, undone, flushed_links: flushed_links.emptied(), ..Self::default() };
        if has_written || had_links {
            left.ran_at_any_time("what was flushed before `clear`".to_owned());
        }
        left
    }

    /// Forgets what was flushed of these objects, and tells whether there was something.
    pub(crate) fn forget(&mut self, is_freed: impl Fn(ObjectRef) -> bool) -> bool {
        let has_freed = |link: &Link| link.ends.iter().any(|end| is_freed(end.object));
        let has_flushed = self.flushed_links.iter().any(|edit| has_freed(&edit.link));
        self.flushed_links.retain(|edit| !has_freed(&edit.link));
        has_flushed
    }

    /// Statements for many rows that a failure has undone do not wait: only the user can send them again.
    pub(crate) fn check_undone(&self) -> Result<()> {
        match self.undone.is_empty() {
            true => Ok(()),
            false => Err(Error::Undone { statements: self.undone.clone() }),
        }
    }

    /// What was flushed lasts.
    pub(crate) fn committed(&mut self) {
        self.key_followed = false;
        self.ran.take();
        self.locked.clear();
        self.flushed_links.take();
    }

    /// A savepoint is set.
    pub(crate) fn begin_level(&mut self) {
        self.ran.begin();
        self.flushed_links.begin();
    }

    /// A savepoint goes, and what was flushed since it stays.
    pub(crate) fn keep_level(&mut self) {
        self.ran.keep();
        self.flushed_links.keep();
    }

    /// A savepoint goes since which nothing was flushed that counts.
    pub(crate) fn end_level(&mut self) {
        self.ran.end();
        self.flushed_links.end();
    }

    /// What was flushed since the last commit or savepoint was undone, and waits again. Locks last as long as the transaction.
    pub(crate) fn pending_again(&mut self) {
        let mut undone = std::mem::take(self.ran.innermost_mut());
        if self.ran.depth() == 0 {
            undone.append(&mut self.locked);
        }
        // What a savepoint has done may have been done before it too.
        for what in undone {
            if !self.undone.contains(&what) {
                self.undone.push(what);
            }
        }
        let flushed = self.flushed_links.take();
        self.clears.iter_mut().for_each(|clear| clear.links_before += flushed.len());
        let later = std::mem::replace(&mut self.links, flushed);
        self.links.extend(later);
        for LinkEdit { link, .. } in &self.links {
            link.ends.iter().for_each(|end| self.linked.entry(end.object).or_default().push(*link));
        }
    }

    /// Everything since the last commit or savepoint is given up.
    pub(crate) fn clear(&mut self) {
        self.clears.clear();
        self.unusable.clear();
        self.failure = None;
        self.given = Given::default();
        self.released_along.clear();
        self.taken_before.clear();
        self.linked.clear();
        self.links.clear();
        self.flushed_links.take();
        self.ran.take();
        self.undone.clear();
        if self.ran.depth() == 0 {
            self.key_followed = false;
            self.locked.clear();
        }
    }
}

impl Clear {
    fn is_of(&self, owner: ObjectRef, relationship: usize) -> bool {
        self.owner == owner && self.relationship == relationship
    }
}

impl Link {
    /// The link between two objects along a relationship, the same from either side.
    pub(crate) fn new(association: &'static Table, through: &Through, owner: ObjectRef, member: ObjectRef) -> Self {
        let end =
            |relationship: usize, object| End { relationship: same_end(association, through, relationship), object };
        let mut ends = [end(through.from, owner), end(through.to, member)];
        ends.sort_by_key(|end| end.relationship);
        Self { association: TableRef::plain(association), ends }
    }
}

/// The relationship of an association table's one descriptor that is this one of the descriptor that a side brings: they are
/// told by their columns' names.
fn same_end(association: &Table, through: &Through, relationship: usize) -> usize {
    let first_column = |table: &Table, relationship: usize| match table.relationships[relationship].kind {
        RelationshipKind::BelongsTo(reference) => Some(table.columns[reference.columns[0]].name),
        _ => None,
    };
    let name = first_column((through.table)(), relationship);
    let is_same = |&place: &usize| first_column(association, place) == name;
    let found = (0..association.relationships.len()).find(is_same);
    found.expect("both sides of a many-to-many name the same columns")
}

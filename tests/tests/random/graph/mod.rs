//! Models with a number and a value, tied by foreign keys and links: what a set of them declares, and its walk.

mod doing;
pub(crate) mod kinds;
mod linking;
pub(crate) mod links;
mod merging;
mod oracle;
mod steps;
pub(crate) mod ties;

use std::marker::PhantomData;
use std::ops::Range;

use orm_core::prelude::*;
use proptest::strategy::BoxedStrategy;
use proptest::test_runner::TestCaseError;

use super::world::{Done, Facts, World};
use kinds::{AnyKind, Book};
use links::AnyLink;
pub(crate) use oracle::{Name, Number};
use oracle::{Oracle, fact};
pub(crate) use steps::Step;
use ties::AnyTie;

/// A set of models.
pub(crate) trait Set: Clone + Default + 'static {
    /// Each has ten names: those of the first begin with 0, those of the second with 10.
    const KINDS: &'static [&'static dyn AnyKind];
    const RULES: &'static [Rule];
    const LINKS: &'static [Links];

    fn schema() -> Schema;
    fn tables() -> &'static [&'static str];
}

/// A relationship by a foreign key, and what becomes of it.
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    pub(crate) children: Range<Name>,
    pub(crate) owners: Range<Name>,
    pub(crate) unique: bool,
    pub(crate) required: bool,
    pub(crate) fate: Fate,
    pub(crate) column: &'static str,
    pub(crate) tie: &'static dyn AnyTie,
}

/// What becomes of the members of an owner that is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Released,
    Deleted,
    /// They are also deleted when they lose their owner.
    Orphaned,
}

/// A many-to-many relationship.
pub(crate) struct Links {
    pub(crate) name: &'static str,
    pub(crate) from: Range<Name>,
    pub(crate) to: Range<Name>,
    /// The table, the column that refers to `from`, and the one that refers to `to`.
    pub(crate) stored: (&'static str, &'static str, &'static str),
    pub(crate) link: &'static dyn AnyLink,
}

impl Rule {
    pub(crate) fn is_child(&self, number: Number) -> bool {
        self.children.contains(&(number % 100))
    }

    pub(crate) fn is_owner(&self, number: Number) -> bool {
        self.owners.contains(&(number % 100))
    }
}

/// A walk over the objects of a set.
#[derive(Clone)]
pub(crate) struct Graph<S> {
    oracle: Oracle,
    book: Book,
    saved_book: Book,
    /// The number of savepoints.
    depth: usize,
    set: PhantomData<S>,
}

impl<S: Set> Default for Graph<S> {
    fn default() -> Self {
        let oracle = Oracle::new(S::RULES.iter().collect());
        Self { oracle, book: Book::default(), saved_book: Book::default(), depth: 0, set: PhantomData }
    }
}

impl<S: Set> World for Graph<S> {
    type Step = Step;

    fn schema() -> Schema {
        S::schema()
    }

    fn tables() -> &'static [&'static str] {
        S::tables()
    }

    fn beginning() -> Vec<Step> {
        steps::beginning::<S>()
    }

    fn steps() -> BoxedStrategy<Step> {
        steps::steps::<S>()
    }

    fn step(&mut self, session: &mut Session, step: &Step) -> Done {
        self.take(session, step)
    }

    fn flushed(&mut self) {
        self.oracle.flushed();
        let values = &self.oracle.now.values;
        self.book.retain(|number| values.contains_key(&number));
    }

    fn committed(&mut self) {
        self.oracle.committed();
        self.saved_book = self.book.clone();
    }

    fn can_be_repeated(&self) -> bool {
        self.oracle.can_be_repeated()
    }

    fn failed(&mut self, _session: &mut Session) -> Done {
        self.oracle.failed();
        Ok(())
    }

    fn rolled_back(&mut self) {
        self.oracle.rolled_back();
        self.book = self.saved_book.clone();
    }

    fn savepoint(&mut self) {
        self.committed();
        self.depth += 1;
    }

    fn kept(&mut self, before: &Self) {
        self.depth = before.depth;
        self.oracle.saved = before.oracle.saved.clone();
        self.saved_book = before.saved_book.clone();
    }

    fn cleared(&mut self) {
        self.book = Book::default();
        self.saved_book = Book::default();
    }

    fn expected(&self) -> Facts {
        self.oracle.facts()
    }

    fn shown(&self, session: &Session) -> Facts {
        let mut facts = Facts::new();
        S::KINDS.iter().for_each(|kind| kind.shown(session, &self.book, &mut facts));
        for rule in S::RULES {
            let objects = || self.oracle.now.values.keys().copied().filter(|&number| self.book.knows(number));
            let owners = || objects().filter(|&owner| rule.is_owner(owner));
            for child in objects().filter(|&child| rule.is_child(child)) {
                let key = rule.tie.foreign_key(session, &self.book, child);
                let owner = owners().find(|&owner| rule.tie.owner_id(session, &self.book, owner) == key);
                if key.is_none() || owner.is_some() {
                    facts.insert(fact(rule, child, owner.filter(|_| key.is_some())));
                }
            }
        }
        facts
    }

    fn seen(&mut self, session: &Session) -> Done<Facts> {
        let mut facts = Facts::new();
        for kind in S::KINDS {
            kind.seen(session, &mut self.book, &mut facts)?;
        }
        for rule in S::RULES {
            facts.extend(self.seen_ties(session, rule)?);
        }
        for links in S::LINKS {
            facts.extend(self.seen_links(session, links)?);
        }
        Ok(facts)
    }

    fn stored() -> String {
        let mut queries = Vec::new();
        for kind in S::KINDS {
            queries.push(format!("SELECT CONCAT(number, ' = ', value) FROM {}", kind.table()));
        }
        for rule in S::RULES {
            let (child, owner) = (table::<S>(rule.children.start), table::<S>(rule.owners.start));
            queries.push(format!(
                "SELECT CONCAT(c.number, '.{} = ', COALESCE(o.number, 'nothing')) FROM {child} c LEFT JOIN {owner} o ON o.id = c.{}",
                rule.name, rule.column
            ));
        }
        for links in S::LINKS {
            let (from, to) = (table::<S>(links.from.start), table::<S>(links.to.start));
            let (association, from_id, to_id) = links.stored;
            queries.push(format!(
                "SELECT CONCAT(f.number, ' {} ', t.number) FROM {association} l \
                 JOIN {from} f ON f.id = l.{from_id} JOIN {to} t ON t.id = l.{to_id}",
                links.name
            ));
        }
        queries.join(" UNION ALL ")
    }
}

fn table<S: Set>(name: Name) -> &'static str {
    S::KINDS[usize::from(name / 10)].table()
}

impl<S: Set> Graph<S> {
    fn known(&self) -> impl Iterator<Item = Number> {
        self.oracle.now.values.keys().copied().filter(|&number| self.book.knows(number))
    }

    /// What both sides of a relationship say, which must be the same.
    fn seen_ties(&self, session: &Session, rule: &Rule) -> Done<Facts> {
        let (mut of_children, mut of_owners) = (Facts::new(), Facts::new());
        for owner in self.known().filter(|&owner| rule.is_owner(owner)) {
            let children = rule.tie.children(session, &self.book, owner)?;
            of_owners.extend(children.into_iter().map(|child| fact(rule, child, Some(owner))));
        }
        for child in self.known().filter(|&child| rule.is_child(child)) {
            let owner = rule.tie.owner(session, &self.book, child)?;
            if owner.is_none() {
                of_owners.insert(fact(rule, child, None));
            }
            of_children.insert(fact(rule, child, owner));
        }
        agree(of_children, &of_owners)
    }

    fn seen_links(&self, session: &Session, links: &Links) -> Done<Facts> {
        let (mut forth, mut back) = (Facts::new(), Facts::new());
        for from in self.known().filter(|from| links.from.contains(&(from % 100))) {
            let linked = links.link.linked(session, &self.book, from)?;
            forth.extend(linked.iter().map(|to| format!("{from} {} {to}", links.name)));
        }
        for to in self.known().filter(|to| links.to.contains(&(to % 100))) {
            let linking = links.link.linking(session, &self.book, to)?;
            back.extend(linking.iter().map(|from| format!("{from} {} {to}", links.name)));
        }
        agree(forth, &back)
    }
}

fn agree(one: Facts, other: &Facts) -> Done<Facts> {
    match one == *other {
        true => Ok(one),
        false => Err(TestCaseError::fail(format!("the sides of a relationship disagree: {one:?} and {other:?}"))),
    }
}

//! What a walk does with the objects of a set, and what the oracle makes of it.

use std::ops::Range;

use orm_core::prelude::*;
use proptest::prelude::*;

use super::super::world::Done;
use super::links::Change;
use super::oracle::Name;
use super::ties::By;
use super::{Fate, Graph, Links, Number, Rule, Set};

/// A relationship is given by its place in the set and printed by its name.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Add(Name),
    Value(Name, i32),
    Delete(Name),
    Refresh(Name),
    Get(Name),
    Evict(Name),
    Merge {
        tie: &'static str,
        child: Name,
        value: i32,
        owner: Option<Name>,
    },
    /// A new object that refers to an owner.
    AddTo {
        tie: &'static str,
        child: Name,
        owner: Name,
        by: By,
    },
    /// A new object inside of its owner.
    PushNew {
        tie: &'static str,
        owner: Name,
        child: Name,
    },
    /// A new object, with a new owner in its foreign key.
    AddWithOwner {
        tie: &'static str,
        child: Name,
        owner: Name,
    },
    /// A new owner, with an object inside, which may be new too.
    AddOwner {
        tie: &'static str,
        owner: Name,
        child: Name,
    },
    Refer {
        tie: &'static str,
        child: Name,
        owner: Name,
        by: By,
    },
    Release {
        tie: &'static str,
        child: Name,
    },
    Push {
        tie: &'static str,
        owner: Name,
        child: Name,
    },
    Remove {
        tie: &'static str,
        owner: Name,
        child: Name,
    },
    Replace {
        tie: &'static str,
        owner: Name,
        child: Name,
    },
    Empty {
        tie: &'static str,
        owner: Name,
    },
    /// Follows a foreign key.
    Owner {
        tie: &'static str,
        child: Name,
    },
    /// Loads a collection.
    Children {
        tie: &'static str,
        owner: Name,
    },
    Link {
        link: &'static str,
        from: Name,
        to: Name,
        change: Change,
    },
    LinkBack {
        link: &'static str,
        to: Name,
        from: Name,
        change: Change,
    },
    Linked {
        link: &'static str,
        from: Name,
    },
}

pub(super) fn steps<S: Set>() -> BoxedStrategy<Step> {
    let mut steps = vec![];
    for kind in 0..S::KINDS.len() {
        let first = Name::try_from(kind * 10).expect("sets are small");
        let names = names_of::<S>(first);
        steps.push((6, of_object(names, is_free::<S>(first))));
    }
    steps.extend(S::RULES.iter().map(|rule| (10, of_tie(rule))));
    steps.extend(S::LINKS.iter().map(|links| (5, of_link(links))));
    proptest::strategy::Union::new_weighted(steps).boxed()
}

/// Of each model three objects. Those that need an owner have one each.
pub(super) fn beginning<S: Set>() -> Vec<Step> {
    let mut steps = Vec::new();
    for kind in 0..S::KINDS.len() {
        let first = Name::try_from(kind * 10).expect("sets are small");
        let owned = S::RULES.iter().find(|rule| rule.required && rule.children.start == first);
        steps.extend((0..3).map(|place| match owned {
            Some(rule) => {
                let (child, owner) = (first + place, rule.owners.start + place);
                Step::AddTo { tie: rule.name, child, owner, by: By::Handle }
            }
            None => Step::Add(first + place),
        }));
    }
    steps
}

/// The names of the objects of one model.
fn names_of<S: Set>(first: Name) -> Range<Name> {
    let children = S::RULES.iter().map(|rule| rule.children.clone());
    let owners = S::RULES.iter().map(|rule| rule.owners.clone());
    let found = children.chain(owners).find(|names| names.start == first);
    found.expect("every model of a set has a relationship")
}

/// Whether an object of this model can be without an owner.
pub(super) fn is_free<S: Set>(first: Name) -> bool {
    !S::RULES.iter().any(|rule| rule.required && rule.children.start == first)
}

fn of_object(names: Range<Name>, is_free: bool) -> BoxedStrategy<Step> {
    let new = if is_free { 4 } else { 0 };
    let name = || names.clone();
    let mut steps = vec![
        (3, (name(), 1..9).prop_map(|(name, value)| Step::Value(name, value)).boxed()),
        (2, name().prop_map(Step::Delete).boxed()),
        (1, name().prop_map(Step::Refresh).boxed()),
        (1, name().prop_map(Step::Get).boxed()),
        (1, name().prop_map(Step::Evict).boxed()),
    ];
    if new > 0 {
        steps.push((new, name().prop_map(Step::Add).boxed()));
    }
    proptest::strategy::Union::new_weighted(steps).boxed()
}

fn of_tie(rule: &'static Rule) -> BoxedStrategy<Step> {
    let tie = rule.name;
    let both = || (rule.children.clone(), rule.owners.clone());
    let by = || prop_oneof![3 => Just(By::Handle), 1 => Just(By::Key)];
    let owner = proptest::option::of(rule.owners.clone());
    prop_oneof![
        4 => (both(), by()).prop_map(move |((child, owner), by)| Step::AddTo { tie, child, owner, by }),
        1 => both().prop_map(move |(child, owner)| Step::PushNew { tie, owner, child }),
        1 => both().prop_map(move |(child, owner)| Step::AddWithOwner { tie, child, owner }),
        1 => both().prop_map(move |(child, owner)| Step::AddOwner { tie, owner, child }),
        4 => (both(), by()).prop_map(move |((child, owner), by)| Step::Refer { tie, child, owner, by }),
        1 => rule.children.clone().prop_map(move |child| Step::Release { tie, child }),
        3 => both().prop_map(move |(child, owner)| Step::Push { tie, owner, child }),
        1 => both().prop_map(move |(child, owner)| Step::Remove { tie, owner, child }),
        1 => both().prop_map(move |(child, owner)| Step::Replace { tie, owner, child }),
        1 => rule.owners.clone().prop_map(move |owner| Step::Empty { tie, owner }),
        1 => rule.children.clone().prop_map(move |child| Step::Owner { tie, child }),
        1 => rule.owners.clone().prop_map(move |owner| Step::Children { tie, owner }),
        1 => (rule.children.clone(), 1..9, owner)
            .prop_map(move |(child, value, owner)| Step::Merge { tie, child, value, owner }),
    ]
    .boxed()
}

fn of_link(links: &'static Links) -> BoxedStrategy<Step> {
    let link = links.name;
    let change = || {
        prop_oneof![
            4 => Just(Change::Push),
            2 => Just(Change::Remove),
            1 => Just(Change::Replace),
            1 => Just(Change::Clear),
            1 => Just(Change::PushNew),
        ]
    };
    let both = || (links.from.clone(), links.to.clone(), change());
    prop_oneof![
        3 => both().prop_map(move |(from, to, change)| Step::Link { link, from, to, change }),
        3 => both().prop_map(move |(from, to, change)| Step::LinkBack { link, to, from, change }),
        1 => links.from.clone().prop_map(move |from| Step::Linked { link, from }),
    ]
    .boxed()
}

impl<S: Set> Graph<S> {
    /// Does a step; nothing, where one of the objects is not there, or is there already.
    pub(super) fn take(&mut self, session: &mut Session, step: &Step) -> Done {
        match *step {
            Step::Add(name) => {
                if let Some(number) = self.oracle.add(name) {
                    kind::<S>(name).add(session, &mut self.book, number);
                }
                Ok(())
            }
            Step::Value(name, value) => {
                if let Some(number) = self.find(name) {
                    kind::<S>(name).set_value(session, &self.book, number, value);
                    self.oracle.now.values.insert(number, value);
                }
                Ok(())
            }
            Step::Delete(name) => {
                if self.oracle.takes_over_places() {
                    self.flush(session)?;
                }
                if let Some(number) = self.find(name) {
                    kind::<S>(name).delete(session, &self.book, number);
                    self.oracle.delete(number);
                    self.book.forget(number);
                }
                Ok(())
            }
            Step::Refresh(name) => {
                self.flush(session)?;
                self.find(name).map_or(Ok(()), |number| kind::<S>(name).refresh(session, &self.book, number))
            }
            Step::Get(name) => {
                self.find(name).map_or(Ok(()), |number| kind::<S>(name).get(session, &self.book, number))
            }
            Step::Evict(name) => self.evict(session, name),
            Step::Merge { tie, child, value, owner } => self.merge(session, rule::<S>(tie), child, value, owner),
            Step::AddTo { tie, child, owner, by } => self.add_to(session, rule::<S>(tie), child, owner, by),
            Step::PushNew { tie, owner, child } => self.push_new(session, rule::<S>(tie), owner, child),
            Step::AddWithOwner { tie, child, owner } => {
                self.add_with_owner(session, rule::<S>(tie), child, owner);
                Ok(())
            }
            Step::AddOwner { tie, owner, child } => self.add_owner(session, rule::<S>(tie), owner, child),
            Step::Refer { tie, child, owner, by } => self.refer(session, rule::<S>(tie), child, owner, by),
            Step::Release { tie, child } => self.release(session, rule::<S>(tie), child),
            Step::Push { tie, owner, child } => self.push(session, rule::<S>(tie), owner, child),
            Step::Remove { tie, owner, child } => self.remove(session, rule::<S>(tie), owner, child),
            Step::Replace { tie, owner, child } => self.replace(session, rule::<S>(tie), owner, child),
            Step::Empty { tie, owner } => self.empty(session, rule::<S>(tie), owner),
            Step::Owner { tie, child } => self.load_owner(session, rule::<S>(tie), child),
            Step::Children { tie, owner } => self.load_children(session, rule::<S>(tie), owner),
            Step::Link { link, from, to, change } => {
                self.link(session, links::<S>(link), from, to, change);
                Ok(())
            }
            Step::LinkBack { link, to, from, change } => {
                self.link_back(session, links::<S>(link), from, to, change);
                Ok(())
            }
            Step::Linked { link, from } => self.load_linked(session, links::<S>(link), from),
        }
    }

    /// The object with this name, where the walk has its handle.
    pub(super) fn find(&self, name: Name) -> Option<Number> {
        self.oracle.find(name).filter(|&number| self.book.knows(number))
    }

    fn find_both(&self, child: Name, owner: Name) -> Option<(Number, Number)> {
        self.find(child).zip(self.find(owner))
    }

    fn flush(&mut self, session: &mut Session) -> Done {
        session.flush()?;
        super::World::flushed(self);
        Ok(())
    }

    /// Flushes where a change could not go together with those that wait.
    fn wait(&mut self, session: &mut Session, rule: &Rule, child: Number, owner: Option<Number>) -> Done {
        if self.oracle.has_to_wait(rule, child, owner) { self.flush(session) } else { Ok(()) }
    }

    /// An object that is as the last commit has left it, with all its links.
    fn evict(&mut self, session: &mut Session, name: Name) -> Done {
        self.flush(session)?;
        let (now, saved) = (&self.oracle.now, &self.oracle.saved);
        let links = |graph: &super::oracle::Graph, number: Number| -> Vec<_> {
            graph.links.iter().filter(|link| link.1 == number || link.2 == number).copied().collect()
        };
        let is_saved = |number: &Number| {
            let owners = S::RULES.iter().map(|rule| (rule.name, *number));
            now.values.get(number) == saved.values.get(number)
                && owners.into_iter().all(|key| now.owners.get(&key) == saved.owners.get(&key))
                && links(now, *number) == links(saved, *number)
        };
        if let Some(number) = self.find(name).filter(is_saved) {
            kind::<S>(name).evict(session, &self.book, number)?;
            self.book.forget(number);
            self.saved_book.forget(number);
        }
        Ok(())
    }

    /// What is not set in the data is left alone where it is required, and `NULL` else.
    fn merge(&mut self, session: &mut Session, rule: &Rule, child: Name, value: i32, owner: Option<Name>) -> Done {
        self.flush(session)?;
        let owner = owner.and_then(|owner| self.find(owner));
        let Some(child) = self.find(child) else { return Ok(()) };
        if rule.tie.child_id(session, &self.book, child).is_some() {
            rule.tie.merge(session, &self.book, child, value, owner)?;
            self.oracle.now.values.insert(child, value);
            for other in S::RULES.iter().filter(|other| other.is_child(child) && !other.required) {
                self.oracle.refer(other, child, None);
            }
            if !rule.required || owner.is_some() {
                self.oracle.refer(rule, child, owner);
            }
        }
        Ok(())
    }

    fn add_to(&mut self, session: &mut Session, rule: &Rule, child: Name, owner: Name, by: By) -> Done {
        let Some(owner) = self.find(owner).filter(|_| can_be_added::<S>(rule)) else { return Ok(()) };
        if by == By::Key && !self.has_lasting_key(session, rule, owner) || self.oracle.find(child).is_some() {
            return Ok(());
        }
        self.wait(session, rule, child, Some(owner))?;
        if let Some(child) = self.oracle.add(child) {
            rule.tie.add(session, &mut self.book, child, owner, by);
            self.oracle.refer(rule, child, Some(owner));
        }
        Ok(())
    }

    /// A key that the database has made is another one after a failure.
    fn has_lasting_key(&self, session: &Session, rule: &Rule, owner: Number) -> bool {
        self.oracle.saved.values.contains_key(&owner) && rule.tie.owner_id(session, &self.book, owner).is_some()
    }

    fn push_new(&mut self, session: &mut Session, rule: &Rule, owner: Name, child: Name) -> Done {
        let Some(owner) = self.find(owner).filter(|_| can_be_added::<S>(rule)) else { return Ok(()) };
        self.wait(session, rule, Number::MAX, Some(owner))?;
        if let Some(child) = self.oracle.add(child) {
            rule.tie.push_new(session, &self.book, owner, child);
            self.oracle.push(rule, owner, child);
        }
        Ok(())
    }

    fn add_with_owner(&mut self, session: &mut Session, rule: &Rule, child: Name, owner: Name) {
        let is_taken = |name| self.oracle.find(name).is_some();
        let can_be = !is_taken(child) && !is_taken(owner) && child != owner;
        if can_be
            && can_be_added::<S>(rule)
            && can_own::<S>(rule)
            && let Some((child, owner)) = self.oracle.add(child).zip(self.oracle.add(owner))
        {
            rule.tie.add_with_owner(session, &mut self.book, child, owner);
            self.oracle.refer(rule, child, Some(owner));
        }
    }

    fn add_owner(&mut self, session: &mut Session, rule: &Rule, owner: Name, child: Name) -> Done {
        if self.oracle.find(owner).is_some() || child == owner || !can_own::<S>(rule) {
            return Ok(());
        }
        let child = match self.oracle.find(child) {
            Some(child) if self.book.knows(child) => {
                self.wait(session, rule, child, None)?;
                self.find(child % 100)
            }
            Some(_) => None,
            None => can_be_added::<S>(rule).then(|| self.oracle.add(child)).flatten(),
        };
        let Some(child) = child else { return Ok(()) };
        if let Some(owner) = self.oracle.add(owner) {
            rule.tie.add_owner(session, &mut self.book, owner, child);
            self.oracle.push(rule, owner, child);
        }
        Ok(())
    }

    fn refer(&mut self, session: &mut Session, rule: &Rule, child: Name, owner: Name, by: By) -> Done {
        let Some((one, other)) = self.find_both(child, owner) else { return Ok(()) };
        self.wait(session, rule, one, Some(other))?;
        let Some((child, owner)) = self.find_both(child, owner) else { return Ok(()) };
        if by == By::Handle || self.has_lasting_key(session, rule, owner) {
            rule.tie.refer(session, &self.book, child, owner, by);
            self.oracle.refer(rule, child, Some(owner));
        }
        Ok(())
    }

    fn release(&mut self, session: &mut Session, rule: &Rule, child: Name) -> Done {
        let Some(one) = self.find(child).filter(|_| can_be_empty(rule)) else { return Ok(()) };
        self.wait(session, rule, one, None)?;
        if let Some(child) = self.find(child) {
            rule.tie.release(session, &self.book, child);
            self.oracle.refer(rule, child, None);
        }
        Ok(())
    }

    fn push(&mut self, session: &mut Session, rule: &Rule, owner: Name, child: Name) -> Done {
        let Some((one, other)) = self.find_both(child, owner) else { return Ok(()) };
        self.wait(session, rule, one, Some(other))?;
        if let Some((child, owner)) = self.find_both(child, owner) {
            rule.tie.push(session, &self.book, owner, child);
            self.oracle.push(rule, owner, child);
        }
        Ok(())
    }

    fn remove(&mut self, session: &mut Session, rule: &Rule, owner: Name, child: Name) -> Done {
        let Some((child, owner)) = self.find_both(child, owner) else { return Ok(()) };
        let is_member = self.oracle.owner(rule, child) == Some(owner);
        if (is_member && can_be_empty(rule)) || (!is_member && !rule.unique) {
            rule.tie.remove(session, &self.book, owner, child);
            match (is_member, rule.unique) {
                (true, true) => self.oracle.empty(rule, owner),
                (true, false) => self.oracle.refer(rule, child, None),
                (false, _) => {}
            }
        }
        Ok(())
    }

    fn replace(&mut self, session: &mut Session, rule: &Rule, owner: Name, child: Name) -> Done {
        if !can_be_empty(rule) {
            return Ok(());
        }
        let Some((one, other)) = self.find_both(child, owner) else { return Ok(()) };
        self.wait(session, rule, one, Some(other))?;
        if let Some((child, owner)) = self.find_both(child, owner) {
            rule.tie.replace(session, &self.book, owner, child);
            self.oracle.empty(rule, owner);
            self.oracle.refer(rule, child, Some(owner));
        }
        Ok(())
    }

    fn empty(&mut self, session: &mut Session, rule: &Rule, owner: Name) -> Done {
        if let Some(owner) = self.find(owner).filter(|_| can_be_empty(rule)) {
            rule.tie.empty(session, &self.book, owner);
            self.oracle.empty(rule, owner);
        }
        Ok(())
    }

    fn load_owner(&mut self, session: &mut Session, rule: &Rule, child: Name) -> Done {
        self.flush(session)?;
        let Some(child) = self.find(child) else { return Ok(()) };
        let owner = rule.tie.owner(session, &self.book, child)?;
        prop_assert_eq!(owner, self.oracle.owner(rule, child), "the owner of {}", child);
        Ok(())
    }

    fn load_children(&mut self, session: &mut Session, rule: &Rule, owner: Name) -> Done {
        let Some(owner) = self.find(owner) else { return Ok(()) };
        let children = rule.tie.children(session, &self.book, owner)?;
        super::World::flushed(self);
        prop_assert_eq!(children, self.oracle.children(rule, owner), "the children of {}", owner);
        Ok(())
    }
}

/// Whether a new object can be with this relationship alone.
fn can_be_added<S: Set>(rule: &Rule) -> bool {
    rule.required || is_free::<S>(rule.children.start)
}

/// Whether a new owner needs no other.
fn can_own<S: Set>(rule: &Rule) -> bool {
    is_free::<S>(rule.owners.start)
}

/// Whether a foreign key may lose its target.
fn can_be_empty(rule: &Rule) -> bool {
    !rule.required || rule.fate == Fate::Orphaned
}

fn kind<S: Set>(name: Name) -> &'static dyn super::AnyKind {
    S::KINDS[usize::from(name / 10)]
}

fn rule<S: Set>(name: &str) -> &'static Rule {
    S::RULES.iter().find(|rule| rule.name == name).expect("the step is of this set")
}

fn links<S: Set>(name: &str) -> &'static Links {
    S::LINKS.iter().find(|links| links.name == name).expect("the step is of this set")
}

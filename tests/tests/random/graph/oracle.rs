//! What should be in the database and in the session, by the rules of the relationships, in plain collections.

use std::collections::{BTreeMap, BTreeSet};

use super::super::world::Facts;
use super::Rule;

/// What a step calls an object.
pub(crate) type Name = u16;
/// What an object is called for ever: its name, and 100 for each earlier object of that name.
pub(crate) type Number = u16;

/// Objects, foreign keys and links.
#[derive(Debug, Clone, Default)]
pub(crate) struct Graph {
    pub(crate) values: BTreeMap<Number, i32>,
    /// By the relationship and the object that has the foreign key.
    pub(crate) owners: BTreeMap<(&'static str, Number), Number>,
    pub(crate) links: BTreeSet<(&'static str, Number, Number)>,
}

#[derive(Clone, Default)]
pub(crate) struct Oracle {
    rules: Vec<&'static Rule>,
    pub(crate) now: Graph,
    /// As the last flush has left it, also after a failure.
    flushed: Graph,
    /// As the transaction has written it.
    stored: Graph,
    /// As the last commit has left it.
    pub(crate) saved: Graph,
    /// How many objects had each name.
    lives: BTreeMap<Name, u16>,
}

impl Oracle {
    pub(crate) fn new(rules: Vec<&'static Rule>) -> Self {
        Self { rules, ..Self::default() }
    }

    /// The object that has this name now.
    pub(crate) fn find(&self, name: Name) -> Option<Number> {
        self.now.values.keys().copied().rfind(|number| number % 100 == name)
    }

    /// The number of a new object; `None` where the name is taken.
    pub(crate) fn add(&mut self, name: Name) -> Option<Number> {
        if self.find(name).is_some() {
            return None;
        }
        let lives = self.lives.entry(name).or_default();
        let number = name + 100 * *lives;
        *lives += 1;
        self.now.values.insert(number, 0);
        Some(number)
    }

    pub(crate) fn owner(&self, rule: &Rule, child: Number) -> Option<Number> {
        self.now.owners.get(&(rule.name, child)).copied()
    }

    pub(crate) fn children(&self, rule: &Rule, owner: Number) -> BTreeSet<Number> {
        children(&self.now, rule.name, owner)
    }

    /// Sets a foreign key from its own side.
    pub(crate) fn refer(&mut self, rule: &Rule, child: Number, owner: Option<Number>) {
        match owner {
            Some(owner) => self.now.owners.insert((rule.name, child), owner),
            None => self.now.owners.remove(&(rule.name, child)),
        };
    }

    /// Sets a foreign key from the other side, where a place for one has only one.
    pub(crate) fn push(&mut self, rule: &Rule, owner: Number, child: Number) {
        if rule.unique {
            self.empty(rule, owner);
        }
        self.refer(rule, child, Some(owner));
    }

    pub(crate) fn empty(&mut self, rule: &Rule, owner: Number) {
        self.now.owners.retain(|(name, _), other| *name != rule.name || *other != owner);
    }

    pub(crate) fn delete(&mut self, number: Number) {
        self.now.values.remove(&number);
        self.now.owners.retain(|(_, child), _| *child != number);
        self.now.links.retain(|(_, from, to)| *from != number && *to != number);
    }

    /// Whether a foreign key that no two objects may share cannot change in the same flush as another one: two want one place,
    /// or a place that cannot be empty goes round.
    pub(crate) fn has_to_wait(&self, rule: &Rule, child: Number, owner: Option<Number>) -> bool {
        let had = |child: Number| self.stored.owners.get(&(rule.name, child)).copied();
        let others = self.now.values.keys().copied().filter(|&other| other != child);
        let is_claimed = |place: Number| {
            others.clone().any(|other| self.owner(rule, other) == Some(place) && had(other) != Some(place))
        };
        let is_left = |place: Number| {
            others.clone().any(|other| had(other) == Some(place) && self.owner(rule, other) != Some(place))
        };
        let is_round = || owner.is_some_and(is_left) || had(child).is_some_and(is_claimed);
        let is_blocked = || owner.is_some() && self.deletes_owner(&self.stored);
        rule.unique && (owner.is_some_and(is_claimed) || (rule.required && (is_round() || is_blocked())))
    }

    /// Whether rows have to be deleted before others are written, which take over places that cannot be empty. An owner cannot
    /// be deleted in the same flush: what moves away from it may need one of those places.
    pub(crate) fn takes_over_places(&self) -> bool {
        self.takes_over(&self.stored)
    }

    fn takes_over(&self, before: &Graph) -> bool {
        self.rules.iter().filter(|rule| rule.unique && rule.required).any(|rule| {
            self.now.owners.iter().filter(|((name, _), _)| *name == rule.name).any(|(key, owner)| {
                let is_taken = before.owners.get(key) != Some(owner);
                is_taken && !children(before, rule.name, *owner).is_empty()
            })
        })
    }

    fn deletes_owner(&self, before: &Graph) -> bool {
        let is_owner = |number: &&Number| self.rules.iter().any(|rule| rule.is_owner(**number));
        before.values.keys().filter(is_owner).any(|owner| !self.now.values.contains_key(owner))
    }

    /// Whether all that was flushed since the last commit can be written by one flush.
    pub(crate) fn can_be_repeated(&self) -> bool {
        let is_round = |rule: &Rule| {
            self.now.owners.iter().filter(|((name, _), _)| *name == rule.name).any(|((_, child), owner)| {
                let had = |child: Number| self.saved.owners.get(&(rule.name, child)).copied();
                let has_left = |other: &Number| had(*other) == Some(*owner) && self.owner(rule, *other) != Some(*owner);
                had(*child) != Some(*owner) && self.now.values.keys().any(has_left)
            })
        };
        let is_blocked = self.takes_over(&self.saved) && self.deletes_owner(&self.saved);
        !is_blocked && !self.rules.iter().filter(|rule| rule.unique && rule.required).any(|rule| is_round(rule))
    }

    /// Who had a place gives it up, who has lost an owner goes where it must, and so do the members of owners that go.
    pub(crate) fn flushed(&mut self) {
        for rule in self.rules.clone() {
            self.give_up_places(rule);
            self.delete_orphans(rule);
        }
        while self.delete_members() {}
        for rule in &self.rules {
            let now = &mut self.now;
            now.owners.retain(|(name, _), owner| *name != rule.name || now.values.contains_key(owner));
        }
        self.flushed = self.now.clone();
        self.stored = self.now.clone();
    }

    pub(crate) fn committed(&mut self) {
        self.saved = self.now.clone();
    }

    /// Everything since the last commit waits again.
    pub(crate) fn failed(&mut self) {
        self.stored = self.saved.clone();
    }

    pub(crate) fn rolled_back(&mut self) {
        self.now = self.saved.clone();
        self.flushed = self.saved.clone();
        self.stored = self.saved.clone();
    }

    fn give_up_places(&mut self, rule: &Rule) {
        if !rule.unique {
            return;
        }
        for (&key, &owner) in &self.now.owners.clone() {
            let is_old = self.flushed.owners.get(&key) == Some(&owner);
            if key.0 == rule.name && is_old && self.children(rule, owner).len() > 1 {
                self.now.owners.remove(&key);
            }
        }
    }

    fn delete_orphans(&mut self, rule: &Rule) {
        if rule.fate == super::Fate::Orphaned {
            let children = self.now.values.keys().copied().filter(|&child| rule.is_child(child));
            let orphans: Vec<Number> = children.filter(|&child| self.owner(rule, child).is_none()).collect();
            let orphans = orphans.into_iter().filter(|&child| rule.required || self.had_owner(rule, child));
            orphans.collect::<Vec<_>>().into_iter().for_each(|orphan| self.delete(orphan));
        }
    }

    fn had_owner(&self, rule: &Rule, child: Number) -> bool {
        self.flushed.owners.contains_key(&(rule.name, child))
    }

    fn delete_members(&mut self) -> bool {
        let goes = |rule: &&&'static Rule| rule.fate != super::Fate::Released;
        let rules: Vec<&'static str> = self.rules.iter().filter(goes).map(|rule| rule.name).collect();
        let members = self.now.owners.iter().filter(|((name, _), _)| rules.contains(name));
        let gone: Vec<Number> =
            members.filter(|(_, owner)| !self.now.values.contains_key(owner)).map(|((_, child), _)| *child).collect();
        gone.iter().for_each(|&member| self.delete(member));
        !gone.is_empty()
    }

    pub(crate) fn facts(&self) -> Facts {
        let mut facts = Facts::new();
        for (number, value) in &self.now.values {
            facts.insert(format!("{number} = {value}"));
        }
        for rule in &self.rules {
            for &child in self.now.values.keys().filter(|child| rule.is_child(**child)) {
                facts.insert(fact(rule, child, self.owner(rule, child)));
            }
        }
        facts.extend(self.now.links.iter().map(|(link, from, to)| format!("{from} {link} {to}")));
        facts
    }
}

/// Where a foreign key leads to, as a sentence.
pub(crate) fn fact(rule: &Rule, child: Number, owner: Option<Number>) -> String {
    let owner = owner.map_or("nothing".to_owned(), |owner| owner.to_string());
    format!("{child}.{} = {owner}", rule.name)
}

fn children(graph: &Graph, rule: &'static str, owner: Number) -> BTreeSet<Number> {
    let of_owner = graph.owners.iter().filter(|((name, _), other)| *name == rule && **other == owner);
    of_owner.map(|((_, child), _)| *child).collect()
}

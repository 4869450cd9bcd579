//! The steps by which objects get other values or leave the session: merging, and eviction.

use orm_core::prelude::*;

use super::super::world::Done;
use super::{Graph, Links, Name, Number, Rule, Set, doing, oracle};

impl<S: Set> Graph<S> {
    /// An object that is as the last commit has left it, with all its links.
    pub(super) fn evict(&mut self, session: &mut Session, name: Name) -> Done {
        if self.depth > 0 {
            return Ok(());
        }
        self.flush(session)?;
        let (now, saved) = (&self.oracle.now, &self.oracle.saved);
        let links = |graph: &oracle::Graph, number: Number| -> Vec<_> {
            graph.links.iter().filter(|link| link.1 == number || link.2 == number).copied().collect()
        };
        let is_saved = |number: &Number| {
            let owners = S::RULES.iter().map(|rule| (rule.name, *number));
            now.values.get(number) == saved.values.get(number)
                && owners.into_iter().all(|key| now.owners.get(&key) == saved.owners.get(&key))
                && links(now, *number) == links(saved, *number)
        };
        if let Some(number) = self.find(name).filter(is_saved) {
            doing::kind::<S>(name).evict(session, &self.book, number)?;
            self.book.forget(number);
            self.saved_book.forget(number);
        }
        Ok(())
    }

    pub(super) fn merge(
        &mut self,
        session: &mut Session,
        rule: &Rule,
        child: Name,
        value: i32,
        owner: Option<Name>,
    ) -> Done {
        self.flush(session)?;
        let owner = owner.and_then(|owner| self.find(owner));
        let Some(child) = self.find(child) else { return Ok(()) };
        if rule.tie.merge(session, &self.book, child, value, owner)? {
            self.copied(child, value);
            if !rule.required || owner.is_some() {
                self.oracle.refer(rule, child, owner);
            }
        }
        Ok(())
    }

    pub(super) fn merge_inside(
        &mut self,
        session: &mut Session,
        rule: &Rule,
        owner: Name,
        child: Name,
        value: i32,
    ) -> Done {
        self.flush(session)?;
        let Some((child, owner)) = self.find_both(child, owner).filter(|(child, owner)| child != owner) else {
            return Ok(());
        };
        if rule.tie.merge_inside(session, &self.book, owner, child, value)? {
            self.copied(owner, value);
            self.copied(child, value);
            self.oracle.push(rule, owner, child);
        }
        Ok(())
    }

    pub(super) fn merge_linked(
        &mut self,
        session: &mut Session,
        links: &Links,
        from: Name,
        to: Name,
        value: i32,
    ) -> Done {
        self.flush(session)?;
        let Some((from, to)) = self.find_both(from, to).filter(|(from, to)| from != to) else { return Ok(()) };
        if links.link.merge(session, &self.book, from, to, value)? {
            self.copied(from, value);
            self.copied(to, value);
            self.oracle.now.links.insert((links.name, from, to));
        }
        Ok(())
    }

    /// What is not set in data is left alone where it is required, and `NULL` else.
    fn copied(&mut self, number: Number, value: i32) {
        self.oracle.now.values.insert(number, value);
        for rule in S::RULES.iter().filter(|rule| rule.is_child(number) && !rule.required) {
            self.oracle.refer(rule, number, None);
        }
    }
}

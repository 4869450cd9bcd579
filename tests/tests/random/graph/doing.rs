//! What a walk does with the objects of a set, and what the oracle makes of it.

use orm_core::prelude::*;
use proptest::prelude::*;

use super::super::world::Done;
use super::steps::is_free;
use super::ties::By;
use super::{Fate, Graph, Links, Name, Number, Rule, Set, Step};

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
            Step::MergeInside { tie, owner, child, value } => {
                self.merge_inside(session, rule::<S>(tie), owner, child, value)
            }
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
            Step::MergeLinked { link, from, to, value } => {
                self.merge_linked(session, links::<S>(link), from, to, value)
            }
            Step::Linked { link, from } => self.load_linked(session, links::<S>(link), from),
        }
    }

    /// The object with this name, where the walk has its handle.
    pub(super) fn find(&self, name: Name) -> Option<Number> {
        self.oracle.find(name).filter(|&number| self.book.knows(number))
    }

    pub(super) fn find_both(&self, child: Name, owner: Name) -> Option<(Number, Number)> {
        self.find(child).zip(self.find(owner))
    }

    pub(super) fn flush(&mut self, session: &mut Session) -> Done {
        session.flush()?;
        super::World::flushed(self);
        Ok(())
    }

    /// Flushes where a change could not go together with those that wait.
    fn wait(&mut self, session: &mut Session, rule: &Rule, child: Number, owner: Option<Number>) -> Done {
        if self.oracle.has_to_wait(rule, child, owner) { self.flush(session) } else { Ok(()) }
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
        self.depth == 0
            && self.oracle.saved.values.contains_key(&owner)
            && rule.tie.owner_id(session, &self.book, owner).is_some()
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

pub(super) fn kind<S: Set>(name: Name) -> &'static dyn super::AnyKind {
    S::KINDS[usize::from(name / 10)]
}

fn rule<S: Set>(name: &str) -> &'static Rule {
    S::RULES.iter().find(|rule| rule.name == name).expect("the step is of this set")
}

fn links<S: Set>(name: &str) -> &'static Links {
    S::LINKS.iter().find(|links| links.name == name).expect("the step is of this set")
}

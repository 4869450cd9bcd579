//! The steps of many-to-many relationships.

use orm_core::prelude::*;
use proptest::prelude::*;

use super::super::world::{Done, World};
use super::links::Change;
use super::{Graph, Links, Name, Number, Set};

impl<S: Set> Graph<S> {
    pub(super) fn link(&mut self, session: &mut Session, links: &Links, from: Name, to: Name, change: Change) {
        let Some(from) = self.find(from) else { return };
        let Some(to) = self.other(to, change) else { return };
        links.link.change(session, &self.book, change, from, to);
        if matches!(change, Change::Replace | Change::Clear) {
            self.oracle.now.links.retain(|link| (link.0, link.1) != (links.name, from));
        }
        self.change(links.name, from, to, change);
    }

    pub(super) fn link_back(&mut self, session: &mut Session, links: &Links, from: Name, to: Name, change: Change) {
        let Some(to) = self.find(to) else { return };
        let Some(from) = self.other(from, change) else { return };
        links.link.change_back(session, &self.book, change, from, to);
        if matches!(change, Change::Replace | Change::Clear) {
            self.oracle.now.links.retain(|link| (link.0, link.2) != (links.name, to));
        }
        self.change(links.name, from, to, change);
    }

    /// The other object, which is new or there.
    fn other(&mut self, name: Name, change: Change) -> Option<Number> {
        match change {
            Change::PushNew if super::steps::is_free::<S>(name / 10 * 10) => self.oracle.add(name),
            Change::PushNew => None,
            _ => self.find(name),
        }
    }

    fn change(&mut self, name: &'static str, from: Number, to: Number, change: Change) {
        match change {
            Change::Push | Change::PushNew | Change::Replace => self.oracle.now.links.insert((name, from, to)),
            Change::Remove => self.oracle.now.links.remove(&(name, from, to)),
            Change::Clear => false,
        };
    }

    pub(super) fn load_linked(&mut self, session: &mut Session, links: &Links, from: Name) -> Done {
        let Some(from) = self.find(from) else { return Ok(()) };
        let linked = links.link.linked(session, &self.book, from)?;
        self.flushed();
        let expected = self.oracle.now.links.iter().filter(|link| (link.0, link.1) == (links.name, from));
        prop_assert_eq!(linked, expected.map(|link| link.2).collect(), "what {} is linked to", from);
        Ok(())
    }
}

//! What few objects have: old values, and newer versions.

use std::num::NonZeroU32;

use crate::session::slots::{AtCommit, Slots, Values};

/// A place in a list of less than 2^32, so that to have none takes no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(NonZeroU32);

impl Place {
    pub(super) fn new(index: usize) -> Self {
        Self::of(u32::try_from(index).expect(FULL))
    }

    /// The place with this number.
    pub(super) fn of(number: u32) -> Self {
        Self(number.checked_add(1).and_then(NonZeroU32::new).expect(FULL))
    }

    pub(super) fn number(self) -> u32 {
        self.0.get() - 1
    }

    pub(super) fn index(self) -> usize {
        self.number() as usize
    }
}

const FULL: &str = "a session has less than 2^32 objects and results of a model";

/// What is known of an object that was changed, written, or read again.
#[derive(Debug, Default)]
pub(super) struct Seldom {
    /// The newer version of the object that has been loaded since it was first lent out.
    version: Option<u32>,
    /// Its values in the database, kept from the first change on.
    pub(super) baseline: Option<Values>,
    /// How it stood at the last commit, where a flush has written it since; at a savepoint, where one has since that.
    pub(super) at_commit: Option<AtCommit>,
}

impl Slots {
    pub(super) fn version_at(&self, place: Place) -> Option<u32> {
        self.seldom[place.index()].version
    }

    pub(crate) fn set_version(&mut self, slot: u32, version: u32) {
        self.seldom_mut(slot).version = Some(version);
    }

    pub(crate) fn take_version(&mut self, slot: u32) -> Option<u32> {
        self.take(slot, |seldom| &mut seldom.version)
    }

    /// Its values in the database, if it may have others.
    pub(crate) fn baseline(&self, slot: u32) -> Option<&Values> {
        self.seldom(slot)?.baseline.as_ref()
    }

    pub(crate) fn set_baseline(&mut self, slot: u32, values: Values) {
        self.seldom_mut(slot).baseline = Some(values);
    }

    pub(crate) fn take_baseline(&mut self, slot: u32) -> Option<Values> {
        self.take(slot, |seldom| &mut seldom.baseline)
    }

    /// How it stood at the last commit or savepoint, where a flush has written it since.
    pub(crate) fn at_commit(&self, slot: u32) -> Option<&AtCommit> {
        self.seldom(slot)?.at_commit.as_ref()
    }

    pub(super) fn at_commit_mut(&mut self, slot: u32) -> Option<&mut AtCommit> {
        let place = self.get(slot).seldom?;
        self.seldom[place.index()].at_commit.as_mut()
    }

    pub(super) fn set_at_commit(&mut self, slot: u32, at_commit: AtCommit) {
        self.seldom_mut(slot).at_commit = Some(at_commit);
    }

    pub(super) fn take_at_commit(&mut self, slot: u32) -> Option<AtCommit> {
        self.take(slot, |seldom| &mut seldom.at_commit)
    }

    fn seldom(&self, slot: u32) -> Option<&Seldom> {
        Some(&self.seldom[self.get(slot).seldom?.index()])
    }

    pub(super) fn seldom_mut(&mut self, slot: u32) -> &mut Seldom {
        let place = match self.get(slot).seldom {
            Some(place) => place,
            None => {
                let place = Place::new(self.seldom.insert(Seldom::default()));
                self.get_mut(slot).seldom = Some(place);
                place
            }
        };
        &mut self.seldom[place.index()]
    }

    fn take<T>(&mut self, slot: u32, part: impl FnOnce(&mut Seldom) -> &mut Option<T>) -> Option<T> {
        self.change_seldom(slot, |seldom| part(seldom).take())?
    }

    /// Takes something of it away; what is empty then is given up.
    pub(super) fn change_seldom<R>(&mut self, slot: u32, change: impl FnOnce(&mut Seldom) -> R) -> Option<R> {
        let entry = &mut self.entries[self.freed.place(slot)?];
        let place = entry.seldom?.index();
        let seldom = &mut self.seldom[place];
        let changed = change(seldom);
        if let Seldom { version: None, baseline: None, at_commit: None } = seldom {
            entry.seldom = None;
            self.seldom.remove(place);
        }
        Some(changed)
    }
}

//! How objects stood at the last commit, and at each savepoint since: what a failure or a rollback goes back to.

use smallvec::SmallVec;

use crate::session::slots::{Slots, State, Values};
use crate::value::Value;

/// Columns that nobody has set, with their values: most often a key alone.
pub(crate) type Made = SmallVec<[(usize, Value); 1]>;

/// How an object stood at the last commit, or at a savepoint since.
#[derive(Debug)]
pub(crate) struct AtCommit {
    /// The number of savepoints that were set by then.
    level: usize,
    /// How it stood earlier, where a flush has written it between that and this.
    earlier: Option<Box<AtCommit>>,
    pub(crate) state: State,
    /// The values of its row; none where there was no row, or where the object has had the same ever since, for it was deleted
    /// as it was.
    pub(crate) values: Option<Values>,
    /// The columns that a flush has filled or changed without the user, with what they became last.
    pub(crate) made: Made,
}

impl AtCommit {
    /// It was not in the database; these of its columns have been filled since.
    pub(crate) fn new_row(made: Made) -> Self {
        Self { level: 0, earlier: None, state: State::Pending, values: None, made }
    }

    /// It was in the database, with these values.
    pub(crate) fn row(values: Values) -> Self {
        Self { values: Some(values), ..Self::unchanged() }
    }

    /// It was in the database, as the object is.
    pub(crate) fn unchanged() -> Self {
        Self { level: 0, earlier: None, state: State::Persistent, values: None, made: Made::new() }
    }

    /// How it stood earlier, where that was before this savepoint alone.
    pub(crate) fn before_savepoint(&self) -> Option<&Self> {
        self.earlier.as_deref().filter(|earlier| earlier.level + 1 == self.level)
    }

    fn add_made(&mut self, made: &[(usize, Value)]) {
        self.made.retain(|(column, _)| made.iter().all(|(other, _)| other != column));
        self.made.extend(made.iter().cloned());
    }
}

impl Slots {
    /// Keeps how an object stood at the last commit or savepoint, when a flush writes it for the first time since.
    pub(crate) fn remember(&mut self, slot: u32, at_commit: AtCommit) {
        let level = self.written.depth();
        let known = &mut self.seldom_mut(slot).at_commit;
        if known.as_ref().is_none_or(|known| known.level < level) {
            let earlier = known.take().map(Box::new);
            *known = Some(AtCommit { level, earlier, ..at_commit });
            self.written.push(slot);
        }
    }

    /// An UPDATE has written an object that keeps its key and its place among others: nobody asks for its old values any more.
    pub(crate) fn written(&mut self, slot: u32, now: u32) {
        let seldom = self.get(slot).seldom.map(|place| &mut self.seldom[place.index()]);
        if let Some(baseline) = seldom.and_then(|seldom| seldom.baseline.take()) {
            self.remember(slot, AtCommit::row(baseline));
        }
        self.get_mut(slot).seen_in = now;
    }

    /// Remembers what an UPDATE has changed in an object without the user.
    pub(crate) fn remember_made(&mut self, slot: u32, made: &[(usize, Value)]) {
        if let Some(at_commit) = self.at_commit_mut(slot) {
            at_commit.add_made(made);
        }
    }

    pub(crate) fn has_written(&self) -> bool {
        !self.written.is_empty()
    }

    /// The objects that were written since the last commit or savepoint, with how they stood then; this is forgotten here.
    pub(crate) fn take_written(&mut self) -> Vec<(u32, AtCommit)> {
        let written = self.written.take();
        written.into_iter().filter_map(|slot| Some((slot, self.take_innermost(slot)?))).collect()
    }

    /// What was written lasts: how it stood before is forgotten. What was deleted will not be seen again.
    pub(crate) fn forget_written(&mut self) {
        for slot in self.written.take() {
            self.forget_innermost(slot);
            let entry = self.get_mut(slot);
            if entry.state == State::Deleted {
                entry.state = State::Gone;
            }
        }
    }

    fn take_innermost(&mut self, slot: u32) -> Option<AtCommit> {
        let mut at_commit = self.take_at_commit(slot)?;
        if let Some(earlier) = at_commit.earlier.take() {
            self.set_at_commit(slot, *earlier);
        }
        Some(at_commit)
    }

    fn forget_innermost(&mut self, slot: u32) {
        self.change_seldom(slot, |seldom| {
            let earlier = seldom.at_commit.as_mut().and_then(|at_commit| at_commit.earlier.take());
            seldom.at_commit = earlier.map(|earlier| *earlier);
        });
    }

    /// A savepoint is set.
    pub(crate) fn begin_level(&mut self) {
        self.written.begin();
    }

    /// A savepoint goes, and what was written since it stays.
    pub(crate) fn keep_level(&mut self) {
        for slot in self.written.end() {
            let Some(mut at_savepoint) = self.take_at_commit(slot) else { continue };
            let level = at_savepoint.level - 1;
            match at_savepoint.earlier.take() {
                Some(mut earlier) if earlier.level == level => {
                    earlier.add_made(&at_savepoint.made);
                    self.set_at_commit(slot, *earlier);
                }
                earlier => {
                    self.set_at_commit(slot, AtCommit { level, earlier, ..at_savepoint });
                    self.written.push(slot);
                }
            }
        }
    }

    /// A savepoint goes since which nothing was written that counts.
    pub(crate) fn end_level(&mut self) {
        self.written.end();
    }

    /// Whether an object from this slot on was written since the last commit.
    pub(crate) fn has_written_from(&self, first: u32) -> bool {
        self.written.iter().any(|slot| *slot >= first)
    }
}

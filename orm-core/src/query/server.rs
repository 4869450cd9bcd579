//! What a query tells the server beside the question: locks, indexes, a comment.

use crate::query::Query;
use crate::sql::{HintKind, IndexHint, Lock, OnLock, Strength};

impl<M, S, Session> Query<M, S, Session> {
    /// `FOR UPDATE`: nobody else changes or locks the rows until the transaction ends. Objects get the values of now, unless
    /// they have changes that are not flushed.
    ///
    /// The server locks the rows that it reads, which without an index for the conditions are all of the table. With a join to
    /// many and a `limit` it reads all that the conditions find.
    #[must_use]
    pub fn for_update(self) -> Self {
        self.locked(Strength::Update)
    }

    /// `FOR SHARE` (`LOCK IN SHARE MODE` on MariaDB): nobody else changes the rows until the transaction ends. Objects get the
    /// values of now, unless they have changes that are not flushed.
    #[must_use]
    pub fn for_share(self) -> Self {
        self.locked(Strength::Share)
    }

    /// Leaves out the rows that somebody else has locked; for update, where no lock was asked for.
    /// On MariaDB from 10.6 on.
    #[must_use]
    pub fn skip_locked(self) -> Self {
        self.waiting(OnLock::Skip)
    }

    /// An error at once where somebody else has locked a row; for update, where no lock was asked for.
    #[must_use]
    pub fn nowait(self) -> Self {
        self.waiting(OnLock::Fail)
    }

    /// `USE INDEX`: of the indexes of the first table, the server should read this one, or none.
    #[must_use]
    pub fn use_index(self, index: &str) -> Self {
        self.hinted(HintKind::Use, index)
    }

    /// `FORCE INDEX`: the server should read this index of the first table unless it cannot.
    #[must_use]
    pub fn force_index(self, index: &str) -> Self {
        self.hinted(HintKind::Force, index)
    }

    /// `IGNORE INDEX`: the server does not read this index of the first table.
    #[must_use]
    pub fn ignore_index(self, index: &str) -> Self {
        self.hinted(HintKind::Ignore, index)
    }

    /// A comment in the statement, by which it is found in the server's logs.
    #[must_use]
    pub fn comment(mut self, text: impl Into<String>) -> Self {
        self.select.comment = Some(text.into());
        self
    }

    fn locked(mut self, strength: Strength) -> Self {
        let wait = self.select.lock.map_or(OnLock::Wait, |lock| lock.wait);
        self.select.lock = Some(Lock { strength, wait });
        self
    }

    fn waiting(mut self, wait: OnLock) -> Self {
        let strength = self.select.lock.map_or(Strength::Update, |lock| lock.strength);
        self.select.lock = Some(Lock { strength, wait });
        self
    }

    fn hinted(mut self, kind: HintKind, index: &str) -> Self {
        self.select.hints.push(IndexHint { kind, index: index.to_owned() });
        self
    }
}

//! What an engine and its sessions have done so far, counted as it happens.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::connection::Engine;
use crate::connection::pool::PoolState;

/// A number that only grows. Numbers of one moment need not agree with each other: nobody waits for anybody.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What became of statements and transactions: of an engine, or of one session.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) statements: Counter,
    pub(crate) failed: Counter,
    pub(crate) rows_read: Counter,
    pub(crate) committed: Counter,
    pub(crate) rolled_back: Counter,
    pub(crate) unknown: Counter,
}

/// What else is counted for an engine.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) all: Tally,
    pub(crate) slow: Counter,
    pub(crate) retried: Counter,
    pub(crate) opened: Counter,
    pub(crate) closed: Counter,
    pub(crate) lost: Counter,
}

/// What an engine and its clones have done since it was made, and what its connections do now. See
/// [`Engine::statistics`].
///
/// Two of them can be subtracted field by field: what is counted only grows, but for the three numbers of connections
/// that are in use, idle or waited for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EngineStatistics {
    /// Statements that were sent: those of sessions, `COMMIT` and `ROLLBACK`, definitions, and one for each connection, which
    /// sets it up.
    pub statements: u64,
    /// Those of them that the server refused, or that were lost with their connection.
    pub failed: u64,
    /// Those of them that took longer than [`Engine::warn_slower_than`] says.
    pub slow: u64,
    /// Rows in the answers to statements. Of an answer that was broken off none are counted.
    pub rows_read: u64,
    /// Transactions that were committed.
    pub committed: u64,
    /// Transactions that ended otherwise: rolled back by their sessions, which is also how one ends that has only read and was
    /// dropped; ended by the server; or lost with their connection.
    pub rolled_back: u64,
    /// Transactions of which nobody knows whether they were committed
    /// ([`Error::CommitUnknown`](crate::Error::CommitUnknown)).
    pub unknown: u64,
    /// How often a transaction was run once more after an error.
    pub retried: u64,
    /// Connections that were made.
    pub opened: u64,
    /// Connections that were closed, in order.
    pub closed: u64,
    /// Connections that broke, or that the server had closed.
    pub lost: u64,
    /// Connections that are in use now.
    pub in_use: u64,
    /// Connections that wait for their next use.
    pub idle: u64,
    /// Threads that wait for a connection now.
    pub waiting: u64,
}

impl EngineStatistics {
    pub(crate) fn of(counters: &Counters, pool: PoolState) -> Self {
        let Counters { all, slow, retried, opened, closed, lost } = counters;
        Self {
            statements: all.statements.get(),
            failed: all.failed.get(),
            slow: slow.get(),
            rows_read: all.rows_read.get(),
            committed: all.committed.get(),
            rolled_back: all.rolled_back.get(),
            unknown: all.unknown.get(),
            retried: retried.get(),
            opened: opened.get(),
            closed: closed.get(),
            lost: lost.get(),
            in_use: pool.in_use,
            idle: pool.idle,
            waiting: pool.waiting,
        }
    }
}

/// In one line.
impl fmt::Display for EngineStatistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { statements, failed, slow, rows_read, .. } = self;
        write!(f, "{statements} statements ({failed} failed, {slow} slow), {rows_read} rows read; ")?;
        let Self { committed, rolled_back, unknown, retried, .. } = self;
        write!(
            f,
            "transactions: {committed} committed, {rolled_back} rolled back, {unknown} unknown, {retried} retried; "
        )?;
        let Self { opened, closed, lost, in_use, idle, waiting, .. } = self;
        write!(
            f,
            "connections: {opened} opened, {closed} closed, {lost} lost, {in_use} in use, {idle} idle, {waiting} waited for"
        )
    }
}

impl Engine {
    /// What this engine and its clones have done so far, and what its connections do now. It is cheap, and nobody waits for
    /// it.
    ///
    /// ```no_run
    /// # fn watch(engine: &orm_core::Engine) {
    /// let before = engine.statistics().statements;
    /// // …
    /// println!("{} statements", engine.statistics().statements - before);
    /// println!("{}", engine.statistics());
    /// # }
    /// ```
    #[must_use]
    pub fn statistics(&self) -> EngineStatistics {
        EngineStatistics::of(self.watch().counters(), self.pool_state())
    }
}

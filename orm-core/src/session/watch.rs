//! What a session tells and counts of itself: its span, a span for each flush, and its statistics.
//!
//! | target | level | span | fields |
//! | --- | --- | --- | --- |
//! | `orm_core::session` | debug | `session` | `session`: its number |
//! | `orm_core::flush` | debug | `flush`, inside of it | `inserted`, `updated`, `deleted`: rows; `statements` |
//!
//! A span is entered while a statement is sent and while it is told of, and never while code of the user runs.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::Arc;

use tracing::Span;
use tracing::field::Empty;

use crate::connection::{Sender, Tally};
use crate::error::Result;
use crate::session::Session;
use crate::session::slots::State;

/// What is known of a session beside its objects.
#[derive(Debug)]
pub(crate) struct Watched {
    span: Span,
    /// The span of the flush that is under way.
    flush: RefCell<Option<Span>>,
    tally: Arc<Tally>,
    pub(crate) inserted: Cell<u64>,
    pub(crate) updated: Cell<u64>,
    pub(crate) deleted: Cell<u64>,
    pub(crate) found: Cell<u64>,
    flushes: Cell<u64>,
}

impl Watched {
    pub(crate) fn new(session: u32) -> Self {
        Self {
            span: tracing::debug_span!(target: "orm_core::session", "session", session),
            flush: RefCell::default(),
            tally: Arc::default(),
            inserted: Cell::default(),
            updated: Cell::default(),
            deleted: Cell::default(),
            found: Cell::default(),
            flushes: Cell::default(),
        }
    }

    /// Whose statements the session's connection sends.
    pub(crate) fn sender(&self) -> Sender {
        let span = self.flush.borrow().clone().unwrap_or_else(|| self.span.clone());
        Sender { span, tally: Some(Arc::clone(&self.tally)) }
    }

    /// Counts rows that were written.
    pub(crate) fn count(counter: &Cell<u64>, rows: u64) {
        counter.set(counter.get() + rows);
    }
}

impl Session {
    /// Runs a flush, whose statements lie in a span of its own.
    pub(crate) fn in_flush<R>(&self, run: impl FnOnce() -> Result<R>) -> Result<R> {
        let flushing = Flushing::begin(self);
        let result = run();
        drop(flushing);
        result
    }

    /// What this session has done so far, and what objects it has.
    ///
    /// ```no_run
    /// # fn watch(session: &orm_core::Session) {
    /// println!("{}", session.statistics());
    /// # }
    /// ```
    #[must_use]
    pub fn statistics(&self) -> SessionStatistics {
        let Watched { tally, inserted, updated, deleted, found, flushes, .. } = &self.watched;
        let [pending, persistent, deleting] = self.objects_by_state();
        SessionStatistics {
            statements: tally.statements.get(),
            failed: tally.failed.get(),
            rows_read: tally.rows_read.get(),
            inserted: inserted.get(),
            updated: updated.get(),
            deleted: deleted.get(),
            flushes: flushes.get(),
            committed: tally.committed.get(),
            rolled_back: tally.rolled_back.get(),
            unknown: tally.unknown.get(),
            found: found.get(),
            pending,
            persistent,
            deleting,
        }
    }

    fn objects_by_state(&self) -> [u64; 3] {
        let mut counts = [0; 3];
        for store in self.objects.stores() {
            let slots = store.slots().borrow();
            for slot in slots.left() {
                match slots.get(slot).state {
                    State::Pending => counts[0] += 1,
                    State::Persistent => counts[1] += 1,
                    State::Deleting => counts[2] += 1,
                    _ => {}
                }
            }
        }
        counts
    }
}

/// A flush that is under way; it ends when this is dropped, also where a hook panics.
struct Flushing<'s> {
    session: &'s Session,
    span: Span,
    /// Rows inserted, updated and deleted, and statements, before it.
    before: [u64; 4],
}

impl<'s> Flushing<'s> {
    fn begin(session: &'s Session) -> Self {
        let watched = &session.watched;
        let span = watched.span.in_scope(|| {
            tracing::debug_span!(
                target: "orm_core::flush", "flush", inserted = Empty, updated = Empty, deleted = Empty, statements = Empty
            )
        });
        watched.flush.replace(Some(span.clone()));
        session.tell_sender();
        Self { session, span, before: counts(watched) }
    }
}

impl Drop for Flushing<'_> {
    fn drop(&mut self) {
        let watched = &self.session.watched;
        watched.flush.replace(None);
        self.session.tell_sender();
        Watched::count(&watched.flushes, 1);
        let now = counts(watched);
        for (place, field) in ["inserted", "updated", "deleted", "statements"].into_iter().enumerate() {
            self.span.record(field, now[place] - self.before[place]);
        }
    }
}

fn counts(watched: &Watched) -> [u64; 4] {
    [watched.inserted.get(), watched.updated.get(), watched.deleted.get(), watched.tally.statements.get()]
}

/// What a session has done since it was made, and what objects it has. See [`Session::statistics`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionStatistics {
    /// Statements that were sent, `COMMIT` and `ROLLBACK` included.
    pub statements: u64,
    /// Those of them that the server refused, or that were lost with their connection.
    pub failed: u64,
    /// Rows in the answers to statements, also those with what the database has made of a new row. Of an answer that was
    /// broken off none are counted.
    pub rows_read: u64,
    /// Rows that were inserted, link rows too, and whether they were committed or not. Of [`Session::upsert`] and
    /// [`Session::insert_ignore`] all rows count, also those that were there. What is written by SQL of one's own is not
    /// counted.
    pub inserted: u64,
    /// Rows that an UPDATE has found.
    pub updated: u64,
    /// Rows that were deleted, link rows too, but for those that the database has deleted along.
    pub deleted: u64,
    /// Flushes that had something to write, and those that failed. A commit flushes too, and so does a question.
    pub flushes: u64,
    /// Transactions that were committed.
    pub committed: u64,
    /// Transactions that ended otherwise: rolled back, also where they had only read; ended by the server; or lost with
    /// their connection.
    pub rolled_back: u64,
    /// Transactions of which nobody knows whether they were committed
    /// ([`Error::CommitUnknown`](crate::Error::CommitUnknown)).
    pub unknown: u64,
    /// How often [`Session::find`] has found an object in the session, without a question.
    pub found: u64,
    /// Objects that the next flush inserts.
    pub pending: u64,
    /// Objects that are in the database.
    pub persistent: u64,
    /// Objects that the next flush deletes.
    pub deleting: u64,
}

/// In one line.
impl fmt::Display for SessionStatistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { statements, failed, flushes, rows_read, inserted, updated, deleted, .. } = self;
        write!(f, "{statements} statements ({failed} failed), {flushes} flushes; ")?;
        write!(f, "rows: {rows_read} read, {inserted} inserted, {updated} updated, {deleted} deleted; ")?;
        let Self { committed, rolled_back, unknown, found, pending, persistent, deleting, .. } = self;
        write!(f, "transactions: {committed} committed, {rolled_back} rolled back, {unknown} unknown; ")?;
        write!(f, "objects: {pending} pending, {persistent} persistent, {deleting} deleting, {found} found")
    }
}

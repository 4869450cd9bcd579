//! Since when a session trusts what it has read. Each transaction and each savepoint begins a moment, and moments are counted.

use std::cell::{Cell, RefCell};

/// The moments of a session.
#[derive(Debug)]
pub(crate) struct Moments {
    now: Cell<u32>,
    /// When the transaction began.
    transaction: Cell<u32>,
    /// When the savepoints were set that are left, from the outermost on.
    savepoints: RefCell<Vec<u32>>,
}

impl Default for Moments {
    fn default() -> Self {
        Self { now: Cell::new(1), transaction: Cell::new(1), savepoints: RefCell::default() }
    }
}

impl Moments {
    #[inline]
    pub(crate) fn now(&self) -> u32 {
        self.now.get()
    }

    /// Whether what was read at that moment was read in this transaction.
    #[inline]
    pub(crate) fn is_of_transaction(&self, moment: u32) -> bool {
        moment >= self.transaction.get()
    }

    pub(crate) fn begin_transaction(&self) {
        self.transaction.set(self.next());
    }

    pub(crate) fn begin_savepoint(&self) {
        let moment = self.next();
        self.savepoints.borrow_mut().push(moment);
    }

    pub(crate) fn end_savepoint(&self) {
        self.savepoints.borrow_mut().pop();
    }

    /// When the innermost savepoint was set.
    pub(crate) fn savepoint(&self) -> Option<u32> {
        self.savepoints.borrow().last().copied()
    }

    /// When the innermost savepoint was set, or else the transaction begun.
    pub(crate) fn last_begin(&self) -> u32 {
        self.savepoint().unwrap_or(self.transaction.get())
    }

    /// The number of savepoints.
    pub(crate) fn depth(&self) -> usize {
        self.savepoints.borrow().len()
    }

    fn next(&self) -> u32 {
        self.now.set(self.now.get() + 1);
        self.now.get()
    }
}

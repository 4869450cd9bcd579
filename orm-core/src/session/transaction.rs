//! The transaction of a session: how it is to be, and how it ends, by the user's wish or by a failure. After that nothing more
//! is sent into it.

mod send;

use std::cell::{Cell, RefCell};

use crate::connection::Pooled;
use crate::error::{Error, Result};
use crate::session::{Session, undo};
use crate::sql::{self, TransactionOptions};

/// A transaction, or the wish for one.
#[derive(Default)]
pub(crate) struct Transaction {
    link: RefCell<Option<Pooled>>,
    /// How each transaction of the session is to be.
    options: TransactionOptions,
    /// How the next one is to be, until it is committed or rolled back.
    next: Cell<Option<TransactionOptions>>,
    owner: Owner,
    /// Whether nothing was sent since the transaction went back to its innermost savepoint.
    is_at_savepoint: Cell<bool>,
    /// Why the transaction has ended before the closures that are in it.
    ended: RefCell<Option<Ended>>,
    /// Whether the last that was done failed in a savepoint, in a way that another attempt at the whole may overcome.
    may_overcome: Cell<bool>,
}

/// Who ends the transactions of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Owner {
    /// Who has the session.
    #[default]
    User,
    /// `Engine::transaction`, of which this is an attempt, from 1 on.
    Closure { attempt: u32 },
}

/// Why a transaction has ended before the closure that it belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Ended {
    cause: String,
    pub(crate) is_retryable: bool,
}

impl Ended {
    fn by(error: &Error) -> Self {
        Self { cause: error.to_string(), is_retryable: error.is_retryable() }
    }

    pub(crate) fn into_error(self) -> Error {
        Error::TransactionEnded { cause: self.cause, is_retryable: self.is_retryable }
    }
}

impl Transaction {
    pub(crate) fn new(options: TransactionOptions, owner: Owner) -> Self {
        Self { options, owner, ..Self::default() }
    }

    /// Why the transaction has ended; the closures that are in it are told, and others may begin.
    pub(crate) fn take_end(&mut self) -> Option<Ended> {
        self.ended.take()
    }

    /// Whether a transaction that has not ended has failed last, and another attempt may help.
    pub(crate) fn may_be_overcome(&self) -> bool {
        self.may_overcome.get()
    }

    /// What failed in a savepoint was not all.
    pub(crate) fn goes_on(&self) {
        self.may_overcome.set(false);
    }

    fn end(&self, ended: Ended) {
        self.ended.borrow_mut().get_or_insert(ended);
    }
}

impl Session {
    /// The next transaction shall be like this: the one that begins with the next statement, and if it fails, what takes its
    /// place. Those after its commit or rollback are as the session's always are.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # fn book(session: &mut Session) -> orm_core::Result<()> {
    /// session.begin(TransactionOptions::new().isolation(Isolation::Serializable))?;
    /// // …
    /// session.commit()
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Misplaced`]: the session is in a transaction; commit or roll back before. [`Error::TransactionEnded`]: it
    /// was, and the closure of a [`savepoint`](Self::savepoint) has not returned yet.
    pub fn begin(&mut self, options: TransactionOptions) -> Result<()> {
        if self.transaction.owner != Owner::User {
            return Err(misplaced("begin", "this transaction was begun by `engine.transaction` or `engine.read`"));
        }
        self.check_not_ended()?;
        if self.is_in_transaction() {
            return Err(misplaced("begin", "the session is in a transaction; commit or roll back before"));
        }
        self.transaction.next.set(Some(options));
        Ok(())
    }

    /// Which attempt of [`Engine::transaction`](crate::Engine::transaction) or [`Engine::read`](crate::Engine::read) this is,
    /// from 1 on; always 1 in a session that you have made.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        match self.transaction.owner {
            Owner::User => 1,
            Owner::Closure { attempt } => attempt,
        }
    }

    /// Whether the session has a transaction: since its first statement, until a commit, a rollback or a failure.
    #[must_use]
    pub fn is_in_transaction(&self) -> bool {
        // While an answer is received, the connection is lent.
        self.transaction.link.try_borrow().map_or(true, |link| link.is_some())
    }

    /// What `commit` does, in whosoever's name.
    pub(crate) fn commit_transaction(&mut self) -> Result<()> {
        super::flush::flush(self)?;
        let committed = match self.transaction.link.get_mut() {
            Some(link) => link.commit(),
            None => Ok(()),
        };
        if let Err(error) = committed {
            self.abandon(&error);
            return Err(error);
        }
        *self.transaction.link.get_mut() = None;
        self.transaction.next.set(None);
        undo::forget(&self.objects);
        self.objects.settle();
        Ok(())
    }

    /// Gives the connection back, without success for the transaction.
    pub(crate) fn give_back(&mut self) -> Result<()> {
        self.transaction.next.set(None);
        match self.transaction.link.get_mut().take() {
            Some(mut link) => link.end_transaction(),
            None => Ok(()),
        }
    }

    /// Nothing is sent any more until the closures that the transaction belongs to have returned.
    pub(crate) fn end_for_closures(&self, cause: &str) {
        self.transaction.end(Ended { cause: cause.to_owned(), is_retryable: false });
    }

    /// The outermost savepoint is left. If the transaction has ended meanwhile, the next statement begins a new one.
    pub(crate) fn leave_closures(&mut self) {
        if self.transaction.owner == Owner::User {
            self.transaction.take_end();
        }
    }

    /// Whether a closure has the transaction: of a savepoint, or of `Engine::transaction`.
    pub(crate) fn is_in_closure(&self) -> bool {
        self.objects.depth() > 0 || self.transaction.owner != Owner::User
    }

    /// The user may end the transaction here.
    ///
    /// # Errors
    /// [`Error::Misplaced`]: a closure does so when it returns.
    pub(crate) fn check_is_own(&self, call: &'static str) -> Result<()> {
        if self.objects.depth() > 0 {
            return Err(misplaced(call, "a savepoint is set; the transaction is ended after its closure has returned"));
        }
        match self.transaction.owner {
            Owner::User => Ok(()),
            Owner::Closure { .. } => Err(misplaced(
                call,
                "`engine.transaction` commits when its closure has returned, and another attempt would do it again",
            )),
        }
    }

    /// The transaction has not ended under the closures that are in it.
    pub(crate) fn check_not_ended(&self) -> Result<()> {
        match &*self.transaction.ended.borrow() {
            None => Ok(()),
            Some(ended) => Err(ended.clone().into_error()),
        }
    }

    fn abandon_if_gone(&self, error: &Error) {
        let is_gone = self.transaction.link.borrow().as_ref().is_none_or(|link| link.transaction_is_gone());
        if is_gone {
            self.abandon(error);
        }
    }

    /// What was written since the last commit, or since the savepoint where one is set, is undone after an error, in the
    /// database and in memory, and waits again.
    pub(crate) fn abandon(&self, error: &Error) {
        if self.transaction.ended.borrow().is_some() {
            return;
        }
        let is_alive = self.is_back_at_savepoint();
        if !is_alive && let Some(mut link) = self.transaction.link.borrow_mut().take() {
            // A connection that cannot even roll back is closed, and the server rolls back.
            let _ = link.end_transaction();
        }
        undo::make_pending_again(&self.objects);
        self.transaction.may_overcome.set(error.is_retryable());
        if !is_alive && self.is_in_closure() {
            self.transaction.end(Ended::by(error));
        }
    }

    /// Whether nothing was sent since the transaction went back to its innermost savepoint.
    pub(crate) fn is_at_savepoint(&self) -> bool {
        self.transaction.is_at_savepoint.get()
    }

    /// Undoes what was written since a savepoint; tells whether there is one, and the transaction goes on.
    fn is_back_at_savepoint(&self) -> bool {
        let depth = self.objects.depth();
        match &mut *self.transaction.link.borrow_mut() {
            Some(link) if depth > 0 && !link.transaction_is_gone() => {
                let is_back = link.control(&sql::rollback_to_savepoint(depth)).is_ok();
                self.transaction.is_at_savepoint.set(is_back);
                is_back
            }
            _ => false,
        }
    }
}

/// A closure has put another session into the place of its own.
pub(crate) fn swapped(call: &'static str) -> Error {
    misplaced(call, "its session is not the one any more that it began with")
}

fn misplaced(call: &'static str, reason: &'static str) -> Error {
    Error::Misplaced { call, reason }
}

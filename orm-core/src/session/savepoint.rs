//! Savepoints: a part of a transaction that can fail by itself, in the database and in memory.

use crate::error::{Error, Result};
use crate::session::transaction::swapped;
use crate::session::{Session, flush, undo};
use crate::sql;

impl Session {
    /// Runs a part of the transaction that may fail by itself. What has changed before is flushed. If the closure succeeds,
    /// what it has changed is flushed too, and is a part of the transaction; if it gives an error (or panics), the database
    /// and the objects become what they were when it began: what was added is gone, what was changed has its values of then,
    /// what was deleted is back. Savepoints may lie in each other.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Visitor { #[primary_key] id: Auto<i32>, #[column(length = 50, unique)] name: String }
    /// # fn come(session: &mut Session, names: Vec<String>) -> orm_core::Result<()> {
    /// for name in names {
    ///     let came = session.savepoint(|session| {
    ///         session.add(Visitor { name, ..Default::default() });
    ///         session.flush()
    ///     });
    ///     match came {
    ///         Err(error) if error.is_constraint() => println!("was here before: {error}"),
    ///         other => other?,
    ///     }
    /// }
    /// session.commit()
    /// # }
    /// ```
    ///
    /// A flush that fails inside undoes what was written since the savepoint; as after every flush that fails, all of it waits
    /// again, so that the closure can correct it and go on. Locks last until the transaction ends.
    ///
    /// # Errors
    /// Those of the closure; what is wrong with what has changed, or what the database says. Where the whole transaction has
    /// ended inside, by a deadlock, a lost connection or [`rollback`](Self::rollback), nothing is sent until the closure
    /// returns ([`Error::TransactionEnded`]). What was changed before the savepoint then waits again (but for `rollback`),
    /// and what was changed inside is given up.
    pub fn savepoint<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let depth = self.set_savepoint()?;
        let savepoint = Savepoint { session: self, depth };
        let done = work(savepoint.session);
        savepoint.leave(done)
    }

    fn set_savepoint(&mut self) -> Result<usize> {
        flush::flush(self)?;
        let depth = self.objects.depth() + 1;
        self.transaction.goes_on();
        self.control(&sql::savepoint(depth))?;
        self.objects.settle();
        self.objects.begin_level();
        Ok(depth)
    }
}

/// A savepoint whose closure runs. Where it is dropped, it is undone.
struct Savepoint<'s> {
    session: &'s mut Session,
    depth: usize,
}

impl Savepoint<'_> {
    fn leave<T, E: From<Error>>(self, done: std::result::Result<T, E>) -> std::result::Result<T, E> {
        let done = done?;
        self.keep()?;
        Ok(done)
    }

    /// What the closure has changed becomes a part of the transaction; where that fails, it is undone.
    fn keep(self) -> Result<()> {
        self.session.check_not_ended()?;
        if self.session.objects.depth() != self.depth {
            return Err(swapped("savepoint"));
        }
        flush::flush(self.session)?;
        self.session.control(&sql::release_savepoint(self.depth))?;
        self.session.objects.keep_level();
        self.session.objects.settle();
        Ok(())
    }

    /// The database and the objects become what they were.
    fn undo(&mut self) -> Result<()> {
        let session = &mut *self.session;
        let has_ended = session.check_not_ended().is_err();
        let undone = if has_ended { Ok(()) } else { session.undo_to_savepoint(self.depth) };
        let given_up = undo::give_up(&mut session.objects);
        session.objects.end_level();
        if session.check_not_ended().is_err() {
            // What was written before the savepoint waits again.
            undo::make_pending_again(&session.objects);
            session.objects.settle();
        }
        undone.and(given_up)
    }
}

impl Session {
    fn undo_to_savepoint(&self, depth: usize) -> Result<()> {
        let text = match self.is_at_savepoint() {
            true => sql::release_savepoint(depth),
            false => sql::undo_savepoint(depth),
        };
        self.control(&text)
    }
}

impl Drop for Savepoint<'_> {
    fn drop(&mut self) {
        if self.session.objects.depth() == self.depth {
            // What the database says against it has ended the transaction, which the session remembers.
            let _ = self.undo();
        } else if self.session.check_not_ended().is_err() {
            // It was rolled back inside, and what was changed after that is given up too.
            let _ = undo::give_up(&mut self.session.objects);
        }
        if self.depth == 1 {
            self.session.leave_closures();
        }
    }
}

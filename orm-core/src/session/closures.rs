//! Transactions as closures: they commit when they succeed, and run again where another attempt may help.

use std::time::Duration;

use crate::connection::Engine;
use crate::error::Error;
use crate::session::Session;
use crate::session::transaction::{Owner, swapped};
use crate::sql::TransactionOptions;

/// A pause grows from this length on, twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

impl Engine {
    /// Runs a closure in a transaction of its own, and commits when it succeeds. If it gives an error or panics, the
    /// transaction is rolled back, and so are changes that were not flushed.
    ///
    /// Where the transaction was ended by what another attempt may overcome ([`Error::is_retryable`]: a deadlock, a lock that
    /// did not come, a row that somebody else has changed, a lost connection), or the closure gives up because a savepoint has
    /// failed so, it runs again, in a new session. It does so [ten times](TransactionOptions::attempts) at most, with random
    /// pauses that become longer. So it must not do what cannot be done twice, such as sending a mail; [`Session::attempt`]
    /// tells which time it is. A COMMIT whose answer was lost ([`Error::CommitUnknown`]) is never tried again.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Account { #[primary_key] id: i32, balance: i64 }
    /// # fn pay(engine: &Engine) -> orm_core::Result<()> {
    /// let left = engine.transaction(|session| {
    ///     let both = session.query::<Account>().filter(Account::id.in_([1, 2])).for_update().handles()?;
    ///     session[both[0]].balance -= 100;
    ///     session[both[1]].balance += 100;
    ///     Ok::<_, orm_core::Error>(session[both[0]].balance)
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The error may be of any type that [`Error`] can become. After a flush that has failed, or another end of the
    /// transaction, nothing is sent until the closure returns ([`Error::TransactionEnded`]); what is to be able to fail by
    /// itself is put into a [`savepoint`](Session::savepoint).
    ///
    /// # Errors
    /// Those of the last attempt: of the closure, or of the commit.
    pub fn transaction<T, E: From<Error>>(&self, work: impl FnMut(&mut Session) -> Result<T, E>) -> Result<T, E> {
        self.transaction_with(TransactionOptions::new(), work)
    }

    /// [`transaction`](Self::transaction), with wishes.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Account { #[primary_key] id: i32, balance: i64 }
    /// # fn close(engine: &Engine) -> orm_core::Result<()> {
    /// let options = TransactionOptions::new().isolation(Isolation::Serializable).attempts(3);
    /// let closed = engine.transaction_with(options, |session| {
    ///     session.delete_all(query::<Account>().filter(Account::balance.eq(0)))
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As of [`transaction`](Self::transaction).
    pub fn transaction_with<T, E: From<Error>>(
        &self,
        options: TransactionOptions,
        mut work: impl FnMut(&mut Session) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut attempt = 1;
        loop {
            let span = tracing::debug_span!(target: "orm_core::transaction", "transaction", attempt);
            let mut session = span.in_scope(|| self.session_of(options, Owner::Closure { attempt }));
            let done = work(&mut session);
            let (done, is_retryable) = session.conclude(done);
            match done {
                Err(_) if is_retryable && attempt < options.most_attempts() => {
                    tracing::debug!(target: "orm_core::transaction", attempt, "the transaction is tried again");
                    self.retried();
                    std::thread::sleep(pause_after(attempt));
                    attempt += 1;
                }
                done => return done,
            }
        }
    }

    /// Runs a closure that only reads, in a transaction that sees everything as it is when it begins: all answers agree,
    /// however much others write meanwhile. The server refuses whatever writes, and the compiler what would have to be
    /// flushed, for the session is lent for reading. It is tried again as [`transaction`](Self::transaction) is.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Account { #[primary_key] id: i32, balance: i64 }
    /// # fn report(engine: &Engine) -> orm_core::Result<()> {
    /// let (accounts, sum) = engine.read(|session| {
    ///     let sum = session.query::<Account>().select(func::sum(Account::balance)).scalar()?;
    ///     Ok::<_, orm_core::Error>((session.query::<Account>().count()?, sum))
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of the last attempt.
    pub fn read<T, E: From<Error>>(&self, mut work: impl FnMut(&Session) -> Result<T, E>) -> Result<T, E> {
        self.transaction_with(TransactionOptions::new().consistent_snapshot().read_only(), |session| {
            session.begin_now()?;
            work(session)
        })
    }
}

impl Session {
    /// Ends the transaction of a closure that has returned; tells whether another attempt may help where it failed.
    fn conclude<T, E: From<Error>>(&mut self, done: Result<T, E>) -> (Result<T, E>, bool) {
        match (self.transaction.take_end(), done) {
            (Some(ended), Err(error)) => (Err(error), ended.is_retryable),
            (Some(ended), Ok(_)) => {
                let is_retryable = ended.is_retryable;
                (Err(ended.into_error().into()), is_retryable)
            }
            (None, Err(error)) => (Err(error), self.transaction.may_be_overcome()),
            (None, Ok(_)) if !self.is_in_closure() => (Err(swapped("transaction").into()), false),
            (None, Ok(done)) => match self.commit_transaction() {
                Ok(()) => (Ok(done), false),
                Err(error) => {
                    let is_retryable = error.is_retryable();
                    (Err(error.into()), is_retryable)
                }
            },
        }
    }
}

/// How long to wait before the next attempt: any time up to a length that doubles, so that those who were in each other's way
/// do not meet again. (<https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>)
fn pause_after(attempt: u32) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(attempt - 1));
    doubled.min(LONGEST_PAUSE).mul_f64(fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_second_and_are_random() {
        let longest = |attempt: u32| (0..200).map(|_| pause_after(attempt)).max().expect("200 pauses");
        assert!(longest(1) <= FIRST_PAUSE);
        assert!(longest(4) > FIRST_PAUSE * 2 && longest(4) <= FIRST_PAUSE * 8);
        assert!(longest(u32::MAX) <= LONGEST_PAUSE);
        assert_ne!(pause_after(20), pause_after(20));
    }
}

//! Sending into the transaction of a session, which begins with its first statement: that takes a connection from the pool, and
//! another one where it has died there.

use crate::connection::{Done, Link, OnRow, Receiver, RowsAlone, Trust};
use crate::error::{Error, Result};
use crate::session::Session;
use crate::sql::Statement;
use crate::value::Value;

impl Session {
    /// Whether the connection is free: while an answer is received it is not.
    pub(crate) fn check_idle(&self) -> Result<()> {
        self.transaction.link.try_borrow_mut().map(drop).map_err(|_| Error::Streaming)
    }

    /// Sends one statement in this session's transaction, which begins with the first. If that ends the transaction, what
    /// it had written waits again.
    pub(crate) fn send(&self, statement: Statement, on_row: OnRow<'_>) -> Result<Done> {
        self.receive(statement, &mut RowsAlone(on_row))
    }

    /// The same, for a receiver that may want to know the names of the columns.
    pub(crate) fn receive(&self, statement: Statement, receiver: &mut dyn Receiver) -> Result<Done> {
        self.check_idle()?;
        self.check_not_ended()?;
        self.transaction.goes_on();
        let locking = self.objects.edits.borrow_mut().take_locking();
        let mut noticed = Noticed::new(receiver);
        let is_first = self.transaction.link.borrow().is_none();
        let done = match is_first {
            true => self.receive_first(statement, &mut noticed),
            false => self.on_link(|link| link.ask(statement, &mut noticed)),
        };
        // Without a row, a question that failed has shown nothing that could change without its locks.
        if let Some(question) = locking.filter(|_| done.is_ok() || noticed.has_rows) {
            self.objects.edits.borrow_mut().locked(question);
        }
        let done = done.map_err(|error| self.explain(error, &[]));
        let done = done.inspect_err(|error| self.abandon_if_gone(error))?;
        self.read_locked_again()?;
        Ok(done)
    }

    /// Takes a connection. One that has died while it waited in the pool is replaced, by one that answers, and the statement sent
    /// again: without a commit it cannot have had an effect.
    fn receive_first(&self, statement: Statement, receiver: &mut dyn Receiver) -> Result<Done> {
        let may_have_died = self.connect(Trust::Recent)?;
        if !may_have_died {
            return self.on_link(|link| link.ask(statement, receiver));
        }
        let mut noticed = Noticed::new(receiver);
        match self.on_link(|link| link.ask(statement.clone(), &mut noticed)) {
            Err(Error::Connection { .. }) if !noticed.has_begun => {
                self.connect(Trust::Tested)?;
                self.on_link(|link| link.ask(statement, noticed.receiver))
            }
            done => done,
        }
    }

    /// Sends a text that speaks of the transaction itself.
    pub(crate) fn control(&self, text: &str) -> Result<()> {
        self.check_idle()?;
        self.check_not_ended()?;
        let is_first = self.transaction.link.borrow().is_none();
        let done = if is_first { self.control_first(text) } else { self.on_link(|link| link.control(text)) };
        done.inspect_err(|error| self.abandon_if_gone(error))
    }

    fn control_first(&self, text: &str) -> Result<()> {
        let may_have_died = self.connect(Trust::Recent)?;
        match self.on_link(|link| link.control(text)) {
            Err(Error::Connection { .. }) if may_have_died => {
                self.connect(Trust::Tested)?;
                self.on_link(|link| link.control(text))
            }
            done => done,
        }
    }

    /// Takes a connection in place of the one that there may be, and begins a transaction there if it is to be a special one.
    /// Tells whether the connection may have died before.
    fn connect(&self, trust: Trust) -> Result<bool> {
        // Its place in the pool may be the only one.
        drop(self.transaction.link.borrow_mut().take());
        let mut link = self.engine.link_with(trust)?;
        link.send_for(self.watched.sender());
        let mut may_have_died = link.may_have_died();
        let options = self.transaction.next.get().unwrap_or(self.transaction.options);
        if let Some(begin) = options.begin() {
            match link.control(&begin) {
                Err(Error::Connection { .. }) if may_have_died => {
                    drop(link);
                    return self.connect(Trust::Tested);
                }
                begun => begun?,
            }
            may_have_died = false;
        }
        *self.transaction.link.borrow_mut() = Some(link);
        Ok(may_have_died)
    }

    /// The session's connection, taken now if there is none, will be set up anew before others get it.
    pub(crate) fn touch_link(&self) -> Result<()> {
        self.check_idle()?;
        self.check_not_ended()?;
        if self.transaction.link.borrow().is_none() {
            self.connect(Trust::Tested)?;
        }
        self.on_link(|link| {
            link.touch();
            Ok(())
        })
    }

    /// Tells the connection in whose name it sends now.
    pub(crate) fn tell_sender(&self) {
        if let Ok(mut link) = self.transaction.link.try_borrow_mut()
            && let Some(link) = link.as_mut()
        {
            link.send_for(self.watched.sender());
        }
    }

    /// Begins a transaction that is special without waiting for its first statement.
    pub(crate) fn begin_now(&self) -> Result<()> {
        self.connect(Trust::Recent).map(drop).inspect_err(|error| self.abandon_if_gone(error))
    }

    fn on_link<R>(&self, send: impl FnOnce(&mut Link) -> Result<R>) -> Result<R> {
        self.transaction.is_at_savepoint.set(false);
        let mut link = self.transaction.link.borrow_mut();
        send(link.as_mut().expect("the session holds a connection"))
    }

    /// A statement of the user's own may have written, whatever it looks like.
    pub(crate) fn may_have_written(&self) {
        if let Some(link) = &mut *self.transaction.link.borrow_mut() {
            link.may_have_written();
        }
    }
}

/// Notices whether an answer has begun, for then it cannot be received again, and whether there were rows in it.
struct Noticed<'a> {
    receiver: &'a mut dyn Receiver,
    has_begun: bool,
    has_rows: bool,
}

impl<'a> Noticed<'a> {
    fn new(receiver: &'a mut dyn Receiver) -> Self {
        Self { receiver, has_begun: false, has_rows: false }
    }
}

impl Receiver for Noticed<'_> {
    fn columns(&mut self, names: &mut dyn Iterator<Item = String>) -> Result<()> {
        self.has_begun = true;
        self.receiver.columns(names)
    }

    fn row(&mut self, row: Vec<Value>) -> Result<()> {
        (self.has_begun, self.has_rows) = (true, true);
        self.receiver.row(row)
    }
}

//! One connection: sends a statement, reads the whole answer, and knows whether it can be used again.

use std::sync::Arc;
use std::time::Instant;

use mysql::prelude::Queryable;
use mysql::{Conn, Params};

use crate::connection::answer::{Answer, Done, OnRow, Receiver, RowsAlone, read};
use crate::connection::failure::{Aftermath, Reason, aftermath, reason, translate};
use crate::connection::prepared::Prepared;
use crate::connection::settings::Settings;
use crate::connection::statistics::{Counter, Tally};
use crate::connection::watch::{Failure, Sender, Sent, Watch};
use crate::error::{Error, Result};
use crate::sql::{self, COMMIT, Dialect, Facts, MAX_PLACEHOLDERS, ROLLBACK, SERVER_FACTS, SESSION_SETTINGS, Statement};
use crate::value::Value;

/// A connection that is set up.
pub(crate) struct Link {
    driver: Conn,
    prepared: Prepared,
    server: String,
    dialect: Dialect,
    watch: Arc<Watch>,
    /// Whose transaction it is.
    sender: Sender,
    /// A statement may have changed the session on the server for those who come after.
    is_touched: bool,
    in_transaction: bool,
    /// Whether the transaction may have written something.
    has_written: bool,
    /// Whether the server has answered in this transaction.
    has_begun: bool,
    state: Aftermath,
}

impl Link {
    /// A connection that was opened and set up just now.
    pub(crate) fn new(driver: Conn, dialect: Dialect, settings: &Settings, watch: Arc<Watch>) -> Self {
        let server = settings.place.to_string();
        watch.opened(&server, driver.connection_id());
        Self {
            driver,
            prepared: Prepared::new(),
            server,
            dialect,
            watch,
            sender: Sender::default(),
            is_touched: false,
            in_transaction: false,
            has_written: false,
            has_begun: false,
            state: Aftermath::StatementUndone,
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Whether the transaction that was open has been ended by the server or with the connection.
    pub(crate) fn transaction_is_gone(&self) -> bool {
        self.state != Aftermath::StatementUndone
    }

    /// Whether nothing may be sent any more.
    pub(crate) fn is_lost(&self) -> bool {
        self.state == Aftermath::ConnectionLost
    }

    /// Whose statements it sends from now on, until the transaction ends.
    pub(crate) fn send_for(&mut self, sender: Sender) {
        self.sender = sender;
    }

    /// From now on the session on the server may be another one than it was set up to be: it is set up anew before it goes to
    /// somebody else.
    pub(crate) fn touch(&mut self) {
        self.is_touched = true;
    }

    /// Makes it as good as new: without a transaction, and with the session that it was set up with. Where that does not work it
    /// cannot be used again.
    pub(crate) fn renew(&mut self, settings: &Settings) -> bool {
        if self.end_transaction().is_err() || self.is_lost() {
            return false;
        }
        if self.is_touched {
            self.prepared.clear();
            let reset = self.driver.reset().map_err(|error| self.note(&error));
            self.is_touched = reset.is_err() || set_up(&mut self.driver, settings).is_err();
        }
        !self.is_touched
    }

    /// Sends a prepared statement and reads its answer to the end, where errors may still wait.
    pub(crate) fn execute(&mut self, statement: Statement, on_row: OnRow<'_>) -> Result<Done> {
        self.ask(statement, &mut RowsAlone(on_row))
    }

    /// The same, for a receiver that may want to know the names of the columns.
    pub(crate) fn ask(&mut self, statement: Statement, receiver: &mut dyn Receiver) -> Result<Done> {
        let longest_packet = statement.longest_packet();
        let Statement { text, parameters } = statement;
        if parameters.len() > MAX_PLACEHOLDERS {
            return Err(Error::TooManyValues { count: parameters.len(), statement: text.to_string() });
        }
        self.check_packet(longest_packet, &text)?;
        self.begin();
        self.has_written = self.has_written || !sql::only_reads(&text);
        let values = self.watch.values(&parameters);
        let span = self.sender.span.clone();
        let parameters = if parameters.is_empty() { Params::Empty } else { Params::Positional(parameters) };
        // What takes the rows may be the user's: it is not in the span.
        self.send(&text, values.as_deref(), |driver, prepared| {
            let answer = span.in_scope(|| {
                let statement = prepared.get(driver, &text)?;
                driver.exec_iter(statement, parameters)
            })?;
            read(answer, receiver)
        })
    }

    /// Sends a definition (CREATE, ALTER, DROP), which also ends a transaction.
    pub(crate) fn define(&mut self, text: &str) -> Result<()> {
        self.send_text(text)?;
        self.in_transaction = false;
        Ok(())
    }

    /// Sends statements without parameters, some of which cannot be prepared.
    pub(crate) fn run(&mut self, text: &str) -> Result<Done> {
        self.begin();
        self.has_written = true;
        self.send_text(text)
    }

    /// Sends what begins the transaction, or speaks of its savepoints.
    pub(crate) fn control(&mut self, text: &str) -> Result<()> {
        self.begin();
        self.send_text(text).map(drop)
    }

    /// What was sent last may have written, whatever it looks like.
    pub(crate) fn may_have_written(&mut self) {
        self.has_written = self.in_transaction;
    }

    /// Makes the transaction last. One that has not written anything has ended well with its connection, too.
    ///
    /// # Errors
    /// [`Error::CommitUnknown`] where the connection broke before the answer.
    pub(crate) fn commit(&mut self) -> Result<()> {
        match self.send_text(COMMIT) {
            Ok(_) => {
                (self.in_transaction, self.has_written) = (false, false);
                self.ended(|tally| &tally.committed);
                Ok(())
            }
            Err(_) if self.is_lost() && !self.has_written => {
                self.ended(|tally| &tally.committed);
                Ok(())
            }
            Err(error) if self.is_lost() => {
                self.in_transaction = false;
                self.ended(|tally| &tally.unknown);
                Err(Error::CommitUnknown { server: self.server.clone(), reason: error.to_string() })
            }
            Err(error) => Err(error),
        }
    }

    /// Undoes the transaction, if there is one that the server has not ended.
    pub(crate) fn end_transaction(&mut self) -> Result<()> {
        let was_open = std::mem::take(&mut self.in_transaction);
        self.has_written = false;
        let undone = self.undo(was_open);
        if was_open {
            self.ended(|tally| &tally.rolled_back);
        }
        self.sender = Sender::default();
        undone
    }

    fn undo(&mut self, was_open: bool) -> Result<()> {
        if self.is_lost() {
            return Ok(());
        }
        self.state = Aftermath::StatementUndone;
        if was_open {
            self.send_text(ROLLBACK)?;
        }
        Ok(())
    }

    pub(crate) fn ping(&mut self) -> Result<()> {
        self.driver.ping().map_err(|error| {
            self.note(&error);
            translate(error, "ping", &self.server)
        })
    }

    fn begin(&mut self) {
        let was_open = std::mem::replace(&mut self.in_transaction, true);
        self.has_begun &= was_open;
    }

    /// The transaction is over, and with it what its sender has to do with this connection.
    fn ended(&mut self, how: fn(&Tally) -> &Counter) {
        let sender = std::mem::take(&mut self.sender);
        if std::mem::take(&mut self.has_begun) {
            self.watch.count(&sender, |tally| how(tally).add(1));
        }
    }

    /// The driver gives a connection up over a packet that the server would not take; so it never gets one.
    /// (<https://mariadb.com/kb/en/server-system-variables/#max_allowed_packet>)
    fn check_packet(&self, length: usize, statement: &str) -> Result<()> {
        let most = self.dialect.max_packet;
        if length < most {
            return Ok(());
        }
        let (model, field, source) = (None, None, None);
        Err(Error::TooLarge { model, field, most: Some(most), statement: statement.to_owned(), source })
    }

    /// The text protocol, for statements that gain nothing from being prepared.
    fn send_text(&mut self, text: &str) -> Result<Done> {
        self.check_packet(text.len() + 1, text)?;
        let span = self.sender.span.clone();
        self.send(text, None, |driver, _| {
            let answer = span.in_scope(|| driver.query_iter(text))?;
            read(answer, &mut RowsAlone(&mut |_| Ok(())))
        })
    }

    fn send(
        &mut self,
        sql: &str,
        values: Option<&str>,
        send: impl FnOnce(&mut Conn, &mut Prepared) -> mysql::Result<Answer>,
    ) -> Result<Done> {
        let started = Instant::now();
        // A panic in whoever takes the rows leaves it so: nobody knows then what the next bytes belong to.
        let before = std::mem::replace(&mut self.state, Aftermath::ConnectionLost);
        let answer = send(&mut self.driver, &mut self.prepared);
        self.state = before;
        let took = started.elapsed();
        let sent = Sent { sql, values, connection: self.driver.connection_id(), took };
        let answer = answer.map_err(|error| self.failed(error, &sent))?;
        self.has_begun = true;
        self.watch.answered(&self.sender, &sent, answer.rows, answer.done.affected);
        answer.unread.map_or(Ok(answer.done), Err)
    }

    fn failed(&mut self, error: mysql::Error, sent: &Sent<'_>) -> Error {
        let code = match &error {
            mysql::Error::MySqlError(error) => Some(error.code),
            _ => None,
        };
        self.has_begun |= code.is_some();
        self.watch.failed(&self.sender, sent, &Failure { code, reason: &Reason(&error) });
        self.note(&error);
        match sent.values {
            Some(values) => translate(error, &format!("{} -- values: {values}", sent.sql), &self.server),
            None => translate(error, sent.sql, &self.server),
        }
    }

    /// What an error means for the connection.
    fn note(&mut self, error: &mysql::Error) {
        let was_lost = self.is_lost();
        self.state = aftermath(error);
        if self.is_lost() && !was_lost {
            self.watch.lost(&self.server, self.driver.connection_id(), &Reason(error));
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if !self.is_lost() {
            self.watch.closed(&self.server, self.driver.connection_id());
        }
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Link({}, {:?})", self.server, self.state)
    }
}

/// Makes the session on the server what every statement relies on, and finds out what the server is, in one trip.
///
/// # Errors
/// [`Error::Setup`]: the server is too old, or does not take a setting.
pub(crate) fn set_up(driver: &mut Conn, settings: &Settings) -> Result<Dialect> {
    let facts = ask_facts(driver).map_err(|error| match error {
        mysql::Error::MySqlError(_) => settings.unusable(reason(&error)),
        _ => settings.failed(reason(&error)),
    })?;
    let facts = Facts::read(facts)?;
    facts.check().map_err(|reason| settings.unusable(reason))?;
    Ok(facts.dialect)
}

/// The answers are text: this is the text protocol.
fn ask_facts(driver: &mut Conn) -> mysql::Result<Vec<String>> {
    let mut facts = Vec::new();
    let mut answer = driver.query_iter(format!("{SESSION_SETTINGS}; {SERVER_FACTS}"))?;
    while let Some(set) = answer.iter() {
        for row in set {
            for value in row?.unwrap() {
                facts.push(match value {
                    Value::Bytes(text) => String::from_utf8_lossy(&text).into_owned(),
                    other => other.as_sql(true),
                });
            }
        }
    }
    Ok(facts)
}

//! SQL of the user's own: reading its results into objects and values, and running it.

use crate::error::{Error, Result};
use crate::model::{ColumnField, Handle, ResultRow, Row};
use crate::query::{Autoflush, Sql, SqlText};
use crate::session::ask::result::{OnWanted, Reading, Wanted};
use crate::session::load::each_slot_once;
use crate::session::locks::RowLock;
use crate::session::{Model, Session, View, flush};
use crate::sql::{Effect, NO_SAVEPOINT, RELEASE_WATCHED, Raw, SET_WATCHED, Statement};

impl Session {
    /// Begins a question in SQL. Values are bound to its parameters: see [`Sql`].
    #[must_use]
    pub fn sql(&self, text: impl SqlText) -> Sql<&Self> {
        Sql::over(text, self)
    }

    /// Runs a statement in SQL, and gives the number of rows that it inserted, deleted, or found to change. What has changed in
    /// the session is flushed before.
    ///
    /// What the statement did to the rows of objects is not known: they keep their values, and the next question for one reads
    /// it again. A rollback brings their old values back. If the transaction fails later, the statement is undone and does
    /// not wait again, which the next flush tells ([`Error::Undone`]).
    ///
    /// At a definition (`CREATE`, `ALTER`, `DROP`, `TRUNCATE`, …; also `FLUSH` and `SET PASSWORD`) the server commits. So the
    /// session commits before, and the definition lasts at once; there may be several, with `;` between them.
    ///
    /// # Errors
    /// [`Error::Sql`]: parameters and what is bound to them do not fit; or the statement begins or ends a transaction, or changes
    /// the connection for others. [`Error::Misplaced`]: a definition inside of a closure that has a transaction. What the
    /// database says, after which the transaction goes on without this statement; what a flush says, or at a definition a
    /// commit. [`Error::EndedByStatement`]: a procedure has ended the transaction.
    pub fn execute(&mut self, sql: Sql) -> Result<u64> {
        let Sql { mut raw, .. } = sql;
        let effect = checked(&raw)?;
        if effect == Effect::Definition {
            self.check_is_own("execute")?;
            self.commit()?;
            return self.define(&raw);
        }
        flush::flush(self)?;
        self.touch_if(&raw)?;
        let statement = self.statement(&mut raw)?;
        let done = self.watching_its_end(&raw, || self.send(statement, &mut |_| Ok(())))?;
        self.may_have_written();
        self.has_run(&raw, effect);
        Ok(done.affected)
    }

    fn define(&self, raw: &Raw) -> Result<u64> {
        let mut link = self.engine.link()?;
        if raw.nature().touches {
            link.touch();
        }
        let statement = raw.statement();
        let done = match statement.parameters.as_slice() {
            // Not every server takes every definition otherwise.
            [] => link.run(&statement.text),
            _ => link.execute(statement, &mut |_| Ok(())),
        };
        let done = done.map_err(|error| self.explain(error, &[]))?;
        link.commit()?;
        Ok(done.affected)
    }

    /// The statement, with the keys of the objects that its conditions speak of.
    fn statement(&self, raw: &mut Raw) -> Result<Statement> {
        raw.conditions_mut().try_for_each(|condition| self.resolve_keys(condition))?;
        Ok(raw.statement())
    }

    /// A statement that may leave something behind is not sent twice, so it needs a connection that answers; and that one is set
    /// up anew before others get it.
    fn touch_if(&self, raw: &Raw) -> Result<()> {
        if raw.nature().touches { self.touch_link() } else { Ok(()) }
    }

    /// A procedure may commit or roll back. A savepoint is gone then, which tells it.
    fn watching_its_end<R>(&self, raw: &Raw, send: impl FnOnce() -> Result<R>) -> Result<R> {
        if !raw.nature().may_end_transaction {
            return send();
        }
        self.control(SET_WATCHED)?;
        let done = send();
        if done.is_err() && !self.is_in_transaction() {
            return done;
        }
        match self.control(RELEASE_WATCHED) {
            Err(error) if error.server().is_some_and(|said| said.code() == NO_SAVEPOINT) => {
                let error = Error::EndedByStatement { statement: raw.text().to_owned() };
                self.abandon(&error);
                Err(error)
            }
            released => released.and(done),
        }
    }

    /// What was read before may not be so any more.
    fn has_run(&self, raw: &Raw, effect: Effect) {
        if effect == Effect::Nothing {
            return;
        }
        self.objects().stores().for_each(|store| store.slots().borrow_mut().expire());
        self.objects().forget_all_members();
        self.objects().edits.borrow_mut().ran(format!("`{}`", raw.text()));
    }
}

impl<'s> Sql<&'s Session> {
    /// Without a flush before: the answer does not know what has changed in the session since the last one.
    #[must_use]
    pub fn no_autoflush(mut self) -> Self {
        self.autoflush = Autoflush::Off;
        self
    }

    /// All objects, each once, in the order of the rows. Their columns are found by name; others may be there too.
    ///
    /// # Errors
    /// [`Error::Sql`]: the statement is not a question, or parameters and what is bound to them do not fit.
    /// [`Error::Columns`]: the result lacks a column of the model, or has one twice. What the database says;
    /// [`Error::Autoflush`] where the flush before the question failed.
    pub fn all<M: Model>(self) -> Result<Vec<View<'s, M>>> {
        let session = self.source;
        Ok(self.handles()?.into_iter().map(|handle| session.view(handle)).collect())
    }

    /// The handles of all objects: they borrow nothing, so that a loop over them may change what it finds.
    ///
    /// # Errors
    /// As of [`all`](Self::all).
    pub fn handles<M: Model>(self) -> Result<Vec<Handle<M>>> {
        let (session, table) = (self.source, M::table());
        let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        let (store, mut slots) = (session.objects().store(table), Vec::new());
        let lock = RowLock::held_if(self.raw.nature().locks);
        self.ask(Wanted::named(table.model, &names), &mut |row, _| {
            slots.push(session.objects().merge_as(store, row, lock)?);
            Ok(())
        })?;
        let slots = each_slot_once(slots);
        store.slots().borrow_mut().group(&slots);
        Ok(slots.into_iter().map(|slot| session.objects().handle(slot)).collect())
    }

    /// The first object, if there is one. All rows are sent: a `LIMIT` in the statement spares that.
    ///
    /// # Errors
    /// As of [`all`](Self::all).
    pub fn first<M: Model>(self) -> Result<Option<View<'s, M>>> {
        Ok(self.all()?.into_iter().next())
    }

    /// The only object.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, [`Error::TooMany`] where there are several; and as of [`all`](Self::all).
    pub fn one<M: Model>(self) -> Result<View<'s, M>> {
        only(self.all()?, M::table().model)?.ok_or_else(|| none(M::table().model))
    }

    /// The only object, if there is one.
    ///
    /// # Errors
    /// [`Error::TooMany`] where there are several; and as of [`all`](Self::all).
    pub fn one_or_none<M: Model>(self) -> Result<Option<View<'s, M>>> {
        only(self.all()?, M::table().model)
    }

    /// All rows. A tuple or a value takes the columns in their order, and there must be no more; a struct with `#[derive(Row)]`
    /// finds them by name.
    ///
    /// # Errors
    /// [`Error::Columns`]: there are more columns or fewer, or a column of the struct is missing. [`Error::Value`]: a type cannot
    /// hold a value. Else as of [`all`](Self::all).
    pub fn rows<R: Row>(self) -> Result<Vec<R>> {
        let mut rows = Vec::new();
        self.ask(Wanted::by::<R>(), &mut |row, origins| {
            rows.push(R::read(&mut ResultRow::new(row, origins))?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The first row, if there is one. All rows are sent: a `LIMIT` in the statement spares that.
    ///
    /// # Errors
    /// As of [`rows`](Self::rows).
    pub fn first_row<R: Row>(self) -> Result<Option<R>> {
        Ok(self.rows()?.into_iter().next())
    }

    /// The only row.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, [`Error::TooMany`] where there are several; and as of [`rows`](Self::rows).
    pub fn row<R: Row>(self) -> Result<R> {
        self.row_or_none()?.ok_or_else(|| none(ROW))
    }

    /// The only row, if there is one.
    ///
    /// # Errors
    /// [`Error::TooMany`] where there are several; and as of [`rows`](Self::rows).
    pub fn row_or_none<R: Row>(self) -> Result<Option<R>> {
        only(self.rows()?, ROW)
    }

    /// The value of the only column of the only row: `COUNT(*)`, `MAX(…)`. Where it may be `NULL`, it is an `Option`.
    ///
    /// # Errors
    /// As of [`row`](Self::row).
    pub fn scalar<T: ColumnField + Row>(self) -> Result<T> {
        self.row()
    }

    /// Sends the statement; gives each row of its result with the wanted columns in their order.
    pub(crate) fn ask(mut self, wanted: Wanted<'_>, on_row: OnWanted<'_>) -> Result<()> {
        let (session, effect) = (self.source, checked(&self.raw)?);
        if effect == Effect::Definition {
            return Err(self.raw.refused("it is no question: run it with `execute`"));
        }
        if self.autoflush == Autoflush::On {
            session.flush_before_question()?;
        }
        let statement = session.statement(&mut self.raw)?;
        if self.raw.nature().locks {
            session.objects().edits.borrow_mut().is_to_lock(format!("`{}`", self.raw.text()));
        }
        session.touch_if(&self.raw)?;
        let done = session.watching_its_end(&self.raw, || {
            session.receive(statement, &mut Reading::new(wanted, self.raw.text(), on_row))
        });
        session.may_have_written();
        // A row that cannot be read does not undo the statement.
        let is_undone = |error: &Error| {
            error.server().is_some() || matches!(error, Error::Connection { .. } | Error::TimedOut { .. })
        };
        if !done.as_ref().is_err_and(is_undone) {
            session.has_run(&self.raw, effect);
        }
        done.map(drop)
    }
}

/// What the statement does, where it can be sent.
fn checked(raw: &Raw) -> Result<Effect> {
    raw.check()?;
    match raw.nature().effect {
        Effect::OfTheSession(reason) => Err(raw.refused(reason)),
        effect => Ok(effect),
    }
}

/// What a row is called in an error.
const ROW: &str = "row";

fn none(what: &'static str) -> Error {
    Error::NotFound { model: what, what: FOR_THIS.to_owned() }
}

fn only<T>(found: Vec<T>, what: &'static str) -> Result<Option<T>> {
    match found.len() {
        0 | 1 => Ok(found.into_iter().next()),
        _ => Err(Error::TooMany { model: what, what: FOR_THIS.to_owned() }),
    }
}

const FOR_THIS: &str = "for this SQL";

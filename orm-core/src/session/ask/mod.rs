//! Asking a query that was put together with a session, after the flush that a question begins with.

mod chunks;
mod maps;
mod raw;
mod result;
mod rows;
mod stream;

pub use chunks::Chunks;
pub use stream::StreamResult;
pub(crate) use stream::stopped;

use crate::error::{Error, Result};
use crate::model::Handle;
use crate::query::{Autoflush, Query, Selection};
use crate::session::{Model, Session, View, flush};
use crate::sql::{Expression, Flavour, Select, Statement};
use crate::value::{ColumnType, Value};

impl Session {
    /// Flushes, so that the answer to a question agrees with what has changed.
    pub(crate) fn flush_before_question(&self) -> Result<()> {
        self.check_idle()?;
        self.check_not_ended()?;
        flush::flush(self).map_err(|source| Error::Autoflush { source: Box::new(source) })
    }

    /// Whether that would do nothing, and find nothing against it.
    pub(crate) fn has_nothing_to_flush(&self) -> bool {
        self.check_idle().is_ok() && self.check_not_ended().is_ok() && flush::is_idle(self)
    }
}

impl<'s, M: Model, S> Query<M, S, &'s Session> {
    /// All objects, each once.
    ///
    /// # Errors
    /// What the database says; [`Error::Autoflush`] where the flush before the question failed.
    pub fn all(mut self) -> Result<Vec<View<'s, M>>> {
        let session = self.source;
        let lazy = self.loading.lazy.unwrap_or(session.lazy());
        Ok(session.lend_all(&self.slots()?, lazy))
    }

    /// The handles of all objects: they borrow nothing, so that a loop over them may change what it finds.
    ///
    /// # Errors
    /// As of [`all`](Self::all).
    pub fn handles(mut self) -> Result<Vec<Handle<M>>> {
        let slots = self.slots()?;
        Ok(slots.into_iter().map(|slot| self.source.objects().handle(slot)).collect())
    }

    fn slots(&mut self) -> Result<Vec<u32>> {
        self.prepare()?;
        self.source.load_with(&self.select, &self.loading)
    }

    /// The first object, if there is one.
    ///
    /// # Errors
    /// As of [`all`](Self::all).
    pub fn first(self) -> Result<Option<View<'s, M>>> {
        Ok(self.at_most(1)?.into_iter().next())
    }

    /// The only object.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, [`Error::TooMany`] where there are several; and as of [`all`](Self::all).
    pub fn one(self) -> Result<View<'s, M>> {
        self.one_or_none()?
            .ok_or_else(|| Error::NotFound { model: M::table().model, what: "for this query".to_owned() })
    }

    /// The only object, if there is one.
    ///
    /// # Errors
    /// [`Error::TooMany`] where there are several; and as of [`all`](Self::all).
    pub fn one_or_none(self) -> Result<Option<View<'s, M>>> {
        let mut found = self.at_most(2)?.into_iter();
        match (found.next(), found.next()) {
            (first, None) => Ok(first),
            _ => Err(Error::TooMany { model: M::table().model, what: "for this query".to_owned() }),
        }
    }

    /// The values of one column or term, for each object.
    ///
    /// # Errors
    /// As of [`all`](Self::all).
    pub fn pluck<X, Place>(self, value: X) -> Result<Vec<X::Output>>
    where
        X: Selection<S, Place>,
    {
        self.select(value).rows()
    }

    fn at_most(mut self, objects: u64) -> Result<Vec<View<'s, M>>> {
        let limit = self.select.limit.map_or(objects, |limit| limit.min(objects));
        self.select.limit = Some(limit);
        self.all()
    }
}

impl<M, S> Query<M, S, &Session> {
    /// The statement that would be sent, with `?` for every value.
    #[must_use]
    pub fn to_sql(&self) -> String {
        self.statement(self.flavour()).text.to_string()
    }

    /// Flushes, unless told not to, and puts in the keys of the objects that the conditions speak of.
    pub(crate) fn prepare(&mut self) -> Result<()> {
        if self.autoflush == Autoflush::On {
            self.source.flush_before_question()?;
        }
        self.source.resolve_all_keys(&mut self.select)?;
        if self.select.lock.is_some() {
            let question = format!("a locking read of `{}`", self.select.root.model);
            self.source.objects().edits.borrow_mut().is_to_lock(question);
        }
        Ok(())
    }

    pub(crate) fn flavour(&self) -> Flavour {
        self.source.dialect().flavour
    }

    /// How many objects or rows there are; none is loaded.
    ///
    /// # Errors
    /// What the database says; [`Error::Autoflush`] where the flush before the question failed.
    pub fn count(mut self) -> Result<u64> {
        self.prepare()?;
        let rows = self.values(self.select.count(self.flavour()))?;
        match rows.into_iter().flatten().next() {
            Some(count) => Ok(u64::from_value(count)?),
            None => Err(Error::Protocol { reason: "COUNT gave no row".to_owned() }),
        }
    }

    /// Whether there is an object or a row; none is loaded.
    ///
    /// # Errors
    /// As of [`count`](Self::count).
    pub fn exists(mut self) -> Result<bool> {
        self.prepare()?;
        Ok(!self.values(self.select.existence(self.flavour()))?.is_empty())
    }

    fn values(&self, statement: Statement) -> Result<Vec<Vec<Value>>> {
        let mut rows = Vec::new();
        let asked = self.source.send(statement, &mut |row| {
            rows.push(row);
            Ok(())
        });
        asked.map_err(|error| self.source.explain(error, &self.select.tables()))?;
        Ok(rows)
    }
}

impl Session {
    /// Puts in the keys of the objects that a question speaks of.
    pub(crate) fn resolve_all_keys(&self, select: &mut Select) -> Result<()> {
        select.expressions_mut().into_iter().try_for_each(|expression| self.resolve_keys(expression))
    }

    /// Puts in the keys of the objects that a condition or term speaks of.
    pub(crate) fn resolve_keys(&self, expression: &mut Expression) -> Result<()> {
        expression.resolve_keys(&mut |object, part| {
            self.objects().check(object)?;
            let key = self.objects().key(object).map(|key| key.values());
            let value = key.and_then(|values| values.into_iter().nth(part));
            value.ok_or(Error::Handle { model: object.table.model, reason: "is of an object without a key" })
        })
    }
}

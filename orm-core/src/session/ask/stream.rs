//! Results of any length: each row is given away as it comes, and the session keeps none.

use std::error::Error as AnyError;

use crate::error::{Error, Result};
use crate::model::{ResultRow, Row, RowReader};
use crate::query::{Query, Rows, Sql};
use crate::session::ask::result::Wanted;
use crate::session::ask::rows::origins;
use crate::session::{Model, Session};

/// What becomes of a stream at one of its rows: an error of any type ends it.
pub type StreamResult = std::result::Result<(), Box<dyn AnyError + Send + Sync>>;

impl<M: Model, S> Query<M, S, &Session> {
    /// Gives each object to a function, as data of its own: the session does not keep it, so that memory does not grow with the
    /// number of objects. The identity map has no part in it, and there are no relationships to follow, but for the keys in
    /// foreign keys: for objects with what they are related to there is [`chunks`](Query::chunks).
    ///
    /// It is a function that takes them, and no iterator, because the session's connection is busy until the last row is
    /// read. So until then the session cannot be asked anything else ([`Error::Streaming`]).
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Employee { #[primary_key] id: Auto<i32>, name: String, active: bool }
    /// # fn write(session: &Session, mut file: impl std::io::Write) -> orm_core::Result<()> {
    /// session.query::<Employee>().filter(Employee::active.eq(true)).stream(|employee| {
    ///     writeln!(file, "{}", employee.name)?;
    ///     Ok(())
    /// })
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Stopped`]: the function gave an error, which is in it; an [`Error`] of this library comes as it is. The rows
    /// that are left are still received, and dropped. What the database says; [`Error::Autoflush`] where the flush before the
    /// question failed.
    pub fn stream(mut self, mut each: impl FnMut(M) -> StreamResult) -> Result<()> {
        self.prepare()?;
        let store = self.source.objects().typed::<M>();
        let statement = self.select.rows_each_once(self.flavour());
        self.source.send(statement, &mut |row| {
            let object = store.object_of(&mut RowReader::new(M::table(), row))?;
            each(object).map_err(stopped)
        })?;
        Ok(())
    }
}

impl<T: Row, S> Query<Rows<T>, S, &Session> {
    /// Gives each row to a function; see [`stream`](Self::stream) of a query for objects.
    ///
    /// # Errors
    /// As of a query for objects; [`Error::Value`]: a type cannot hold a value.
    pub fn stream(mut self, mut each: impl FnMut(T) -> StreamResult) -> Result<()> {
        self.prepare()?;
        let origins = origins(&self.select);
        self.source.send(self.select.rows(self.flavour()), &mut |row| {
            each(T::read(&mut ResultRow::new(row, &origins))?).map_err(stopped)
        })?;
        Ok(())
    }
}

impl Sql<&Session> {
    /// Gives each row to a function; see [`Query::stream`]. Columns are found as by [`rows`](Self::rows).
    ///
    /// # Errors
    /// As of [`Query::stream`] and of [`rows`](Self::rows).
    pub fn stream<R: Row>(self, mut each: impl FnMut(R) -> StreamResult) -> Result<()> {
        self.ask(Wanted::by::<R>(), &mut |row, origins| {
            each(R::read(&mut ResultRow::new(row, origins))?).map_err(stopped)
        })
    }
}

/// The error of a function that a stream gave a row to.
pub(crate) fn stopped(source: Box<dyn AnyError + Send + Sync>) -> Error {
    source.downcast().map_or_else(|source| Error::Stopped { source }, |own| *own)
}

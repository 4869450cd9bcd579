//! Asking a query that selects values instead of objects.

use std::cell::RefCell;

use crate::error::{Error, Result};
use crate::model::{ColumnField, ObjectRef, Origin, ResultRow, Row};
use crate::query::{Query, Rows};
use crate::session::Session;
use crate::session::load::each_slot_once;
use crate::session::locks::RowLock;
use crate::session::objects::{Objects, by_table};
use crate::sql::{Expression, Select};
use crate::value::Value;

impl<T: Row, S> Query<Rows<T>, S, &Session> {
    /// All rows.
    ///
    /// # Errors
    /// What the database says; [`Error::Value`]: a type cannot hold a value; [`Error::Autoflush`] where the flush before the
    /// question failed.
    pub fn rows(self) -> Result<Vec<T>> {
        self.read()
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// As of [`rows`](Self::rows).
    pub fn first(self) -> Result<Option<T>> {
        Ok(self.at_most(1).read()?.into_iter().next())
    }

    /// The only row.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, [`Error::TooMany`] where there are several; and as of [`rows`](Self::rows).
    pub fn one(self) -> Result<T> {
        let model = self.select.root.model;
        self.one_or_none()?.ok_or_else(|| Error::NotFound { model, what: "for this query".to_owned() })
    }

    /// The only row, if there is one.
    ///
    /// # Errors
    /// [`Error::TooMany`] where there are several; and as of [`rows`](Self::rows).
    pub fn one_or_none(self) -> Result<Option<T>> {
        let model = self.select.root.model;
        let mut rows = self.at_most(2).read()?.into_iter();
        match (rows.next(), rows.next()) {
            (first, None) => Ok(first),
            _ => Err(Error::TooMany { model, what: "for this query".to_owned() }),
        }
    }

    fn at_most(mut self, rows: u64) -> Self {
        self.select.limit = Some(self.select.limit.map_or(rows, |limit| limit.min(rows)));
        self
    }

    /// Reads all rows, into what the values can be read into. Objects in them are peers of those in the same place.
    fn read<R: Row>(mut self) -> Result<Vec<R>> {
        self.prepare()?;
        let (session, origins) = (self.source, origins(&self.select));
        let lock = RowLock::held_if(self.select.lock.is_some());
        let kept: RefCell<Vec<ObjectRef>> = RefCell::default();
        let keep = |table, row: Vec<Value>| {
            let slot = session.objects().merge_as(session.objects().store(table), row, lock)?;
            let object = session.objects().reference(table, slot);
            kept.borrow_mut().push(object);
            Ok(object)
        };
        let mut rows = Vec::new();
        let asked = session.send(self.select.rows(self.flavour()), &mut |row| {
            rows.push(R::read(&mut ResultRow::new(row, &origins).keeping(&keep))?);
            Ok(())
        });
        asked.map_err(|error| session.explain(error, &self.select.tables()))?;
        session.objects().group_by_table(kept.into_inner());
        Ok(rows)
    }
}

impl Objects {
    /// The objects of each model came in one result.
    fn group_by_table(&self, objects: Vec<ObjectRef>) {
        for (table, objects) in by_table(objects) {
            let slots = each_slot_once(objects.into_iter().map(|object| object.slot).collect());
            self.store(table).slots().borrow_mut().group(&slots);
        }
    }
}

impl<T: ColumnField + Row, S> Query<Rows<T>, S, &Session> {
    /// The value in the first row; `None` where there is no row, or the value is `NULL`.
    ///
    /// # Errors
    /// As of [`rows`](Self::rows).
    pub fn scalar(self) -> Result<Option<T::Plain>> {
        Ok(self.at_most(1).read::<Option<T::Plain>>()?.into_iter().next().flatten())
    }
}

/// Where each value of a row comes from.
pub(crate) fn origins(select: &Select) -> Vec<Origin> {
    let origin = |(place, expression): (usize, &Expression)| match expression {
        Expression::Column(of, column) => Origin::Column(of.table, *column),
        _ => Origin::Place(place),
    };
    select.listed.iter().flatten().enumerate().map(origin).collect()
}

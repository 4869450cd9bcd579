//! What the server refuses, in terms of models. Where its words are not enough, the database is asked.

use crate::error::{Error, Result};
use crate::schema::Table;
use crate::session::Session;
use crate::sql::{self, Statement, Written};
use crate::value::KeyValue;

/// What a statement writes, for whom it may be refused.
#[derive(Clone, Copy)]
pub(crate) struct Writes<'w> {
    pub(crate) table: &'static Table,
    /// The columns that it gives values to.
    pub(crate) columns: &'w [usize],
    /// The primary keys that rows would get by it, as far as they are known.
    pub(crate) keys: &'w dyn Fn() -> Vec<KeyValue>,
    /// The column with the largest value, as far as it is known.
    pub(crate) largest: &'w dyn Fn() -> Option<usize>,
}

impl Session {
    /// Names the models in an error that a question, or SQL of the user's own, has met: those of the session's objects and
    /// all related to them, and these tables.
    pub(crate) fn explain(&self, error: Error, tables: &[&'static Table]) -> Error {
        match error.server() {
            Some(_) => sql::trace(error, None, &self.known_tables(tables)),
            None => error,
        }
    }

    /// Names the models in an error that a statement which writes rows has met.
    pub(crate) fn explain_write(&self, error: Error, writes: Writes<'_>) -> Error {
        let Writes { table, columns, keys, largest } = writes;
        if let Error::TooLarge { most, statement, source, .. } = error {
            let (model, field) = (Some(table.model), largest().map(|column| table.columns[column].field));
            return Error::TooLarge { model, field, most, statement, source };
        }
        if error.server().is_none() {
            return error;
        }
        let written = Written { table, columns: Some(columns) };
        let error = sql::trace(error, Some(written), &self.known_tables(&[table]));
        match &error {
            Error::Duplicate { key: Some(key), model: None, .. } if key == "PRIMARY" => {
                match self.has_one_of(table, &keys()) {
                    true => sql::trace_to_primary_key(error, table),
                    false => error,
                }
            }
            Error::NotNull { column: Some(column), model: None, .. } => match self.needs_value(table, column) {
                true => sql::trace_to_column(error, table),
                false => error,
            },
            _ => error,
        }
    }

    fn known_tables(&self, tables: &[&'static Table]) -> Vec<&'static Table> {
        let of_objects = self.objects().stores().map(|store| store.table());
        sql::known_tables(tables.iter().copied().chain(of_objects))
    }

    /// Whether one of the keys is given twice, or is there: then this table refuses the rows, whatever a trigger does.
    fn has_one_of(&self, table: &'static Table, keys: &[KeyValue]) -> bool {
        let mut seen = rustc_hash::FxHashSet::default();
        if keys.iter().any(|key| !seen.insert(key)) {
            return true;
        }
        keys.chunks(sql::MAX_KEYS).any(|keys| self.has_rows(sql::existing_keys(table, keys, self.dialect().flavour)))
    }

    /// Whether the table has such a column, and nothing to put into it.
    fn needs_value(&self, table: &'static Table, column: &str) -> bool {
        self.has_rows(sql::column_without_default(table, column))
    }

    /// An answer that cannot be had is none: what is explained has failed before.
    fn has_rows(&self, statement: Statement) -> bool {
        let mut has_rows = false;
        let asked: Result<_> = self.send(statement, &mut |_| {
            has_rows = true;
            Ok(())
        });
        asked.is_ok() && has_rows
    }
}

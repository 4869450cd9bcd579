//! Why rows were not written: they are not as they were read, or others refer to them. The error names the rows.

use rustc_hash::FxHashMap;

use crate::error::{Error, Result, Violation};
use crate::model::Cell;
use crate::schema::{Action, Reference, Table};
use crate::session::assign::Assigned;
use crate::session::flush::collect::{Delete, Insert, Update};
use crate::session::flush::execute::Execution;
use crate::session::refused::Writes;
use crate::sql;
use crate::value::{KeyValue, Value};

impl Execution<'_> {
    /// Why new rows were refused.
    pub(super) fn explain_insert(
        &self,
        error: Error,
        table: &'static Table,
        columns: &[usize],
        rows: &[Insert],
    ) -> Error {
        let key = |row: &Insert| {
            let parts =
                table.primary_key.iter().map(|&column| self.outcome.value(self.session.objects(), &row.cells[column]));
            KeyValue::of(&parts.collect::<Option<Vec<Value>>>()?)
        };
        let columns = with_assigned(columns, &rows[0].assigned);
        let keys = || rows.iter().filter_map(key).collect();
        let cells = |row: &Insert| match row.object {
            Some(object) => self.session.objects().store(table).cells(object.slot),
            None => row.cells.clone(),
        };
        let largest = || self.largest(&mut rows.iter().flat_map(|row| cells(row).into_iter().enumerate()));
        self.session.explain_write(error, Writes { table, columns: &columns, keys: &keys, largest: &largest })
    }

    /// Why changes of rows were refused.
    pub(super) fn explain_update(
        &self,
        error: Error,
        table: &'static Table,
        columns: &[usize],
        rows: &[Update],
    ) -> Error {
        let changes_key = |row: &&Update| row.changes_any(table.primary_key);
        let columns = with_assigned(columns, &rows[0].assigned);
        let keys = || rows.iter().filter(changes_key).filter_map(|row| self.new_key(row).ok()).collect();
        let cells = |row: &Update| {
            let cell = |place: usize| Some((row.columns[place], Cell::Value(self.written(row, place).ok()?)));
            (0..row.cells.len()).filter_map(cell).collect::<Vec<(usize, Cell)>>()
        };
        let largest = || self.largest(&mut rows.iter().flat_map(cells));
        self.session.explain_write(error, Writes { table, columns: &columns, keys: &keys, largest: &largest })
    }

    /// The column with the largest value.
    fn largest(&self, cells: &mut dyn Iterator<Item = (usize, Cell)>) -> Option<usize> {
        let value = |cell: &Cell| self.outcome.value(self.session.objects(), cell).map(|value| value.bin_len());
        cells.max_by_key(|(_, cell)| value(cell)).map(|(column, _)| column)
    }

    /// What a row has got in one of its columns. A text that has moved into the statement is what the object has.
    fn written(&self, row: &Update, place: usize) -> Result<Value> {
        match &row.cells[place] {
            Cell::Value(Value::NULL) if row.old.is_some() => {
                Ok(self.session.objects().column_value(row.object, row.columns[place]))
            }
            cell => self.value(cell),
        }
    }

    /// Every row must have been found as it was read; the error names those that were not: that are not there, or have not
    /// the version that was written, or else not the other values.
    pub(super) fn not_found(
        &self,
        table: &'static Table,
        columns: &[usize],
        rows: &[Update],
        affected: u64,
    ) -> Result<Error> {
        let keys = rows.iter().map(|row| self.new_key(row)).collect::<Result<Vec<KeyValue>>>()?;
        let listed = [table.primary_key, columns].concat();
        let mut found: FxHashMap<KeyValue, Vec<Value>> = FxHashMap::default();
        self.session.send(sql::columns_by_columns(table, &listed, table.primary_key, &keys), &mut |mut row| {
            let values = row.split_off(table.primary_key.len());
            found.extend(KeyValue::of(&row).map(|key| (key, values)));
            Ok(())
        })?;
        if rows[0].version.is_none() && keys.iter().all(|key| found.contains_key(key)) {
            let reason =
                format!("{affected} of {} rows of `{}` were written, but all are there", rows.len(), table.name);
            return Ok(Error::Protocol { reason });
        }
        let version = table.version.map(|version| version.column);
        let is_version = |column: usize| Some(column) == version;
        for compares in [&is_version as &dyn Fn(usize) -> bool, &|_| rows[0].version.is_some()] {
            let mut stale = Vec::new();
            for (row, key) in rows.iter().zip(&keys) {
                if !found.get(key).map_or(Ok(false), |values| self.is_written(row, values, compares))? {
                    stale.push(self.key_of_row(row)?);
                }
            }
            if !stale.is_empty() {
                return Ok(self::stale(table, stale.iter()));
            }
        }
        Ok(self::stale(table, rows.iter().filter_map(|row| row.key.as_ref())))
    }

    /// Whether some of the columns that a row has now are what was written.
    fn is_written(&self, row: &Update, values: &[Value], compares: &dyn Fn(usize) -> bool) -> Result<bool> {
        for (place, (&column, value)) in row.columns.iter().zip(values).enumerate() {
            if compares(column)
                && KeyValue::of(&[self.written(row, place)?]) != KeyValue::of(std::slice::from_ref(value))
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The rows that are there still, with another version; all, where none is.
    pub(super) fn still_there<'r>(&self, table: &'static Table, rows: &'r [Delete]) -> Result<Vec<&'r KeyValue>> {
        let keys: Vec<KeyValue> = rows.iter().map(|row| row.key.clone()).collect();
        let mut there = Vec::new();
        self.session.send(sql::columns_by_columns(table, table.primary_key, table.primary_key, &keys), &mut |row| {
            there.extend(KeyValue::of(&row));
            Ok(())
        })?;
        let is_there = |row: &&Delete| there.is_empty() || there.contains(&row.key);
        Ok(rows.iter().filter(is_there).map(|row| &row.key).collect())
    }

    /// Where the server refuses to delete rows because others refer to them, the error names one that does.
    pub(super) fn explain_refusal(&self, table: &'static Table, rows: &[Delete], error: Error) -> Result<Error> {
        if !matches!(error, Error::ForeignKey { violation: Violation::StillReferred, .. }) {
            return Ok(error);
        }
        let keys: Vec<KeyValue> = rows.iter().map(|row| row.key.clone()).collect();
        for referring in self.session.objects().stores().map(|store| store.table()) {
            let references = referring.placed_references();
            let restricts = |(place, reference): &(usize, &Reference)| {
                reference.on_delete == Action::Restrict && (referring.relationships[*place].target)().is(table)
            };
            for (relationship, _) in references.filter(restricts) {
                if let Err(explained) =
                    self.session.refuse_if_referred(table, referring, relationship, &keys, |_, _| true)
                {
                    return Ok(explained);
                }
            }
        }
        Ok(error)
    }
}

/// The columns to which values are given, or what the database calculates.
fn with_assigned(columns: &[usize], assigned: &[Assigned]) -> Vec<usize> {
    columns.iter().copied().chain(assigned.iter().map(|(column, _)| *column)).collect()
}

/// The error for rows that are not there, or not as they were read.
pub(super) fn stale<'k>(table: &'static Table, keys: impl Iterator<Item = &'k KeyValue>) -> Error {
    const NAMED: usize = 10;
    let keys: Vec<String> = keys.map(ToString::to_string).collect();
    let named = keys[..keys.len().min(NAMED)].join(" or ");
    let key = if keys.len() > NAMED { format!("{named} or one of {} more", keys.len() - NAMED) } else { named };
    Error::StaleRow { model: table.model, key }
}

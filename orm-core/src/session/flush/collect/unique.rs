//! Values that no two rows of a table may have.

use crate::schema::Table;
use crate::session::flush::collect::Update;
use crate::session::objects::Objects;
use crate::value::{KeyValue, Value};

/// A table, the place of one of its unique keys, and a value of that.
pub(crate) type UniqueValue = (&'static str, usize, KeyValue);

/// The columns of each unique key of some tables, the primary key first.
#[derive(Debug)]
pub(crate) struct UniqueKeys(Vec<(&'static Table, Vec<Vec<usize>>)>);

impl UniqueKeys {
    pub(crate) fn of(tables: Vec<&'static Table>) -> Self {
        let keys = |table: &Table| std::iter::once(table.primary_key.to_vec()).chain(table.unique_keys()).collect();
        Self(tables.into_iter().map(|table| (table, keys(table))).collect())
    }

    /// Whether the table is one of them.
    pub(crate) fn know(&self, table: &Table) -> bool {
        self.0.iter().any(|(other, _)| other.is(table))
    }

    pub(crate) fn of_table(&self, table: &Table) -> &[Vec<usize>] {
        self.0.iter().find(|(other, _)| other.is(table)).map_or(&[], |(_, keys)| keys)
    }

    /// The values of a row that no other may have, each with its table and the place of its unique key; of those keys (as
    /// columns) that count.
    pub(crate) fn values(
        &self,
        table: &'static Table,
        counts: impl Fn(&[usize]) -> bool,
        value: impl Fn(usize) -> Option<Value>,
    ) -> Vec<UniqueValue> {
        let counting = self.of_table(table).iter().enumerate().filter(|(_, columns)| counts(columns));
        counting.filter_map(|(place, columns)| unique_value(table, place, columns, &value)).collect()
    }

    /// Whether a row takes values of them.
    pub(crate) fn are_changed_by(&self, row: &Update) -> bool {
        self.of_table(row.object.table).iter().any(|columns| row.changes_any(columns))
    }

    /// The values that no other row may have and this one takes.
    pub(crate) fn taken_by(&self, objects: &Objects, row: &Update) -> Vec<UniqueValue> {
        let value = |column: usize| match row.cell(column) {
            Some(cell) => objects.value(cell),
            None => row.old.as_ref()?.get(column).cloned(),
        };
        self.values(row.object.table, |columns| row.changes_any(columns), value)
    }
}

/// The server may take texts for the same that differ in case; to free a value that nobody takes does no harm.
fn unique_value(
    table: &'static Table,
    place: usize,
    columns: &[usize],
    value: impl Fn(usize) -> Option<Value>,
) -> Option<UniqueValue> {
    let values = columns.iter().map(|&column| value(column)).collect::<Option<Vec<Value>>>()?;
    Some((table.name, place, KeyValue::of(&values)?.folded()))
}

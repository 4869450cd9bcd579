//! Questions for the rows that have one of some keys.

use crate::schema::{Table, Through};
use crate::sql::dialect::Quoted;
use crate::sql::{Flavour, Statement};
use crate::value::{KeyValue, Value};

/// The rows of a table in which these columns have one of these keys.
///
/// The list is filled up to a length of which there are few, so that few statements have to be prepared: the last key
/// stands there several times.
pub(crate) fn rows_by_columns(table: &'static Table, by: &[usize], keys: &[KeyValue]) -> Statement {
    let all: Vec<usize> = (0..table.columns.len()).collect();
    columns_by_columns(table, &all, by, keys)
}

/// The same, for some columns of the rows.
pub(crate) fn columns_by_columns(
    table: &'static Table,
    listed: &[usize],
    by: &[usize],
    keys: &[KeyValue],
) -> Statement {
    let listed = columns(table, listed, table.name);
    let (condition, parameters) = key_condition(table, by, keys);
    Statement { text: format!("SELECT {listed} FROM {} WHERE {condition}", Quoted(table.name)), parameters }
}

/// Which of these primary keys a table has, as all transactions have left it: a lock reads what is there now.
pub(crate) fn existing_keys(table: &'static Table, keys: &[KeyValue], flavour: Flavour) -> Statement {
    columns_by_columns(table, table.primary_key, table.primary_key, keys).sharing(flavour)
}

/// Pairs of keys from an association table: first the columns that refer to the one side, for these keys, then those that
/// refer to the other.
pub(crate) fn links_by_keys(through: &Through, keys: &[KeyValue]) -> Statement {
    let listed = [through.from_columns(), through.to_columns()].concat();
    columns_by_columns((through.table)(), &listed, through.from_columns(), keys)
}

/// `column IN (…)`, or `(a, b) IN (…)` for several columns.
pub(crate) fn key_condition(table: &Table, by: &[usize], keys: &[KeyValue]) -> (String, Vec<Value>) {
    named_key_condition(table, table.name, by, keys)
}

/// The same of a table that goes by this name.
pub(super) fn named_key_condition(table: &Table, alias: &str, by: &[usize], keys: &[KeyValue]) -> (String, Vec<Value>) {
    let length = list_length(keys.len());
    let mut parameters = Vec::with_capacity(length * by.len());
    let last = keys.last().into_iter().cycle();
    keys.iter().chain(last).take(length).for_each(|key| key.write(&mut parameters));
    let columns = columns(table, by, alias);
    let condition = match by.len() {
        1 => format!("{columns} IN ({})", marks(length)),
        parts => format!("({columns}) IN ({})", vec![format!("({})", marks(parts)); length].join(", ")),
    };
    (condition, parameters)
}

/// The most keys that one statement asks for. From 1,001 on MariaDB makes a temporary table of the list.
/// (<https://mariadb.com/kb/en/conversion-of-big-in-predicates-into-subqueries/>)
pub(crate) const MAX_KEYS: usize = 1000;

fn list_length(keys: usize) -> usize {
    keys.next_power_of_two().min(MAX_KEYS).max(keys)
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

pub(super) fn all_columns(table: &Table, alias: &str) -> String {
    let places: Vec<usize> = (0..table.columns.len()).collect();
    columns(table, &places, alias)
}

pub(super) fn columns(table: &Table, places: &[usize], alias: &str) -> String {
    let name = |&place: &usize| format!("{}.{}", Quoted(alias), Quoted(table.columns[place].name));
    places.iter().map(name).collect::<Vec<_>>().join(", ")
}

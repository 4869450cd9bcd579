//! Questions for the rows that have one of some keys.

use crate::schema::{Table, Through};
use crate::sql::dialect::Quoted;
use crate::sql::texts::{Purpose, text_of};
use crate::sql::{Flavour, Statement};
use crate::value::{KeyValue, Value};

/// Which keys rows are to have.
#[derive(Debug, Clone, Copy)]
pub(crate) enum KeySet<'k> {
    /// One of these.
    These(&'k [KeyValue]),
    /// Any. With foreign keys that is the same as a list of all keys of the other table, and no list.
    All,
}

/// The rows of a table in which these columns have one of these keys.
///
/// The list is filled up to a length of which there are few, so that few statements have to be prepared: the last key
/// stands there several times.
pub(crate) fn rows_by_columns(table: &'static Table, by: &[usize], keys: &[KeyValue]) -> Statement {
    let all: Vec<usize> = (0..table.columns.len()).collect();
    columns_by_columns(table, &all, by, keys)
}

/// The same, with one of some keys or with any.
pub(crate) fn rows_in(table: &'static Table, by: &[usize], keys: KeySet<'_>) -> Statement {
    let all: Vec<usize> = (0..table.columns.len()).collect();
    columns_in(table, &all, by, keys)
}

/// The same, for some columns of the rows.
pub(crate) fn columns_by_columns(
    table: &'static Table,
    listed: &[usize],
    by: &[usize],
    keys: &[KeyValue],
) -> Statement {
    let text = text_of(Purpose::Rows, table, [listed, by], list_length(keys.len()), || {
        let listed = columns(table, listed, table.name);
        let condition = condition(table, table.name, by, list_length(keys.len()));
        format!("SELECT {listed} FROM {} WHERE {condition}", Quoted(table.name))
    });
    Statement::new(text, key_parameters(by, keys))
}

/// Which of these primary keys a table has, as all transactions have left it: a lock reads what is there now.
pub(crate) fn existing_keys(table: &'static Table, keys: &[KeyValue], flavour: Flavour) -> Statement {
    columns_by_columns(table, table.primary_key, table.primary_key, keys).sharing(flavour)
}

/// Pairs of keys from an association table: first the columns that refer to the one side, for these keys, then those that
/// refer to the other.
pub(crate) fn links_in(through: &Through, keys: KeySet<'_>) -> Statement {
    let listed = [through.from_columns(), through.to_columns()].concat();
    columns_in((through.table)(), &listed, through.from_columns(), keys)
}

fn columns_in(table: &'static Table, listed: &[usize], by: &[usize], keys: KeySet<'_>) -> Statement {
    match keys {
        KeySet::These(keys) => columns_by_columns(table, listed, by, keys),
        KeySet::All => {
            let listed = columns(table, listed, table.name);
            let text = format!("SELECT {listed} FROM {}{}", Quoted(table.name), not_null(table, by));
            Statement::new(text, Vec::new())
        }
    }
}

/// ` WHERE column IN (…)`, or ` WHERE (a, b) IN (…)` for several columns; nothing where every row has such a key.
pub(super) fn where_key(table: &Table, by: &[usize], keys: KeySet<'_>) -> (String, Vec<Value>) {
    match keys {
        KeySet::These(keys) => {
            let (condition, values) = key_condition(table, by, keys);
            (format!(" WHERE {condition}"), values)
        }
        KeySet::All => (not_null(table, by), Vec::new()),
    }
}

fn not_null(table: &Table, by: &[usize]) -> String {
    let nullable = by.iter().filter(|&&column| table.columns[column].nullable);
    let conditions = nullable.map(|&column| format!("{} IS NOT NULL", columns(table, &[column], table.name)));
    match conditions.collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        conditions => format!(" WHERE {}", conditions.join(" AND ")),
    }
}

/// `column IN (…)`, or `(a, b) IN (…)` for several columns.
pub(crate) fn key_condition(table: &Table, by: &[usize], keys: &[KeyValue]) -> (String, Vec<Value>) {
    named_key_condition(table, table.name, by, keys)
}

/// The same of a table that goes by this name.
pub(super) fn named_key_condition(table: &Table, alias: &str, by: &[usize], keys: &[KeyValue]) -> (String, Vec<Value>) {
    (condition(table, alias, by, list_length(keys.len())), key_parameters(by, keys))
}

pub(super) fn condition(table: &Table, alias: &str, by: &[usize], length: usize) -> String {
    let columns = columns(table, by, alias);
    match by.len() {
        1 => format!("{columns} IN ({})", marks(length)),
        parts => format!("({columns}) IN ({})", vec![format!("({})", marks(parts)); length].join(", ")),
    }
}

pub(super) fn key_parameters(by: &[usize], keys: &[KeyValue]) -> Vec<Value> {
    let length = list_length(keys.len());
    let mut parameters = Vec::with_capacity(length * by.len());
    let last = keys.last().into_iter().cycle();
    keys.iter().chain(last).take(length).for_each(|key| key.write(&mut parameters));
    parameters
}

/// The most keys that one statement asks for. From 1,001 on MariaDB makes a temporary table of the list.
/// (<https://mariadb.com/kb/en/conversion-of-big-in-predicates-into-subqueries/>)
pub(crate) const MAX_KEYS: usize = 1000;

pub(super) fn list_length(keys: usize) -> usize {
    keys.next_power_of_two().min(MAX_KEYS).max(keys)
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// Writes all columns of a table, which goes by this name.
pub(super) fn push_all_columns(text: &mut String, table: &'static Table, alias: &str) {
    let all = || {
        let places: Vec<usize> = (0..table.columns.len()).collect();
        columns(table, &places, alias)
    };
    match alias == table.name {
        true => *text += &text_of(Purpose::AllColumns, table, [&[], &[]], 0, all),
        false => *text += &all(),
    }
}

pub(super) fn columns(table: &Table, places: &[usize], alias: &str) -> String {
    let length = |&place: &usize| alias.len() + table.columns[place].name.len() + "``.``, ".len();
    let mut text = String::with_capacity(places.iter().map(length).sum());
    for (number, &place) in places.iter().enumerate() {
        text += if number == 0 { "" } else { ", " };
        push_column(&mut text, table, place, alias);
    }
    text
}

pub(super) fn push_column(text: &mut String, table: &Table, place: usize, alias: &str) {
    Quoted(alias).push_to(text);
    text.push('.');
    Quoted(table.columns[place].name).push_to(text);
}

//! INSERT, UPDATE and DELETE of rows, for any number of them in one statement.

use std::sync::Arc;

use crate::schema::Table;
use crate::sql::Statement;
use crate::sql::by_key::{MAX_KEYS, condition, key_parameters, list_length};
use crate::sql::dialect::{Quoted, quoted_list};
use crate::sql::texts::{Purpose, text_of};
use crate::value::KeyValue;

/// A column, as a place in its table, and the text of what the server calculates for it.
pub(crate) type Term = (usize, String);

/// What becomes of a row that is there already when it is inserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    /// The server refuses the new one.
    Refused,
    /// It stays as it is.
    Kept,
    /// It gets what the new one gives.
    Changed,
}

/// `INSERT` of so many rows, which gives these columns: a value for each, then the values in the terms. With `returning`,
/// the server answers those columns of each row.
///
/// `INSERT IGNORE` is not the way to keep a row: it overlooks other mistakes too. And `VALUES(column)` is what both servers
/// know. (<https://mariadb.com/kb/en/insert-on-duplicate-key-update/>)
pub(crate) fn insert(
    table: &'static Table,
    columns: &[usize],
    terms: &[Term],
    rows: usize,
    existing: Existing,
    returning: &[usize],
) -> Arc<str> {
    let make = || insert_text(table, columns, terms, rows, existing, returning);
    match terms.is_empty() && existing == Existing::Refused && is_common(rows) {
        true => text_of(Purpose::Insert, table, [columns, returning], rows, make),
        false => make().into(),
    }
}

/// Whether so many rows come often: a full chunk, or what a program writes again and again. Their texts are kept.
fn is_common(rows: usize) -> bool {
    rows <= FEW_ROWS || rows.is_power_of_two()
}

/// So many texts of an INSERT or UPDATE are short enough to keep all of them.
const FEW_ROWS: usize = 64;

fn insert_text(
    table: &Table,
    columns: &[usize],
    terms: &[Term],
    rows: usize,
    existing: Existing,
    returning: &[usize],
) -> String {
    let marks = columns.iter().map(|_| "?".to_owned());
    let row = format!("({})", list(marks.chain(terms.iter().map(|(_, term)| term.clone())), ", "));
    let given: Vec<usize> = columns.iter().copied().chain(terms.iter().map(|(column, _)| *column)).collect();
    let mut text = format!("INSERT INTO {} ({}) VALUES {row}", Quoted(table.name), names(table, &given));
    text += &format!(", {row}").repeat(rows - 1);
    let name = |column: usize| Quoted(table.columns[column].name);
    let changed = given.iter().filter(|column| !table.primary_key.contains(column));
    let change = |&column: &usize| match table.counted_version() == Some(column) {
        true => format!("{0} = {0} + 1", name(column)),
        false => format!("{0} = VALUES({0})", name(column)),
    };
    let changed = list(changed.map(change), ", ");
    match existing {
        Existing::Refused => {}
        Existing::Changed if !changed.is_empty() => text += &format!(" ON DUPLICATE KEY UPDATE {changed}"),
        Existing::Changed | Existing::Kept => {
            text += &format!(" ON DUPLICATE KEY UPDATE {0} = {0}", name(table.primary_key[0]));
        }
    }
    if !returning.is_empty() {
        text += &format!(" RETURNING {}", names(table, returning));
    }
    text
}

/// `UPDATE` of one row: the values in the terms, the new values, then those of the columns that it is found by. Terms come
/// first, for the servers assign from left to right and they shall see the row as it is.
pub(crate) fn update_one(table: &'static Table, by: &[usize], columns: &[usize], terms: &[Term]) -> Arc<str> {
    match terms.is_empty() {
        true => text_of(Purpose::Update, table, [by, columns], 1, || update_one_text(table, by, columns, terms)),
        false => update_one_text(table, by, columns, terms).into(),
    }
}

fn update_one_text(table: &Table, by: &[usize], columns: &[usize], terms: &[Term]) -> String {
    let terms = terms.iter().map(|(place, term)| format!("{} = {term}", Quoted(table.columns[*place].name)));
    let values = columns.iter().map(|&place| format!("{} = ?", Quoted(table.columns[place].name)));
    let assignments = list(terms.chain(values), ", ");
    let key = by.iter().map(|&place| format!("{} = ?", Quoted(table.columns[place].name)));
    format!("UPDATE {} SET {assignments} WHERE {}", Quoted(table.name), list(key, " AND "))
}

/// Where a column of the rows that an UPDATE joins has its type from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypeFrom {
    /// The servers guess it from the values.
    Values,
    /// A `CAST` says it in every row.
    Cast(&'static str),
    /// From the table: its own columns, of no row, come before the values.
    Table,
}

/// `UPDATE` of several rows to different values: for each row the values of the columns that it is found by, then the new
/// ones; at the end the values in the terms. `types` are those of all these columns.
pub(crate) fn update_many(
    table: &'static Table,
    by: &[usize],
    columns: &[usize],
    terms: &[Term],
    rows: usize,
    types: &[TypeFrom],
) -> Arc<str> {
    let make = || update_many_text(table, by, columns, terms, rows, types);
    let are_guessed = types.iter().all(|from| *from == TypeFrom::Values);
    match terms.is_empty() && are_guessed && is_common(rows) {
        true => text_of(Purpose::Update, table, [by, columns], rows, make),
        false => make().into(),
    }
}

fn update_many_text(
    table: &Table,
    by: &[usize],
    columns: &[usize],
    terms: &[Term],
    rows: usize,
    types: &[TypeFrom],
) -> String {
    let name = |place: usize| qualified(table, place);
    let terms = terms.iter().map(|(place, term)| format!("{} = {term}", name(*place)));
    let values = columns.iter().enumerate().map(|(part, &place)| format!("{} = `new`.`v{part}`", name(place)));
    let joined = joined_rows(table, by, columns, rows, types);
    format!("UPDATE {} {joined} SET {}", Quoted(table.name), list(terms.chain(values), ", "))
}

/// `INNER JOIN (SELECT …) AS new ON …`: so many rows with values of the columns by which rows of the table are found, and of
/// others.
fn joined_rows(table: &Table, by: &[usize], columns: &[usize], rows: usize, types: &[TypeFrom]) -> String {
    let mark = |from: &TypeFrom| match from {
        TypeFrom::Cast(cast) => format!("CAST(? AS {cast})"),
        TypeFrom::Values | TypeFrom::Table => "?".to_owned(),
    };
    let aliases = (0..by.len()).map(|part| format!("`k{part}`"));
    let aliases = aliases.chain((0..columns.len()).map(|part| format!("`v{part}`")));
    let named =
        |terms: Vec<String>| list(terms.iter().zip(aliases).map(|(term, alias)| format!("{term} AS {alias}")), ", ");
    let marks: Vec<String> = types.iter().map(mark).collect();
    let next = format!(" UNION ALL SELECT {}", marks.join(", "));
    let new = match types.contains(&TypeFrom::Table) {
        true => {
            let own = by.iter().chain(columns).map(|&place| qualified(table, place)).collect();
            format!("{} FROM {} WHERE FALSE{}", named(own), Quoted(table.name), next.repeat(rows))
        }
        false => format!("{}{}", named(marks), next.repeat(rows - 1)),
    };
    let on = by.iter().enumerate().map(|(part, &place)| format!("{} = `new`.`k{part}`", qualified(table, place)));
    format!("INNER JOIN (SELECT {new}) AS `new` ON {}", list(on, " AND "))
}

fn qualified(table: &Table, place: usize) -> String {
    format!("{}.{}", Quoted(table.name), Quoted(table.columns[place].name))
}

/// `UPDATE` that sets these columns to NULL where they have one of these keys.
pub(crate) fn release(table: &'static Table, columns: &[usize], keys: &[KeyValue]) -> Statement {
    let text = text_of(Purpose::Release, table, [columns, &[]], list_length(keys.len()), || {
        let null = |&place: &usize| format!("{} = NULL", Quoted(table.columns[place].name));
        let (table_name, assignments) = (Quoted(table.name), list(columns.iter().map(null), ", "));
        format!("UPDATE {table_name} SET {assignments} WHERE {}", condition_for(table, columns, keys))
    });
    Statement::new(text, key_parameters(columns, keys))
}

/// `DELETE` of the rows in which these columns have one of these keys.
pub(crate) fn delete(table: &'static Table, by: &[usize], keys: &[KeyValue]) -> Statement {
    let text = text_of(Purpose::Delete, table, [by, &[]], list_length(keys.len()), || {
        format!("DELETE FROM {} WHERE {}", Quoted(table.name), condition_for(table, by, keys))
    });
    Statement::new(text, key_parameters(by, keys))
}

/// `DELETE` of many rows that are found by several columns, in whose values are no letters but those of ASCII: for each row their
/// values.
pub(crate) fn delete_many(table: &'static Table, by: &[usize], rows: usize) -> Arc<str> {
    let make = || {
        let (name, types) = (Quoted(table.name), vec![TypeFrom::Values; by.len()]);
        format!("DELETE {name} FROM {name} {}", joined_rows(table, by, &[], rows, &types))
    };
    match is_common(rows) || rows == MAX_KEYS {
        true => text_of(Purpose::DeleteMany, table, [by, &[]], rows, make),
        false => make().into(),
    }
}

fn condition_for(table: &Table, by: &[usize], keys: &[KeyValue]) -> String {
    condition(table, table.name, by, list_length(keys.len()))
}

fn names(table: &Table, places: &[usize]) -> String {
    quoted_list(places.iter().map(|&place| table.columns[place].name))
}

fn list(parts: impl Iterator<Item = String>, between: &str) -> String {
    parts.collect::<Vec<_>>().join(between)
}

//! From the names in a refusal to models and fields. What is not sure stays unnamed.

use crate::error::{Error, ServerError};
use crate::schema::{Column, Reference, Relationship, Schema, Table, constraint_name};
use crate::sql::refused::message;

/// What a statement writes.
#[derive(Clone, Copy)]
pub(crate) struct Written<'w> {
    pub(crate) table: &'static Table,
    /// The columns that it gives values to, as places in the table; `None` where that is not known.
    pub(crate) columns: Option<&'w [usize]>,
}

/// These tables with all that they are related to: where a name of a refusal is looked for.
pub(crate) fn known_tables(tables: impl IntoIterator<Item = &'static Table>) -> Vec<&'static Table> {
    Schema::from_tables(tables.into_iter().collect()).tables().to_vec()
}

/// Puts the models and fields into an error, where they are not there yet.
///
/// A message that names a table, or a key by a name that no other table has, is about that one of the `known` tables: it
/// may be another than the statement's, where a trigger has failed. One that names a column alone is taken to be about what
/// was `written`, if that has the column.
pub(crate) fn trace(mut error: Error, written: Option<Written<'_>>, known: &[&'static Table]) -> Error {
    match &mut error {
        Error::Duplicate { key: Some(key), model: model @ None, fields, columns, source } => {
            if let Some((table, places)) = unique_key(key, source.message(), known) {
                *model = Some(table.model);
                (*fields, *columns) = named(table, &places);
                name_links(source, table);
            }
        }
        Error::ForeignKey { constraint, model: model @ None, field, target, source, .. } => {
            if let Some((table, relationship)) = reference(constraint.as_deref(), source.message(), known) {
                (*model, *field) = (Some(table.model), Some(relationship.name));
                *target = Some((relationship.target)().model);
                name_links(source, table);
            }
        }
        Error::Check { model: model @ None, field, source, .. } => {
            let names = message::check(source.message());
            if let Some((table, column)) = names.and_then(|(name, table)| check(&name, table, known)) {
                (*model, *field) = (Some(table.model), Some(column.field));
            }
        }
        Error::NotNull { model: model @ None, field, source, .. }
        | Error::TooLong { model: model @ None, field, source, .. }
        | Error::OutOfRange { model: model @ None, field, source, .. }
        | Error::Incorrect { model: model @ None, field, source, .. } => {
            let name = message::column(source.message());
            if let Some((table, column)) = name.and_then(|name| column(name, written, known)) {
                (*model, *field) = (Some(table.model), Some(column.field));
            }
        }
        Error::MissingTable { table: Some(name), model: model @ None, source } => {
            if let Some(table) = only(known.iter().copied().filter(|table| is_table(name, table))) {
                (*name, *model) = (table.name.to_owned(), Some(table.model));
                name_links(source, table);
            }
        }
        Error::MissingColumn { column: Some(name), model: model @ None, field, .. } => {
            if let Some((table, column)) = missing_column(name, written, known) {
                (*model, *field) = (Some(table.model), Some(column.field));
            }
        }
        _ => {}
    }
    error
}

/// An [`Error::Duplicate`] for the primary key of a table, where that is known: MariaDB calls all of them
/// `PRIMARY`, and does not say of which table.
pub(crate) fn trace_to_primary_key(mut error: Error, table: &'static Table) -> Error {
    if let Error::Duplicate { model, fields, columns, source, .. } = &mut error {
        *model = Some(table.model);
        (*fields, *columns) = named(table, table.primary_key);
        name_links(source, table);
    }
    error
}

/// An [`Error::NotNull`] for a column of a table, where that is known: the model may not have it.
pub(crate) fn trace_to_column(mut error: Error, table: &'static Table) -> Error {
    if let Error::NotNull { model, field, column: Some(name), .. } = &mut error {
        *model = Some(table.model);
        *field = place(table, name).map(|place| table.columns[place].field);
    }
    error
}

/// An association table is named by the models that it links.
fn name_links(source: &mut ServerError, table: &'static Table) {
    if let [one, other] = table.relationships
        && table.is_association()
    {
        source.set_links([(one.target)().model, (other.target)().model]);
    }
}

fn named(table: &Table, places: &[usize]) -> (Vec<&'static str>, Vec<&'static str>) {
    places.iter().map(|&place| (table.columns[place].field, table.columns[place].name)).unzip()
}

/// MySQL's `table.KEY`, or a key whose name no other table has, because it begins with the table's.
fn unique_key(key: &mut String, message: &str, known: &[&'static Table]) -> Option<(&'static Table, Vec<usize>)> {
    let says = |name: &str| message.to_lowercase().ends_with(&format!(" for key '{name}'").to_lowercase());
    let of_table = |table: &'static Table| {
        let ours = table.unique_keys().into_iter().find_map(|places| {
            let columns: Vec<&str> = places.iter().map(|&place| table.columns[place].name).collect();
            let name = constraint_name("uq", table.name, &columns);
            let in_table = format!("{}.{name}", table.name);
            [name, in_table].into_iter().find(|name| says(name)).map(|name| (table, places, name))
        });
        let others = || match strip_table(key, table.name)? {
            "PRIMARY" => Some((table, table.primary_key.to_vec(), key.clone())),
            _ => Some((table, Vec::new(), key.clone())),
        };
        ours.or_else(others)
    };
    let (table, places, name) = only(known.iter().filter_map(|table| of_table(table)))?;
    *key = name;
    Some((table, places))
}

/// The foreign key whose table, columns and target the message tells, or whose table and name.
fn reference(
    constraint: Option<&str>,
    message: &str,
    known: &[&'static Table],
) -> Option<(&'static Table, &'static Relationship)> {
    let (_, definition) = message.split_once(" fails (")?;
    let is_it = |table: &Table, relationship: &Relationship, reference: &Reference| {
        let name = constraint_name("fk", table.name, &columns(table, reference));
        let is_called_so = constraint.is_some_and(|constraint| same(constraint, &name));
        // Backticks in names: MariaDB doubles them here, MySQL does not.
        let says = |in_name: &str| {
            let quoted = |name: &str| format!("`{}`", name.replace('`', in_name));
            let columns: Vec<String> = columns(table, reference).iter().map(|name| quoted(name)).collect();
            let of_table = format!(".{}, CONSTRAINT `", quoted(table.name)).to_lowercase();
            let keys = format!("` FOREIGN KEY ({}) REFERENCES ", columns.join(", ")).to_lowercase();
            let target = format!("{} (", quoted((relationship.target)().name)).to_lowercase();
            let definition = definition.to_lowercase();
            let after = definition.split_once(&keys).map(|(_, after)| after);
            definition.contains(&of_table) && (is_called_so || after.is_some_and(|after| after.contains(&target)))
        };
        says("``") || says("`")
    };
    only(known.iter().flat_map(|&table| {
        let references =
            table.references().filter(move |(relationship, reference)| is_it(table, relationship, reference));
        references.map(move |(relationship, _)| (table, relationship))
    }))
}

fn columns(table: &Table, reference: &Reference) -> Vec<&'static str> {
    reference.columns.iter().map(|&place| table.columns[place].name).collect()
}

/// A CHECK constraint by the name that we give it, or by the one that MariaDB gives those of a column, `table.column`.
fn check(name: &str, of_table: &str, known: &[&'static Table]) -> Option<(&'static Table, &'static Column)> {
    let is_of = |table: &Table| of_table.is_empty() || ends_with_name(of_table, table.name);
    let is_it = |table: &Table, column: &Column| {
        let ours = column.check.is_some() && same(name, &constraint_name("ck", table.name, &[column.name]));
        ours || (!of_table.is_empty() && strip_table(name, table.name).is_some_and(|name| same(name, column.name)))
    };
    only(known.iter().filter(|table| is_of(table)).flat_map(|&table| {
        let columns = table.columns.iter().filter(move |column| is_it(table, column));
        columns.map(move |column| (table, column))
    }))
}

/// The column by its whole name; or one that was written, where the message has its own name alone.
fn column(
    name: message::Column<'_>,
    written: Option<Written<'_>>,
    known: &[&'static Table],
) -> Option<(&'static Table, &'static Column)> {
    match name {
        message::Column::Qualified(names) => {
            let is_it = |table: &Table, column: &Column| {
                names.to_lowercase().ends_with(&format!(".`{}`.`{}`", table.name, column.name).to_lowercase())
            };
            only(known.iter().flat_map(|&table| {
                let columns = table.columns.iter().filter(move |column| is_it(table, column));
                columns.map(move |column| (table, column))
            }))
        }
        message::Column::Alone(name) => {
            let written = written.and_then(|Written { table, columns }| {
                let is_written = |place: &usize| columns.is_none_or(|columns| columns.contains(place));
                place(table, name).filter(is_written).map(|place| (table, &table.columns[place]))
            });
            // MySQL says `table.column` of a text that is no JSON.
            written.or_else(|| only(known.iter().filter_map(|table| of_table(table, strip_table(name, table.name)?))))
        }
    }
}

fn missing_column(
    name: &str,
    written: Option<Written<'_>>,
    known: &[&'static Table],
) -> Option<(&'static Table, &'static Column)> {
    let with_table = known.iter().filter_map(|table| of_table(table, strip_table(name, table.name)?));
    only(with_table).or_else(|| of_table(written?.table, name))
}

fn of_table(table: &'static Table, column: &str) -> Option<(&'static Table, &'static Column)> {
    Some((table, &table.columns[place(table, column)?]))
}

fn place(table: &Table, column: &str) -> Option<usize> {
    table.columns.iter().position(|other| same(other.name, column))
}

/// The only one; where there are several, none is sure.
fn only<T>(mut found: impl Iterator<Item = T>) -> Option<T> {
    found.next().filter(|_| found.next().is_none())
}

/// Whether `database.table` is this table; a database may keep names in lower case.
fn is_table(name: &str, table: &Table) -> bool {
    same(name, table.name) || name.to_lowercase().ends_with(&format!(".{}", table.name).to_lowercase())
}

/// Whether `` `database`.`table` `` ends with this table.
fn ends_with_name(names: &str, table: &str) -> bool {
    names.to_lowercase().ends_with(&format!(".`{}`", table.replace('`', "``")).to_lowercase())
}

/// `x` of `table.x`.
fn strip_table<'n>(name: &'n str, table: &str) -> Option<&'n str> {
    let (start, rest) = (name.get(..table.len())?, name.get(table.len()..)?);
    rest.strip_prefix('.').filter(|_| same(start, table))
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

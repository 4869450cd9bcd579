//! What the fuzz targets in `fuzz/` and the property tests in `tests/tests/properties` try: a function for each, which panics
//! where something is wrong. It is there with the feature `fuzzing` alone, is not for use in programs, and may change with
//! every version.

mod bytes;
mod models;

use crate::connection::Engine;
use crate::error::{Error, Result, ServerError};
use crate::model::{Cell, Record, ResultRow, Row, RowReader};
use crate::sql::{Bound, Raw, Written, refused, trace, trace_to_column, trace_to_primary_key};
use crate::value::{ColumnType, Value};

pub use bytes::values;

/// Reads values into every type of a column, into tuples, and into structs with `#[derive(Row)]`: what they take, they take
/// again, and give as the same value.
pub fn row(values: &[Value]) {
    models::each_row(values);
}

/// Reads a row of each model in which some values, by their places, are others than a program writes.
pub fn object(others: &[(u8, Value)]) {
    models::each_object(others);
}

/// Reads a database URL: what is told of it does not have the password in it.
pub fn url(text: &str) {
    // The password as everybody would cut it out, so that this does not believe the parser.
    let after_scheme = text.split_once("://").map_or("", |(_, rest)| rest);
    let user = after_scheme.split(['/', '?', '#']).next().and_then(|authority| authority.rsplit_once('@'));
    let password = user.and_then(|(user, _)| user.split_once(':')).map_or("", |(_, password)| password);
    let builder = Engine::builder(text);
    let told = match builder.check() {
        Ok(()) => format!("{builder:?}"),
        Err(error) => format!("{error} {error:?} {builder:?}"),
    };
    let others = text.replacen(password, "", 1);
    // What is short or stands elsewhere in the URL too may be told from there.
    if password.len() >= 8 && !others.contains(password) {
        assert!(!told.contains(password), "the password is told: {told}");
    }
}

/// Finds the parameters in SQL of the user's own: with a value bound to each, the statement has so many `?`, and no names.
pub fn sql(text: &str) {
    let mut raw = Raw::new(text.to_owned());
    let (marks, names) = raw.parameters();
    (0..marks).for_each(|number| raw.bind(number.into()));
    for name in &names {
        raw.bind_as(name, Bound::List(vec![1.into(), Value::NULL]));
    }
    raw.check().expect("something is bound to every parameter");
    let statement = raw.statement();
    let (sent, left) = Raw::new(statement.text.to_string()).parameters();
    assert_eq!(sent, statement.parameters.len(), "{text} became {}", statement.text);
    assert_eq!(left, [""; 0], "{text} became {}", statement.text);
    assert_eq!(statement.text.matches('?').count() - sent, text.matches('?').count() - marks, "a literal has changed");
}

/// Reads what a server says against a statement: it is one of the errors, and can be told.
pub fn refusal(code: u16, message: &str) {
    let said = ServerError::new(code, "HY000".to_owned(), message.to_owned(), "INSERT INTO `customer`".to_owned());
    let tables = models::tables();
    for (table, columns) in tables.iter().flat_map(|&table| [(table, None), (table, Some(&[0, 1][..]))]) {
        for written in [None, Some(Written { table, columns })] {
            let error = trace(refused(said.clone()), written, &tables);
            let error = trace_to_column(trace_to_primary_key(error, table), table);
            assert!(!error.to_string().is_empty());
            assert_eq!(error.server().map(ServerError::message), Some(message), "the server's own words are kept");
            let _ = (error.is_retryable(), error.is_constraint());
        }
    }
}

/// An object of a row, and the values that it gives back.
fn read_object<M: Record>(values: Vec<Value>) -> Result<Vec<Value>> {
    let table = M::table();
    let object: M = RowReader::new(table, values).object()?;
    Ok(values_of(&object))
}

/// What an object would write; nothing for what it leaves to the database.
fn values_of<M: Record>(object: &M) -> Vec<Value> {
    let mut cells = Vec::new();
    (0..M::table().fields).for_each(|position| object.field(position).write(&mut cells));
    let value = |cell| match cell {
        Cell::Value(value) => value,
        Cell::Generated => Value::NULL,
        Cell::Missing | Cell::KeyOf(..) => unreachable!("a foreign key of a row is a value"),
    };
    cells.into_iter().map(value).collect()
}

/// A value of a type, and what it gives back.
fn read_value<T: ColumnType>(value: &Value) {
    let Ok(read) = T::from_value(value.clone()) else { return };
    let given = read.to_value();
    let again = T::from_value(given.clone());
    let again = again.unwrap_or_else(|error| panic!("{value:?} is taken, and {given:?} is not: {error}"));
    assert_eq!(shown(&again.to_value()), shown(&given), "{value:?} changes when it is read again");
}

/// A row, which is read to its end or is an error.
fn read_row<R: Row>(values: &[Value]) -> Result<(), Error> {
    R::read(&mut ResultRow::new(values.to_vec(), &[])).map(drop)
}

/// `NaN` is not equal to itself, but looks the same.
fn shown(value: &Value) -> String {
    format!("{value:?}")
}

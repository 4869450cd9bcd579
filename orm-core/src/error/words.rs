//! The words of errors that depend on what is known: of which model, which field, and what to do.

use crate::error::{ServerError, Violation};

pub(super) fn of_key(key: Option<&str>) -> String {
    key.map_or_else(String::new, |key| format!(" with key {key}"))
}

/// What has a row may have been taken out of a collection.
pub(super) fn or_delete(key: Option<&str>) -> &'static str {
    key.map_or("", |_| ", or delete the object (`cascade, delete_orphan` does so with one that leaves its owner)")
}

pub(super) fn of_row(key: Option<&str>) -> String {
    key.map_or_else(String::new, |key| format!(" of the row with key {key}"))
}

/// The beginning of a long statement, for a text that somebody reads.
pub(super) fn shortened(statement: &str) -> String {
    const MOST: usize = 300;
    match statement.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} … ({} characters in all)", &statement[..end], statement.chars().count()),
        None => statement.to_owned(),
    }
}

pub(super) fn duplicate(key: Option<&str>, model: Option<&str>, fields: &[&str], server: &ServerError) -> String {
    let by_key = key.map_or_else(String::new, |key| format!(" (key `{key}`)"));
    if let Some([one, other]) = server.links() {
        let table = model.map_or_else(String::new, |table| format!(" in `{table}`"));
        return format!("this link between a `{one}` and a `{other}` is there already{table}{by_key}: read it before");
    }
    let row = model.map_or_else(|| "a row".to_owned(), |model| format!("a `{model}`"));
    let what = match fields {
        [] => "these values of a unique key".to_owned(),
        fields => format!("this {}", quoted(fields)),
    };
    format!("{row} with {what} is there already{by_key}: give another value, or change the row that is there")
}

pub(super) fn foreign_key(
    constraint: Option<&str>,
    [model, field, target]: [Option<&str>; 3],
    violation: Violation,
) -> String {
    let reference = match (model, field) {
        (Some(model), Some(field)) => format!("`{model}.{field}`"),
        (Some(model), None) => format!("a foreign key of `{model}`"),
        _ => "a foreign key".to_owned(),
    };
    let by_name = constraint.map_or_else(String::new, |name| format!(" (constraint `{name}`)"));
    let row = target.map_or_else(|| "a row".to_owned(), |target| format!("a `{target}`"));
    match violation {
        Violation::TargetMissing => {
            format!(
                "{reference} refers to {row} that is not there{by_name}: give it the key of one that is, or add it before"
            )
        }
        Violation::StillReferred => format!(
            "{row} is still referred to by {reference}{by_name}: delete or change what refers to it before, or say \
             `cascade` or `on_delete` in the model"
        ),
    }
}

pub(super) fn not_null(place: Place<'_>) -> String {
    format!(
        "{place} must have a value, and got none: set it, or allow NULL in the table and make the field an `Option`"
    )
}

pub(super) fn too_long(place: Place<'_>) -> String {
    format!("the value of {place} is too long for its column: shorten it, or give the column a greater length")
}

pub(super) fn out_of_range(place: Place<'_>) -> String {
    format!("the value of {place} is out of the range of its type: give one that fits, or the column a wider type")
}

pub(super) fn incorrect(place: Place<'_>) -> String {
    format!("the value of {place} is not one that its type in the database allows: correct it, or the column's type")
}

pub(super) fn check(constraint: Option<&str>, place: Place<'_>) -> String {
    let by_name = constraint.map_or_else(String::new, |name| format!(" `{name}`"));
    let of = match place {
        Place { model: None, field: None, column: None } => "a row".to_owned(),
        place => place.to_string(),
    };
    format!("{of} breaks the CHECK constraint{by_name}: correct the value")
}

pub(super) fn missing_table(table: Option<&str>, model: Option<&str>) -> String {
    let table = table.map_or_else(|| "a table".to_owned(), |table| format!("the table `{table}`"));
    let of = model.map_or_else(String::new, |model| format!(" of `{model}`"));
    format!(
        "the database has not {table}{of}: create it (`engine.create_all`), or look whether this is the right database"
    )
}

pub(super) fn missing_column(column: Option<&str>, model: Option<&str>, field: Option<&str>) -> String {
    let column = column.map_or_else(|| "a column".to_owned(), |column| format!("a column `{column}`"));
    match (model, field) {
        (Some(model), Some(field)) => format!(
            "the database has not {column}, which `{model}.{field}` needs: add it to the table, or change the model"
        ),
        (Some(model), None) => format!("the database has not {column} in the table of `{model}`: correct the name"),
        _ => format!("the database has not {column}: correct the name, or add it to the table"),
    }
}

pub(super) fn too_large(place: Place<'_>, most: Option<usize>) -> String {
    let of = match place {
        Place { model: None, field: None, column: None } => "a statement".to_owned(),
        place => format!("a statement, for the value of {place},"),
    };
    let most = most.map_or_else(String::new, |most| format!(", {most} bytes"));
    format!(
        "{of} is larger than what the server takes{most}: make the value smaller, or the server's `max_allowed_packet` \
         greater"
    )
}

/// What the server said, or else the statement that it never got.
pub(super) fn said_or_statement(server: Option<&ServerError>, statement: &str) -> String {
    match server {
        Some(server) => format!("; the server says: {server}"),
        None => format!("; in: {}", shortened(statement)),
    }
}

/// A column of a model, as far as it is known.
#[derive(Clone, Copy)]
pub(super) struct Place<'n> {
    model: Option<&'n str>,
    field: Option<&'n str>,
    column: Option<&'n str>,
}

impl<'n> Place<'n> {
    #[expect(clippy::ref_option, reason = "it is called with fields of an error")]
    pub(super) fn of(model: Option<&'n str>, field: Option<&'n str>, column: &'n Option<String>) -> Self {
        Self { model, field, column: column.as_deref() }
    }
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.model, self.field, self.column) {
            (Some(model), Some(field), Some(column)) if field != column => {
                write!(f, "`{model}.{field}` (column `{column}`)")
            }
            (Some(model), Some(field), _) => write!(f, "`{model}.{field}`"),
            (Some(model), None, Some(column)) => write!(f, "the column `{column}` of `{model}`"),
            (_, _, Some(column)) => write!(f, "the column `{column}`"),
            (Some(model), None, None) => write!(f, "a column of `{model}`"),
            (None, _, None) => f.write_str("a column"),
        }
    }
}

/// `` `a`, `b` and `c` ``.
fn quoted(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.join(""),
    }
}

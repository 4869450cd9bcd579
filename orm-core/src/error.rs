//! The one error of this library, in words that name the model, the column and what to do.

use std::panic::Location;

use crate::value::ConversionError;

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something failed. A password is in no text, and a value only where the text would be of no use without it: the key of
/// a row, what a type cannot hold, and what the server itself quotes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A database URL that cannot be used.
    #[error("the database URL is not valid: {reason}")]
    Url {
        /// Which part is wrong, and what it should be.
        reason: String,
    },
    /// No connection could be made, or the one in use broke.
    #[error("the connection to {server} failed: {reason}")]
    Connection {
        /// The address, without user and password.
        server: String,
        /// What the driver said.
        reason: String,
    },
    /// The server refused a statement.
    #[error("the server refused a statement: {message} (code {code}, state {state}) in: {}", shortened(statement))]
    Server {
        /// The server's error number, such as 1062 for a duplicate key.
        code: u16,
        /// The SQL state.
        state: String,
        /// The server's message.
        message: String,
        /// The SQL text, with `?` for every value.
        statement: String,
    },
    /// The connection broke while a COMMIT was under way: whether it took effect is not known.
    #[error(
        "the connection to {server} broke during COMMIT, so it is not known whether the transaction took effect: {reason}"
    )]
    CommitUnknown {
        /// The address, without user and password.
        server: String,
        /// What the driver said.
        reason: String,
    },
    /// The transaction that a closure is in has ended: by a failure, or because it was rolled back. Nothing more is sent until
    /// the closure returns.
    #[error("the transaction has ended, and nothing is sent until the closure that is in it returns: {cause}")]
    TransactionEnded {
        /// What has ended it.
        cause: String,
        /// Whether another attempt may help.
        is_retryable: bool,
    },
    /// A call that cannot be where it is.
    #[error("`{call}` cannot be called here: {reason}")]
    Misplaced {
        /// The method.
        call: &'static str,
        /// Why, and what to do.
        reason: &'static str,
    },
    /// A column holds a value that the model's type cannot.
    #[error("`{model}.{field}` cannot be read from `{table}.{column}`: {source}")]
    Decode {
        /// The model.
        model: &'static str,
        /// The model's field; in an embedded value the way to it, `address.street`.
        field: &'static str,
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The value, and what was needed.
        source: ConversionError,
    },
    /// A value in a row of a result cannot be read.
    #[error("{origin} cannot be read: {source}")]
    Value {
        /// The column, as far as it is known.
        origin: String,
        /// The value, and what was needed.
        source: ConversionError,
    },
    /// A field holds a value that its column cannot.
    #[error("`{model}.{field}` cannot be stored in `{table}.{column}`: {source}")]
    Encode {
        /// The model.
        model: &'static str,
        /// The model's field; in an embedded value the way to it, `address.street`.
        field: &'static str,
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The value, and what was needed.
        source: ConversionError,
    },
    /// A value of a result that has no model cannot be read.
    #[error("a value cannot be read: {0}")]
    Conversion(#[from] ConversionError),
    /// SQL of the program that cannot be sent.
    #[error("the SQL cannot be sent: {reason}; in: {}", shortened(statement))]
    Sql {
        /// What is wrong, such as a parameter to which nothing is bound.
        reason: String,
        /// The SQL as it was written.
        statement: String,
    },
    /// The columns of a result are not those that are read from it.
    #[error("the columns of a result do not fit: {reason}; in: {}", shortened(statement))]
    Columns {
        /// What is needed, and what there is.
        reason: String,
        /// The SQL text, with `?` for every value.
        statement: String,
    },
    /// A session was asked something in the middle of a stream.
    #[error(
        "the session is in the middle of a stream, which has its connection: ask when the stream has ended, or walk through \
         the objects in chunks"
    )]
    Streaming,
    /// A function that a stream gave a row to has ended it.
    #[error("the stream was ended: {source}")]
    Stopped {
        /// What the function said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A question (a query, `find`, a relationship that is followed) flushes first, and that flush failed. As after every
    /// flush that failed, everything since the last commit waits again.
    #[error(
        "{source}; this happened while pending changes were flushed before a question, and `flush()` and `commit()` send \
         them too"
    )]
    Autoflush {
        /// What `flush()` would have said.
        source: Box<Error>,
    },
    /// A row to update or delete is not there.
    #[error(
        "`{model}` with key {key} was not found: another transaction has deleted or changed it, or it never was there"
    )]
    StaleRow {
        /// The model, or the association table.
        model: &'static str,
        /// The primary key, or the keys of several rows.
        key: String,
    },
    /// Data that is merged is of another version than the object.
    #[error("the data of `{model}` with key {key} is of version {given}, and the session's object of version {own}")]
    OldVersion {
        /// The model.
        model: &'static str,
        /// The primary key.
        key: String,
        /// The version of the data.
        given: String,
        /// The version of the object.
        own: String,
    },
    /// A row that must be there is not.
    #[error("there is no `{model}` {what}")]
    NotFound {
        /// The model.
        model: &'static str,
        /// What was asked for.
        what: String,
    },
    /// A statement with more values than the protocol can send. Nothing was sent.
    #[error(
        "a statement has {count} values, and 65,535 are the most: give a shorter list, or a query in its place, in: {}",
        shortened(statement)
    )]
    TooManyValues {
        /// The number of values.
        count: usize,
        /// The SQL text, with `?` for every value.
        statement: String,
    },
    /// More rows than one where one was asked for.
    #[error("more than one `{model}` {what}")]
    TooMany {
        /// The model.
        model: &'static str,
        /// What was asked for.
        what: String,
    },
    /// A relationship was followed that is not loaded, where nothing may be loaded for that: the query or the session is
    /// [`Strict`](crate::Lazy::Strict).
    #[error(
        "`{model}.{relationship}` is not loaded, and a strict query or session loads nothing when it is followed, as at {at}: \
         load it before, `.with({model}::{relationship})`"
    )]
    NotLoaded {
        /// The model.
        model: &'static str,
        /// The relationship.
        relationship: &'static str,
        /// The line of the program that has followed it.
        at: &'static Location<'static>,
    },
    /// A required foreign key has no value.
    #[error(
        "`{model}.{field}`{} is not set: give it a handle, a new object or a key before the flush{}",
        of_row(key.as_deref()),
        or_delete(key.as_deref())
    )]
    Unset {
        /// The model.
        model: &'static str,
        /// The field.
        field: &'static str,
        /// The primary key of the object, where it has one.
        key: Option<String>,
    },
    /// A column that a statement for many rows cannot set.
    #[error("`{model}.{field}` cannot be assigned: {reason}")]
    NotAssignable {
        /// The model.
        model: &'static str,
        /// The field.
        field: &'static str,
        /// Why, and what to do.
        reason: &'static str,
    },
    /// An object that is to be inserted as a plain row, but is more than that.
    #[error("`{model}.{field}` of a row to insert {reason}")]
    NotPlain {
        /// The model.
        model: &'static str,
        /// The relationship.
        field: &'static str,
        /// What is wrong, and what to do.
        reason: &'static str,
    },
    /// A statement for many rows that cannot be.
    #[error("`{statement}` of `{model}` {reason}")]
    Unsupported {
        /// The method.
        statement: &'static str,
        /// The model.
        model: &'static str,
        /// Why, and what to do.
        reason: &'static str,
    },
    /// A transaction that failed had also run statements for many rows. Changes to objects wait to be written again, these
    /// statements do not: only [`rollback`](crate::Session::rollback) leads on.
    #[error(
        "the transaction that failed had also run {}, which is undone and does not wait: roll back, and begin again",
        statements.join(", ")
    )]
    Undone {
        /// Each with its model, such as `` `update_all` of `Employee` ``.
        statements: Vec<String>,
    },
    /// An object refers to one that will not be saved.
    #[error("`{model}.{field}` refers to a `{target}` that was deleted or rolled back")]
    LostTarget {
        /// The model with the reference.
        model: &'static str,
        /// The field.
        field: &'static str,
        /// The model referred to.
        target: &'static str,
    },
    /// A handle that cannot be used: of another session, or of an object that is no more.
    #[error("this handle of a `{model}` {reason}")]
    Handle {
        /// The model.
        model: &'static str,
        /// Why it cannot be used.
        reason: &'static str,
    },
    /// An object that its own values do not make again.
    #[error("a `{model}` cannot be read from its own values, so that its foreign key cannot be set: {reason}")]
    OwnValues {
        /// The model.
        model: &'static str,
        /// What a field's type said.
        reason: String,
    },
    /// Rows that take each other's unique values.
    #[error(
        "the rows of `{model}` with the keys {keys} take each other's values of a unique key, and none can go first: give one \
         of them another value, flush, and then the right one"
    )]
    Exchange {
        /// The model.
        model: &'static str,
        /// The primary keys.
        keys: String,
    },
    /// An object cannot be deleted as long as another one refers to it.
    #[error(
        "`{model}` with key {key} cannot be deleted: `{member}.{field}` of the row with key {member_key} refers to it"
    )]
    Restricted {
        /// The model.
        model: &'static str,
        /// Its primary key.
        key: String,
        /// The model that refers to it.
        member: &'static str,
        /// Its field.
        field: &'static str,
        /// Its primary key.
        member_key: String,
    },
    /// A hook of a model refused.
    #[error("`{model}`{} was refused by `{hook}`: {source}", of_key(key.as_deref()))]
    Refused {
        /// The model.
        model: &'static str,
        /// The primary key of the object, where it has one.
        key: Option<String>,
        /// The hook.
        hook: &'static str,
        /// What it said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A column that the database computes was set.
    #[error("`{model}.{field}` is computed by the database: leave it unset")]
    Computed {
        /// The model.
        model: &'static str,
        /// The field.
        field: &'static str,
    },
    /// New rows that refer to each other in a loop of required foreign keys.
    #[error("the new rows of {} refer to each other in a loop; make one of the foreign keys nullable", tables.join(", "))]
    Cycle {
        /// The tables of the loop.
        tables: Vec<&'static str>,
    },
    /// Models that contradict each other.
    #[error("the models do not make a schema: {reason}")]
    Schema {
        /// Which, and what to do.
        reason: String,
    },
    /// Something that the driver or the server should not have done.
    #[error("the server's answer was not understood: {reason}")]
    Protocol {
        /// What was expected and what came.
        reason: String,
    },
}

impl Error {
    /// Whether the whole transaction may succeed at another attempt.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Server { code, .. } => matches!(code, 1213 | 1020 | 1205 | 3572 | 1317 | 1969),
            Self::Connection { .. } | Self::StaleRow { .. } => true,
            Self::TransactionEnded { is_retryable, .. } => *is_retryable,
            Self::Autoflush { source } => source.is_retryable(),
            _ => false,
        }
    }

    /// Whether a constraint of the database was violated.
    #[must_use]
    pub fn is_constraint(&self) -> bool {
        matches!(self, Self::Server { code: 1062 | 1451 | 1452 | 1048 | 4025 | 3819, .. })
    }
}

fn of_key(key: Option<&str>) -> String {
    key.map_or_else(String::new, |key| format!(" with key {key}"))
}

/// What has a row may have been taken out of a collection.
fn or_delete(key: Option<&str>) -> &'static str {
    key.map_or("", |_| ", or delete the object (`cascade, delete_orphan` does so with one that leaves its owner)")
}

fn of_row(key: Option<&str>) -> String {
    key.map_or_else(String::new, |key| format!(" of the row with key {key}"))
}

/// The beginning of a long statement, for a text that somebody reads.
fn shortened(statement: &str) -> String {
    const MOST: usize = 300;
    match statement.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} … ({} characters in all)", &statement[..end], statement.chars().count()),
        None => statement.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_statement_is_cut_in_the_text_only() {
        let statement = format!("INSERT INTO `t` (`é`) VALUES {}", vec!["(?)"; 1000].join(", "));
        let error = Error::Server { code: 1062, state: "23000".into(), message: "Duplicate entry".into(), statement };
        let text = error.to_string();
        assert!(text.contains("INSERT INTO `t`") && text.ends_with("characters in all)"), "{text}");
        assert!(text.len() < 500, "{text}");
    }
}

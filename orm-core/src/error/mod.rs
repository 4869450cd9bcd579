//! The one error of this library, in words that name the model, the column and what to do.

mod judged;
mod server;
#[cfg(test)]
mod tests;
mod words;

use std::panic::Location;
use std::time::Duration;

pub use server::ServerError;

use crate::error::words::{Place, of_key, of_row, or_delete, shortened};
use crate::value::ConversionError;

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something failed. A password is in no text, and a value only where the text would be of no use without it: the key of
/// a row, what a type cannot hold, and what the server itself quotes.
///
/// What a server refuses is told in terms of the models: names of keys, constraints and columns in its message are traced
/// back to models and fields. Where that is not sure (a trigger may have failed in another table, or the table has a key
/// that no model knows), `model` and `field` are `None`, and the server's own words tell; [`server`](Self::server) has them.
///
/// ```no_run
/// use orm_core::prelude::*;
/// use orm_core::Error;
///
/// #[derive(Model)]
/// #[model(table = "users")]
/// struct User {
///     #[primary_key]
///     id: Auto<i32>,
///     #[column(length = 100, unique)]
///     email: String,
/// }
///
/// /// Signs somebody up; the text is for the person at the form.
/// fn sign_up(session: &mut Session, email: &str) -> Result<(), String> {
///     let user = session.add(User { email: email.into(), ..Default::default() });
///     match session.commit() {
///         Ok(()) => Ok(()),
///         Err(Error::Duplicate { model: Some("User"), fields, .. }) if fields == ["email"] => {
///             session.delete(user); // nothing was lost: all that had waited waits again, so take this out
///             Err(format!("{email} has signed up before"))
///         }
///         Err(error) if error.is_invalid_data() => {
///             session[user].email.truncate(100); // or correct it, and commit again
///             session.commit().map_err(|error| error.to_string())
///         }
///         Err(error) => Err(error.to_string()),
///     }
/// }
/// ```
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
    /// The server cannot be used as things are, and trying again is of no use: it has no TLS or another
    /// certificate, is too old, or does not take the session's settings; or the password is not where it should be.
    #[error("the server {server} cannot be used: {reason}")]
    Setup {
        /// The address, without user and password.
        server: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// All connections of the pool are in use, and none came back in time.
    #[error(
        "all {size} connections to {server} are in use, and none came back within {waited:?}: commit, roll back or drop \
         sessions sooner, or raise `pool_size` or `wait_timeout`"
    )]
    Exhausted {
        /// The address, without user and password.
        server: String,
        /// The number of connections.
        size: usize,
        /// How long was waited.
        waited: Duration,
    },
    /// The server was silent for longer than it may be, by `read_timeout` or `write_timeout`. The connection is given up, and
    /// with it the transaction.
    #[error(
        "the server {server} was silent for longer than `read_timeout` or `write_timeout`, and the connection is given up, in: {}",
        shortened(statement)
    )]
    TimedOut {
        /// The address, without user and password.
        server: String,
        /// The SQL text, with `?` for every value.
        statement: String,
    },
    /// The server does not let the user in: wrong user or password, or no such database.
    #[error("{server} refused the login: {source}; look at user, password and database of the URL")]
    Login {
        /// The address, without user and password.
        server: String,
        /// What the server said.
        source: ServerError,
    },
    /// A row has the same values of a unique key, or the same primary key.
    #[error("{}; the server says: {source}", words::duplicate(key.as_deref(), *model, fields, source))]
    Duplicate {
        /// The server's name of the key: `PRIMARY`, or that of an index.
        key: Option<String>,
        /// The model, or the association table.
        model: Option<&'static str>,
        /// The fields that the key is of, in its order; of an embedded value the way to it, `address.street`.
        fields: Vec<&'static str>,
        /// Their columns.
        columns: Vec<&'static str>,
        /// What the server said.
        source: ServerError,
    },
    /// A foreign key leads nowhere, or would if the row that it refers to went.
    #[error("{}; the server says: {source}", words::foreign_key(constraint.as_deref(), [*model, *field, *target], *violation))]
    ForeignKey {
        /// The constraint's name.
        constraint: Option<String>,
        /// The model that refers, or the association table.
        model: Option<&'static str>,
        /// Its field.
        field: Option<&'static str>,
        /// The model that it refers to.
        target: Option<&'static str>,
        /// Which of the two was written.
        violation: Violation,
        /// What the server said.
        source: ServerError,
    },
    /// A column that must have a value got none.
    #[error("{}; the server says: {source}", words::not_null(Place::of(*model, *field, column)))]
    NotNull {
        /// The model, or the association table.
        model: Option<&'static str>,
        /// Its field; `None` where the model has none for the column.
        field: Option<&'static str>,
        /// The column.
        column: Option<String>,
        /// What the server said.
        source: ServerError,
    },
    /// A value breaks a `CHECK` constraint.
    #[error("{}; the server says: {source}", words::check(constraint.as_deref(), Place::of(*model, *field, &None)))]
    Check {
        /// The constraint's name.
        constraint: Option<String>,
        /// The model.
        model: Option<&'static str>,
        /// The field that the condition stands at.
        field: Option<&'static str>,
        /// What the server said.
        source: ServerError,
    },
    /// A text or bytes are longer than their column.
    #[error("{}; the server says: {source}", words::too_long(Place::of(*model, *field, column)))]
    TooLong {
        /// The model.
        model: Option<&'static str>,
        /// Its field.
        field: Option<&'static str>,
        /// The column.
        column: Option<String>,
        /// What the server said.
        source: ServerError,
    },
    /// A number or a time is out of the range of its column, or of what the server calculates with.
    #[error("{}; the server says: {source}", words::out_of_range(Place::of(*model, *field, column)))]
    OutOfRange {
        /// The model.
        model: Option<&'static str>,
        /// Its field.
        field: Option<&'static str>,
        /// The column.
        column: Option<String>,
        /// What the server said.
        source: ServerError,
    },
    /// A value is none of its column's type: no number, no date, no text of its character set, not in the list of an `ENUM`.
    #[error("{}; the server says: {source}", words::incorrect(Place::of(*model, *field, column)))]
    Incorrect {
        /// The model.
        model: Option<&'static str>,
        /// Its field.
        field: Option<&'static str>,
        /// The column.
        column: Option<String>,
        /// What the server said.
        source: ServerError,
    },
    /// A statement is longer than what the server takes, `max_allowed_packet`. It had no effect; where it was told before
    /// it was sent, there is no `source`.
    #[error(
        "{}{}",
        words::too_large(Place::of(*model, *field, &None), *most),
        words::said_or_statement(source.as_ref(), statement)
    )]
    TooLarge {
        /// The model.
        model: Option<&'static str>,
        /// The field with the largest value.
        field: Option<&'static str>,
        /// The most that the server takes, in bytes.
        most: Option<usize>,
        /// The SQL text, with `?` for every value.
        statement: String,
        /// What the server said.
        source: Option<ServerError>,
    },
    /// Two transactions waited for each other's rows, and the server has rolled this one back.
    #[error(
        "this transaction and another waited for each other's rows (deadlock), and this one was rolled back: run it again; \
         the server says: {source}"
    )]
    Deadlock {
        /// What the server said.
        source: ServerError,
    },
    /// A row to be changed is not any more what this transaction sees of it, and the server has rolled it back.
    #[error(
        "another transaction has changed a row since this one has read it, and this one was rolled back: run it again; \
         the server says: {source}"
    )]
    SnapshotConflict {
        /// What the server said.
        source: ServerError,
    },
    /// Another transaction has held a lock for longer than the server or the statement waits.
    #[error(
        "another transaction holds a lock on what the statement needs: run it again later, or hold locks for a shorter time; \
         the server says: {source}"
    )]
    LockTimeout {
        /// What the server said.
        source: ServerError,
    },
    /// The statement was stopped, by somebody or because it took too long.
    #[error(
        "the statement was stopped, by somebody (KILL QUERY) or because it took longer than it may: make it ask for less, or \
         raise the limit; the server says: {source}"
    )]
    Interrupted {
        /// What the server said.
        source: ServerError,
    },
    /// Nothing can be written: the transaction or the server is read-only.
    #[error(
        "nothing can be written, because the transaction or the server is read-only: begin one that writes, or connect to \
         the primary server; the server says: {source}"
    )]
    ReadOnly {
        /// What the server said.
        source: ServerError,
    },
    /// The user has not the right to do this.
    #[error(
        "the user of the connection may not do this: GRANT the right, or connect as another user; the server says: {source}"
    )]
    Denied {
        /// What the server said.
        source: ServerError,
    },
    /// A table is not there.
    #[error("{}; the server says: {source}", words::missing_table(table.as_deref(), *model))]
    MissingTable {
        /// The table, with its database where the server names it.
        table: Option<String>,
        /// The model, or the association table.
        model: Option<&'static str>,
        /// What the server said.
        source: ServerError,
    },
    /// A column is not there.
    #[error("{}; the server says: {source}", words::missing_column(column.as_deref(), *model, *field))]
    MissingColumn {
        /// The column, with the name that its table has in the statement, where the server names it.
        column: Option<String>,
        /// The model.
        model: Option<&'static str>,
        /// Its field.
        field: Option<&'static str>,
        /// What the server said.
        source: ServerError,
    },
    /// The server refused a statement, for a reason that has no variant of its own.
    #[error("the server refused a statement: {source}")]
    Server {
        /// What the server said: the code tells the reason.
        source: ServerError,
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
    /// A statement of the program's own, a procedure for instance, has committed or rolled back. Everything since the last commit
    /// waits again, and may have taken effect.
    #[error(
        "a statement has ended the transaction, so that it is not known whether what was written before took effect: look at \
         the database, and roll back or commit again; in: {}",
        shortened(statement)
    )]
    EndedByStatement {
        /// The SQL as it was written.
        statement: String,
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

/// How a foreign key is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violation {
    /// A row was written that refers to one that is not there.
    TargetMissing,
    /// A row was deleted, or its key changed, to which another one refers.
    StillReferred,
}

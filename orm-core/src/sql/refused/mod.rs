//! What a server's refusal is: its number says which error, its words which names, and the descriptors whose they are.

mod message;
mod trace;

pub(crate) use trace::{Written, known_tables, trace, trace_to_column, trace_to_primary_key};

use crate::error::{Error, ServerError, Violation};

/// The error for a refusal, with the names that the server tells. [`trace`] finds whose they are.
///
/// The numbers of both servers: <https://mariadb.com/kb/en/mariadb-error-codes/>,
/// <https://dev.mysql.com/doc/mysql-errors/9.0/en/server-error-reference.html>.
pub(crate) fn refused(source: ServerError) -> Error {
    let (model, field) = (None, None);
    let message = source.message();
    let column = || message::column(message).map(|column| column.name().to_owned());
    match source.code() {
        1022 | 1062 | 1169 | 1586 | 1859 => {
            let key = message::key(message).map(str::to_owned);
            Error::Duplicate { key, model, fields: Vec::new(), columns: Vec::new(), source }
        }
        1216 | 1452 => foreign_key(Violation::TargetMissing, source),
        1217 | 1451 => foreign_key(Violation::StillReferred, source),
        1048 | 1121 | 1263 | 1364 => Error::NotNull { model, field, column: column(), source },
        3819 | 4025 => {
            let constraint = message::check(message).map(|(name, _)| name);
            Error::Check { constraint, model, field, source }
        }
        1406 => Error::TooLong { model, field, column: column(), source },
        // 167 is a counted key that has reached its end; 1441 a time, 1690 a number that was calculated.
        167 | 1264 | 1441 | 1690 => Error::OutOfRange { model, field, column: column(), source },
        1265 | 1292 | 1366 | 1367 | 1411 | 1525 | 3140 => Error::Incorrect { model, field, column: column(), source },
        1213 => Error::Deadlock { source },
        1020 => Error::SnapshotConflict { source },
        // 3572 is NOWAIT on MySQL; MariaDB says 1205 for it too.
        1205 | 3572 => Error::LockTimeout { source },
        // KILL QUERY; the limits of MariaDB (`max_statement_time`) and MySQL (`max_execution_time`).
        1317 | 1969 | 3024 => Error::Interrupted { source },
        1036 | 1792 | 1836 | 1874 => Error::ReadOnly { source },
        // The number is also that of other options of a server.
        1290 if message.contains("read-only") || message.contains("read_only") => Error::ReadOnly { source },
        1044 | 1045 | 1142 | 1143 | 1227 | 1370 | 1410 | 1698 => Error::Denied { source },
        1051 | 1146 => {
            let table = message::table(message).map(str::to_owned);
            Error::MissingTable { table, model, source }
        }
        1054 => {
            Error::MissingColumn { column: message::unknown_column(message).map(str::to_owned), model, field, source }
        }
        1153 => too_large(source),
        // The number is that of everything that has none.
        1105 | 1301 if message.contains("max_allowed_packet") => too_large(source),
        _ => Error::Server { source },
    }
}

/// The codes with which a server refuses a login: rights, host, password, database, account, or a connection without TLS.
const LOGIN: [u16; 15] = [1044, 1045, 1049, 1129, 1130, 1251, 1275, 1524, 1698, 1820, 1862, 3118, 3159, 3955, 4151];

/// The error for a refusal at a login; `None` where it is another reason, such as too many connections.
pub(crate) fn refused_login(source: ServerError, server: String) -> Option<Error> {
    LOGIN.contains(&source.code()).then_some(Error::Login { server, source })
}

fn foreign_key(violation: Violation, source: ServerError) -> Error {
    let constraint = message::foreign_key(source.message());
    Error::ForeignKey { constraint, model: None, field: None, target: None, violation, source }
}

fn too_large(source: ServerError) -> Error {
    let statement = source.statement().to_owned();
    Error::TooLarge { model: None, field: None, most: None, statement, source: Some(source) }
}

#[cfg(test)]
mod tests;

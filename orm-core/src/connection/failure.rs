//! What the driver's errors mean for a connection and its transaction.

use std::error::Error as _;
use std::fmt;
use std::io::{self, ErrorKind};

use crate::error::{Error, ServerError};
use crate::sql::{refused, refused_login};

/// The codes after which the transaction is over, savepoints too. The server has ended it: a deadlock, a row that changed
/// since the snapshot, more locks than there is memory for, a Galera node that lost its cluster, an aborted transaction. Or it cannot be told whether it has: a
/// lock that did not come (by a setting the server ends the transaction then), a statement that was killed or took too long;
/// the session ends it.
/// (<https://mariadb.com/kb/en/mariadb-error-codes/>,
/// <https://mariadb.com/kb/en/innodb-system-variables/#innodb_rollback_on_timeout>,
/// <https://dev.mysql.com/doc/refman/9.0/en/innodb-error-handling.html>)
const TRANSACTION_ENDED: [u16; 10] = [1213, 1020, 1206, 1047, 1180, 1205, 3572, 1317, 1969, 3024];

/// The codes with which the server says good-bye: a killed connection, a shutdown, a connection that was idle for too long.
const CONNECTION_ENDED: [u16; 3] = [1053, 1927, 4031];

/// What became of the connection and the transaction in which something failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aftermath {
    /// Both go on; the statement had no effect.
    StatementUndone,
    /// The transaction is gone, the connection goes on.
    TransactionEnded,
    /// Both are gone: after anything but an orderly answer nobody knows what the next bytes belong to.
    ConnectionLost,
}

pub(crate) fn aftermath(error: &mysql::Error) -> Aftermath {
    match error {
        mysql::Error::MySqlError(error) if TRANSACTION_ENDED.contains(&error.code) => Aftermath::TransactionEnded,
        mysql::Error::MySqlError(error) if CONNECTION_ENDED.contains(&error.code) => Aftermath::ConnectionLost,
        mysql::Error::MySqlError(_) => Aftermath::StatementUndone,
        _ => Aftermath::ConnectionLost,
    }
}

/// Whether a connection that could not be made will never be, by what the driver says and not the server.
pub(crate) fn is_permanent(error: &mysql::DriverError) -> bool {
    use mysql::DriverError::{ConnectTimeout, CouldNotConnect, PacketOutOfSync};
    !matches!(error, ConnectTimeout | CouldNotConnect(_) | PacketOutOfSync)
}

/// Whether the server was silent for too long: the answer may still come, and belongs to nobody.
pub(crate) fn is_timeout(error: &mysql::Error) -> bool {
    let is_late = |error: &io::Error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
    match error {
        mysql::Error::IoError(error) => is_late(error),
        mysql::Error::CodecError(error) => {
            error.source().and_then(|source| source.downcast_ref::<io::Error>()).is_some_and(is_late)
        }
        mysql::Error::DriverError(error) => matches!(error, mysql::DriverError::ConnectTimeout),
        _ => false,
    }
}

/// What the driver says, without its own words around it.
pub(crate) fn reason(error: &mysql::Error) -> String {
    match error {
        mysql::Error::MySqlError(error) => format!("{} (code {})", error.message, error.code),
        mysql::Error::IoError(error) => error.to_string(),
        mysql::Error::CodecError(error) => error.source().map_or_else(|| error.to_string(), ToString::to_string),
        mysql::Error::DriverError(error) => error.to_string(),
        other => other.to_string(),
    }
}

/// The same, written only where somebody reads it.
pub(crate) struct Reason<'e>(pub(crate) &'e mysql::Error);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&reason(self.0))
    }
}

/// The error for the user: the server's own words, and the statement, with its values where they are to be shown.
pub(crate) fn translate(error: mysql::Error, statement: &str, server: &str) -> Error {
    match error {
        mysql::Error::MySqlError(error) if !CONNECTION_ENDED.contains(&error.code) => {
            refused(ServerError::new(error.code, error.state, error.message, statement.to_owned()))
        }
        late if is_timeout(&late) => Error::TimedOut { server: server.to_owned(), statement: statement.to_owned() },
        other => Error::Connection { server: server.to_owned(), reason: reason(&other) },
    }
}

/// The error where no connection could be made.
pub(crate) fn not_connected(error: mysql::Error, server: &str) -> Error {
    let failed = Error::Connection { server: server.to_owned(), reason: reason(&error) };
    match error {
        mysql::Error::MySqlError(error) => {
            let said = ServerError::new(error.code, error.state, error.message, String::new());
            refused_login(said, server.to_owned()).unwrap_or(failed)
        }
        _ => failed,
    }
}

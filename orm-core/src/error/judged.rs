//! What a program can do about an error.

use crate::error::{Error, ServerError};

/// The server's codes after which the same transaction may well succeed, besides those of SQL state class 40 (transaction
/// rollback): a Galera node that has no cluster for the moment.
/// (<https://mariadb.com/kb/en/mariadb-error-codes/>)
const FOR_THE_MOMENT: [u16; 1] = [1047];

impl Error {
    /// Whether running the whole transaction again, from its first question on, may well succeed: other transactions were in
    /// the way ([`Deadlock`](Self::Deadlock), [`SnapshotConflict`](Self::SnapshotConflict),
    /// [`LockTimeout`](Self::LockTimeout), [`StaleRow`](Self::StaleRow)), a connection could not be made or was lost before
    /// the COMMIT ([`Connection`](Self::Connection)), or a cluster of servers has rolled back or is not ready (SQL states of
    /// class 40, 1047). [`Engine::connect`](crate::Engine::connect) is no transaction: a wrong address stays wrong.
    ///
    /// Never after [`CommitUnknown`](Self::CommitUnknown), which may have taken effect; not after
    /// [`Interrupted`](Self::Interrupted) and [`Login`](Self::Login), which would happen again, nor after
    /// [`Exhausted`](Self::Exhausted), which has waited already.
    ///
    /// It is about the transaction as a whole, in a new session: what this one has read may be what has made it fail.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.innermost() {
            Self::Deadlock { .. } | Self::SnapshotConflict { .. } | Self::LockTimeout { .. } => true,
            Self::StaleRow { .. } | Self::Connection { .. } => true,
            Self::TransactionEnded { is_retryable, .. } => *is_retryable,
            Self::Server { source } => source.state().starts_with("40") || FOR_THE_MOMENT.contains(&source.code()),
            _ => false,
        }
    }

    /// Whether a constraint of the database refused: [`Duplicate`](Self::Duplicate), [`ForeignKey`](Self::ForeignKey),
    /// [`Restricted`](Self::Restricted), [`NotNull`](Self::NotNull), [`Check`](Self::Check). The statement had no effect.
    #[must_use]
    pub fn is_constraint(&self) -> bool {
        matches!(
            self.innermost(),
            Self::Duplicate { .. }
                | Self::ForeignKey { .. }
                | Self::Restricted { .. }
                | Self::NotNull { .. }
                | Self::Check { .. }
        )
    }

    /// Whether a value does not fit into its column: [`TooLong`](Self::TooLong), [`OutOfRange`](Self::OutOfRange),
    /// [`Incorrect`](Self::Incorrect), [`TooLarge`](Self::TooLarge), [`Encode`](Self::Encode).
    #[must_use]
    pub fn is_invalid_data(&self) -> bool {
        matches!(
            self.innermost(),
            Self::TooLong { .. }
                | Self::OutOfRange { .. }
                | Self::Incorrect { .. }
                | Self::TooLarge { .. }
                | Self::Encode { .. }
        )
    }

    /// What the server has said, where it was the server that refused.
    #[must_use]
    pub fn server(&self) -> Option<&ServerError> {
        match self.innermost() {
            Self::Duplicate { source, .. }
            | Self::ForeignKey { source, .. }
            | Self::NotNull { source, .. }
            | Self::Check { source, .. }
            | Self::TooLong { source, .. }
            | Self::OutOfRange { source, .. }
            | Self::Incorrect { source, .. }
            | Self::Deadlock { source }
            | Self::SnapshotConflict { source }
            | Self::LockTimeout { source }
            | Self::Interrupted { source }
            | Self::ReadOnly { source }
            | Self::Denied { source }
            | Self::Login { source, .. }
            | Self::MissingTable { source, .. }
            | Self::MissingColumn { source, .. }
            | Self::Server { source } => Some(source),
            Self::TooLarge { source, .. } => source.as_ref(),
            _ => None,
        }
    }

    /// The error inside of one that only says when it happened: [`Autoflush`](Self::Autoflush).
    #[must_use]
    pub fn innermost(&self) -> &Self {
        match self {
            Self::Autoflush { source } => source.innermost(),
            other => other,
        }
    }
}

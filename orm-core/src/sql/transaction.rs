//! Transactions and savepoints: how they begin, and how they end.

/// What a transaction sees of others (<https://mariadb.com/kb/en/set-transaction/#isolation-levels>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// Also what others have not committed.
    ReadUncommitted,
    /// Each statement sees what was committed when it began.
    ReadCommitted,
    /// All statements see what was committed when the first one read; the servers' default.
    RepeatableRead,
    /// As [`RepeatableRead`](Self::RepeatableRead), and rows that are read are locked for sharing.
    Serializable,
}

/// How a transaction is to be. Without a wish the server's settings hold.
///
/// ```
/// use orm_core::{Isolation, TransactionOptions};
///
/// let report = TransactionOptions::new().read_only().consistent_snapshot();
/// let booking = TransactionOptions::new().isolation(Isolation::Serializable);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TransactionOptions {
    isolation: Option<Isolation>,
    access: Access,
    view: ReadView,
    attempts: Option<u32>,
}

/// How often a closure runs where nothing is said.
const MOST_ATTEMPTS: u32 = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Access {
    #[default]
    ReadWrite,
    ReadOnly,
}

/// When it is settled which rows a transaction sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum ReadView {
    /// When it reads the first time.
    #[default]
    AtFirstRead,
    AtBegin,
}

impl TransactionOptions {
    /// No wishes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the transaction sees of others. Takes the place of [`consistent_snapshot`](Self::consistent_snapshot).
    #[must_use]
    pub fn isolation(self, isolation: Isolation) -> Self {
        Self { isolation: Some(isolation), view: ReadView::AtFirstRead, ..self }
    }

    /// The server refuses whatever writes ([`Error::ReadOnly`](crate::Error::ReadOnly)).
    #[must_use]
    pub fn read_only(self) -> Self {
        Self { access: Access::ReadOnly, ..self }
    }

    /// All tables are seen as they are when the transaction begins, and not as when it first reads. The isolation is
    /// [`RepeatableRead`](Isolation::RepeatableRead): with others the servers know no snapshot.
    /// (<https://mariadb.com/kb/en/start-transaction/#with-consistent-snapshot>)
    #[must_use]
    pub fn consistent_snapshot(self) -> Self {
        Self { isolation: Some(Isolation::RepeatableRead), view: ReadView::AtBegin, ..self }
    }

    /// How often [`Engine::transaction`](crate::Engine::transaction) runs its closure at most; 10 times where nothing is said,
    /// and once for 0.
    #[must_use]
    pub fn attempts(self, most: u32) -> Self {
        Self { attempts: Some(most), ..self }
    }

    pub(crate) fn most_attempts(&self) -> u32 {
        self.attempts.unwrap_or(MOST_ATTEMPTS)
    }

    /// What begins such a transaction, in one trip; nothing where its first statement does so.
    pub(crate) fn begin(&self) -> Option<String> {
        let level = self.isolation.map(|isolation| format!("SET TRANSACTION ISOLATION LEVEL {}; ", isolation.as_sql()));
        let traits = match (self.view, self.access) {
            (ReadView::AtFirstRead, Access::ReadWrite) => "",
            (ReadView::AtFirstRead, Access::ReadOnly) => " READ ONLY",
            (ReadView::AtBegin, Access::ReadWrite) => " WITH CONSISTENT SNAPSHOT",
            (ReadView::AtBegin, Access::ReadOnly) => " WITH CONSISTENT SNAPSHOT, READ ONLY",
        };
        let has_wishes = level.is_some() || !traits.is_empty();
        has_wishes.then(|| format!("{}START TRANSACTION{traits}", level.unwrap_or_default()))
    }
}

impl Isolation {
    fn as_sql(self) -> &'static str {
        match self {
            Self::ReadUncommitted => "READ UNCOMMITTED",
            Self::ReadCommitted => "READ COMMITTED",
            Self::RepeatableRead => "REPEATABLE READ",
            Self::Serializable => "SERIALIZABLE",
        }
    }
}

/// Makes a transaction last.
pub(crate) const COMMIT: &str = "COMMIT";

/// Undoes a transaction.
pub(crate) const ROLLBACK: &str = "ROLLBACK";

/// Sets the savepoint of this depth, from 1 on.
pub(crate) fn savepoint(depth: usize) -> String {
    format!("SAVEPOINT `orm_{depth}`")
}

/// What was done since the savepoint stays, and the savepoint goes.
pub(crate) fn release_savepoint(depth: usize) -> String {
    format!("RELEASE SAVEPOINT `orm_{depth}`")
}

/// What was done since the savepoint is undone; the savepoint stays.
pub(crate) fn rollback_to_savepoint(depth: usize) -> String {
    format!("ROLLBACK TO SAVEPOINT `orm_{depth}`")
}

/// What was done since the savepoint is undone, and it goes; in one trip.
pub(crate) fn undo_savepoint(depth: usize) -> String {
    format!("{}; {}", rollback_to_savepoint(depth), release_savepoint(depth))
}

/// Sets the savepoint by which it is seen whether a statement has ended the transaction.
pub(crate) const SET_WATCHED: &str = "SAVEPOINT `orm_watched`";

pub(crate) const RELEASE_WATCHED: &str = "RELEASE SAVEPOINT `orm_watched`";

/// The server's error for a savepoint that is not there.
/// (<https://mariadb.com/kb/en/mariadb-error-codes/>)
pub(crate) const NO_SAVEPOINT: u16 = 1305;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_without_wishes_begins_with_its_first_statement() {
        assert_eq!(TransactionOptions::new().begin(), None);
    }

    #[test]
    fn wishes_are_told_in_one_text() {
        let serializable = TransactionOptions::new().isolation(Isolation::Serializable);
        let text = "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; START TRANSACTION";
        assert_eq!(serializable.begin().as_deref(), Some(text));
        assert_eq!(TransactionOptions::new().read_only().begin().as_deref(), Some("START TRANSACTION READ ONLY"));
        let report = TransactionOptions::new().consistent_snapshot().read_only();
        let text = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; \
            START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";
        assert_eq!(report.begin().as_deref(), Some(text));
    }

    #[test]
    fn a_snapshot_is_of_repeatable_reads_alone() {
        let options = TransactionOptions::new().consistent_snapshot().isolation(Isolation::ReadCommitted);
        assert_eq!(options, TransactionOptions::new().isolation(Isolation::ReadCommitted));
    }
}

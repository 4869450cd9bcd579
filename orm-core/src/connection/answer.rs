//! The answer to a statement: what takes its rows, one by one, and what it has done.

use mysql::QueryResult;
use mysql::prelude::Protocol;

use crate::error::{Error, Result};
use crate::value::Value;

/// What a statement did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Done {
    /// Rows inserted, deleted, or found by an UPDATE.
    pub(crate) affected: u64,
    /// The first key that was generated.
    pub(crate) first_key: u64,
}

/// What takes the rows of an answer, one by one.
pub(crate) type OnRow<'a> = &'a mut dyn FnMut(Vec<Value>) -> Result<()>;

/// What takes an answer.
pub(crate) trait Receiver {
    /// The names of a result's columns, before its rows.
    fn columns(&mut self, _names: &mut dyn Iterator<Item = String>) -> Result<()> {
        Ok(())
    }

    /// A row.
    fn row(&mut self, row: Vec<Value>) -> Result<()>;
}

/// Takes rows, whatever their columns are called.
pub(crate) struct RowsAlone<'a>(pub(crate) OnRow<'a>);

impl Receiver for RowsAlone<'_> {
    fn row(&mut self, row: Vec<Value>) -> Result<()> {
        (self.0)(row)
    }
}

/// What came.
pub(super) struct Answer {
    pub(super) done: Done,
    pub(super) rows: u64,
    /// Why a row could not be used; the rows after it were read and dropped.
    pub(super) unread: Option<Error>,
}

/// Reads it to its end.
pub(super) fn read<P: Protocol>(
    mut answer: QueryResult<'_, '_, '_, P>,
    receiver: &mut dyn Receiver,
) -> mysql::Result<Answer> {
    let (mut rows, mut unread) = (0, None);
    let mut done = Done { affected: 0, first_key: 0 };
    while let Some(set) = answer.iter() {
        // They belong to the set: after it they are gone.
        done.affected += set.affected_rows();
        done.first_key = set.last_insert_id().unwrap_or(done.first_key);
        if unread.is_none() && !set.columns().as_ref().is_empty() {
            let columns = set.columns();
            let mut names = columns.as_ref().iter().map(|column| column.name_str().into_owned());
            unread = receiver.columns(&mut names).err();
        }
        for row in set {
            rows += 1;
            if unread.is_none() {
                unread = receiver.row(row?.unwrap()).err();
            } else {
                row?;
            }
        }
    }
    Ok(Answer { done, rows, unread })
}

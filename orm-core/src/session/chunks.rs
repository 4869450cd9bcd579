//! Rows in portions that one statement can take.

use std::iter::Peekable;

use crate::model::Cell;
use crate::value::{KeyValue, Value};

/// Rows of one INSERT: so many that the round trip hardly counts, so few that the server keeps the prepared statement cheaply.
pub(crate) const MAX_INSERTED: usize = 512;

/// At most so many rows and bytes at a time; a row alone may be larger. No more rows are taken than for the chunk that is
/// asked for, and one.
pub(crate) fn chunks<R, I, S>(rows: I, most: usize, most_bytes: usize, size: S) -> Chunks<I::IntoIter, S>
where
    I: IntoIterator<Item = R>,
    S: Fn(&R) -> usize,
{
    Chunks { rows: rows.into_iter().peekable(), most, most_bytes, size }
}

/// What [`chunks`] gives.
pub(crate) struct Chunks<I: Iterator, S> {
    rows: Peekable<I>,
    most: usize,
    most_bytes: usize,
    size: S,
}

impl<I: Iterator, S: Fn(&I::Item) -> usize> Iterator for Chunks<I, S> {
    type Item = Vec<I::Item>;

    fn next(&mut self) -> Option<Vec<I::Item>> {
        let first = self.rows.next()?;
        let mut filled = (self.size)(&first);
        let mut chunk = Vec::with_capacity(self.most.min(self.rows.size_hint().0 + 1));
        chunk.push(first);
        while chunk.len() < self.most
            && let Some(row) = self.rows.next_if(|row| filled + (self.size)(row) <= self.most_bytes)
        {
            filled += (self.size)(&row);
            chunk.push(row);
        }
        Some(chunk)
    }
}

/// About how many bytes a cell takes on the wire.
pub(crate) fn size(cell: &Cell) -> usize {
    match cell {
        Cell::Value(Value::Bytes(bytes)) => bytes.len() + 9,
        _ => 12,
    }
}

/// The same of a key.
pub(crate) fn size_of_key(key: &KeyValue) -> usize {
    match key {
        KeyValue::Bytes(bytes) => bytes.len() + 9,
        KeyValue::Composite(parts) => parts.iter().map(size_of_key).sum(),
        _ => 12,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_is_full_by_rows_or_by_bytes() {
        let of = |rows: &[usize]| chunks(rows.to_vec(), 3, 10, |&size: &usize| size).collect::<Vec<_>>();
        assert_eq!(of(&[1, 1, 1, 1]), [vec![1, 1, 1], vec![1]]);
        assert_eq!(of(&[5, 5, 1, 20, 1]), [vec![5, 5], vec![1], vec![20], vec![1]]);
        assert!(of(&[]).is_empty());
    }
}

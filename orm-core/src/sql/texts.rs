//! Texts that depend on a table, some of its columns and a number alone: each is made once.
//!
//! Numbers of keys and rows come from short ladders, and tables are static, so that there are few of them.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use crate::schema::Table;

/// What a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// Listed columns of the rows with one of so many keys in other columns.
    Rows,
    /// All columns, as a list.
    AllColumns,
    /// A row in other columns, so many times; it answers others.
    Insert,
    /// Rows found by some columns, and changed in others.
    Update,
    /// Rows with one of so many keys.
    Delete,
    /// Rows with one of so many keys of several columns.
    DeleteMany,
    /// Foreign keys with one of so many values.
    Release,
}

/// The table, by its place in memory, what for, and how many.
type Key = (usize, Purpose, usize);

/// A text, and the columns that it speaks of.
struct Known {
    columns: [Box<[usize]>; 2],
    text: Arc<str>,
}

static TEXTS: RwLock<Option<FxHashMap<Key, Vec<Known>>>> = RwLock::new(None);

/// The text for these columns of a table, made now if it is not known.
pub(crate) fn text_of(
    purpose: Purpose,
    table: &'static Table,
    columns: [&[usize]; 2],
    count: usize,
    make: impl FnOnce() -> String,
) -> Arc<str> {
    let key = (std::ptr::from_ref(table).addr(), purpose, count);
    let is_same = |known: &&Known| known.columns.iter().zip(columns).all(|(one, other)| **one == *other);
    {
        // Who panics leaves no text half made.
        let texts = TEXTS.read().unwrap_or_else(PoisonError::into_inner);
        let known = texts.as_ref().and_then(|texts| texts.get(&key)?.iter().find(is_same));
        if let Some(known) = known {
            return Arc::clone(&known.text);
        }
    }
    let text: Arc<str> = make().into();
    let mut texts = TEXTS.write().unwrap_or_else(PoisonError::into_inner);
    let known = texts.get_or_insert_default().entry(key).or_default();
    known.push(Known { columns: columns.map(Box::from), text: Arc::clone(&text) });
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Record;

    #[derive(orm_derive::Model)]
    struct Thing {
        #[primary_key]
        id: i32,
    }

    #[test]
    fn a_text_is_made_once() {
        let text = |count, columns, made: &str| {
            text_of(Purpose::Rows, Thing::table(), [columns, &[0]], count, || made.to_owned()).to_string()
        };
        assert_eq!(text(7, &[0], "first"), "first");
        assert_eq!(text(7, &[0], "second"), "first");
        assert_eq!(text(8, &[0], "for another number"), "for another number");
        assert_eq!(text(7, &[], "for other columns"), "for other columns");
    }
}

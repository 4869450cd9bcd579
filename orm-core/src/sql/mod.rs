//! SQL as text and parameters, without any connection. All SQL text of this library is written on this floor.

mod by_key;
mod ddl;
mod dialect;
mod expression;
mod function;
mod loading;
mod members;
mod question;
mod raw;
mod recursion;
mod refused;
mod render;
mod select;
mod set_based;
mod settings;
mod statement;
mod terms;
mod texts;
mod transaction;
mod write;

pub(crate) use by_key::{KeySet, MAX_KEYS, columns_by_columns, existing_keys, links_in, rows_by_columns, rows_in};
pub(crate) use ddl::{
    column_without_default, create_database, create_foreign_key, create_table, drop_database, drop_foreign_key,
    drop_table, existing_tables, has_own_charset,
};
pub use dialect::{Dialect, Flavour};
pub(crate) use expression::{Comparison, Edge, Expression, Frame, Operation, TableRef, Window};
pub(crate) use function::{Function, Unit};
pub(crate) use loading::{Fetch, linked_rows, links_in_order, rows_in_order};
pub(crate) use members::RelatedSelect;
pub(crate) use raw::{Bound, Effect, Raw};
pub(crate) use refused::{Written, known_tables, refused, refused_login, trace, trace_to_column, trace_to_primary_key};
pub(crate) use render::terms;
pub(crate) use select::{
    CommonTable, Direction, HintKind, IndexHint, Join, JoinKind, Lock, OnLock, Ordering, Select, Strength, Union,
};
pub(crate) use settings::{Facts, SERVER_FACTS, SESSION_SETTINGS};
pub(crate) use statement::{MAX_PLACEHOLDERS, Statement, only_reads};
pub(crate) use transaction::{
    COMMIT, NO_SAVEPOINT, RELEASE_WATCHED, ROLLBACK, SET_WATCHED, release_savepoint, rollback_to_savepoint, savepoint,
    undo_savepoint,
};
pub use transaction::{Isolation, TransactionOptions};
pub(crate) use write::{Existing, TypeFrom, delete, delete_many, insert, release, update_many, update_one};

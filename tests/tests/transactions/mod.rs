//! Transactions: how they begin and end, parts of them that fail, and what becomes of objects and handles.

mod begin;
mod closures;
mod dead;
mod failed;
mod handles;
mod lost;
mod released;
mod rollback;
mod savepoints;
mod stale;

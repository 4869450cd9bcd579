//! Rollbacks, failed commits, and handles that cannot be used.

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

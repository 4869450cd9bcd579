//! Statements for many rows, past the objects: what the session has of the table is brought in step afterwards.
//!
//! They do not wait for the flush, and so they cannot wait again when the transaction is undone: the session remembers them
//! and tells it.

mod read_again;
mod rows;
mod set_based;

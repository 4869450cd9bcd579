//! What a flush sends, and what is in the database afterwards.

mod assigned;
mod changes;
mod counts;
mod defaults;
mod early;
mod keys;
mod limits;
mod loops;
mod order;
mod own_types;
mod updates;

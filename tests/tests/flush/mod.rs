//! What a flush sends, and what is in the database afterwards.

mod changes;
mod keys;
mod order;
mod updates;

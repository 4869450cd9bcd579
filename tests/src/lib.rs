//! What the tests share: a database of its own for each test, and the statements that were sent.

mod database;
mod statements;

pub use database::Database;
pub use statements::statements;

//! What the tests share: a database of its own for each test, the demo's company in it, and the statements that were sent.

mod company;
mod database;
mod statements;

pub use company::company;
pub use database::Database;
pub use statements::{record, recorded, statements};

//! What the tests share: a database of its own for each test, the demo's company in it, the statements that were sent and
//! what else the library tells of itself, and a proxy that breaks connections.

mod company;
mod database;
pub mod proxy;
pub mod reliability;
mod statements;
mod told;

pub use company::company;
pub use database::Database;
pub use statements::{record, recorded, returning, statements};
pub use told::{Told, told};

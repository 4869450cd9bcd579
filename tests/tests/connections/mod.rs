//! Connections: how they are made, waited for, given back and replaced.

mod pool;
mod refused;
mod restarted;
mod secrets;
mod silent;
mod tls;
mod touched;

use orm_core::{Engine, Error};
use tests::Database;

/// The engine of a database with options of the URL.
fn engine(database: &Database, options: &str) -> Engine {
    Engine::connect(&with(database.url(), options)).expect("the database can be used")
}

/// A URL with further options.
fn with(url: &str, options: &str) -> String {
    let sign = if url.contains('?') { '&' } else { '?' };
    format!("{url}{sign}{options}")
}

/// Why no connection can be made.
fn refused(url: &str) -> Error {
    Engine::connect(url).map(drop).expect_err("no connection can be made")
}

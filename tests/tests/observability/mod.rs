//! What the library tells of itself: events, spans, warnings, and numbers.

mod connections;
mod events;
mod slow;
mod spans;
mod statistics;
mod values;

use orm_core::prelude::*;
use tests::{Database, Told};

#[derive(Debug, Model)]
#[model(table = "people")]
struct Person {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 50, unique)]
    name: String,
    #[column(default = 0)]
    age: i32,
}

impl Person {
    fn new(name: &str, age: i32) -> Self {
        Self { name: name.into(), age, ..Self::default() }
    }
}

/// An engine of its own for a database with the table, which nobody else has used.
fn people() -> (Database, Engine) {
    let database = Database::with(&Schema::of::<Person>());
    let engine = Engine::connect(database.url()).expect("the database can be reached");
    (database, engine)
}

/// What was told, a line each.
fn lines(told: &[Told]) -> Vec<String> {
    told.iter().map(ToString::to_string).collect()
}

/// Ends all connections to a database but the one that asks.
fn kill_connections(database: &Database) {
    for connection in
        database.ask("SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()")
    {
        database.run(&format!("KILL {connection}"));
    }
}

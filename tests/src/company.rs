//! The company of the planning demo, in a database of its own.

use orm_core::Session;

use crate::Database;

/// A database with the company, and a session that has not read anything.
///
/// # Panics
/// The company cannot be loaded.
#[must_use]
pub fn company() -> (Database, Session) {
    let database = Database::with(&planning_demo::schema());
    planning_demo::company::load(&mut database.engine().session()).expect("the company is loaded");
    let session = database.engine().session();
    (database, session)
}

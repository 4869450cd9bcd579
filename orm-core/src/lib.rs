//! An ORM for MariaDB and MySQL with a unit of work whose rules the compiler checks.

// The derive names this crate by its name, in its own tests and examples too.
#[cfg(test)]
extern crate self as orm_core;

pub mod error;
pub mod value;

pub mod schema;

pub mod model;

pub mod relation;

mod sql;

mod connection;

pub mod query;

mod session;

pub mod prelude;
#[doc(hidden)]
pub mod support;

pub use chrono;
pub use connection::Engine;
pub use error::{Error, Result};
pub use model::Handle;
pub use orm_derive::Model;
pub use relation::{BelongsTo, ForeignKey, HasMany, HasOne, ManyToMany, NullableForeignKey};
pub use schema::Schema;
pub use session::{Located, Model, Session, View};
pub use sql::{Dialect, Flavour};
pub use value::Auto;

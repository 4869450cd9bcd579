//! An ORM for MariaDB and MySQL with a unit of work whose rules the compiler checks.
//!
//! A model is a plain struct with [`#[derive(Model)]`](macro@Model). A [`Session`] adds, finds, changes and deletes its objects,
//! and follows their relationships; an [`Engine`] is the server that it works on.
//!
//! ```no_run
//! use orm_core::prelude::*;
//!
//! #[derive(Model)]
//! #[model(table = "authors")]
//! pub struct Author {
//!     #[primary_key]
//!     pub id: Auto<i32>,
//!     #[column(length = 100)]
//!     pub name: String,
//!     #[has_many]
//!     pub books: HasMany<Book>,
//! }
//!
//! #[derive(Model)]
//! #[model(table = "books")]
//! pub struct Book {
//!     #[primary_key]
//!     pub id: Auto<i32>,
//!     #[column(length = 200)]
//!     pub title: String,
//!     #[belongs_to]
//!     pub author: BelongsTo<Author>,
//! }
//!
//! fn main() -> orm_core::Result<()> {
//!     let engine = Engine::connect("mysql://app_user:Password123!@127.0.0.1:3306/library")?;
//!     engine.create_all(&Schema::of::<Author>())?; // books come along
//!     let mut session = engine.session();
//!     let author = session.add(Author { name: "Ursula K. Le Guin".into(), ..Default::default() });
//!     session.add(Book { title: "The Dispossessed".into(), author: author.into(), ..Default::default() });
//!     session.commit()?;
//!     for author in session.query::<Author>().all()? {
//!         println!("{}: {} books", author.name, author.books()?.len());
//!     }
//!     Ok(())
//! }
//! ```
//!
//! | you hold | you can | and the compiler rules out |
//! | --- | --- | --- |
//! | `&Session` | query, follow relationships, read objects; what has changed is flushed before a query | using a reference from before a commit or a rollback |
//! | `&mut Session` | add, change, relate, delete, flush, commit, roll back | changing an object while somebody reads it |

// The derive names this crate by its name, in its own tests and examples too.
#[cfg(any(test, feature = "fuzzing"))]
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

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;

#[cfg(test)]
mod floors;

/// The README's program compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

pub use chrono;
pub use connection::{Engine, EngineBuilder, EngineStatistics, SslMode};
pub use error::{Error, Result, ServerError, Violation};
pub use model::{Handle, Row};
pub use orm_derive::{ColumnType, DbEnum, Embed, Model, Row};
pub use query::{Lazy, func, query, sql};
pub use relation::{BelongsTo, ForeignKey, HasMany, HasOne, ManyToMany, NullableForeignKey};
pub use schema::Schema;
pub use session::{
    Change, Chunks, FlushPlan, HookResult, Hooks, Located, Model, ObjectState, Related, Session, SessionStatistics,
    StreamResult, View,
};
pub use sql::{Dialect, Flavour, Isolation, TransactionOptions};
pub use value::Auto;

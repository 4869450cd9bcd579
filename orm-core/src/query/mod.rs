//! Questions in Rust types: columns and relationships of models, conditions on them, and what a query reads.

mod builder;
mod column;
mod predicate;
mod related;
mod scope;

pub(crate) use builder::Autoflush;
pub use builder::{Query, query};
pub use column::{Column, Operand};
pub use predicate::{IntoOrder, Order, Predicate};
pub use related::Target;
pub use scope::{Both, Nothing, One, ReadBy, Reading, Reads};

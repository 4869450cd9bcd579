//! What a model is, as static data: tables, columns, relationships. Nothing here knows SQL or a connection.

mod collection;
mod column;
mod embedded;
mod mermaid;
mod names;
mod order;
mod relationship;
mod table;

pub(crate) use collection::Creation;
pub use collection::Schema;
pub use column::{Column, ColumnSource, Generated, Literal, Storage};
pub use embedded::{Embedding, ValueObject};
pub(crate) use names::constraint_name;
pub(crate) use order::in_dependency_order;
pub use relationship::{Action, Inverse, Members, Reference, Relationship, RelationshipKind, Sort, Through};
pub use table::{Index, NextVersion, Table, TableOptions, Version};

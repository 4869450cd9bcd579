//! The contract with the derive: what a model tells about itself, and how its fields become cells of a row and back.

mod field;
mod handle;
mod record;
mod row;
mod schema_of;

pub use field::{Adopt, Cell, ColumnField, Edit, Field, KeyField, NewObject};
pub use handle::{Handle, ObjectRef};
pub use record::Record;
pub use row::RowReader;
pub use schema_of::Models;

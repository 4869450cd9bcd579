//! The contract with the derive: what a model tells about itself, and how its fields become cells of a row and back.

mod embedded;
mod field;
mod handle;
mod nulls;
mod record;
mod result_row;
mod row;
mod schema_of;
mod source;

pub use embedded::{Embedded, EmbeddedColumns, Presence};
pub use field::{Adopt, Cell, ColumnField, Edit, Field, FieldKey, KeyField, NewObject, NotNull, Stored};
pub use handle::{Handle, ObjectRef};
pub use nulls::{Nulls, Optional, Required};
pub(crate) use record::Fields;
pub use record::Record;
pub(crate) use result_row::Origin;
pub use result_row::{ResultRow, Row};
pub use row::{Read, RowReader, Unreadable};
pub use schema_of::Models;
pub use source::{Source, alias};

//! Single values: how a Rust type is stored in a column, and how it comes back.

mod auto;
mod column_type;
mod key;
mod number;
mod scalar;
mod sql_type;
mod temporal;
mod text;
mod version;

pub use auto::Auto;
pub use column_type::{ColumnType, ConversionError};
pub use key::{IntoKey, Key, KeyColumn, KeyValue};
pub use mysql::Value;
pub use number::Number;
pub use sql_type::SqlType;
pub use temporal::{Dated, Timed};
pub use text::Text;
pub use version::Version;

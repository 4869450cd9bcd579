//! Single values: how a Rust type is stored in a column, and how it comes back.

mod auto;
#[cfg(feature = "bitflags")]
mod bits;
mod column_type;
#[doc(hidden)]
pub mod db_enum;
#[cfg(feature = "rust_decimal")]
mod decimal;
#[cfg(feature = "serde_json")]
mod json;
mod key;
mod limits;
mod native;
mod network;
mod number;
mod scalar;
mod set;
mod span;
mod sql_type;
mod temporal;
mod text;
#[cfg(feature = "uuid")]
mod uuid;
mod version;

pub use auto::Auto;
#[cfg(feature = "bitflags")]
pub use bits::Bits;
pub use column_type::{ColumnType, ConversionError};
pub use db_enum::DbEnum;
#[cfg(feature = "serde_json")]
pub use json::Json;
pub use key::{IntoKey, Key, KeyColumn, KeyValue};
pub use mysql::Value;
pub use native::Native;
pub use number::Number;
pub use set::Set;
pub use sql_type::SqlType;
pub use temporal::{Dated, Timed};
pub use text::Text;
pub use version::Version;

//! Single values: how a Rust type is stored in a column, and how it comes back.
//!
//! | Rust type | column | feature |
//! | --- | --- | --- |
//! | `bool` | `BOOLEAN`, which is `TINYINT(1)`; or `sql_type = "BIT(1)"` | |
//! | `i8`, `i16`, `i32`, `i64` | `TINYINT`, `SMALLINT`, `INT`, `BIGINT` | |
//! | `u8`, `u16`, `u32`, `u64` | the same `UNSIGNED`; a `u16` also `sql_type = "YEAR"` | |
//! | `f32`, `f64` | `FLOAT`, `DOUBLE` | |
//! | `rust_decimal::Decimal` | `DECIMAL(57, 28)`, which holds all; or with `precision` and `scale` | `rust_decimal` |
//! | `String` | `TEXT`; with a `length` `VARCHAR`; or `sql_type = "CHAR(2)"`, `"TINYTEXT"`, `"MEDIUMTEXT"`, `"LONGTEXT"` | |
//! | `Vec<u8>` | `BLOB`; with a `length` `VARBINARY`; or `sql_type = "BINARY(4)"`, `"TINYBLOB"`, `"MEDIUMBLOB"`, `"LONGBLOB"` | |
//! | chrono's `NaiveDate` | `DATE` | |
//! | chrono's `NaiveTime` | `TIME(6)`; with a `precision` fewer digits after the second | |
//! | chrono's `NaiveDateTime`, `DateTime<Utc>` | `DATETIME(6)`, in UTC; with a `precision` fewer digits after the second; or `sql_type = "TIMESTAMP(6)"` | |
//! | `std::time::Duration`, chrono's `TimeDelta` | `TIME(6)`: up to 838:59:59 | |
//! | `uuid::Uuid` | `BINARY(16)` | `uuid` |
//! | [`Native`]`<Uuid>` | MariaDB's `UUID` | `uuid` |
//! | `Ipv4Addr`, `Ipv6Addr`, `IpAddr` | `INT UNSIGNED`, `BINARY(16)`, `VARBINARY(16)` | |
//! | [`Native`]`<Ipv4Addr>`, `Native<Ipv6Addr>` | MariaDB's `INET4`, `INET6` | |
//! | `Json<T>` of what serde writes and reads, `serde_json::Value` | `JSON` | `serde_json` |
//! | an enum with `#[derive(DbEnum)]` | `ENUM`; with `#[db_enum(integer)]` the integer type of its `#[repr]` | |
//! | [`Set`]`<E>` of such an enum | `SET` | |
//! | `Bits<F>` of flags of the crate `bitflags` | their integer type | `bitflags` |
//! | a struct of one field with `#[derive(ColumnType)]` | as the field | |
//! | any other type of your own | as its `impl` of [`ColumnType`] says | |
//!
//! `Option<T>` of each may be `NULL`. `length`, `precision`, `scale` and `sql_type` are options of `#[column(…)]`.
//!
//! A value comes back as it went, or there is an error that names table, column and value: `Error::Decode` where the type cannot
//! hold what is in the database, and `Error::Encode` at the flush where the column would cut the value or fill it up: digits
//! of a `Decimal`, fractions of a second, spaces at the end of a `CHAR`, a `BINARY` that is too short. What is too large or
//! too long for its column is the server's error. Two exceptions are as one expects: an `f64` in a `DECIMAL` is rounded, and
//! of a time no more than microseconds are kept. Until it is read again an object shows the nanoseconds that it was given;
//! they are no change.

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
mod parameter;
mod scalar;
mod set;
mod shown;
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
pub(crate) use column_type::sql_text;
pub use column_type::{ColumnType, ConversionError};
pub use db_enum::DbEnum;
#[cfg(feature = "serde_json")]
pub use json::Json;
pub use key::{IntoKey, Key, KeyColumn, KeyValue};
pub use mysql::Value;
pub use native::Native;
pub use number::Number;
pub use set::Set;
pub(crate) use shown::Shown;
pub use sql_type::SqlType;
pub use temporal::{Dated, Timed};
pub use text::Text;
pub use version::Version;

//! Types of columns, as the server names them.

use std::fmt;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SqlType {
    /// `BOOLEAN`, which the server keeps as `TINYINT(1)`.
    Boolean,
    /// `TINYINT`.
    TinyInt,
    /// `TINYINT UNSIGNED`.
    TinyIntUnsigned,
    /// `SMALLINT`.
    SmallInt,
    /// `SMALLINT UNSIGNED`.
    SmallIntUnsigned,
    /// `INT`.
    Int,
    /// `INT UNSIGNED`.
    IntUnsigned,
    /// `BIGINT`.
    BigInt,
    /// `BIGINT UNSIGNED`.
    BigIntUnsigned,
    /// `FLOAT`.
    Float,
    /// `DOUBLE`.
    Double,
    /// `DECIMAL(precision, scale)`.
    Decimal(u8, u8),
    /// `VARCHAR(length)`, in characters.
    VarChar(u32),
    /// `TEXT`: up to 65,535 bytes.
    Text,
    /// `VARBINARY(length)`, in bytes.
    VarBinary(u32),
    /// `BLOB`: up to 65,535 bytes.
    Blob,
    /// `DATE`.
    Date,
    /// `TIME(6)`: with microseconds.
    Time,
    /// `DATETIME(6)`: with microseconds.
    DateTime,
    /// A type in the server's own words, written into the DDL as it is.
    Raw(&'static str),
}

impl SqlType {
    /// The same kind of type with a length: `TEXT` becomes `VARCHAR(length)`, `BLOB` becomes `VARBINARY(length)`.
    #[must_use]
    pub const fn with_length(self, length: u32) -> Self {
        match self {
            Self::VarBinary(_) | Self::Blob => Self::VarBinary(length),
            _ => Self::VarChar(length),
        }
    }

    /// Whether it is a whole number.
    #[must_use]
    pub const fn is_integer(self) -> bool {
        matches!(
            self,
            Self::TinyInt
                | Self::TinyIntUnsigned
                | Self::SmallInt
                | Self::SmallIntUnsigned
                | Self::Int
                | Self::IntUnsigned
                | Self::BigInt
                | Self::BigIntUnsigned
        )
    }

    /// Whether the server can index a whole column of this type.
    #[must_use]
    pub const fn can_be_indexed(self) -> bool {
        !matches!(self, Self::Text | Self::Blob)
    }

    /// Whether it is for bytes that are no text.
    #[must_use]
    pub fn is_binary(self) -> bool {
        match self {
            Self::Blob | Self::VarBinary(_) => true,
            Self::Raw(name) => {
                let word = name.split(['(', ' ']).next().unwrap_or_default().to_ascii_uppercase();
                word.ends_with("BLOB") || word.ends_with("BINARY")
            }
            _ => false,
        }
    }
}

impl fmt::Display for SqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("BOOLEAN"),
            Self::TinyInt => f.write_str("TINYINT"),
            Self::TinyIntUnsigned => f.write_str("TINYINT UNSIGNED"),
            Self::SmallInt => f.write_str("SMALLINT"),
            Self::SmallIntUnsigned => f.write_str("SMALLINT UNSIGNED"),
            Self::Int => f.write_str("INT"),
            Self::IntUnsigned => f.write_str("INT UNSIGNED"),
            Self::BigInt => f.write_str("BIGINT"),
            Self::BigIntUnsigned => f.write_str("BIGINT UNSIGNED"),
            Self::Float => f.write_str("FLOAT"),
            Self::Double => f.write_str("DOUBLE"),
            Self::Decimal(precision, scale) => write!(f, "DECIMAL({precision}, {scale})"),
            Self::VarChar(length) => write!(f, "VARCHAR({length})"),
            Self::Text => f.write_str("TEXT"),
            Self::VarBinary(length) => write!(f, "VARBINARY({length})"),
            Self::Blob => f.write_str("BLOB"),
            Self::Date => f.write_str("DATE"),
            Self::Time => f.write_str("TIME(6)"),
            Self::DateTime => f.write_str("DATETIME(6)"),
            Self::Raw(name) => f.write_str(name),
        }
    }
}

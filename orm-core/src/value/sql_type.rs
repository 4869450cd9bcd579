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
    /// `CHAR(length)`, in characters; spaces at the end are not kept.
    Char(u32),
    /// `VARCHAR(length)`, in characters.
    VarChar(u32),
    /// `TEXT`: up to 65,535 bytes.
    Text,
    /// `BINARY(length)`: always so many bytes.
    Binary(u32),
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
    /// `TIME(digits)`: so many after the second.
    TimeWith(u8),
    /// `DATETIME(digits)`: so many after the second.
    DateTimeWith(u8),
    /// `JSON`, which in MariaDB is a `LONGTEXT` that is checked.
    Json,
    /// `ENUM` of these names.
    Enum(&'static [&'static str]),
    /// `SET` of these names.
    Set(&'static [&'static str]),
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

    /// The same kind of time with so many digits after the second; other types stay as they are.
    #[must_use]
    pub const fn with_fraction(self, digits: u8) -> Self {
        match self {
            Self::Time | Self::TimeWith(_) => Self::TimeWith(digits),
            Self::DateTime | Self::DateTimeWith(_) => Self::DateTimeWith(digits),
            other => other,
        }
    }

    /// Whether it is a time, with digits after the second.
    #[must_use]
    pub const fn has_fraction(self) -> bool {
        matches!(self, Self::Time | Self::TimeWith(_) | Self::DateTime | Self::DateTimeWith(_))
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
        !matches!(self, Self::Text | Self::Blob | Self::Json)
    }

    /// Whether it is for text, which has a character set.
    #[must_use]
    pub fn is_text(self) -> bool {
        match self {
            Self::Char(_) | Self::VarChar(_) | Self::Text | Self::Enum(_) | Self::Set(_) => true,
            Self::Raw(name) => TEXT_KINDS.iter().any(|word| begins_with(name, word)),
            _ => false,
        }
    }

    /// Whether it is for bytes that are no text.
    #[must_use]
    pub fn is_binary(self) -> bool {
        match self {
            Self::Blob | Self::Binary(_) | Self::VarBinary(_) => true,
            Self::Raw(name) => {
                let word = first_word(name).to_ascii_uppercase();
                word.ends_with("BLOB") || word.ends_with("BINARY")
            }
            _ => false,
        }
    }
}

const TEXT_KINDS: [&str; 7] = ["CHAR", "VARCHAR", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT", "ENUM"];

/// `VARCHAR` of `varchar(100) collate …`, as it is written.
fn first_word(name: &str) -> &str {
    name.split(['(', ' ']).next().unwrap_or_default()
}

/// Whether a type in the server's words is of this kind.
pub(super) fn begins_with(name: &str, word: &str) -> bool {
    first_word(name).eq_ignore_ascii_case(word)
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
            Self::Char(length) => write!(f, "CHAR({length})"),
            Self::VarChar(length) => write!(f, "VARCHAR({length})"),
            Self::Text => f.write_str("TEXT"),
            Self::Binary(length) => write!(f, "BINARY({length})"),
            Self::VarBinary(length) => write!(f, "VARBINARY({length})"),
            Self::Blob => f.write_str("BLOB"),
            Self::Date => f.write_str("DATE"),
            Self::Time => f.write_str("TIME(6)"),
            Self::DateTime => f.write_str("DATETIME(6)"),
            Self::TimeWith(digits) => write!(f, "TIME({digits})"),
            Self::DateTimeWith(digits) => write!(f, "DATETIME({digits})"),
            Self::Json => f.write_str("JSON"),
            Self::Enum(names) => write!(f, "ENUM({})", quoted(names)),
            Self::Set(names) => write!(f, "SET({})", quoted(names)),
            Self::Raw(name) => f.write_str(name),
        }
    }
}

/// Names as literals of the server, which takes backslashes for escapes in them.
fn quoted(names: &[&str]) -> String {
    let quoted: Vec<String> =
        names.iter().map(|name| format!("'{}'", name.replace('\\', "\\\\").replace('\'', "''"))).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_in_a_name_cannot_end_it() {
        assert_eq!(SqlType::Enum(&["it's", "a \\"]).to_string(), "ENUM('it''s', 'a \\\\')");
    }

    #[test]
    fn the_servers_words_tell_the_kind() {
        assert!(SqlType::Raw("varchar(10) COLLATE ascii_bin").is_text());
        assert!(SqlType::Raw("LONGBLOB").is_binary());
        assert!(!SqlType::Raw("UUID").is_text());
    }
}

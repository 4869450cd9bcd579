//! The functions of the servers that the library has words for, and how a call of each is written.

use crate::value::SqlType;

/// A function, an aggregate, or another form that takes terms.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Function {
    /// `NAME(a, b)`.
    Named(&'static str),
    /// The same, over the rows of a group.
    Aggregate(&'static str),
    /// Pieces of SQL, with a term between each two.
    Pieces(&'static [&'static str]),
    /// `CAST(a AS TYPE)`.
    Cast(String),
    /// All values of a group as one text, with this between them; perhaps each once, and in an order: the terms after the
    /// first, each with whether it goes down.
    Concatenated { distinct: bool, separator: String, down: Vec<bool> },
}

impl Function {
    pub(crate) const COUNT_ROWS: Self = Self::Pieces(&["COUNT(*)"]);
    pub(crate) const COUNT_DISTINCT: Self = Self::Pieces(&["COUNT(DISTINCT ", ")"]);
    pub(crate) const SUM_DISTINCT: Self = Self::Pieces(&["SUM(DISTINCT ", ")"]);

    /// Whether it makes one value of several rows.
    pub(crate) fn is_aggregate(&self) -> bool {
        match self {
            Self::Aggregate(_) | Self::Concatenated { .. } => true,
            other => [Self::COUNT_ROWS, Self::COUNT_DISTINCT, Self::SUM_DISTINCT].contains(other),
        }
    }

    /// A cast to the nearest type that the servers cast to.
    /// (<https://mariadb.com/kb/en/cast/>)
    pub(crate) fn cast(sql_type: SqlType) -> Self {
        let name = match sql_type {
            SqlType::Boolean | SqlType::TinyInt | SqlType::SmallInt | SqlType::Int | SqlType::BigInt => {
                "SIGNED".to_owned()
            }
            SqlType::TinyIntUnsigned | SqlType::SmallIntUnsigned | SqlType::IntUnsigned | SqlType::BigIntUnsigned => {
                "UNSIGNED".to_owned()
            }
            SqlType::Float | SqlType::Double => "DOUBLE".to_owned(),
            SqlType::VarChar(length) => format!("CHAR({length})"),
            SqlType::Text | SqlType::Json | SqlType::Enum(_) | SqlType::Set(_) => "CHAR".to_owned(),
            // A length would fill up what is shorter.
            SqlType::VarBinary(_) | SqlType::Blob => "BINARY".to_owned(),
            other => other.to_string(),
        };
        Self::Cast(name)
    }

    /// A text of up to so many characters.
    pub(crate) fn cast_to_text(length: u32) -> Self {
        Self::cast(SqlType::VarChar(length))
    }

    /// A moment that is so many units later.
    pub(crate) fn later(unit: Unit) -> Self {
        Self::Pieces(match unit {
            Unit::Second => &["", " + INTERVAL ", " SECOND"],
            Unit::Minute => &["", " + INTERVAL ", " MINUTE"],
            Unit::Hour => &["", " + INTERVAL ", " HOUR"],
            Unit::Day => &["", " + INTERVAL ", " DAY"],
            Unit::Month => &["", " + INTERVAL ", " MONTH"],
            Unit::Year => &["", " + INTERVAL ", " YEAR"],
        })
    }

    /// A moment that is so many units earlier.
    pub(crate) fn earlier(unit: Unit) -> Self {
        Self::Pieces(match unit {
            Unit::Second => &["", " - INTERVAL ", " SECOND"],
            Unit::Minute => &["", " - INTERVAL ", " MINUTE"],
            Unit::Hour => &["", " - INTERVAL ", " HOUR"],
            Unit::Day => &["", " - INTERVAL ", " DAY"],
            Unit::Month => &["", " - INTERVAL ", " MONTH"],
            Unit::Year => &["", " - INTERVAL ", " YEAR"],
        })
    }

    /// The whole units from the first moment to the second.
    pub(crate) fn between(unit: Unit) -> Self {
        Self::Pieces(match unit {
            Unit::Second => &["TIMESTAMPDIFF(SECOND, ", ", ", ")"],
            Unit::Minute => &["TIMESTAMPDIFF(MINUTE, ", ", ", ")"],
            Unit::Hour => &["TIMESTAMPDIFF(HOUR, ", ", ", ")"],
            Unit::Day => &["TIMESTAMPDIFF(DAY, ", ", ", ")"],
            Unit::Month => &["TIMESTAMPDIFF(MONTH, ", ", ", ")"],
            Unit::Year => &["TIMESTAMPDIFF(YEAR, ", ", ", ")"],
        })
    }
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Month,
    Year,
}

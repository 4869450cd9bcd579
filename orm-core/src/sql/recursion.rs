//! The first rows of a question that reads itself: they say what its columns can hold.

use crate::schema::Table;
use crate::sql::{Expression, Function, Select};
use crate::value::SqlType;

impl Select {
    /// The same rows, of which each value of the program is cast to what its column holds at most. The servers go by the
    /// value alone: no later row could have a longer text, and each would lose its microseconds.
    /// (<https://mariadb.com/kb/en/recursive-common-table-expressions-overview/#cast-to-avoid-data-truncation>)
    pub(crate) fn as_first_rows(mut self, table: &Table) -> Self {
        for (term, column) in self.listed.iter_mut().flatten().zip(table.columns) {
            if let (Expression::Value(_) | Expression::Typed(..), Some(cast)) = (&*term, widest(column.sql_type())) {
                *term = Expression::Call(cast, vec![term.clone().alone()]);
            }
        }
        self
    }
}

/// A cast to the largest value of a type; `None` where each parameter has the type of the largest one.
fn widest(sql_type: SqlType) -> Option<Function> {
    match sql_type {
        // To BINARY the servers would fill up what is shorter.
        binary if binary.is_binary() => Some(Function::Pieces(&["UNHEX(CAST(HEX(", ") AS CHAR(131070)))"])),
        SqlType::Json => Some(Function::cast_to_text(65_535)),
        text if text.is_text() => Some(Function::cast_to_text(65_535)),
        SqlType::BigIntUnsigned | SqlType::Decimal(..) => Some(Function::cast(sql_type)),
        time if time.has_fraction() => Some(Function::cast(sql_type)),
        _ => None,
    }
}

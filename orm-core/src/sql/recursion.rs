//! The first rows of a question that reads itself: they say what its columns can hold.

use crate::schema::Table;
use crate::sql::{Expression, Function, Select};
use crate::value::{SqlType, Value};

impl Select {
    /// The same rows, of which each value of the program is cast to what its column holds at most. The servers go by the
    /// value alone: no later row could have a longer text, and each would lose its microseconds.
    /// (<https://mariadb.com/kb/en/recursive-common-table-expressions-overview/#cast-to-avoid-data-truncation>)
    pub(crate) fn with_room(mut self, table: &Table) -> Self {
        for (term, column) in self.listed.iter_mut().flatten().zip(table.columns) {
            if let Expression::Value(value) | Expression::Typed(value, _) = &*term
                && let Some(cast) = widest(column.sql_type(), value)
            {
                *term = Expression::Call(cast, vec![term.clone().alone()]);
            }
        }
        self
    }
}

/// A cast to the largest value of a type; `None` where each parameter has the type of the largest one.
fn widest(sql_type: SqlType, value: &Value) -> Option<Function> {
    match (sql_type.of_parameter(value), value) {
        // To BINARY the servers would fill up what is shorter.
        (Some(SqlType::Blob), _) => Some(Function::Pieces(&["UNHEX(CAST(HEX(", ") AS CHAR(131070)))"])),
        (Some(_), _) => Some(Function::cast(sql_type)),
        (None, Value::Bytes(_)) => Some(Function::cast_to_text(65_535)),
        (None, _) if sql_type == SqlType::BigIntUnsigned || sql_type.has_fraction() => Some(Function::cast(sql_type)),
        (None, _) => None,
    }
}

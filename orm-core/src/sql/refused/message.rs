//! Names in the messages of both servers.
//!
//! A message quotes values, which may hold anything, before it names what it is about: so it is read from its end. Names
//! are between quotes or backticks that neither server doubles everywhere, so that a name is compared with those that are
//! known rather than taken apart.

/// The column that a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column<'m> {
    /// Its name alone.
    Alone(&'m str),
    /// MariaDB's `` `database`.`table`.`column` ``, with the outer backticks.
    Qualified(&'m str),
}

impl<'m> Column<'m> {
    /// The column's own name, as far as it can be told.
    pub(super) fn name(self) -> &'m str {
        match self {
            Self::Alone(name) => name,
            Self::Qualified(names) => names.trim_matches('`').rsplit("`.`").next().unwrap_or(names),
        }
    }
}

/// `Duplicate entry '…' for key 'KEY'`.
pub(super) fn key(message: &str) -> Option<&str> {
    let (_, key) = message.rsplit_once(" for key '")?;
    key.strip_suffix('\'')
}

/// `Column 'COLUMN' cannot be null`, `Data too long for column 'COLUMN' at row 1` and the like.
pub(super) fn column(message: &str) -> Option<Column<'_>> {
    let whole = between(message, "Column '", "' cannot be null")
        .or_else(|| between(message, "Field '", "' doesn't have a default value"));
    if let Some(name) = whole {
        return Some(Column::Alone(name));
    }
    let message = without_row(message);
    let after = |words| message.rsplit_once(words).map(|(_, names): (&str, &str)| names);
    let names = after(" for column ").or_else(|| after(" NOT NULL column "))?;
    match names.strip_prefix('\'').and_then(|names| names.strip_suffix('\'')) {
        Some(name) => Some(Column::Alone(name)),
        None => names.starts_with('`').then_some(Column::Qualified(names)),
    }
}

/// The name of a CHECK constraint, and the rest of the message, which ends with the table on MariaDB:
/// `` CONSTRAINT `NAME` failed for `database`.`table` ``, `Check constraint 'NAME' is violated.`
pub(super) fn check(message: &str) -> Option<(String, &str)> {
    if let Some(name) = between(message, "Check constraint '", "' is violated.") {
        return Some((name.to_owned(), ""));
    }
    let (name, table) = message.strip_prefix("CONSTRAINT `")?.split_once("` failed for ")?;
    Some((name.replace("``", "`"), table))
}

/// The constraint in `` … a foreign key constraint fails (`database`.`table`, CONSTRAINT `NAME` FOREIGN KEY … ``. The message
/// holds no values.
pub(super) fn foreign_key(message: &str) -> Option<String> {
    let (_, definition) = message.split_once(", CONSTRAINT `")?;
    let (name, _) = definition.split_once("` FOREIGN KEY (")?;
    Some(name.replace("``", "`"))
}

/// `Table 'database.TABLE' doesn't exist`, `Unknown table 'database.TABLE'`.
pub(super) fn table(message: &str) -> Option<&str> {
    between(message, "Table '", "' doesn't exist").or_else(|| between(message, "Unknown table '", "'"))
}

/// `Unknown column 'COLUMN' in 'field list'`; before the column there may be what its table is called in the statement.
pub(super) fn unknown_column(message: &str) -> Option<&str> {
    let (name, _) = message.strip_prefix("Unknown column '")?.rsplit_once("' in '")?;
    Some(name)
}

fn between<'m>(message: &'m str, start: &str, end: &str) -> Option<&'m str> {
    message.strip_prefix(start)?.strip_suffix(end)
}

/// Without ` at row 3`, or MySQL's full stop.
fn without_row(message: &str) -> &str {
    match message.rsplit_once(" at row ") {
        Some((before, row)) if row.parse::<u64>().is_ok() => before,
        _ => message.strip_suffix('.').unwrap_or(message),
    }
}

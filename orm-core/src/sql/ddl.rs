//! CREATE, ALTER and DROP, from the descriptors.

use std::fmt::Write;

use crate::schema::{
    Action, Column, ColumnSource, Creation, Generated, Literal, Reference, Relationship, Schema, Storage, Table,
    constraint_name,
};
use crate::sql::Statement;
use crate::sql::dialect::{Quoted, literal, quoted_list};
use crate::value::Value;

/// The character set of every table that does not name another: the servers' own defaults differ.
const CHARSET: &str = "utf8mb4";
/// A collation that every MariaDB and MySQL has.
const COLLATION: &str = "utf8mb4_unicode_ci";

impl Schema {
    /// The statements that create all tables, parents first, each ended by a semicolon.
    #[must_use]
    pub fn ddl(&self) -> String {
        let statement = |creation| match creation {
            Creation::Table(table) => create_table(self.tables()[table], &self.deferred(table)),
            Creation::ForeignKey(table, relationship) => create_foreign_key(self.tables()[table], relationship),
        };
        let statements: Vec<String> = self.creation_order().into_iter().map(statement).collect();
        statements.join(";\n\n") + ";\n"
    }

    /// The foreign keys of a table that are created after it, as places among its relationships.
    pub(crate) fn deferred(&self, table: usize) -> Vec<usize> {
        let of_table = |creation| match creation {
            Creation::ForeignKey(other, relationship) if other == table => Some(relationship),
            _ => None,
        };
        self.creation_order().into_iter().filter_map(of_table).collect()
    }
}

/// `CREATE DATABASE`.
pub(crate) fn create_database(name: &str) -> String {
    format!("CREATE DATABASE IF NOT EXISTS {} CHARACTER SET {CHARSET} COLLATE {COLLATION}", Quoted(name))
}

/// `DROP DATABASE`.
pub(crate) fn drop_database(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {}", Quoted(name))
}

/// `CREATE TABLE`, without the foreign keys of the `deferred` relationships.
pub(crate) fn create_table(table: &Table, deferred: &[usize]) -> String {
    let mut parts: Vec<String> = table.columns.iter().map(|one| column(table, one)).collect();
    parts.push(format!("PRIMARY KEY ({})", columns(table, table.primary_key)));
    parts.extend(unique_keys(table));
    parts.extend(indexes(table));
    parts.extend(checks(table));
    let now = table.relationships.iter().enumerate().filter(|(place, _)| !deferred.contains(place));
    parts.extend(now.filter_map(|(place, _)| foreign_key(table, place)));
    format!("CREATE TABLE {} (\n  {}\n){}", Quoted(table.name), parts.join(",\n  "), options(table))
}

/// `ALTER TABLE` that adds the foreign key of a relationship.
pub(crate) fn create_foreign_key(table: &Table, relationship: usize) -> String {
    let foreign_key = foreign_key(table, relationship).expect("only a belongs_to is created later");
    format!("ALTER TABLE {} ADD {foreign_key}", Quoted(table.name))
}

/// `ALTER TABLE` that drops it again.
pub(crate) fn drop_foreign_key(table: &Table, relationship: usize) -> String {
    let name = constraint_name("fk", table.name, &names(table, table.reference(relationship).columns));
    format!("ALTER TABLE {} DROP FOREIGN KEY {}", Quoted(table.name), Quoted(&name))
}

/// `DROP TABLE`.
pub(crate) fn drop_table(table: &Table) -> String {
    format!("DROP TABLE {}", Quoted(table.name))
}

/// Which of these tables the database has: one row for each, with its name.
pub(crate) fn existing_tables(tables: &[&'static Table]) -> Statement {
    let marks = vec!["?"; tables.len()].join(", ");
    Statement::new(
        format!(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN ({marks})"
        ),
        tables.iter().map(|table| Value::Bytes(table.name.as_bytes().to_vec())).collect(),
    )
}

/// A row where a table of the database has this column, and each row needs a value for it.
pub(crate) fn column_without_default(table: &Table, column: &str) -> Statement {
    let bytes = |name: &str| Value::Bytes(name.as_bytes().to_vec());
    Statement::new(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? \
               AND column_name = ? AND is_nullable = 'NO' AND column_default IS NULL",
        vec![bytes(table.name), bytes(column)],
    )
}

fn column(table: &Table, column: &Column) -> String {
    let mut text = format!("{} {}{}", Quoted(column.name), column.sql_type(), encoding(table, column));
    // MariaDB takes no NOT NULL for a computed column. (<https://mariadb.com/kb/en/generated-columns/>)
    if !column.is_computed() {
        text.push_str(if column.nullable { " NULL" } else { " NOT NULL" });
    }
    match column.generated {
        Generated::Never => {}
        Generated::AutoIncrement => text.push_str(" AUTO_INCREMENT"),
        Generated::Computed(sql, storage) => {
            let storage = match storage {
                Storage::Virtual => "VIRTUAL",
                Storage::Stored => "STORED",
            };
            let _ = write!(text, " GENERATED ALWAYS AS ({sql}) {storage}");
        }
        Generated::ServerDefault(sql) if is_bare_default(sql) => {
            let _ = write!(text, " DEFAULT {sql}");
        }
        Generated::ServerDefault(sql) => {
            let _ = write!(text, " DEFAULT ({sql})");
        }
    }
    match column.default {
        // MySQL wants an expression for the default of a text without length.
        Some(default) if !column.sql_type().can_be_indexed() => {
            let _ = write!(text, " DEFAULT ({})", default_literal(default));
        }
        Some(default) => {
            let _ = write!(text, " DEFAULT {}", default_literal(default));
        }
        None => {}
    }
    if let Some(sql) = column.on_update {
        let _ = write!(text, " ON UPDATE {sql}");
    }
    if let Some(comment) = column.comment {
        let _ = write!(text, " COMMENT {}", literal(comment));
    }
    text
}

/// The encoding of a text column where it is not the table's. A foreign key needs that of the key it refers to.
/// (<https://mariadb.com/kb/en/foreign-keys/>)
fn encoding(table: &Table, column: &Column) -> String {
    if let Some(collation) = column.collation {
        return format!(" COLLATE {collation}");
    }
    let ColumnSource::KeyOf { target, part } = column.source else { return String::new() };
    let target = target();
    let key = target.primary_key_column(part);
    let is_text = key.sql_type().is_text();
    let inherited = encoding(target, key);
    if !is_text || !inherited.is_empty() || table_encoding(target) == table_encoding(table) {
        return inherited;
    }
    let (charset, collation) = table_encoding(target);
    let collation = collation.map_or_else(String::new, |collation| format!(" COLLATE {collation}"));
    format!(" CHARACTER SET {charset}{collation}")
}

/// Whether a column's texts have another character set than the connection's.
pub(crate) fn has_own_charset(table: &Table, column: &Column) -> bool {
    match (column.collation, &column.source) {
        (Some(collation), _) => !collation.starts_with(CHARSET),
        (None, ColumnSource::KeyOf { target, part }) => {
            let target = target();
            has_own_charset(target, target.primary_key_column(*part))
        }
        (None, _) => table_encoding(table).0 != CHARSET,
    }
}

/// Character set and collation of a table; without a collation, the character set's own.
fn table_encoding(table: &Table) -> (&'static str, Option<&'static str>) {
    let options = &table.options;
    let collation = options.collation.or_else(|| options.charset.is_none().then_some(COLLATION));
    (options.charset.unwrap_or(CHARSET), collation)
}

/// All defaults may stand in parentheses, and expressions must; but `ON UPDATE` follows only the current time without them.
/// (<https://dev.mysql.com/doc/refman/9.0/en/data-type-defaults.html>)
fn is_bare_default(sql: &str) -> bool {
    let sql = sql.trim_start().to_uppercase();
    ["CURRENT_TIMESTAMP", "NOW("].iter().any(|start| sql.starts_with(start))
}

fn default_literal(default: Literal) -> String {
    match default {
        Literal::Bool(true) => "TRUE".to_owned(),
        Literal::Bool(false) => "FALSE".to_owned(),
        Literal::Integer(number) => number.to_string(),
        Literal::Float(number) => format!("{number:?}"),
        Literal::Text(text) => literal(text),
    }
}

fn unique_keys(table: &Table) -> Vec<String> {
    table.unique_keys().iter().map(|columns| key("UNIQUE KEY", "uq", table, &names(table, columns))).collect()
}

/// Conditions stand after the columns: MariaDB takes no name for one that stands at its column.
/// (<https://mariadb.com/kb/en/constraint/#check-constraints>)
fn checks(table: &Table) -> Vec<String> {
    let named = |column: &Column| {
        let name = constraint_name("ck", table.name, &[column.name]);
        column.check.map(|check| format!("CONSTRAINT {} CHECK ({check})", Quoted(&name)))
    };
    table.columns.iter().filter_map(named).collect()
}

fn indexes(table: &Table) -> Vec<String> {
    let single = table.columns.iter().filter(|column| column.index && !column.unique).map(|column| vec![column.name]);
    let references = table.references().filter(|(_, reference)| needs_index(table, reference));
    let references = references.map(|(_, reference)| names(table, reference.columns));
    let several = table.indexes.iter().filter(|index| !index.unique).map(|index| names(table, index.columns));
    single.chain(references).chain(several).map(|columns| key("KEY", "ix", table, &columns)).collect()
}

/// A foreign key whose columns lead the primary key is served by that.
fn needs_index(table: &Table, reference: &Reference) -> bool {
    reference.index && !reference.unique && !table.primary_key.starts_with(reference.columns)
}

fn key(kind: &str, prefix: &str, table: &Table, columns: &[&str]) -> String {
    let name = constraint_name(prefix, table.name, columns);
    format!("{kind} {} ({})", Quoted(&name), quoted_list(columns.iter().copied()))
}

fn foreign_key(table: &Table, relationship: usize) -> Option<String> {
    let relationship: &Relationship = &table.relationships[relationship];
    let crate::schema::RelationshipKind::BelongsTo(reference) = relationship.kind else { return None };
    let target = (relationship.target)();
    let name = constraint_name("fk", table.name, &names(table, reference.columns));
    let mut text = format!(
        "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({})",
        Quoted(&name),
        columns(table, reference.columns),
        Quoted(target.name),
        columns(target, target.primary_key),
    );
    for (event, action) in [("DELETE", reference.on_delete), ("UPDATE", reference.on_update)] {
        match action {
            Action::Restrict => {}
            Action::Cascade => text.push_str(&format!(" ON {event} CASCADE")),
            Action::SetNull => text.push_str(&format!(" ON {event} SET NULL")),
        }
    }
    Some(text)
}

fn options(table: &Table) -> String {
    let options = &table.options;
    let (charset, collation) = table_encoding(table);
    let mut text = format!(" ENGINE={} DEFAULT CHARSET={charset}", options.engine.unwrap_or("InnoDB"));
    if let Some(collation) = collation {
        let _ = write!(text, " COLLATE={collation}");
    }
    if let Some(comment) = options.comment {
        let _ = write!(text, " COMMENT={}", literal(comment));
    }
    text
}

fn columns(table: &Table, places: &[usize]) -> String {
    quoted_list(names(table, places))
}

fn names(table: &Table, places: &[usize]) -> Vec<&'static str> {
    places.iter().map(|&place| table.columns[place].name).collect()
}

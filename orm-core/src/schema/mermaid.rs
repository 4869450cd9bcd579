//! A schema as an entity-relationship diagram in Mermaid's language.

use std::fmt::Write;

use crate::schema::{Reference, Relationship, Schema, Table};

impl Schema {
    /// The entity-relationship diagram, as text that Mermaid draws (GitHub does, in a `mermaid` block).
    #[must_use]
    pub fn mermaid(&self) -> String {
        let mut diagram = String::from("erDiagram\n");
        for table in self.tables() {
            entity(&mut diagram, table);
        }
        for table in self.tables() {
            for (relationship, reference) in table.references() {
                line(&mut diagram, table, relationship, reference);
            }
        }
        diagram
    }
}

fn entity(diagram: &mut String, table: &Table) {
    let _ = writeln!(diagram, "    {} {{", table.name);
    for (place, column) in table.columns.iter().enumerate() {
        let sql_type = drawable(&column.sql_type().to_string().replace(", ", "-"));
        let _ = writeln!(diagram, "        {sql_type} {}{}", column.name, marks(table, place));
    }
    diagram.push_str("    }\n");
}

/// Mermaid takes letters, digits, `_`, `-` and parentheses for a type.
fn drawable(name: &str) -> String {
    let drawable =
        |character: char| if character.is_alphanumeric() || "_-()".contains(character) { character } else { '_' };
    name.chars().map(drawable).collect()
}

fn marks(table: &Table, column: usize) -> String {
    let mut marks = Vec::new();
    if table.primary_key.contains(&column) {
        marks.push("PK");
    }
    let mut references = table.references().filter(|(_, reference)| reference.columns.contains(&column)).peekable();
    if references.peek().is_some() {
        marks.push("FK");
    }
    if table.columns[column].unique || references.any(|(_, reference)| reference.unique) {
        marks.push("UK");
    }
    let null = if table.columns[column].nullable { " \"NULL\"" } else { "" };
    let space = if marks.is_empty() { "" } else { " " };
    format!("{space}{}{null}", marks.join(", "))
}

/// A foreign key: one parent (or none, where it may be NULL), and one child or many.
fn line(diagram: &mut String, table: &Table, relationship: &Relationship, reference: &Reference) {
    let parent = if reference.nullable { "|o" } else { "||" };
    let child = if reference.unique { "o|" } else { "o{" };
    let target = (relationship.target)().name;
    let _ = writeln!(diagram, "    {target} {parent}--{child} {} : {}", table.name, relationship.name);
}

//! A schema: the tables of several models, with everything that they refer to.

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::schema::names::constraint_name;
use crate::schema::order::in_dependency_order;
use crate::schema::{Relationship, RelationshipKind, Table};

/// The tables of some models, their association tables, and those of all models related to them.
///
/// It is made by [`Schema::of`]; [`Schema::ddl`] prints it, and [`Engine::create_all`](crate::Engine::create_all) creates
/// what is missing.
#[derive(Debug, Clone)]
pub struct Schema {
    tables: Vec<&'static Table>,
}

/// One step of creating a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Creation {
    /// A table, with those of its foreign keys whose target is there by then.
    Table(usize),
    /// A foreign key (table, relationship) of a loop of tables.
    ForeignKey(usize, usize),
}

impl Schema {
    /// The schema of these tables and everything related to them.
    pub(crate) fn from_tables(tables: Vec<&'static Table>) -> Self {
        let mut schema = Self { tables: Vec::new() };
        tables.into_iter().for_each(|table| schema.include(table));
        let mut next = 0;
        while next < schema.tables.len() {
            let table = schema.tables[next];
            table.relationships.iter().for_each(|relationship| schema.include((relationship.target)()));
            next += 1;
        }
        for table in schema.tables.clone() {
            table.relationships.iter().filter_map(association).for_each(|table| schema.include(table));
        }
        schema
    }

    /// The tables: the models given, those related to them, association tables.
    #[must_use]
    pub fn tables(&self) -> &[&'static Table] {
        &self.tables
    }

    /// How to create the tables so that each foreign key finds its target.
    pub(crate) fn creation_order(&self) -> Vec<Creation> {
        let groups = in_dependency_order(self.tables.len(), |table| self.needs(table));
        let mut created = vec![false; self.tables.len()];
        let mut steps = Vec::new();
        for group in groups {
            let mut later = Vec::new();
            for table in group {
                created[table] = true;
                steps.push(Creation::Table(table));
                later.extend(self.forward_references(table, &created));
            }
            steps.extend(later);
        }
        steps
    }

    /// The foreign keys of a table whose target is not created yet when the table is.
    fn forward_references(&self, table: usize, created: &[bool]) -> Vec<Creation> {
        let forward = |relationship: &Relationship| match relationship.kind {
            RelationshipKind::BelongsTo(_) => !created[self.position((relationship.target)())],
            _ => false,
        };
        let relationships = self.tables[table].relationships.iter().enumerate();
        relationships
            .filter(|(_, relationship)| forward(relationship))
            .map(|(place, _)| Creation::ForeignKey(table, place))
            .collect()
    }

    /// Two models must not claim one table, nor two fields one column, nor two foreign keys one name, which is unique in a
    /// database.
    ///
    /// # Errors
    /// [`Error::Schema`] names both.
    pub(crate) fn check(&self) -> Result<()> {
        for (place, table) in self.tables.iter().enumerate() {
            let rival = self.tables[..place].iter().find(|other| other.name.eq_ignore_ascii_case(table.name));
            if let Some(rival) = rival {
                let reason = format!(
                    "`{}` and `{}` both have the table `{}`; give one of them another name",
                    rival.model, table.model, table.name
                );
                return Err(Error::Schema { reason });
            }
        }
        self.check_columns()?;
        self.check_foreign_keys()
    }

    /// What the derive cannot see: the columns of an embedded value have the names that its struct gives them.
    fn check_columns(&self) -> Result<()> {
        for table in &self.tables {
            let mut fields: HashMap<String, &str> = HashMap::new();
            for column in table.columns {
                // The server compares names of columns without regard to case.
                let Some(rival) = fields.insert(column.name.to_lowercase(), column.field) else { continue };
                let (model, name, field) = (table.model, column.name, column.field);
                let reason = format!(
                    "`{model}.{rival}` and `{model}.{field}` both have the column `{name}`; write another prefix, \
                     `#[embed(prefix = \"…\")]`"
                );
                return Err(Error::Schema { reason });
            }
        }
        Ok(())
    }

    fn check_foreign_keys(&self) -> Result<()> {
        let mut names: HashMap<String, String> = HashMap::new();
        for table in &self.tables {
            for (relationship, reference) in table.references() {
                let columns: Vec<&str> = reference.columns.iter().map(|&place| table.columns[place].name).collect();
                let name = constraint_name("fk", table.name, &columns);
                let field = format!("{}.{}", table.model, relationship.name);
                if let Some(rival) = names.insert(name.clone(), field.clone()) {
                    let reason = format!(
                        "the foreign keys of `{rival}` and `{field}` would both be called `{name}`; rename a table or a column"
                    );
                    return Err(Error::Schema { reason });
                }
            }
        }
        Ok(())
    }

    fn include(&mut self, table: &'static Table) {
        let known = |other: &&Table| other.name == table.name && (other.type_id)() == (table.type_id)();
        if !self.tables.iter().any(known) {
            self.tables.push(table);
        }
    }

    fn needs(&self, table: usize) -> Vec<usize> {
        self.tables[table].references().map(|(relationship, _)| self.position((relationship.target)())).collect()
    }

    fn position(&self, table: &Table) -> usize {
        let is_it = |other: &&Table| (other.type_id)() == (table.type_id)() && other.name == table.name;
        self.tables.iter().position(is_it).expect("a schema holds every table that it refers to")
    }
}

fn association(relationship: &Relationship) -> Option<&'static Table> {
    match relationship.kind {
        RelationshipKind::ManyToMany(through) => Some((through.table)()),
        _ => None,
    }
}

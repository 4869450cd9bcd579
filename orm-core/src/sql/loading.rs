//! Statements that load what is related.

use crate::schema::{Sort, Table, Through};
use crate::sql::by_key::{columns, where_key};
use crate::sql::dialect::Flavour;
use crate::sql::question::Extra;
use crate::sql::render::Renderer;
use crate::sql::{KeySet, Select, Statement, rows_in};

/// A relationship to one, whose target is read together with its owner.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fetch {
    /// What it begins at: 0 for the rows asked for, else the one before which has this number, counted from 1.
    pub(crate) from: usize,
    /// Its table.
    pub(crate) table: &'static Table,
    /// The place among the table's relationships.
    pub(crate) relationship: usize,
}

impl Fetch {
    /// The table that it leads to.
    pub(crate) fn target(&self) -> &'static Table {
        (self.table.relationships[self.relationship].target)()
    }
}

/// The rows of a table in which these columns have such a key, in this order.
pub(crate) fn rows_in_order(table: &'static Table, by: &[usize], keys: KeySet<'_>, order: &[Sort]) -> Statement {
    let rows = rows_in(table, by, keys);
    Statement::new(format!("{}{}", rows.text, in_order(table, order)), rows.parameters)
}

/// Pairs of keys as [`links_in`](crate::sql::links_in) asks for them, in this order of what they lead to.
pub(crate) fn links_in_order(through: &Through, target: &Table, keys: KeySet<'_>, order: &[Sort]) -> Statement {
    let association = (through.table)();
    let (from, to) = (through.from_columns(), through.to_columns());
    let listed = columns(association, &[from, to].concat(), association.name);
    let (condition, parameters) = where_key(association, from, keys);
    let mut renderer = Renderer::new(Flavour::MariaDb);
    renderer.write(format_args!("SELECT {listed} FROM "));
    renderer.quoted(association.name);
    renderer.push(" INNER JOIN ");
    renderer.quoted(target.name);
    renderer.push(" ON ");
    renderer.equal((target, target.primary_key, target.name), (association, to, association.name));
    renderer.write(format_args!("{condition}{}", in_order(target, order)));
    renderer.bind(parameters);
    renderer.finish()
}

/// The rows that links lead to, each once, from the owners with such a key.
pub(crate) fn linked_rows(through: &Through, target: &'static Table, keys: KeySet<'_>) -> Statement {
    let association = (through.table)();
    let (condition, parameters) = where_key(association, through.from_columns(), keys);
    let mut renderer = Renderer::new(Flavour::MariaDb);
    renderer.push("SELECT ");
    renderer.all_columns(target, target.name);
    renderer.push(" FROM ");
    renderer.quoted(target.name);
    renderer.push(" WHERE (");
    renderer.columns(target, target.primary_key, target.name);
    renderer.push(") IN (SELECT ");
    renderer.columns(association, through.to_columns(), association.name);
    renderer.push(" FROM ");
    renderer.quoted(association.name);
    renderer.push(&condition);
    renderer.push(")");
    renderer.bind(parameters);
    renderer.finish()
}

/// Where the columns are equal, the primary key decides.
fn in_order(table: &Table, order: &[Sort]) -> String {
    let key = table.primary_key.iter().map(|&column| Sort::Ascending(column));
    let term = |sort: Sort| match sort {
        Sort::Ascending(column) => columns(table, &[column], table.name),
        Sort::Descending(column) => format!("{} DESC", columns(table, &[column], table.name)),
    };
    let terms: Vec<String> = order.iter().copied().chain(key).map(term).collect();
    format!(" ORDER BY {}", terms.join(", "))
}

impl Select {
    /// All columns of the root table, and of the targets of relationships to one, which are `NULL` where there is none. They
    /// go by names that no condition speaks of.
    pub(crate) fn rows_with(&self, fetched: &[Fetch], flavour: Flavour) -> Statement {
        if fetched.is_empty() {
            return self.rows(flavour);
        }
        let mut renderer = Renderer::new(flavour);
        renderer.with(self);
        let names = renderer.enter_all(self.root, &self.joins);
        renderer.select(self);
        renderer.all_columns(self.root, &names.root);
        let mut extra = Extra::default();
        let mut places = vec![names.root.clone()];
        for fetch in fetched {
            let relationship = &fetch.table.relationships[fetch.relationship];
            for step in renderer.hidden_path((fetch.table, places[fetch.from].clone()), relationship) {
                renderer.push(", ");
                renderer.all_columns(step.table, &step.alias);
                places.push(step.alias.clone());
                extra.joins.push(step);
            }
        }
        renderer.rest(self, &names, &extra);
        renderer.finish()
    }
}

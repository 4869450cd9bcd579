//! Statements that load what is related.

use std::fmt::Write;

use crate::schema::Table;
use crate::sql::dialect::Quoted;
use crate::sql::render::{Renderer, named};
use crate::sql::select::{Join, JoinKind, all_columns};
use crate::sql::{Select, Statement};

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

impl Select {
    /// All columns of the root table, and of the targets of relationships to one, which are `NULL` where there is none. They
    /// go by names that no condition speaks of.
    pub(crate) fn rows_with(&self, fetched: &[Fetch]) -> Statement {
        let mut renderer = Renderer::new();
        let root = renderer.enter(self.root);
        let mut columns = all_columns(self.root, &root);
        let mut joins = renderer.joins(&self.joins);
        let mut names = vec![root];
        for fetch in fetched {
            let relationship = &fetch.table.relationships[fetch.relationship];
            let join = Join { kind: JoinKind::Left, from: fetch.table, relationship };
            for (table, alias, on) in renderer.hidden_path(fetch.table, &names[fetch.from], &join) {
                let _ = write!(columns, ", {}", all_columns(table, &alias));
                let _ = write!(joins, " LEFT JOIN {} ON {on}", named(table, &alias));
                names.push(alias);
            }
        }
        let filter = renderer.filter(self.filter.as_ref());
        let order = renderer.order(&self.order);
        let mut text = format!("SELECT {columns} FROM {}{joins}{filter}{order}", Quoted(self.root.name));
        self.limits(&mut text);
        renderer.finish(text)
    }
}

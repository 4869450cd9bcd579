//! UPDATE and DELETE of all rows that a question finds.

use crate::sql::dialect::{Flavour, Quoted};
use crate::sql::render::Renderer;
use crate::sql::{Expression, Select, Statement, TableRef};

impl Select {
    /// `UPDATE` of the rows found: each column, as a place in the table, is set to a term over columns of the table.
    pub(crate) fn update(&self, assignments: &[(usize, Expression)]) -> Statement {
        let mut renderer = Renderer::new(Flavour::MariaDb);
        let table = renderer.enter(TableRef::plain(self.root));
        let assignments = renderer.assignments(self.root, assignments);
        self.limited(renderer, &format!("UPDATE {} SET {assignments}", Quoted(&table)))
    }

    /// `DELETE` of the rows found.
    pub(crate) fn delete(&self) -> Statement {
        let mut renderer = Renderer::new(Flavour::MariaDb);
        let table = renderer.enter(TableRef::plain(self.root));
        self.limited(renderer, &format!("DELETE FROM {}", Quoted(&table)))
    }

    fn limited(&self, mut renderer: Renderer, what: &str) -> Statement {
        let filter = match &self.filter {
            Some(filter) if filter.reads(self.root) => renderer.filter_by_key(self.root, filter),
            filter => renderer.filter(filter.as_ref()),
        };
        let order = renderer.order(&self.order, &[]);
        let limit = self.limit.map_or_else(String::new, |limit| format!(" LIMIT {limit}"));
        renderer.finish(format!("{what}{filter}{order}{limit}"))
    }
}

//! UPDATE and DELETE of all rows that a question finds.

use crate::sql::dialect::Flavour;
use crate::sql::render::Renderer;
use crate::sql::{Expression, Select, Statement, TableRef};

impl Select {
    /// `UPDATE` of the rows found: each column, as a place in the table, is set to a term over columns of the table.
    pub(crate) fn update(&self, assignments: &[(usize, Expression)]) -> Statement {
        let mut renderer = Renderer::new(Flavour::MariaDb);
        let table = renderer.enter(TableRef::plain(self.root));
        renderer.push("UPDATE ");
        renderer.quoted(&table);
        renderer.push(" SET ");
        renderer.assignments(self.root, assignments);
        self.limited(renderer)
    }

    /// `DELETE` of the rows found.
    pub(crate) fn delete(&self) -> Statement {
        let mut renderer = Renderer::new(Flavour::MariaDb);
        let table = renderer.enter(TableRef::plain(self.root));
        renderer.push("DELETE FROM ");
        renderer.quoted(&table);
        self.limited(renderer)
    }

    fn limited(&self, mut renderer: Renderer) -> Statement {
        match &self.filter {
            Some(filter) if filter.reads(self.root) => renderer.filter_by_key(self.root, filter),
            filter => renderer.filter(filter.as_ref()),
        }
        renderer.order(&self.order, &[]);
        if let Some(limit) = self.limit {
            renderer.write(format_args!(" LIMIT {limit}"));
        }
        renderer.finish()
    }
}

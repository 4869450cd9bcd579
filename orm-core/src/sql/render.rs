//! The renderer: which name a table goes by where it is read more than once, the values in their order, and the clauses of a
//! statement.

use std::fmt::Write;

use crate::schema::{Relationship, RelationshipKind, Table};
use crate::sql::Statement;
use crate::sql::dialect::{Flavour, Quoted};
use crate::sql::expression::{Expression, TableRef};
use crate::sql::select::{Direction, Join, JoinKind, Ordering};
use crate::value::Value;

/// The text of each term over columns of a table, and the values in them.
pub(crate) fn terms(table: &'static Table, terms: &[(usize, Expression)]) -> (Vec<(usize, String)>, Vec<Value>) {
    if terms.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let mut renderer = Renderer::new(Flavour::MariaDb);
    renderer.enter(TableRef::plain(table));
    let texts = terms.iter().map(|(column, term)| (*column, renderer.expression(term))).collect();
    (texts, renderer.parameters)
}

/// A condition in a statement that is not made here, and the values in it: each table goes by its own name.
pub(crate) fn condition(condition: &Expression) -> (String, Vec<Value>) {
    let mut renderer = Renderer::new(Flavour::MariaDb);
    let text = renderer.expression(condition);
    (text, renderer.parameters)
}

/// Collects the values while the text is written, and knows which tables can be named.
pub(crate) struct Renderer {
    parameters: Vec<Value>,
    names: Vec<(TableRef, String)>,
    used: Vec<String>,
    flavour: Flavour,
    /// Whether each column of a result gets a name of its own.
    names_columns: bool,
    /// Terms that have a name here.
    known: Vec<(Expression, String)>,
}

/// What the tables of a question are called.
pub(crate) struct Names {
    pub(crate) root: String,
    joined: Vec<String>,
}

impl Renderer {
    pub(crate) fn new(flavour: Flavour) -> Self {
        Self {
            parameters: Vec::new(),
            names: Vec::new(),
            used: Vec::new(),
            flavour,
            names_columns: false,
            known: Vec::new(),
        }
    }

    pub(crate) fn finish(self, text: String) -> Statement {
        Statement::new(text, self.parameters)
    }

    pub(crate) fn flavour(&self) -> Flavour {
        self.flavour
    }

    /// These values stand in the text next.
    pub(super) fn bind(&mut self, values: impl IntoIterator<Item = Value>) {
        self.parameters.extend(values);
    }

    /// From here on the table can be named; by the name that is wanted where that is free.
    pub(crate) fn enter(&mut self, table: TableRef) -> String {
        let alias = self.free_name(table.name());
        self.names.push((table, alias.clone()));
        alias
    }

    /// A name for a table that is read, but not spoken of: conditions on its model mean another reading of it.
    pub(super) fn free_name(&mut self, name: &str) -> String {
        let mut alias = name.to_owned();
        let mut number = 0;
        while self.used.contains(&alias) {
            number += 1;
            alias = format!("{name}_{number}");
        }
        self.used.push(alias.clone());
        alias
    }

    /// The name that the table goes by.
    pub(crate) fn alias(&self, table: TableRef) -> String {
        let found = self.names.iter().rev().find(|(other, _)| *other == table);
        found.map_or_else(|| table.name().to_owned(), |(_, alias)| alias.clone())
    }

    /// Something that gives names to tables, which nobody knows after it.
    pub(crate) fn apart(&mut self, write: impl FnOnce(&mut Self) -> String) -> String {
        let (named, used) = (self.names.len(), self.used.len());
        let known = std::mem::take(&mut self.known);
        let text = write(self);
        self.known = known;
        self.names.truncate(named);
        self.used.truncate(used);
        text
    }

    /// The tables of a question get their names before the list is written, which stands before them and speaks of them. Of two
    /// readings under the same name, the first is meant.
    pub(crate) fn enter_all(&mut self, root: &'static Table, joins: &[Join]) -> Names {
        let outside = self.names.len();
        let root = self.enter(TableRef::plain(root));
        let joined = |join: &Join| {
            let (Join::Along { to, .. } | Join::On { to, .. }) = join;
            if self.names[outside..].iter().any(|(known, _)| known == to) {
                return self.free_name(to.name());
            }
            self.enter(*to)
        };
        let joined = joins.iter().map(joined).collect();
        Names { root, joined }
    }

    pub(crate) fn joins(&mut self, joins: &[Join], names: &Names) -> String {
        let mut text = String::new();
        for (join, alias) in joins.iter().zip(&names.joined) {
            let (Join::Along { kind, .. } | Join::On { kind, .. }) = join;
            let word = match kind {
                JoinKind::Inner => " INNER JOIN ",
                JoinKind::Left => " LEFT JOIN ",
            };
            for (table, alias, condition) in self.joined(join, alias.clone()) {
                let _ = write!(text, "{word}{} ON {condition}", named(table, &alias));
            }
        }
        text
    }

    fn joined(&mut self, join: &Join, alias: String) -> Vec<(&'static Table, String, String)> {
        match join {
            Join::Along { from, relationship, .. } => {
                let from_alias = self.alias(*from);
                self.path((from.table, &from_alias), relationship, alias)
            }
            Join::On { to, condition, .. } => {
                let condition = self.condition(condition);
                vec![(to.table, alias, condition)]
            }
        }
    }

    /// What is listed, with commas between; the terms at these places get a name.
    pub(crate) fn listed(&mut self, listed: &[Expression], named: &[usize]) -> String {
        let term = |(place, term): (usize, &Expression)| {
            let text = self.part(term);
            match self.names_columns || named.contains(&place) {
                true => format!("{text} AS {}", Quoted(&column_alias(place))),
                false => text,
            }
        };
        listed.iter().enumerate().map(term).collect::<Vec<_>>().join(", ")
    }

    /// Something in which each column of a result gets a name of its own.
    pub(crate) fn named_columns(&mut self, write: impl FnOnce(&mut Self) -> String) -> String {
        let before = std::mem::replace(&mut self.names_columns, true);
        let text = write(self);
        self.names_columns = before;
        text
    }

    /// What stands after HAVING; the listed terms at these places go by their names.
    pub(crate) fn having(&mut self, having: &Expression, listed: &[Expression], named: &[usize]) -> String {
        self.known = named.iter().map(|&place| (listed[place].clone(), column_alias(place))).collect();
        let text = self.expression(having);
        self.known = Vec::new();
        text
    }

    /// The name that a term has here.
    pub(super) fn known(&self, term: &Expression) -> Option<String> {
        let known = self.known.iter().find(|(known, _)| known == term)?;
        Some(Quoted(&known.1).to_string())
    }

    /// A condition, as it stands after ON.
    pub(crate) fn condition(&mut self, condition: &Expression) -> String {
        self.expression(condition)
    }

    pub(crate) fn group(&mut self, group: &[Expression], listed: &[Expression]) -> String {
        match group {
            [] => String::new(),
            group => {
                let terms: Vec<String> = group.iter().map(|term| self.named_again(term, listed)).collect();
                format!(" GROUP BY {}", terms.join(", "))
            }
        }
    }

    /// A term that is listed too goes by its place where its text is another one each time, or two `?`, which are never the same
    /// to the server.
    fn named_again(&mut self, term: &Expression, listed: &[Expression]) -> String {
        match listed.iter().position(|other| other == term) {
            Some(place) if !term.has_one_text() => (place + 1).to_string(),
            _ => self.expression(term),
        }
    }

    pub(crate) fn filter(&mut self, filter: Option<&Expression>) -> String {
        filter.map_or_else(String::new, |filter| format!(" WHERE {}", self.expression(filter)))
    }

    /// The same rows, found by a question of its own before the first of them is changed: MySQL changes no table that a
    /// condition reads. DISTINCT keeps it from making one question of the two.
    /// (<https://dev.mysql.com/doc/refman/9.0/en/derived-table-optimization.html>)
    pub(crate) fn filter_by_key(&mut self, table: &'static Table, filter: &Expression) -> String {
        let keys = primary_key(table, &self.alias(TableRef::plain(table)));
        let outside = self.names.len();
        let alias = self.enter(TableRef::plain(table));
        let (found, read) = (primary_key(table, &alias), named(table, &alias));
        let condition = self.expression(filter);
        self.names.truncate(outside);
        format!(" WHERE ({keys}) IN (SELECT * FROM (SELECT DISTINCT {found} FROM {read} WHERE {condition}) AS `found`)")
    }

    /// What stands after SET in an UPDATE of this table.
    pub(crate) fn assignments(&mut self, table: &'static Table, assignments: &[(usize, Expression)]) -> String {
        let alias = self.alias(TableRef::plain(table));
        let assign = |(column, value): &(usize, Expression)| {
            format!("{} = {}", column_name(table, *column, &alias), self.expression(value))
        };
        assignments.iter().map(assign).collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn order(&mut self, order: &[Ordering], listed: &[Expression]) -> String {
        let term = |ordering: &Ordering| {
            let by = self.named_again(&ordering.by, listed);
            match ordering.direction {
                Direction::Ascending => by,
                Direction::Descending => format!("{by} DESC"),
            }
        };
        let terms: Vec<String> = order.iter().map(term).collect();
        if terms.is_empty() { String::new() } else { format!(" ORDER BY {}", terms.join(", ")) }
    }

    pub(super) fn related(
        &mut self,
        owner: TableRef,
        relationship: &Relationship,
        condition: Option<&Expression>,
    ) -> String {
        let from = self.alias(owner);
        // In a statement that is not made here it has not been entered.
        if !self.used.contains(&from) {
            self.used.push(from.clone());
        }
        let to = self.enter(TableRef::plain((relationship.target)()));
        let path = self.path((owner.table, &from), relationship, to);
        let mut tables = path.iter();
        let (first, first_alias, link) = tables.next().expect("a relationship leads somewhere");
        let mut text = format!("EXISTS (SELECT 1 FROM {}", named(first, first_alias));
        for (table, alias, on) in tables {
            let _ = write!(text, " INNER JOIN {} ON {on}", named(table, alias));
        }
        let _ = write!(text, " WHERE {link}");
        if let Some(condition) = condition {
            let _ = write!(text, " AND {}", self.part(condition));
        }
        text + ")"
    }

    /// The way along a relationship, under names that no condition speaks of.
    pub(super) fn hidden_path(
        &mut self,
        owner: (&'static Table, &str),
        relationship: &Relationship,
    ) -> Vec<(&'static Table, String, String)> {
        let to = self.free_name((relationship.target)().name);
        self.path(owner, relationship, to)
    }

    /// The tables on the way along a relationship, each with its name here and how it hangs together with the one before.
    fn path(
        &mut self,
        (owner, from): (&'static Table, &str),
        relationship: &Relationship,
        to: String,
    ) -> Vec<(&'static Table, String, String)> {
        let target = (relationship.target)();
        match relationship.kind {
            RelationshipKind::BelongsTo(reference) => {
                let on = equal(owner, reference.columns, from, target, target.primary_key, &to);
                vec![(target, to, on)]
            }
            RelationshipKind::HasMany(inverse) | RelationshipKind::HasOne(inverse) => {
                let columns = target.reference(inverse.belongs_to).columns;
                let on = equal(target, columns, &to, owner, owner.primary_key, from);
                vec![(target, to, on)]
            }
            RelationshipKind::ManyToMany(through) => {
                let association = (through.table)();
                let link = self.free_name(association.name);
                let here = equal(association, through.from_columns(), &link, owner, owner.primary_key, from);
                let there = equal(target, target.primary_key, &to, association, through.to_columns(), &link);
                vec![(association, link, here), (target, to, there)]
            }
        }
    }
}

pub(super) fn equal(
    left: &Table,
    left_columns: &[usize],
    left_alias: &str,
    right: &Table,
    right_columns: &[usize],
    right_alias: &str,
) -> String {
    let pairs = left_columns.iter().zip(right_columns);
    let pair = |(&one, &other): (&usize, &usize)| {
        format!("{} = {}", column_name(left, one, left_alias), column_name(right, other, right_alias))
    };
    pairs.map(pair).collect::<Vec<_>>().join(" AND ")
}

fn primary_key(table: &Table, alias: &str) -> String {
    let columns = table.primary_key.iter().map(|&column| column_name(table, column, alias));
    columns.collect::<Vec<_>>().join(", ")
}

fn column_alias(place: usize) -> String {
    format!("#{}", place + 1)
}

pub(super) fn column_name(table: &Table, column: usize, alias: &str) -> String {
    format!("{}.{}", Quoted(alias), Quoted(table.columns[column].name))
}

pub(super) fn named(table: &Table, alias: &str) -> String {
    if alias == table.name {
        Quoted(table.name).to_string()
    } else {
        format!("{} AS {}", Quoted(table.name), Quoted(alias))
    }
}

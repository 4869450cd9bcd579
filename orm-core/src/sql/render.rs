//! Conditions and joins as text: which name a table goes by where it is read more than once, and the values in their order.

use std::fmt::Write;

use crate::schema::{Relationship, RelationshipKind, Table};
use crate::sql::dialect::{Flavour, Quoted, literal};
use crate::sql::expression::{Edge, Expression, Frame, TableRef, Window};
use crate::sql::select::{Direction, Join, JoinKind, Ordering};
use crate::sql::{Comparison, Function, Operation, Statement};
use crate::value::Value;

/// The text of each term over columns of a table, and the values in them.
pub(crate) fn terms(table: &'static Table, terms: &[(usize, Expression)]) -> (Vec<(usize, String)>, Vec<Value>) {
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
}

/// What the tables of a question are called.
pub(crate) struct Names {
    pub(crate) root: String,
    joined: Vec<String>,
}

impl Renderer {
    pub(crate) fn new(flavour: Flavour) -> Self {
        Self { parameters: Vec::new(), names: Vec::new(), used: Vec::new(), flavour }
    }

    pub(crate) fn finish(self, text: String) -> Statement {
        Statement { text, parameters: self.parameters }
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
        let outside = self.names.len();
        let text = write(self);
        self.names.truncate(outside);
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

    /// What is listed, with commas between.
    pub(crate) fn listed(&mut self, listed: &[Expression]) -> String {
        self.list(listed, ", ")
    }

    /// A condition, as it stands after WHERE.
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

    /// A term that is listed too, and has values: two `?` are never the same to the server, so that it goes by its place.
    fn named_again(&mut self, term: &Expression, listed: &[Expression]) -> String {
        match listed.iter().position(|other| other == term) {
            Some(place) if term.has_values() => (place + 1).to_string(),
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

    fn expression(&mut self, expression: &Expression) -> String {
        match expression {
            Expression::Column(table, column) => column_name(table.table, *column, &self.alias(*table)),
            Expression::Value(value) => {
                self.parameters.push(value.clone());
                "?".to_owned()
            }
            // Before a statement is sent the key has been put in; text alone does not need it.
            Expression::KeyOf(..) => self.expression(&Expression::Value(Value::NULL)),
            Expression::Position(position) => position.to_string(),
            Expression::Calculate(left, operation, right) => self.calculation(left, *operation, right),
            Expression::Compare(left, comparison, right) => self.comparison(left, *comparison, right),
            Expression::In(_, list) if list.is_empty() => "FALSE".to_owned(),
            Expression::In(one, list) => {
                let one = self.operand(one);
                format!("{one} IN ({})", self.list(list, ", "))
            }
            Expression::Between(one, low, high) => {
                let (one, low, high) = (self.operand(one), self.operand(low), self.operand(high));
                format!("{one} BETWEEN {low} AND {high}")
            }
            Expression::IsNull(one) => format!("{} IS NULL", self.operand(one)),
            Expression::And(parts) if parts.is_empty() => "TRUE".to_owned(),
            Expression::Or(parts) if parts.is_empty() => "FALSE".to_owned(),
            Expression::And(parts) => self.list(parts, " AND "),
            Expression::Or(parts) => self.list(parts, " OR "),
            Expression::Not(one) => match &**one {
                Expression::IsNull(one) => format!("{} IS NOT NULL", self.operand(one)),
                one => format!("NOT ({})", self.expression(one)),
            },
            Expression::Related { owner, relationship, condition } => {
                let relationship = &owner.table.relationships[*relationship];
                self.apart(|renderer| renderer.related(*owner, relationship, condition.as_deref()))
            }
            Expression::Call(function, parts) => self.call(function, parts),
            Expression::Case(cases, otherwise) => self.case(cases, otherwise.as_deref()),
            Expression::Over(one, window) => {
                let one = self.expression(one);
                format!("{one} OVER ({})", self.window(window))
            }
            Expression::Subquery(select) => format!("({})", self.apart(|renderer| renderer.question(select))),
            Expression::Exists(select) => format!("EXISTS ({})", self.apart(|renderer| renderer.question(select))),
            Expression::InSelect(one, select) => {
                let one = self.operand(one);
                let question = self.apart(|renderer| renderer.question(select));
                match select.is_limited() {
                    false => format!("{one} IN ({question})"),
                    // The servers know no LIMIT there. (<https://mariadb.com/kb/en/subquery-limitations/>)
                    true => format!("{one} IN (SELECT * FROM ({question}) AS `{}`)", self.free_name("limited")),
                }
            }
        }
    }

    fn call(&mut self, function: &Function, parts: &[Expression]) -> String {
        match function {
            Function::Named(name) => format!("{name}({})", self.list(parts, ", ")),
            Function::Cast(name) => format!("CAST({} AS {name})", self.list(parts, ", ")),
            Function::Pieces(pieces) => {
                let mut text = pieces[0].to_owned();
                for (part, piece) in parts.iter().zip(&pieces[1..]) {
                    text += &self.operand(part);
                    text += piece;
                }
                text
            }
            Function::Concatenated { distinct, separator, down } => {
                let distinct = if *distinct { "DISTINCT " } else { "" };
                let (what, order) = parts.split_first().expect("a text is made of something");
                let mut text = format!("GROUP_CONCAT({distinct}{}", self.expression(what));
                let order: Vec<String> = order
                    .iter()
                    .zip(down)
                    .map(|(by, down)| self.expression(by) + if *down { " DESC" } else { "" })
                    .collect();
                if !order.is_empty() {
                    let _ = write!(text, " ORDER BY {}", order.join(", "));
                }
                // The separator cannot be a parameter. (<https://mariadb.com/kb/en/group_concat/>)
                format!("{text} SEPARATOR {})", literal(separator))
            }
        }
    }

    fn case(&mut self, cases: &[(Expression, Expression)], otherwise: Option<&Expression>) -> String {
        let mut text = "CASE".to_owned();
        for (when, then) in cases {
            let _ = write!(text, " WHEN {} THEN {}", self.expression(when), self.expression(then));
        }
        if let Some(otherwise) = otherwise {
            let _ = write!(text, " ELSE {}", self.expression(otherwise));
        }
        text + " END"
    }

    fn window(&mut self, window: &Window) -> String {
        let mut parts = Vec::new();
        if !window.partition.is_empty() {
            parts.push(format!("PARTITION BY {}", self.list(&window.partition, ", ")));
        }
        if !window.order.is_empty() {
            parts.push(self.order(&window.order, &[]).trim_start().to_owned());
        }
        if let Some(Frame { from, to }) = window.frame {
            parts.push(format!("ROWS BETWEEN {} AND {}", edge(from, "PRECEDING"), edge(to, "FOLLOWING")));
        }
        parts.join(" ")
    }

    fn calculation(&mut self, left: &Expression, operation: Operation, right: &Expression) -> String {
        let left = match left {
            Expression::Calculate(_, inner, _) if operation.binds_tighter() && !inner.binds_tighter() => {
                format!("({})", self.expression(left))
            }
            left => self.operand(left),
        };
        // Terms are read from the left, so that one on the right stands alone: `a - (b - c)`.
        let right = match right {
            Expression::Calculate(..) => format!("({})", self.expression(right)),
            right => self.operand(right),
        };
        format!("{left} {} {right}", operation.sql())
    }

    fn comparison(&mut self, left: &Expression, comparison: Comparison, right: &Expression) -> String {
        let (left, right) = (self.operand(left), self.operand(right));
        format!("{left} {} {right}", comparison.sql())
    }

    /// Several expressions, one after the other.
    fn list(&mut self, parts: &[Expression], between: &str) -> String {
        parts.iter().map(|part| self.part(part)).collect::<Vec<_>>().join(between)
    }

    /// An expression among others: AND and OR in parentheses.
    pub(super) fn part(&mut self, part: &Expression) -> String {
        let text = self.expression(part);
        match part {
            Expression::And(parts) | Expression::Or(parts) if parts.len() > 1 => format!("({text})"),
            _ => text,
        }
    }

    /// An expression as a part of another: a condition in parentheses.
    fn operand(&mut self, expression: &Expression) -> String {
        let text = self.expression(expression);
        match expression {
            Expression::And(parts) | Expression::Or(parts) if parts.is_empty() => text,
            Expression::And(_)
            | Expression::Or(_)
            | Expression::Not(_)
            | Expression::Compare(..)
            | Expression::In(..)
            | Expression::InSelect(..)
            | Expression::Between(..)
            | Expression::IsNull(_) => format!("({text})"),
            Expression::Call(Function::Pieces(pieces), _) if pieces[0].is_empty() => format!("({text})"),
            _ => text,
        }
    }

    fn related(&mut self, owner: TableRef, relationship: &Relationship, condition: Option<&Expression>) -> String {
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

fn edge(edge: Edge, unbounded: &str) -> String {
    match edge {
        Edge::Unbounded => format!("UNBOUNDED {unbounded}"),
        Edge::Before(rows) => format!("{rows} PRECEDING"),
        Edge::Current => "CURRENT ROW".to_owned(),
        Edge::After(rows) => format!("{rows} FOLLOWING"),
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

fn column_name(table: &Table, column: usize, alias: &str) -> String {
    format!("{}.{}", Quoted(alias), Quoted(table.columns[column].name))
}

pub(super) fn named(table: &Table, alias: &str) -> String {
    if alias == table.name {
        Quoted(table.name).to_string()
    } else {
        format!("{} AS {}", Quoted(table.name), Quoted(alias))
    }
}

//! Conditions and joins as text: which name a table goes by where it is read more than once, and the values in their order.

use std::fmt::Write;

use crate::schema::{RelationshipKind, Table};
use crate::sql::dialect::Quoted;
use crate::sql::expression::{Expression, TableRef};
use crate::sql::select::{Direction, Join, JoinKind, Ordering};
use crate::sql::{Comparison, Operation, Statement};
use crate::value::Value;

/// The text of each term over columns of a table, and the values in them.
pub(crate) fn terms(table: &'static Table, terms: &[(usize, Expression)]) -> (Vec<(usize, String)>, Vec<Value>) {
    let mut renderer = Renderer::new();
    renderer.enter(table);
    let texts = terms.iter().map(|(column, term)| (*column, renderer.expression(term))).collect();
    (texts, renderer.parameters)
}

/// Collects the values while the text is written, and knows which tables can be named.
pub(crate) struct Renderer {
    parameters: Vec<Value>,
    names: Vec<(&'static Table, String)>,
    used: Vec<String>,
}

impl Renderer {
    pub(crate) fn new() -> Self {
        Self { parameters: Vec::new(), names: Vec::new(), used: Vec::new() }
    }

    pub(crate) fn finish(self, text: String) -> Statement {
        Statement { text, parameters: self.parameters }
    }

    /// These values stand in the text next.
    pub(super) fn bind(&mut self, values: impl IntoIterator<Item = Value>) {
        self.parameters.extend(values);
    }

    /// From here on the table can be named; by its own name where that is free.
    pub(crate) fn enter(&mut self, table: &'static Table) -> String {
        let alias = self.free_name(table);
        self.names.push((table, alias.clone()));
        alias
    }

    /// A name for a table that is read, but not spoken of: conditions on its model mean another reading of it.
    pub(super) fn free_name(&mut self, table: &Table) -> String {
        let taken = |name: &String| self.used.contains(name);
        let mut alias = table.name.to_owned();
        let mut number = 0;
        while taken(&alias) {
            number += 1;
            alias = format!("{}_{number}", table.name);
        }
        self.used.push(alias.clone());
        alias
    }

    /// The name that the table goes by.
    pub(crate) fn alias(&self, table: &Table) -> String {
        let found = self.names.iter().rev().find(|(other, _)| other.is(table));
        found.map_or_else(|| table.name.to_owned(), |(_, alias)| alias.clone())
    }

    pub(crate) fn joins(&mut self, joins: &[Join]) -> String {
        let mut text = String::new();
        for join in joins {
            let word = match join.kind {
                JoinKind::Inner => " INNER JOIN ",
                JoinKind::Left => " LEFT JOIN ",
            };
            let from = self.alias(join.from);
            for (table, alias, condition) in self.path(join.from, &from, join) {
                let _ = write!(text, "{word}{} ON {condition}", named(table, &alias));
            }
        }
        text
    }

    pub(crate) fn filter(&mut self, filter: Option<&Expression>) -> String {
        filter.map_or_else(String::new, |filter| format!(" WHERE {}", self.expression(filter)))
    }

    /// The same rows, found by a question of its own before the first of them is changed: MySQL changes no table that a
    /// condition reads. DISTINCT keeps it from making one question of the two.
    /// (<https://dev.mysql.com/doc/refman/9.0/en/derived-table-optimization.html>)
    pub(crate) fn filter_by_key(&mut self, table: &'static Table, filter: &Expression) -> String {
        let keys = primary_key(table, &self.alias(table));
        let outside = self.names.len();
        let alias = self.enter(table);
        let (found, read) = (primary_key(table, &alias), named(table, &alias));
        let condition = self.expression(filter);
        self.names.truncate(outside);
        format!(" WHERE ({keys}) IN (SELECT * FROM (SELECT DISTINCT {found} FROM {read} WHERE {condition}) AS `found`)")
    }

    /// What stands after SET in an UPDATE of this table.
    pub(crate) fn assignments(&mut self, table: &'static Table, assignments: &[(usize, Expression)]) -> String {
        let alias = self.alias(table);
        let assign = |(column, value): &(usize, Expression)| {
            format!("{} = {}", column_name(table, *column, &alias), self.expression(value))
        };
        assignments.iter().map(assign).collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn order(&mut self, order: &[Ordering]) -> String {
        let term = |ordering: &Ordering| {
            let by = self.expression(&ordering.by);
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
            Expression::Column(TableRef(table), column) => column_name(table, *column, &self.alias(table)),
            Expression::Value(value) => {
                self.parameters.push(value.clone());
                "?".to_owned()
            }
            // Before a statement is sent the key has been put in; text alone does not need it.
            Expression::KeyOf(..) => self.expression(&Expression::Value(Value::NULL)),
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
            Expression::And(parts) => self.list(parts, " AND "),
            Expression::Or(parts) => self.list(parts, " OR "),
            Expression::Not(one) => match &**one {
                Expression::IsNull(one) => format!("{} IS NOT NULL", self.operand(one)),
                one => format!("NOT ({})", self.expression(one)),
            },
            Expression::Related { owner, relationship, condition } => {
                let relationship = &owner.0.relationships[*relationship];
                let join = Join { kind: JoinKind::Inner, from: owner.0, relationship };
                self.related(&join, condition.as_deref())
            }
        }
    }

    fn calculation(&mut self, left: &Expression, operation: Operation, right: &Expression) -> String {
        let left = match left {
            Expression::Calculate(_, inner, _) if operation.binds_tighter() && !inner.binds_tighter() => {
                format!("({})", self.expression(left))
            }
            left => self.expression(left),
        };
        // Terms are read from the left, so that one on the right stands alone: `a - (b - c)`.
        let right = match right {
            Expression::Calculate(..) => format!("({})", self.expression(right)),
            right => self.expression(right),
        };
        format!("{left} {} {right}", operation.sql())
    }

    fn comparison(&mut self, left: &Expression, comparison: Comparison, right: &Expression) -> String {
        let (left, right) = (self.operand(left), self.operand(right));
        format!("{left} {} {right}", comparison.sql())
    }

    fn list(&mut self, parts: &[Expression], between: &str) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.operand(part)).collect();
        parts.join(between)
    }

    /// An expression as a part of another: AND, OR and the like in parentheses.
    pub(super) fn operand(&mut self, expression: &Expression) -> String {
        let text = self.expression(expression);
        match expression {
            Expression::And(parts) | Expression::Or(parts) if parts.len() > 1 => format!("({text})"),
            _ => text,
        }
    }

    fn related(&mut self, join: &Join, condition: Option<&Expression>) -> String {
        let outside = self.names.len();
        let from = self.alias(join.from);
        let path = self.path(join.from, &from, join);
        let mut tables = path.iter();
        let (first, first_alias, link) = tables.next().expect("a relationship leads somewhere");
        let mut text = format!("EXISTS (SELECT 1 FROM {}", named(first, first_alias));
        for (table, alias, on) in tables {
            let _ = write!(text, " INNER JOIN {} ON {on}", named(table, alias));
        }
        let _ = write!(text, " WHERE {link}");
        if let Some(condition) = condition {
            let _ = write!(text, " AND {}", self.operand(condition));
        }
        self.names.truncate(outside);
        text + ")"
    }

    /// The way along a relationship, under names that no condition speaks of.
    pub(super) fn hidden_path(
        &mut self,
        owner: &'static Table,
        from: &str,
        join: &Join,
    ) -> Vec<(&'static Table, String, String)> {
        let named = self.names.len();
        let path = self.path(owner, from, join);
        self.names.truncate(named);
        path
    }

    /// The tables on the way along a relationship, each with its name here and how it hangs together with the one before.
    fn path(&mut self, owner: &'static Table, from: &str, join: &Join) -> Vec<(&'static Table, String, String)> {
        let target = (join.relationship.target)();
        match join.relationship.kind {
            RelationshipKind::BelongsTo(reference) => {
                let alias = self.enter(target);
                let on = equal(owner, reference.columns, from, target, target.primary_key, &alias);
                vec![(target, alias, on)]
            }
            RelationshipKind::HasMany(inverse) | RelationshipKind::HasOne(inverse) => {
                let alias = self.enter(target);
                let on =
                    equal(target, target.reference(inverse.belongs_to).columns, &alias, owner, owner.primary_key, from);
                vec![(target, alias, on)]
            }
            RelationshipKind::ManyToMany(through) => {
                let association = (through.table)();
                let link = self.free_name(association);
                let here = equal(association, through.from_columns(), &link, owner, owner.primary_key, from);
                let alias = self.enter(target);
                let there = equal(target, target.primary_key, &alias, association, through.to_columns(), &link);
                vec![(association, link, here), (target, alias, there)]
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

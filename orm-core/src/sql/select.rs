//! Questions, as data, and the few that the loader asks.

use std::fmt::Write;

use crate::schema::{Relationship, RelationshipKind, Table, Through};
use crate::sql::dialect::{Quoted, quoted_list};
use crate::sql::render::Renderer;
use crate::sql::{Expression, Statement};
use crate::value::{KeyValue, Value};

/// A question for the rows of one table.
#[derive(Debug, Clone)]
pub(crate) struct Select {
    pub(crate) root: &'static Table,
    pub(crate) joins: Vec<Join>,
    pub(crate) filter: Option<Expression>,
    pub(crate) order: Vec<Ordering>,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
}

/// A further table, reached along a relationship.
#[derive(Debug, Clone)]
pub(crate) struct Join {
    pub(crate) kind: JoinKind,
    pub(crate) from: &'static Table,
    pub(crate) relationship: &'static Relationship,
}

/// Whether rows without a counterpart stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JoinKind {
    Inner,
    Left,
}

/// One term of ORDER BY.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ordering {
    pub(crate) by: Expression,
    pub(crate) direction: Direction,
}

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

impl Select {
    pub(crate) fn from(root: &'static Table) -> Self {
        Self { root, joins: Vec::new(), filter: None, order: Vec::new(), limit: None, offset: None }
    }

    pub(crate) fn add_filter(&mut self, condition: Expression) {
        self.filter = Some(match self.filter.take() {
            Some(filter) => filter.and(condition),
            None => condition,
        });
    }

    /// All columns of the root table. With `limit` and a join to many, an object counts once however many rows it has.
    pub(crate) fn rows(&self) -> Statement {
        if self.numbers_rows() {
            return self.rows_once();
        }
        let mut renderer = Renderer::new();
        let root = renderer.enter(self.root);
        let columns = all_columns(self.root, &root);
        self.finish(renderer, &columns, "", true)
    }

    /// How many objects there are; with `limit` or `offset`, of those that these let through.
    pub(crate) fn count(&self) -> Statement {
        if self.is_limited() {
            let rows = self.rows();
            return Statement { text: format!("SELECT COUNT(*) FROM ({}) AS `limited`", rows.text), ..rows };
        }
        let mut renderer = Renderer::new();
        let root = renderer.enter(self.root);
        let what = match self.repeats_objects() {
            true => format!("COUNT(DISTINCT {})", columns(self.root, self.root.primary_key, &root)),
            false => "COUNT(*)".to_owned(),
        };
        self.finish(renderer, &what, "", false)
    }

    /// One row where there is an object, none where not.
    pub(crate) fn existence(&self) -> Statement {
        let one = Self { order: Vec::new(), limit: Some(self.limit.map_or(1, |limit| limit.min(1))), ..self.clone() };
        let mut renderer = Renderer::new();
        renderer.enter(self.root);
        let group = match one.offset.is_some() && one.repeats_objects() {
            true => {
                let root = renderer.alias(self.root);
                format!(" GROUP BY {}", columns(self.root, self.root.primary_key, &root))
            }
            false => String::new(),
        };
        one.finish(renderer, "1", &group, true)
    }

    /// Each object once, in the order of its first row: rows are numbered in the order asked for, and an object takes the
    /// lowest of its numbers.
    fn rows_once(&self) -> Statement {
        let mut renderer = Renderer::new();
        let root = renderer.enter(self.root);
        let listed = all_columns(self.root, &root);
        let joins = renderer.joins(&self.joins);
        let order = match self.order.as_slice() {
            [] => format!(" ORDER BY {}", columns(self.root, self.root.primary_key, &root)),
            order => renderer.order(order),
        };
        let filter = renderer.filter(self.filter.as_ref());
        let names = quoted_list(self.root.columns.iter().map(|column| column.name));
        let mut text = format!(
            "SELECT {names} FROM (SELECT {listed}, ROW_NUMBER() OVER ({}) AS `#position` FROM {}{joins}{filter}) AS `numbered` \
             GROUP BY {names} ORDER BY MIN(`#position`)",
            order.trim_start(),
            Quoted(self.root.name),
        );
        self.limits(&mut text);
        renderer.finish(text)
    }

    fn finish(&self, mut renderer: Renderer, what: &str, group: &str, ordered: bool) -> Statement {
        let joins = renderer.joins(&self.joins);
        let filter = renderer.filter(self.filter.as_ref());
        let order = if ordered { renderer.order(&self.order) } else { String::new() };
        let mut text = format!("SELECT {what} FROM {}{joins}{filter}{group}{order}", Quoted(self.root.name));
        self.limits(&mut text);
        renderer.finish(text)
    }

    pub(super) fn limits(&self, text: &mut String) {
        match (self.limit, self.offset) {
            (Some(limit), Some(offset)) => write!(text, " LIMIT {limit} OFFSET {offset}"),
            (Some(limit), None) => write!(text, " LIMIT {limit}"),
            // The servers know no OFFSET without LIMIT. (<https://dev.mysql.com/doc/refman/9.0/en/select.html>)
            (None, Some(offset)) => write!(text, " LIMIT {} OFFSET {offset}", u64::MAX),
            (None, None) => Ok(()),
        }
        .expect("a String takes everything");
    }

    /// Whether rows have to be numbered, so that a limit counts objects.
    pub(crate) fn numbers_rows(&self) -> bool {
        self.is_limited() && self.repeats_objects()
    }

    fn is_limited(&self) -> bool {
        self.limit.is_some() || self.offset.is_some()
    }

    /// Whether a join can give several rows for one object.
    fn repeats_objects(&self) -> bool {
        let to_many = |join: &Join| {
            matches!(join.relationship.kind, RelationshipKind::HasMany(_) | RelationshipKind::ManyToMany(_))
        };
        self.joins.iter().any(to_many)
    }
}

/// The rows of a table in which these columns have one of these keys.
///
/// The list is filled up to a length of which there are few, so that few statements have to be prepared: the last key
/// stands there several times.
pub(crate) fn rows_by_columns(table: &'static Table, by: &[usize], keys: &[KeyValue]) -> Statement {
    let all: Vec<usize> = (0..table.columns.len()).collect();
    columns_by_columns(table, &all, by, keys)
}

/// The same, for some columns of the rows.
pub(crate) fn columns_by_columns(
    table: &'static Table,
    listed: &[usize],
    by: &[usize],
    keys: &[KeyValue],
) -> Statement {
    let listed = columns(table, listed, table.name);
    let (condition, parameters) = key_condition(table, by, keys);
    Statement { text: format!("SELECT {listed} FROM {} WHERE {condition}", Quoted(table.name)), parameters }
}

/// Pairs of keys from an association table: first the columns that refer to the one side, for these keys, then those that
/// refer to the other.
pub(crate) fn links_by_keys(through: &Through, keys: &[KeyValue]) -> Statement {
    let listed = [through.from_columns(), through.to_columns()].concat();
    columns_by_columns((through.table)(), &listed, through.from_columns(), keys)
}

/// `column IN (…)`, or `(a, b) IN (…)` for several columns.
pub(crate) fn key_condition(table: &Table, by: &[usize], keys: &[KeyValue]) -> (String, Vec<Value>) {
    named_key_condition(table, table.name, by, keys)
}

/// The same of a table that goes by this name.
pub(super) fn named_key_condition(table: &Table, alias: &str, by: &[usize], keys: &[KeyValue]) -> (String, Vec<Value>) {
    let length = list_length(keys.len());
    let mut parameters = Vec::with_capacity(length * by.len());
    let last = keys.last().into_iter().cycle();
    keys.iter().chain(last).take(length).for_each(|key| key.write(&mut parameters));
    let columns = columns(table, by, alias);
    let condition = match by.len() {
        1 => format!("{columns} IN ({})", marks(length)),
        parts => format!("({columns}) IN ({})", vec![format!("({})", marks(parts)); length].join(", ")),
    };
    (condition, parameters)
}

/// The most keys that one statement asks for. From 1,001 on MariaDB makes a temporary table of the list.
/// (<https://mariadb.com/kb/en/conversion-of-big-in-predicates-into-subqueries/>)
pub(crate) const MAX_KEYS: usize = 1000;

fn list_length(keys: usize) -> usize {
    keys.next_power_of_two().min(MAX_KEYS).max(keys)
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

pub(super) fn all_columns(table: &Table, alias: &str) -> String {
    let places: Vec<usize> = (0..table.columns.len()).collect();
    columns(table, &places, alias)
}

pub(super) fn columns(table: &Table, places: &[usize], alias: &str) -> String {
    let name = |&place: &usize| format!("{}.{}", Quoted(alias), Quoted(table.columns[place].name));
    places.iter().map(name).collect::<Vec<_>>().join(", ")
}

//! Questions, as data, and the few that the loader asks.

use std::fmt::Write;

use crate::schema::{Relationship, RelationshipKind, Table, Through};
use crate::sql::dialect::{Flavour, Quoted, comment, quoted_list};
use crate::sql::render::{Names, Renderer, named};
use crate::sql::{Expression, Statement, TableRef};
use crate::value::{KeyValue, Value};

/// A question for the rows of one table, and of those that are joined to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Select {
    pub(crate) root: &'static Table,
    /// What is listed; where nothing is said, all columns of the root table.
    pub(crate) listed: Option<Vec<Expression>>,
    /// Each row once.
    pub(crate) distinct: bool,
    /// Questions that have a name in this one.
    pub(crate) with: Vec<CommonTable>,
    pub(crate) joins: Vec<Join>,
    pub(crate) filter: Option<Expression>,
    pub(crate) group: Vec<Expression>,
    pub(crate) having: Option<Expression>,
    /// Further questions, whose rows come too; the order and the limit are of all of them.
    pub(crate) united: Vec<(Union, Select)>,
    pub(crate) order: Vec<Ordering>,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
    pub(crate) lock: Option<Lock>,
    pub(crate) hints: Vec<IndexHint>,
    pub(crate) comment: Option<String>,
}

/// A question that has a name, and which others read by it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CommonTable {
    pub(crate) table: &'static Table,
    pub(crate) select: Select,
    pub(crate) recursive: bool,
}

/// A further table.
#[derive(Debug, Clone)]
pub(crate) enum Join {
    /// Reached along a relationship.
    Along { kind: JoinKind, from: TableRef, relationship: &'static Relationship, to: TableRef },
    /// Whose rows belong to a row where a condition holds.
    On { kind: JoinKind, to: TableRef, condition: Expression },
}

impl PartialEq for Join {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Along { kind, from, relationship, to },
                Self::Along { kind: other_kind, from: other_from, relationship: other_relationship, to: other_to },
            ) => (kind, from, relationship.name, to) == (other_kind, other_from, other_relationship.name, other_to),
            (
                Self::On { kind, to, condition },
                Self::On { kind: other_kind, to: other_to, condition: other_condition },
            ) => (kind, to, condition) == (other_kind, other_to, other_condition),
            _ => false,
        }
    }
}

/// Whether rows without a counterpart stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JoinKind {
    Inner,
    Left,
}

/// Whether rows that are there already come once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Union {
    All,
    Distinct,
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

/// The rows stay as they are until the transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lock {
    pub(crate) strength: Strength,
    pub(crate) wait: OnLock,
}

/// Who else may read locked rows with a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strength {
    /// Nobody.
    Update,
    /// Who does not change them either.
    Share,
}

/// What happens where somebody else has locked a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnLock {
    /// The server waits.
    Wait,
    /// It is an error.
    Fail,
    /// The row is left out.
    Skip,
}

/// Which indexes of the root table the server should read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IndexHint {
    pub(crate) kind: HintKind,
    pub(crate) index: String,
}

/// How strong a hint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HintKind {
    Use,
    Force,
    Ignore,
}

impl Select {
    pub(crate) fn from(root: &'static Table) -> Self {
        Self {
            root,
            listed: None,
            distinct: false,
            with: Vec::new(),
            joins: Vec::new(),
            filter: None,
            group: Vec::new(),
            having: None,
            united: Vec::new(),
            order: Vec::new(),
            limit: None,
            offset: None,
            lock: None,
            hints: Vec::new(),
            comment: None,
        }
    }

    pub(crate) fn add_filter(&mut self, condition: Expression) {
        self.filter = Some(both(self.filter.take(), condition));
    }

    pub(crate) fn add_having(&mut self, condition: Expression) {
        self.having = Some(both(self.having.take(), condition));
    }

    /// The rows: what is listed, or all columns of the root table. With `limit` and a join to many, an object counts once
    /// however many rows it has.
    pub(crate) fn rows(&self, flavour: Flavour) -> Statement {
        let mut renderer = Renderer::new(flavour);
        let text = renderer.question(self);
        renderer.finish(text)
    }

    /// The same, with one row for each object.
    pub(crate) fn rows_each_once(&self, flavour: Flavour) -> Statement {
        if self.listed.is_some() || !self.united.is_empty() || !self.repeats_objects() {
            return self.rows(flavour);
        }
        let mut renderer = Renderer::new(flavour);
        let with = renderer.with(self);
        let text = renderer.rows_once(self);
        renderer.finish(with + &text)
    }

    /// How many rows or objects there are; with `limit` or `offset`, of those that these let through.
    pub(crate) fn count(&self, flavour: Flavour) -> Statement {
        let counted = Self { order: Vec::new(), lock: None, ..self.clone() };
        if self.is_limited() || self.is_compound() {
            let rows = if self.is_limited() { self } else { &counted };
            let rows = Self { lock: None, ..rows.clone() }.rows(flavour);
            return Statement { text: format!("SELECT COUNT(*) FROM ({}) AS `counted`", rows.text), ..rows };
        }
        let mut renderer = Renderer::new(flavour);
        let with = renderer.with(self);
        let names = renderer.enter_all(self.root, &self.joins);
        let what = match self.listed.is_none() && self.repeats_objects() {
            true => format!("COUNT(DISTINCT {})", columns(self.root, self.root.primary_key, &names.root)),
            false => "COUNT(*)".to_owned(),
        };
        let rest = renderer.rest(&counted, &names, &Extra::default());
        renderer.finish(format!("{with}SELECT {}{what}{rest}", comment(self.comment.as_deref())))
    }

    /// One row where there is an object, none where not.
    pub(crate) fn existence(&self, flavour: Flavour) -> Statement {
        let limit = Some(self.limit.map_or(1, |limit| limit.min(1)));
        let one = Self { order: Vec::new(), limit, ..self.clone() };
        if self.is_compound() || self.listed.is_some() {
            return one.rows(flavour);
        }
        let mut renderer = Renderer::new(flavour);
        let with = renderer.with(self);
        let names = renderer.enter_all(self.root, &self.joins);
        let group = match one.offset.is_some() && one.repeats_objects() {
            true => format!(" GROUP BY {}", columns(self.root, self.root.primary_key, &names.root)),
            false => String::new(),
        };
        let rest = renderer.rest(&one, &names, &Extra { group, ..Extra::default() });
        renderer.finish(format!("{with}SELECT {}1{rest}", comment(self.comment.as_deref())))
    }

    /// Whether it reads this table.
    pub(crate) fn reads(&self, table: &Table) -> bool {
        let joins_it = |join: &Join| match join {
            Join::Along { relationship, to, .. } => to.table.is(table) || relationship.goes_through(table),
            Join::On { to, .. } => to.table.is(table),
        };
        self.root.is(table)
            || self.joins.iter().any(joins_it)
            || self.united.iter().any(|(_, select)| select.reads(table))
            || self.with.iter().any(|common| common.select.reads(table))
            || self.expressions().into_iter().any(|part| part.reads(table))
    }

    /// The tables after FROM.
    pub(crate) fn tables(&self) -> Vec<&'static Table> {
        let joined = self.joins.iter().map(|(Join::Along { to, .. } | Join::On { to, .. })| to.table);
        std::iter::once(self.root).chain(joined).collect()
    }

    /// All terms and conditions in it.
    pub(crate) fn expressions(&self) -> Vec<&Expression> {
        let conditions = self.joins.iter().filter_map(|join| match join {
            Join::On { condition, .. } => Some(condition),
            Join::Along { .. } => None,
        });
        let mut all: Vec<&Expression> = self.listed.iter().flatten().chain(conditions).collect();
        all.extend(self.filter.iter().chain(&self.group).chain(&self.having));
        all.extend(self.order.iter().map(|ordering| &ordering.by));
        all.extend(self.united.iter().flat_map(|(_, select)| select.expressions()));
        all.extend(self.with.iter().flat_map(|common| common.select.expressions()));
        all
    }

    /// All terms and conditions in it.
    pub(crate) fn expressions_mut(&mut self) -> Vec<&mut Expression> {
        let conditions = self.joins.iter_mut().filter_map(|join| match join {
            Join::On { condition, .. } => Some(condition),
            Join::Along { .. } => None,
        });
        let mut all: Vec<&mut Expression> = self.listed.iter_mut().flatten().chain(conditions).collect();
        all.extend(self.filter.iter_mut().chain(&mut self.group).chain(&mut self.having));
        all.extend(self.order.iter_mut().map(|ordering| &mut ordering.by));
        all.extend(self.united.iter_mut().flat_map(|(_, select)| select.expressions_mut()));
        all.extend(self.with.iter_mut().flat_map(|common| common.select.expressions_mut()));
        all
    }

    /// Whether its rows are not those of the root table alone: they are numbered, so that a limit counts objects, or they are
    /// those of several questions.
    pub(crate) fn has_rows_of_its_own(&self) -> bool {
        (self.is_limited() && self.repeats_objects()) || !self.united.is_empty()
    }

    pub(crate) fn is_limited(&self) -> bool {
        self.limit.is_some() || self.offset.is_some()
    }

    /// Whether its rows are not simply those of its tables.
    fn is_compound(&self) -> bool {
        self.distinct || !self.united.is_empty() || !self.group.is_empty() || self.having.is_some()
    }

    /// Whether a join can give several rows for one object.
    fn repeats_objects(&self) -> bool {
        self.joins.iter().any(|join| match join {
            Join::Along { relationship, .. } => {
                matches!(relationship.kind, RelationshipKind::HasMany(_) | RelationshipKind::ManyToMany(_))
            }
            Join::On { .. } => true,
        })
    }
}

/// What a question says beside what was asked for.
#[derive(Debug, Default)]
pub(super) struct Extra {
    pub(super) joins: String,
    pub(super) group: String,
}

impl Renderer {
    /// A whole question, with the names that it gives to others.
    pub(crate) fn question(&mut self, select: &Select) -> String {
        let with = self.with(select);
        format!("{with}{}", self.united(select))
    }

    /// What stands before a question that reads common tables.
    pub(crate) fn with(&mut self, select: &Select) -> String {
        if select.with.is_empty() {
            return String::new();
        }
        let recursive = if select.with.iter().any(|common| common.recursive) { "RECURSIVE " } else { "" };
        let common = select.with.iter().map(|common| {
            let names = quoted_list(common.table.columns.iter().map(|column| column.name));
            format!(
                "{} ({names}) AS ({})",
                Quoted(common.table.name),
                self.apart(|renderer| renderer.question(&common.select))
            )
        });
        format!("WITH {recursive}{} ", common.collect::<Vec<_>>().join(", "))
    }

    /// A question and those whose rows come too.
    fn united(&mut self, select: &Select) -> String {
        if select.united.is_empty() {
            return self.one(select);
        }
        let first =
            Select { united: Vec::new(), order: Vec::new(), limit: None, offset: None, lock: None, ..select.clone() };
        let mut text = self.apart(|renderer| renderer.one(&first));
        for (union, other) in &select.united {
            let word = match union {
                Union::All => "UNION ALL",
                Union::Distinct => "UNION",
            };
            let stands_alone = !other.is_limited() && other.order.is_empty() && other.united.is_empty();
            let other = self.apart(|renderer| renderer.question(other));
            let _ = if stands_alone { write!(text, " {word} {other}") } else { write!(text, " {word} ({other})") };
        }
        text += &self.order(&select.order, &[]);
        limits(select, &mut text);
        text
    }

    fn one(&mut self, select: &Select) -> String {
        if select.listed.is_none() && select.is_limited() && select.repeats_objects() {
            return self.rows_once(select);
        }
        let names = self.enter_all(select.root, &select.joins);
        let what = match &select.listed {
            Some(listed) => self.listed(listed),
            None => all_columns(select.root, &names.root),
        };
        let distinct = if select.distinct { "DISTINCT " } else { "" };
        let rest = self.rest(select, &names, &Extra::default());
        format!("SELECT {}{distinct}{what}{rest}", comment(select.comment.as_deref()))
    }

    /// Everything from FROM on.
    pub(super) fn rest(&mut self, select: &Select, names: &Names, extra: &Extra) -> String {
        let mut text = format!(" FROM {}", named(select.root, &names.root));
        hints(&select.hints, &mut text);
        text += &self.joins(&select.joins, names);
        text += &extra.joins;
        text += &self.filter(select.filter.as_ref());
        let listed = select.listed.as_deref().unwrap_or_default();
        text += &extra.group;
        text += &self.group(&select.group, listed);
        if let Some(having) = &select.having {
            let _ = write!(text, " HAVING {}", self.condition(having));
        }
        text += &self.order(&select.order, listed);
        limits(select, &mut text);
        text += &self.lock(select.lock);
        text
    }

    /// Each object once, in the order of its first row: rows are numbered in the order asked for, and an object takes the
    /// lowest of its numbers.
    fn rows_once(&mut self, select: &Select) -> String {
        let names = self.enter_all(select.root, &select.joins);
        let (root, listed) = (&names.root, all_columns(select.root, &names.root));
        let order = match select.order.as_slice() {
            [] => format!(" ORDER BY {}", columns(select.root, select.root.primary_key, root)),
            order => self.order(order, &[]),
        };
        let mut from = format!(" FROM {}", named(select.root, root));
        hints(&select.hints, &mut from);
        let joins = self.joins(&select.joins, &names);
        let filter = self.filter(select.filter.as_ref());
        let names = quoted_list(select.root.columns.iter().map(|column| column.name));
        let mut text = format!(
            "SELECT {}{names} FROM (SELECT {listed}, ROW_NUMBER() OVER ({}) AS `#position`{from}{joins}{filter}) \
             AS `numbered` GROUP BY {names} ORDER BY MIN(`#position`)",
            comment(select.comment.as_deref()),
            order.trim_start(),
        );
        limits(select, &mut text);
        text + &self.lock(select.lock)
    }

    /// What MySQL knows since 8.0, MariaDB says in older words.
    /// (<https://mariadb.com/kb/en/lock-in-share-mode/>, <https://dev.mysql.com/doc/refman/9.0/en/innodb-locking-reads.html>)
    fn lock(&self, lock: Option<Lock>) -> String {
        let Some(Lock { strength, wait }) = lock else { return String::new() };
        let strength = match (strength, self.flavour()) {
            (Strength::Update, _) => " FOR UPDATE",
            (Strength::Share, Flavour::MariaDb) => " LOCK IN SHARE MODE",
            (Strength::Share, Flavour::MySql) => " FOR SHARE",
        };
        let wait = match wait {
            OnLock::Wait => "",
            OnLock::Fail => " NOWAIT",
            OnLock::Skip => " SKIP LOCKED",
        };
        format!("{strength}{wait}")
    }
}

fn both(before: Option<Expression>, condition: Expression) -> Expression {
    match before {
        Some(before) => before.and(condition),
        None => condition,
    }
}

fn limits(select: &Select, text: &mut String) {
    match (select.limit, select.offset) {
        (Some(limit), Some(offset)) => write!(text, " LIMIT {limit} OFFSET {offset}"),
        (Some(limit), None) => write!(text, " LIMIT {limit}"),
        // The servers know no OFFSET without LIMIT. (<https://dev.mysql.com/doc/refman/9.0/en/select.html>)
        (None, Some(offset)) => write!(text, " LIMIT {} OFFSET {offset}", u64::MAX),
        (None, None) => Ok(()),
    }
    .expect("a String takes everything");
}

fn hints(hints: &[IndexHint], text: &mut String) {
    for IndexHint { kind, index } in hints {
        let word = match kind {
            HintKind::Use => "USE",
            HintKind::Force => "FORCE",
            HintKind::Ignore => "IGNORE",
        };
        let _ = write!(text, " {word} INDEX ({})", Quoted(index));
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

//! Questions as text: the whole of one, what it counts, and whether it finds anything.

use std::fmt::Write;

use crate::sql::by_key::{all_columns, columns};
use crate::sql::dialect::{Flavour, Quoted, comment, quoted_list};
use crate::sql::render::{Names, Renderer, named};
use crate::sql::select::{HintKind, IndexHint, Lock, OnLock, Select, Strength, Union};
use crate::sql::{Expression, Function, Statement};

impl Select {
    /// The rows: what is listed, or all columns of the root table. With `limit` and a join to many, an object counts once
    /// however many rows it has.
    pub(crate) fn rows(&self, flavour: Flavour) -> Statement {
        let mut renderer = Renderer::new(flavour);
        let text = renderer.question(self);
        renderer.finish(text)
    }

    /// The same, with one row for each object.
    pub(crate) fn rows_each_once(&self, flavour: Flavour) -> Statement {
        if self.listed.is_some() || !self.repeats_objects() {
            return self.rows(flavour);
        }
        let mut renderer = Renderer::new(flavour);
        let with = renderer.with(self);
        let text = renderer.rows_once(self);
        renderer.finish(with + &text)
    }

    /// How many rows or objects there are; with `limit` or `offset`, of those that these let through.
    pub(crate) fn count(&self, flavour: Flavour) -> Statement {
        let mut renderer = Renderer::new(flavour);
        let with = renderer.with(self);
        if self.is_limited() || self.is_compound() {
            let rows = renderer.named_columns(|renderer| renderer.body(&self.counted()));
            return renderer.finish(format!("{with}SELECT COUNT(*) FROM ({rows}) AS `counted`"));
        }
        let names = renderer.enter_all(self.root, &self.joins);
        let what = match self.listed.is_none() && self.repeats_objects() {
            true => format!("COUNT(DISTINCT {})", columns(self.root, self.root.primary_key, &names.root)),
            false => "COUNT(*)".to_owned(),
        };
        let rest = renderer.rest(&self.counted(), &names, &Extra::default());
        renderer.finish(format!("{with}SELECT {}{what}{rest}", comment(self.comment.as_deref())))
    }

    /// The same rows, of which only the number matters.
    fn counted(&self) -> Self {
        let mut counted = Self { order: Vec::new(), lock: None, ..self.clone() };
        if self.is_aggregated() {
            counted.listed = Some(vec![Expression::Call(Function::COUNT_ROWS, Vec::new())]);
        } else if !self.distinct && self.united.is_empty() && self.listed.is_some() && self.spoken_of().is_empty() {
            counted.listed = Some(vec![Expression::ONE]);
        }
        counted
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

    /// The same, for a condition that asks only whether there is a row.
    pub(crate) fn for_existence(mut self) -> Self {
        self.order = Vec::new();
        if self.offset.is_none() && self.limit.is_some_and(|limit| limit > 0) {
            self.limit = None;
        }
        if !self.is_compound() {
            self.listed = Some(vec![Expression::ONE]);
        }
        self
    }

    /// The places of listed terms that the rows are grouped by and that are no columns: HAVING knows them by a name alone.
    pub(super) fn spoken_of(&self) -> Vec<usize> {
        let is_grouped = |(_, term): &(usize, &Expression)| {
            self.having.is_some() && !matches!(term, Expression::Column(..)) && self.group.contains(term)
        };
        self.listed.iter().flatten().enumerate().filter(is_grouped).map(|(place, _)| place).collect()
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
        format!("{with}{}", self.body(select))
    }

    /// What stands before a question that reads common tables.
    pub(crate) fn with(&mut self, select: &Select) -> String {
        if select.with.is_empty() {
            return String::new();
        }
        let recursive = if select.with.iter().any(|common| common.recursive) { "RECURSIVE " } else { "" };
        let common = select.with.iter().map(|common| {
            let names = quoted_list(common.table.columns.iter().map(|column| column.name));
            let question = self.apart(|renderer| renderer.question(&common.select));
            format!("{} ({names}) AS ({question})", Quoted(common.table.name))
        });
        format!("WITH {recursive}{} ", common.collect::<Vec<_>>().join(", "))
    }

    /// A question without the names that it gives to others.
    fn body(&mut self, select: &Select) -> String {
        if !select.is_union_of_rows() {
            return self.one(select);
        }
        let mut text = self.united(select);
        text += &self.order(&select.order, &[]);
        limits(select, &mut text);
        text
    }

    /// The parts of a union. Locks are those of the parts.
    fn united(&mut self, select: &Select) -> String {
        let mut text = String::new();
        for (place, (union, part)) in select.united.iter().enumerate() {
            match (place, union) {
                (0, _) => {}
                (_, Union::All) => text += " UNION ALL ",
                (_, Union::Distinct) => text += " UNION ",
            }
            let part = Select { lock: part.lock.or(select.lock), ..part.clone() };
            text += &self.apart(|renderer| renderer.united_part(&part));
        }
        text
    }

    /// One of the parts. MariaDB 10.11 knows no WITH there, also not in parentheses.
    fn united_part(&mut self, part: &Select) -> String {
        let stands_alone =
            !part.is_limited() && part.order.is_empty() && part.lock.is_none() && !part.is_union_of_rows();
        match (part.with.is_empty(), stands_alone) {
            (true, true) => self.body(part),
            (true, false) => format!("({})", self.body(part)),
            (false, _) => {
                let rows = match part.listed {
                    Some(_) => self.named_columns(|renderer| renderer.question(part)),
                    None => self.question(part),
                };
                format!("SELECT * FROM ({rows}) AS {}", Quoted(&self.free_name("part")))
            }
        }
    }

    fn one(&mut self, select: &Select) -> String {
        if select.numbers_rows() {
            return self.rows_once(select);
        }
        let names = self.enter_all(select.root, &select.joins);
        let what = match &select.listed {
            Some(listed) => self.listed(listed, &select.spoken_of()),
            None => all_columns(select.root, &names.root),
        };
        let distinct = if select.distinct { "DISTINCT " } else { "" };
        let rest = self.rest(select, &names, &Extra::default());
        format!("SELECT {}{distinct}{what}{rest}", comment(select.comment.as_deref()))
    }

    /// Everything from FROM on.
    pub(super) fn rest(&mut self, select: &Select, names: &Names, extra: &Extra) -> String {
        let mut text = self.from(select, &names.root);
        text += &self.joins(&select.joins, names);
        text += &extra.joins;
        text += &self.filter(select.filter.as_ref());
        let listed = select.listed.as_deref().unwrap_or_default();
        text += &extra.group;
        text += &self.group(&select.group, listed);
        if let Some(having) = &select.having {
            let _ = write!(text, " HAVING {}", self.having(having, listed, &select.spoken_of()));
        }
        // One row has no order, and ONLY_FULL_GROUP_BY takes none.
        if !select.is_aggregated() {
            text += &self.order(&select.order, listed);
        }
        limits(select, &mut text);
        if select.united.is_empty() {
            text += &self.lock(select.lock);
        }
        text
    }

    /// The table, or the rows that stand in its place.
    fn from(&mut self, select: &Select, alias: &str) -> String {
        if select.united.is_empty() {
            let mut text = format!(" FROM {}", named(select.root, alias));
            hints(&select.hints, &mut text);
            return text;
        }
        let rows = self.apart(|renderer| renderer.united(select));
        format!(" FROM ({rows}) AS {}", Quoted(alias))
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
        let from = self.from(select, root);
        let joins = self.joins(&select.joins, &names);
        let filter = self.filter(select.filter.as_ref());
        let lock = self.lock(select.lock);
        let names = quoted_list(select.root.columns.iter().map(|column| column.name));
        let mut text = format!(
            "SELECT {}{names} FROM (SELECT {listed}, ROW_NUMBER() OVER ({}) AS `#position`{from}{joins}{filter}{lock}) \
             AS `numbered` GROUP BY {names} ORDER BY MIN(`#position`)",
            comment(select.comment.as_deref()),
            order.trim_start(),
        );
        limits(select, &mut text);
        text
    }

    fn lock(&self, lock: Option<Lock>) -> String {
        let Some(Lock { strength, wait }) = lock else { return String::new() };
        let strength = match strength {
            Strength::Update => " FOR UPDATE",
            Strength::Share => self.flavour().share_lock(),
        };
        let wait = match wait {
            OnLock::Wait => "",
            OnLock::Fail => " NOWAIT",
            OnLock::Skip => " SKIP LOCKED",
        };
        format!("{strength}{wait}")
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

//! Questions as text: the whole of one, what it counts, and whether it finds anything.

use crate::sql::by_key::columns;
use crate::sql::dialect::{Flavour, Quoted, comment, quoted_list};
use crate::sql::render::{Names, Renderer, Step};
use crate::sql::select::{HintKind, IndexHint, Lock, OnLock, Select, Strength, Union};
use crate::sql::{Expression, Function, Statement};

impl Select {
    /// The rows: what is listed, or all columns of the root table. With `limit` and a join to many, an object counts once
    /// however many rows it has.
    pub(crate) fn rows(&self, flavour: Flavour) -> Statement {
        let mut renderer = Renderer::new(flavour);
        renderer.question(self);
        renderer.finish()
    }

    /// The same, with one row for each object.
    pub(crate) fn rows_each_once(&self, flavour: Flavour) -> Statement {
        if self.listed.is_some() || !self.repeats_objects() {
            return self.rows(flavour);
        }
        let mut renderer = Renderer::new(flavour);
        renderer.with(self);
        renderer.rows_once(self);
        renderer.finish()
    }

    /// How many rows or objects there are; with `limit` or `offset`, of those that these let through.
    pub(crate) fn count(&self, flavour: Flavour) -> Statement {
        let mut renderer = Renderer::new(flavour);
        renderer.with(self);
        if self.is_limited() || self.is_compound() {
            renderer.push("SELECT COUNT(*) FROM (");
            renderer.named_columns(|renderer| renderer.body(&self.counted()));
            renderer.push(") AS `counted`");
            return renderer.finish();
        }
        let names = renderer.enter_all(self.root, &self.joins);
        renderer.select(self);
        match self.listed.is_none() && self.repeats_objects() {
            true => {
                renderer.push("COUNT(DISTINCT ");
                renderer.columns(self.root, self.root.primary_key, &names.root);
                renderer.push(")");
            }
            false => renderer.push("COUNT(*)"),
        }
        renderer.rest(&self.counted(), &names, &Extra::default());
        renderer.finish()
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
        renderer.with(self);
        let names = renderer.enter_all(self.root, &self.joins);
        let group = match one.offset.is_some() && one.repeats_objects() {
            true => format!(" GROUP BY {}", columns(self.root, self.root.primary_key, &names.root)),
            false => String::new(),
        };
        renderer.select(self);
        renderer.push("1");
        renderer.rest(&one, &names, &Extra { group, ..Extra::default() });
        renderer.finish()
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
#[derive(Default)]
pub(super) struct Extra {
    /// To what is read together with the rows, where it is there.
    pub(super) joins: Vec<Step>,
    pub(super) group: String,
}

impl Renderer {
    /// A whole question, with the names that it gives to others.
    pub(super) fn question(&mut self, select: &Select) {
        self.with(select);
        self.body(select);
    }

    /// What stands before a question that reads common tables.
    pub(super) fn with(&mut self, select: &Select) {
        if select.with.is_empty() {
            return;
        }
        self.push(if select.with.iter().any(|common| common.recursive) { "WITH RECURSIVE " } else { "WITH " });
        self.each(&select.with, |renderer, common| {
            renderer.quoted(common.table.name);
            renderer.push(" (");
            renderer.each(common.table.columns, |renderer, column| renderer.quoted(column.name));
            renderer.push(") AS (");
            renderer.apart(|renderer| renderer.question(&common.select));
            renderer.push(")");
        });
        self.push(" ");
    }

    /// The first word, and what the log of slow statements is to show.
    pub(super) fn select(&mut self, select: &Select) {
        self.push("SELECT ");
        self.push(&comment(select.comment.as_deref()));
    }

    /// A question without the names that it gives to others.
    fn body(&mut self, select: &Select) {
        if !select.is_union_of_rows() {
            return self.one(select);
        }
        self.united(select);
        self.order(&select.order, &[]);
        self.limits(select);
    }

    /// The parts of a union. Locks are those of the parts.
    fn united(&mut self, select: &Select) {
        for (place, (union, part)) in select.united.iter().enumerate() {
            self.push(match (place, union) {
                (0, _) => "",
                (_, Union::All) => " UNION ALL ",
                (_, Union::Distinct) => " UNION ",
            });
            let part = Select { lock: part.lock.or(select.lock), ..part.clone() };
            self.apart(|renderer| renderer.united_part(&part));
        }
    }

    /// One of the parts. MariaDB 10.11 knows no WITH there, also not in parentheses.
    fn united_part(&mut self, part: &Select) {
        let stands_alone =
            !part.is_limited() && part.order.is_empty() && part.lock.is_none() && !part.is_union_of_rows();
        match (part.with.is_empty(), stands_alone) {
            (true, true) => self.body(part),
            (true, false) => {
                self.push("(");
                self.body(part);
                self.push(")");
            }
            (false, _) => {
                self.push("SELECT * FROM (");
                match part.listed {
                    Some(_) => self.named_columns(|renderer| renderer.question(part)),
                    None => self.question(part),
                }
                self.push(") AS ");
                let name = self.free_name("part");
                self.quoted(&name);
            }
        }
    }

    fn one(&mut self, select: &Select) {
        if select.numbers_rows() {
            return self.rows_once(select);
        }
        let names = self.enter_all(select.root, &select.joins);
        self.select(select);
        self.push(if select.distinct { "DISTINCT " } else { "" });
        match &select.listed {
            Some(listed) => self.listed(listed, &select.spoken_of()),
            None => self.all_columns(select.root, &names.root),
        }
        self.rest(select, &names, &Extra::default());
    }

    /// Everything from FROM on.
    pub(super) fn rest(&mut self, select: &Select, names: &Names, extra: &Extra) {
        self.from(select, &names.root);
        self.joins(&select.joins, names);
        extra.joins.iter().for_each(|step| self.join(" LEFT JOIN ", step));
        self.filter(select.filter.as_ref());
        let listed = select.listed.as_deref().unwrap_or_default();
        self.push(&extra.group);
        self.group(&select.group, listed);
        if let Some(having) = &select.having {
            self.push(" HAVING ");
            self.having(having, listed, &select.spoken_of());
        }
        // One row has no order, and ONLY_FULL_GROUP_BY takes none.
        if !select.is_aggregated() {
            self.order(&select.order, listed);
        }
        self.limits(select);
        if select.united.is_empty() {
            self.lock(select.lock);
        }
    }

    /// The table, or the rows that stand in its place.
    fn from(&mut self, select: &Select, alias: &str) {
        self.push(" FROM ");
        if select.united.is_empty() {
            self.named(select.root, alias);
            return self.hints(&select.hints);
        }
        self.push("(");
        self.apart(|renderer| renderer.united(select));
        self.push(") AS ");
        self.quoted(alias);
    }

    /// Each object once, in the order of its first row: rows are numbered in the order asked for, and an object takes the
    /// lowest of its numbers.
    fn rows_once(&mut self, select: &Select) {
        let names = self.enter_all(select.root, &select.joins);
        let own = quoted_list(select.root.columns.iter().map(|column| column.name));
        self.select(select);
        self.push(&own);
        self.push(" FROM (SELECT ");
        self.all_columns(select.root, &names.root);
        self.push(", ROW_NUMBER() OVER (");
        match select.order.as_slice() {
            [] => {
                self.push("ORDER BY ");
                self.columns(select.root, select.root.primary_key, &names.root);
            }
            order => self.order_by(order, &[]),
        }
        self.push(") AS `#position`");
        self.from(select, &names.root);
        self.joins(&select.joins, &names);
        self.filter(select.filter.as_ref());
        self.lock(select.lock);
        self.write(format_args!(") AS `numbered` GROUP BY {own} ORDER BY MIN(`#position`)"));
        self.limits(select);
    }

    fn lock(&mut self, lock: Option<Lock>) {
        let Some(Lock { strength, wait }) = lock else { return };
        self.push(match strength {
            Strength::Update => " FOR UPDATE",
            Strength::Share => self.flavour().share_lock(),
        });
        self.push(match wait {
            OnLock::Wait => "",
            OnLock::Fail => " NOWAIT",
            OnLock::Skip => " SKIP LOCKED",
        });
    }

    fn limits(&mut self, select: &Select) {
        match (select.limit, select.offset) {
            (Some(limit), Some(offset)) => self.write(format_args!(" LIMIT {limit} OFFSET {offset}")),
            (Some(limit), None) => self.write(format_args!(" LIMIT {limit}")),
            // The servers know no OFFSET without LIMIT. (<https://dev.mysql.com/doc/refman/9.0/en/select.html>)
            (None, Some(offset)) => self.write(format_args!(" LIMIT {} OFFSET {offset}", u64::MAX)),
            (None, None) => {}
        }
    }

    fn hints(&mut self, hints: &[IndexHint]) {
        for IndexHint { kind, index } in hints {
            let word = match kind {
                HintKind::Use => "USE",
                HintKind::Force => "FORCE",
                HintKind::Ignore => "IGNORE",
            };
            self.write(format_args!(" {word} INDEX ({})", Quoted(index)));
        }
    }
}

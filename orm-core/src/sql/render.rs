//! The renderer: the text that is written, the values in it in their order, which name a table goes by where it is read more
//! than once, and the clauses of a statement.

use std::borrow::Cow;
use std::fmt::{self, Write};

use smallvec::{SmallVec, smallvec};

use crate::schema::{Relationship, RelationshipKind, Table};
use crate::sql::Statement;
use crate::sql::by_key::{push_all_columns, push_column};
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
    let text = |(column, term): &(usize, Expression)| {
        renderer.expression(term);
        (*column, std::mem::take(&mut renderer.text))
    };
    let texts = terms.iter().map(text).collect();
    (texts, renderer.parameters)
}

/// A condition in a statement that is not made here, and the values in it: each table goes by its own name.
pub(crate) fn condition(condition: &Expression) -> (String, Vec<Value>) {
    let mut renderer = Renderer::new(Flavour::MariaDb);
    renderer.expression(condition);
    (renderer.text, renderer.parameters)
}

/// What a table is called: mostly its own name.
pub(super) type Alias = Cow<'static, str>;

/// Writes a text and collects the values in it, and knows which tables can be named.
pub(crate) struct Renderer {
    text: String,
    parameters: Vec<Value>,
    names: Vec<(TableRef, Alias)>,
    used: Vec<Alias>,
    flavour: Flavour,
    /// Whether each column of a result gets a name of its own.
    names_columns: bool,
    /// Terms that have a name here.
    known: Vec<(Expression, String)>,
}

/// What the tables of a question are called.
pub(crate) struct Names {
    pub(super) root: Alias,
    joined: SmallVec<[Alias; 4]>,
}

/// A table on the way along a relationship, with its name here and how it hangs together with the one before.
pub(super) struct Step {
    pub(super) table: &'static Table,
    pub(super) alias: Alias,
    on: [Columns; 2],
}

/// Some columns of a table that goes by this name.
struct Columns {
    table: &'static Table,
    columns: &'static [usize],
    alias: Alias,
}

impl Renderer {
    pub(crate) fn new(flavour: Flavour) -> Self {
        Self {
            // Most questions fit.
            text: String::with_capacity(512),
            parameters: Vec::new(),
            names: Vec::new(),
            used: Vec::new(),
            flavour,
            names_columns: false,
            known: Vec::new(),
        }
    }

    pub(crate) fn finish(self) -> Statement {
        Statement::new(self.text, self.parameters)
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn write(&mut self, text: fmt::Arguments<'_>) {
        self.text.write_fmt(text).expect("a String takes everything");
    }

    pub(super) fn quoted(&mut self, name: &str) {
        Quoted(name).push_to(&mut self.text);
    }

    /// A column of a table that goes by this name.
    pub(super) fn column(&mut self, table: &Table, place: usize, alias: &str) {
        push_column(&mut self.text, table, place, alias);
    }

    /// Several columns, with commas between them.
    pub(super) fn columns(&mut self, table: &Table, places: &[usize], alias: &str) {
        for (number, &place) in places.iter().enumerate() {
            self.push(if number == 0 { "" } else { ", " });
            self.column(table, place, alias);
        }
    }

    /// All columns of a table that goes by this name.
    pub(super) fn all_columns(&mut self, table: &'static Table, alias: &str) {
        push_all_columns(&mut self.text, table, alias);
    }

    /// A table, and the name by which it goes.
    pub(super) fn named(&mut self, table: &Table, alias: &str) {
        self.quoted(table.name);
        if alias != table.name {
            self.push(" AS ");
            self.quoted(alias);
        }
    }

    /// Something with commas between.
    pub(super) fn each<T>(&mut self, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        for (number, item) in items.into_iter().enumerate() {
            self.push(if number == 0 { "" } else { ", " });
            write(self, item);
        }
    }

    pub(crate) fn flavour(&self) -> Flavour {
        self.flavour
    }

    /// These values stand in the text next.
    pub(super) fn bind(&mut self, values: impl IntoIterator<Item = Value>) {
        self.parameters.extend(values);
    }

    /// From here on the table can be named; by the name that is wanted where that is free.
    pub(super) fn enter(&mut self, table: TableRef) -> Alias {
        let alias = self.free_name(table.name());
        self.names.push((table, alias.clone()));
        alias
    }

    /// A name for a table that is read, but not spoken of: conditions on its model mean another reading of it.
    pub(super) fn free_name(&mut self, name: &'static str) -> Alias {
        let mut alias = Cow::Borrowed(name);
        let mut number = 0;
        while self.used.contains(&alias) {
            number += 1;
            alias = format!("{name}_{number}").into();
        }
        self.used.push(alias.clone());
        alias
    }

    /// The name that the table goes by.
    pub(super) fn alias(&self, table: TableRef) -> Alias {
        let found = self.names.iter().rev().find(|(other, _)| *other == table);
        found.map_or_else(|| table.name().into(), |(_, alias)| alias.clone())
    }

    /// Something that gives names to tables, which nobody knows after it.
    pub(crate) fn apart(&mut self, write: impl FnOnce(&mut Self)) {
        let (named, used) = (self.names.len(), self.used.len());
        let known = std::mem::take(&mut self.known);
        write(self);
        self.known = known;
        self.names.truncate(named);
        self.used.truncate(used);
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

    pub(super) fn joins(&mut self, joins: &[Join], names: &Names) {
        for (join, alias) in joins.iter().zip(&names.joined) {
            let (Join::Along { kind, .. } | Join::On { kind, .. }) = join;
            let word = match kind {
                JoinKind::Inner => " INNER JOIN ",
                JoinKind::Left => " LEFT JOIN ",
            };
            match join {
                Join::Along { from, relationship, .. } => {
                    let from_alias = self.alias(*from);
                    for step in self.path((from.table, from_alias), relationship, alias.clone()) {
                        self.join(word, &step);
                    }
                }
                Join::On { to, condition, .. } => {
                    self.push(word);
                    self.named(to.table, alias);
                    self.push(" ON ");
                    self.expression(condition);
                }
            }
        }
    }

    pub(super) fn join(&mut self, word: &str, step: &Step) {
        self.push(word);
        self.named(step.table, &step.alias);
        self.push(" ON ");
        self.link(step);
    }

    /// How a table on the way hangs together with the one before.
    fn link(&mut self, step: &Step) {
        let [one, other] = &step.on;
        self.equal((one.table, one.columns, &one.alias), (other.table, other.columns, &other.alias));
    }

    /// Columns of two tables are equal.
    pub(super) fn equal(&mut self, one: (&Table, &[usize], &str), other: (&Table, &[usize], &str)) {
        let pairs = one.1.iter().zip(other.1);
        for (number, (&left, &right)) in pairs.enumerate() {
            self.push(if number == 0 { "" } else { " AND " });
            self.column(one.0, left, one.2);
            self.push(" = ");
            self.column(other.0, right, other.2);
        }
    }

    /// What is listed, with commas between; the terms at these places get a name.
    pub(super) fn listed(&mut self, listed: &[Expression], named: &[usize]) {
        self.each(listed.iter().enumerate(), |renderer, (place, term)| {
            renderer.part(term);
            if renderer.names_columns || named.contains(&place) {
                renderer.push(" AS ");
                renderer.quoted(&column_alias(place));
            }
        });
    }

    /// Something in which each column of a result gets a name of its own.
    pub(super) fn named_columns(&mut self, write: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.names_columns, true);
        write(self);
        self.names_columns = before;
    }

    /// What stands after HAVING; the listed terms at these places go by their names.
    pub(super) fn having(&mut self, having: &Expression, listed: &[Expression], named: &[usize]) {
        self.known = named.iter().map(|&place| (listed[place].clone(), column_alias(place))).collect();
        self.expression(having);
        self.known = Vec::new();
    }

    /// Writes the name that a term has here, if it has one.
    pub(super) fn is_named(&mut self, term: &Expression) -> bool {
        let known = self.known.iter().find(|(known, _)| known == term);
        known.inspect(|(_, name)| Quoted(name).push_to(&mut self.text)).is_some()
    }

    pub(super) fn group(&mut self, group: &[Expression], listed: &[Expression]) {
        if !group.is_empty() {
            self.push(" GROUP BY ");
            self.each(group, |renderer, term| renderer.named_again(term, listed));
        }
    }

    /// A term that is listed too goes by its place where its text is another one each time, or two `?`, which are never the same
    /// to the server.
    fn named_again(&mut self, term: &Expression, listed: &[Expression]) {
        match listed.iter().position(|other| other == term) {
            Some(place) if !term.has_one_text() => self.write(format_args!("{}", place + 1)),
            _ => self.expression(term),
        }
    }

    pub(super) fn filter(&mut self, filter: Option<&Expression>) {
        if let Some(filter) = filter {
            self.push(" WHERE ");
            self.expression(filter);
        }
    }

    /// The same rows, found by a question of its own before the first of them is changed: MySQL changes no table that a
    /// condition reads. DISTINCT keeps it from making one question of the two.
    /// (<https://dev.mysql.com/doc/refman/9.0/en/derived-table-optimization.html>)
    pub(super) fn filter_by_key(&mut self, table: &'static Table, filter: &Expression) {
        let alias = self.alias(TableRef::plain(table));
        self.push(" WHERE (");
        self.columns(table, table.primary_key, &alias);
        self.push(") IN (SELECT * FROM (SELECT DISTINCT ");
        let outside = self.names.len();
        let alias = self.enter(TableRef::plain(table));
        self.columns(table, table.primary_key, &alias);
        self.push(" FROM ");
        self.named(table, &alias);
        self.push(" WHERE ");
        self.expression(filter);
        self.names.truncate(outside);
        self.push(") AS `found`)");
    }

    /// What stands after SET in an UPDATE of this table.
    pub(super) fn assignments(&mut self, table: &'static Table, assignments: &[(usize, Expression)]) {
        let alias = self.alias(TableRef::plain(table));
        self.each(assignments, |renderer, (column, value)| {
            renderer.column(table, *column, &alias);
            renderer.push(" = ");
            renderer.expression(value);
        });
    }

    pub(super) fn order(&mut self, order: &[Ordering], listed: &[Expression]) {
        if !order.is_empty() {
            self.push(" ");
            self.order_by(order, listed);
        }
    }

    /// The same, without a space before it.
    pub(super) fn order_by(&mut self, order: &[Ordering], listed: &[Expression]) {
        self.push("ORDER BY ");
        self.each(order, |renderer, ordering| {
            renderer.named_again(&ordering.by, listed);
            renderer.push(match ordering.direction {
                Direction::Ascending => "",
                Direction::Descending => " DESC",
            });
        });
    }

    pub(super) fn related(
        &mut self,
        owner: TableRef,
        relationship: &'static Relationship,
        condition: Option<&Expression>,
    ) {
        let from = self.alias(owner);
        // In a statement that is not made here it has not been entered.
        if !self.used.contains(&from) {
            self.used.push(from.clone());
        }
        let to = self.enter(TableRef::plain((relationship.target)()));
        let path = self.path((owner.table, from), relationship, to);
        let (first, others) = path.split_first().expect("a relationship leads somewhere");
        self.push("EXISTS (SELECT 1 FROM ");
        self.named(first.table, &first.alias);
        others.iter().for_each(|step| self.join(" INNER JOIN ", step));
        self.push(" WHERE ");
        self.link(first);
        if let Some(condition) = condition {
            self.push(" AND ");
            self.part(condition);
        }
        self.push(")");
    }

    /// The way along a relationship, under names that no condition speaks of.
    pub(super) fn hidden_path(
        &mut self,
        owner: (&'static Table, Alias),
        relationship: &'static Relationship,
    ) -> SmallVec<[Step; 2]> {
        let to = self.free_name((relationship.target)().name);
        self.path(owner, relationship, to)
    }

    /// The tables on the way along a relationship.
    fn path(
        &mut self,
        (owner, from): (&'static Table, Alias),
        relationship: &'static Relationship,
        to: Alias,
    ) -> SmallVec<[Step; 2]> {
        let target = (relationship.target)();
        let on = |table, columns, alias: &Alias| Columns { table, columns, alias: alias.clone() };
        match relationship.kind {
            RelationshipKind::BelongsTo(reference) => {
                let on = [on(owner, reference.columns, &from), on(target, target.primary_key, &to)];
                smallvec![Step { table: target, alias: to, on }]
            }
            RelationshipKind::HasMany(inverse) | RelationshipKind::HasOne(inverse) => {
                let columns = target.reference(inverse.belongs_to).columns;
                let on = [on(target, columns, &to), on(owner, owner.primary_key, &from)];
                smallvec![Step { table: target, alias: to, on }]
            }
            RelationshipKind::ManyToMany(through) => {
                let table = (through.table)();
                let link = self.free_name(table.name);
                let here = [on(table, through.from_columns(), &link), on(owner, owner.primary_key, &from)];
                let there = [on(target, target.primary_key, &to), on(table, through.to_columns(), &link)];
                smallvec![Step { table, alias: link, on: here }, Step { table: target, alias: to, on: there }]
            }
        }
    }
}

fn column_alias(place: usize) -> String {
    format!("#{}", place + 1)
}

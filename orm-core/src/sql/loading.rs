//! Statements that load what is related.

use std::fmt::Write;

use crate::schema::{Relationship, RelationshipKind, Sort, Table, Through};
use crate::sql::dialect::{Flavour, Quoted, comment, quoted_list};
use crate::sql::render::{Renderer, equal, named};
use crate::sql::select::{Extra, all_columns, columns, key_condition, named_key_condition};
use crate::sql::{Direction, Expression, Ordering, Select, Statement, TableRef, rows_by_columns};
use crate::value::{KeyValue, Value};

/// A relationship to one, whose target is read together with its owner.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fetch {
    /// What it begins at: 0 for the rows asked for, else the one before which has this number, counted from 1.
    pub(crate) from: usize,
    /// Its table.
    pub(crate) table: &'static Table,
    /// The place among the table's relationships.
    pub(crate) relationship: usize,
}

impl Fetch {
    /// The table that it leads to.
    pub(crate) fn target(&self) -> &'static Table {
        (self.table.relationships[self.relationship].target)()
    }
}

/// The rows of a table in which these columns have one of these keys, in this order.
pub(crate) fn rows_in_order(table: &'static Table, by: &[usize], keys: &[KeyValue], order: &[Sort]) -> Statement {
    let rows = rows_by_columns(table, by, keys);
    Statement { text: rows.text + &in_order(table, order), ..rows }
}

/// Pairs of keys as [`links_by_keys`](crate::sql::links_by_keys) asks for them, in this order of what they lead to.
pub(crate) fn links_in_order(through: &Through, target: &Table, keys: &[KeyValue], order: &[Sort]) -> Statement {
    let association = (through.table)();
    let (from, to) = (through.from_columns(), through.to_columns());
    let listed = columns(association, &[from, to].concat(), association.name);
    let on = equal(target, target.primary_key, target.name, association, to, association.name);
    let (condition, parameters) = key_condition(association, from, keys);
    let text = format!(
        "SELECT {listed} FROM {} INNER JOIN {} ON {on} WHERE {condition}{}",
        Quoted(association.name),
        Quoted(target.name),
        in_order(target, order)
    );
    Statement { text, parameters }
}

/// Where the columns are equal, the primary key decides.
fn in_order(table: &Table, order: &[Sort]) -> String {
    let key = table.primary_key.iter().map(|&column| Sort::Ascending(column));
    let term = |sort: Sort| match sort {
        Sort::Ascending(column) => columns(table, &[column], table.name),
        Sort::Descending(column) => format!("{} DESC", columns(table, &[column], table.name)),
    };
    let terms: Vec<String> = order.iter().copied().chain(key).map(term).collect();
    format!(" ORDER BY {}", terms.join(", "))
}

impl Select {
    /// All columns of the root table, and of the targets of relationships to one, which are `NULL` where there is none. They
    /// go by names that no condition speaks of.
    pub(crate) fn rows_with(&self, fetched: &[Fetch], flavour: Flavour) -> Statement {
        if fetched.is_empty() {
            return self.rows(flavour);
        }
        let mut renderer = Renderer::new(flavour);
        let with = renderer.with(self);
        let names = renderer.enter_all(self.root, &self.joins);
        let mut columns = all_columns(self.root, &names.root);
        let mut extra = Extra::default();
        let mut places = vec![names.root.clone()];
        for fetch in fetched {
            let relationship = &fetch.table.relationships[fetch.relationship];
            for (table, alias, on) in renderer.hidden_path((fetch.table, &places[fetch.from]), relationship) {
                let _ = write!(columns, ", {}", all_columns(table, &alias));
                let _ = write!(extra.joins, " LEFT JOIN {} ON {on}", named(table, &alias));
                places.push(alias);
            }
        }
        let rest = renderer.rest(self, &names, &extra);
        renderer.finish(format!("{with}SELECT {}{columns}{rest}", comment(self.comment.as_deref())))
    }
}

/// A question for some of the members that a `has_many` or `many_to_many` leads to, which can be asked for many owners at once.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RelatedSelect {
    pub(crate) owner: TableRef,
    /// The place among the owner's relationships.
    pub(crate) relationship: usize,
    pub(crate) filter: Option<Expression>,
    /// Where it is empty, the relationship's own order holds.
    pub(crate) order: Vec<Ordering>,
    /// At most so many members of each owner.
    pub(crate) limit: Option<u64>,
}

/// Where members are read.
struct Source {
    /// What stands after FROM.
    from: String,
    /// What is asked for: all columns of the members, and what refers to their owners where it is not among them.
    listed: String,
    /// What refers to their owners: some columns of a table that goes by this name.
    table: &'static Table,
    alias: String,
    owner: &'static [usize],
}

impl RelatedSelect {
    /// All members of any owner.
    pub(crate) fn of(owner: &'static Table, relationship: usize) -> Self {
        Self { owner: TableRef::plain(owner), relationship, filter: None, order: Vec::new(), limit: None }
    }

    pub(crate) fn add_filter(&mut self, condition: Expression) {
        self.filter = Some(match self.filter.take() {
            Some(filter) => filter.and(condition),
            None => condition,
        });
    }

    /// The table of the members.
    pub(crate) fn target(&self) -> &'static Table {
        (self.descriptor().target)()
    }

    /// The places, in the rows that this asks for, of what refers to the owner.
    pub(crate) fn owner_places(&self) -> Vec<usize> {
        let width = self.target().columns.len();
        match self.descriptor().kind {
            RelationshipKind::ManyToMany(through) => (width..width + through.from_columns().len()).collect(),
            _ => self.foreign_key().to_vec(),
        }
    }

    /// The members of the owners with these keys, in order.
    pub(crate) fn rows(&self, keys: &[KeyValue]) -> Statement {
        match self.limit {
            Some(limit) => self.first_rows(keys, limit),
            None => self.all_rows(keys, ""),
        }
    }

    /// Some of the members of the owner with this key.
    pub(crate) fn page(&self, key: KeyValue, offset: u64, limit: u64) -> Statement {
        self.all_rows(&[key], &format!(" LIMIT {limit} OFFSET {offset}"))
    }

    /// What refers to each of the owners with these keys, and how many members it has; owners without any are not there.
    pub(crate) fn counts(&self, keys: &[KeyValue]) -> Statement {
        let mut renderer = Renderer::new(Flavour::MariaDb);
        let source = match (self.descriptor().kind, &self.filter) {
            (RelationshipKind::ManyToMany(through), None) => links(&mut renderer, &through),
            _ => self.source(&mut renderer),
        };
        let condition = self.condition(&mut renderer, &source, keys);
        let by = columns(source.table, source.owner, &source.alias);
        renderer.finish(format!("SELECT {by}, COUNT(*) FROM {} WHERE {condition} GROUP BY {by}", source.from))
    }

    fn all_rows(&self, keys: &[KeyValue], limits: &str) -> Statement {
        let mut renderer = Renderer::new(Flavour::MariaDb);
        let source = self.source(&mut renderer);
        let condition = self.condition(&mut renderer, &source, keys);
        let order = renderer.order(&self.whole_order(), &[]);
        let Source { from, listed, .. } = source;
        renderer.finish(format!("SELECT {listed} FROM {from} WHERE {condition}{order}{limits}"))
    }

    /// The first members of each owner: they are numbered, owner by owner, in the order asked for.
    fn first_rows(&self, keys: &[KeyValue], limit: u64) -> Statement {
        let mut renderer = Renderer::new(Flavour::MariaDb);
        let source = self.source(&mut renderer);
        let order = renderer.order(&self.whole_order(), &[]);
        let condition = self.condition(&mut renderer, &source, keys);
        renderer.bind([Value::UInt(limit)]);
        let names = self.names();
        let owner = columns(source.table, source.owner, &source.alias);
        let Source { from, listed, .. } = source;
        renderer.finish(format!(
            "SELECT {names} FROM (SELECT {listed}, ROW_NUMBER() OVER (PARTITION BY {owner}{order}) AS `#position` FROM {from} \
             WHERE {condition}) AS `numbered` WHERE `#position` <= ? ORDER BY `#position`"
        ))
    }

    fn source(&self, renderer: &mut Renderer) -> Source {
        let target = self.target();
        let name = renderer.enter(TableRef::plain(target));
        let listed = all_columns(target, &name);
        let RelationshipKind::ManyToMany(through) = self.descriptor().kind else {
            let from = Quoted(target.name).to_string();
            return Source { from, listed, table: target, alias: name, owner: self.foreign_key() };
        };
        let link = links(renderer, &through);
        let on = equal(link.table, through.to_columns(), &link.alias, target, target.primary_key, &name);
        let from = format!("{} INNER JOIN {} ON {on}", Quoted(target.name), link.from);
        let owner = link.owner.iter().enumerate().map(|(part, &column)| {
            format!(", {} AS {}", columns(link.table, &[column], &link.alias), Quoted(&owner_name(part)))
        });
        Source { from, listed: std::iter::once(listed).chain(owner).collect(), ..link }
    }

    /// The names of what is listed, as a question around this one sees them.
    fn names(&self) -> String {
        let own = self.target().columns.iter().map(|column| column.name.to_owned());
        let owner = match self.descriptor().kind {
            RelationshipKind::ManyToMany(through) => through.from_columns().len(),
            _ => 0,
        };
        let names: Vec<String> = own.chain((0..owner).map(owner_name)).collect();
        quoted_list(names.iter().map(String::as_str))
    }

    fn condition(&self, renderer: &mut Renderer, source: &Source, keys: &[KeyValue]) -> String {
        let (owners, values) = named_key_condition(source.table, &source.alias, source.owner, keys);
        renderer.bind(values);
        match &self.filter {
            Some(filter) => format!("{owners} AND {}", renderer.part(filter)),
            None => owners,
        }
    }

    /// What was asked for, else what the relationship declares; the primary key decides where that is equal.
    fn whole_order(&self) -> Vec<Ordering> {
        let target = self.target();
        let order = |column: usize, direction| Ordering { by: Expression::column(target, column), direction };
        let declared = self.descriptor().order.iter().map(|sort| match *sort {
            Sort::Ascending(column) => order(column, Direction::Ascending),
            Sort::Descending(column) => order(column, Direction::Descending),
        });
        let asked = match self.order.as_slice() {
            [] => declared.collect(),
            asked => asked.to_vec(),
        };
        let key = target.primary_key.iter().map(|&column| order(column, Direction::Ascending));
        asked.into_iter().chain(key).collect()
    }

    fn descriptor(&self) -> &'static Relationship {
        &self.owner.table.relationships[self.relationship]
    }

    /// What refers to the owner, where the members' table does.
    fn foreign_key(&self) -> &'static [usize] {
        self.descriptor().inverse().map_or(&[], |inverse| self.target().reference(inverse.belongs_to).columns)
    }
}

/// The link rows themselves.
fn links(renderer: &mut Renderer, through: &Through) -> Source {
    let table = (through.table)();
    let alias = renderer.free_name(table.name);
    Source { from: named(table, &alias), listed: String::new(), table, alias, owner: through.from_columns() }
}

fn owner_name(part: usize) -> String {
    format!("#owner_{part}")
}

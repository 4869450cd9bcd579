//! Questions for some of the members of a collection, for many owners at once.

use crate::schema::{Relationship, RelationshipKind, Sort, Table, Through};
use crate::sql::by_key::named_key_condition;
use crate::sql::dialect::{Flavour, quoted_list};
use crate::sql::render::{Alias, Renderer};
use crate::sql::select::both;
use crate::sql::{Direction, Expression, Ordering, Statement, TableRef};
use crate::value::{KeyValue, Value};

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

/// Where members are read, and what refers to their owners.
struct Source {
    /// The members' table, where it is read, and its name.
    members: Option<(&'static Table, Alias)>,
    /// The table whose columns refer to the owners, and its name.
    table: &'static Table,
    alias: Alias,
    owner: &'static [usize],
}

impl RelatedSelect {
    /// All members of any owner.
    pub(crate) fn of(owner: &'static Table, relationship: usize) -> Self {
        Self { owner: TableRef::plain(owner), relationship, filter: None, order: Vec::new(), limit: None }
    }

    pub(crate) fn add_filter(&mut self, condition: Expression) {
        self.filter = Some(both(self.filter.take(), condition));
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
        renderer.push("SELECT ");
        source.push_owner(&mut renderer);
        renderer.push(", COUNT(*)");
        self.from(&mut renderer, &source);
        self.condition(&mut renderer, &source, keys);
        renderer.push(" GROUP BY ");
        source.push_owner(&mut renderer);
        renderer.finish()
    }

    fn all_rows(&self, keys: &[KeyValue], limits: &str) -> Statement {
        let mut renderer = Renderer::new(Flavour::MariaDb);
        let source = self.source(&mut renderer);
        renderer.push("SELECT ");
        self.listed(&mut renderer, &source);
        self.from(&mut renderer, &source);
        self.condition(&mut renderer, &source, keys);
        renderer.order(&self.whole_order(), &[]);
        renderer.push(limits);
        renderer.finish()
    }

    /// The first members of each owner: they are numbered, owner by owner, in the order asked for.
    fn first_rows(&self, keys: &[KeyValue], limit: u64) -> Statement {
        let mut renderer = Renderer::new(Flavour::MariaDb);
        let source = self.source(&mut renderer);
        renderer.write(format_args!("SELECT {} FROM (SELECT ", self.names()));
        self.listed(&mut renderer, &source);
        renderer.push(", ROW_NUMBER() OVER (PARTITION BY ");
        source.push_owner(&mut renderer);
        renderer.order(&self.whole_order(), &[]);
        renderer.push(") AS `#position`");
        self.from(&mut renderer, &source);
        self.condition(&mut renderer, &source, keys);
        renderer.push(") AS `numbered` WHERE `#position` <= ? ORDER BY `#position`");
        renderer.bind([Value::UInt(limit)]);
        renderer.finish()
    }

    fn source(&self, renderer: &mut Renderer) -> Source {
        let target = self.target();
        let name = renderer.enter(TableRef::plain(target));
        match self.descriptor().kind {
            RelationshipKind::ManyToMany(through) => {
                Source { members: Some((target, name)), ..links(renderer, &through) }
            }
            _ => Source { members: None, table: target, alias: name, owner: self.foreign_key() },
        }
    }

    /// What is asked for: all columns of the members, and what refers to their owners where it is not among them.
    fn listed(&self, renderer: &mut Renderer, source: &Source) {
        let Some((members, name)) = &source.members else {
            return renderer.all_columns(source.table, &source.alias);
        };
        renderer.all_columns(members, name);
        for (part, &column) in source.owner.iter().enumerate() {
            renderer.push(", ");
            renderer.column(source.table, column, &source.alias);
            renderer.push(" AS ");
            renderer.quoted(&owner_name(part));
        }
    }

    fn from(&self, renderer: &mut Renderer, source: &Source) {
        renderer.push(" FROM ");
        if let (Some((members, name)), RelationshipKind::ManyToMany(through)) =
            (&source.members, self.descriptor().kind)
        {
            renderer.named(members, name);
            renderer.push(" INNER JOIN ");
            renderer.named(source.table, &source.alias);
            renderer.push(" ON ");
            let to = (source.table, through.to_columns(), &*source.alias);
            renderer.equal(to, (members, members.primary_key, name));
        } else {
            renderer.named(source.table, &source.alias);
        }
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

    fn condition(&self, renderer: &mut Renderer, source: &Source, keys: &[KeyValue]) {
        let (owners, values) = named_key_condition(source.table, &source.alias, source.owner, keys);
        renderer.write(format_args!(" WHERE {owners}"));
        renderer.bind(values);
        if let Some(filter) = &self.filter {
            renderer.push(" AND ");
            renderer.part(filter);
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

impl Source {
    fn push_owner(&self, renderer: &mut Renderer) {
        renderer.columns(self.table, self.owner, &self.alias);
    }
}

/// The link rows themselves.
fn links(renderer: &mut Renderer, through: &Through) -> Source {
    let table = (through.table)();
    let alias = renderer.free_name(table.name);
    Source { members: None, table, alias, owner: through.from_columns() }
}

fn owner_name(part: usize) -> String {
    format!("#owner_{part}")
}

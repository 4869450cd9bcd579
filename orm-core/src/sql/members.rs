//! Questions for some of the members of a collection, for many owners at once.

use crate::schema::{Relationship, RelationshipKind, Sort, Table, Through};
use crate::sql::by_key::{all_columns, columns, named_key_condition};
use crate::sql::dialect::{Flavour, Quoted, quoted_list};
use crate::sql::render::{Renderer, equal, named};
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

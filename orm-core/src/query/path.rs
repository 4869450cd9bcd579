//! What a query loads along with its objects: paths along relationships.

use std::fmt;
use std::marker::PhantomData;

use crate::model::Record;
use crate::query::{Lazy, Query};
use crate::relation::{Relation, Same, kind};
use crate::schema::Table;
use crate::sql::{Fetch, Flavour, Select, Statement};

/// A way along relationships that begins at `A` and leads to `B`: `Project::employees.then(Employee::department)`.
///
/// `K` is made of the kinds of the relationships.
pub struct Path<A, B, K> {
    steps: Vec<Step>,
    types: PhantomData<Types<A, B, K>>,
}

/// The types that a path is about, none of which it holds.
type Types<A, B, K> = fn() -> (A, B, K);

/// One relationship on the way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// The table that the relationship begins at.
    pub(crate) table: &'static Table,
    /// The place among its relationships.
    pub(crate) relationship: usize,
    /// How often it is followed at most: more than once where it leads to its own model.
    pub(crate) levels: usize,
}

/// The kind of a relationship that is followed more than once.
#[derive(Debug)]
pub enum Repeated {}

/// What a query does beside finding its objects.
#[derive(Debug, Clone, Default)]
pub(crate) struct Loading {
    /// Paths that are loaded by a statement for each of their steps.
    pub(crate) with: Vec<Vec<Step>>,
    /// Paths that are loaded by the query's own statement.
    pub(crate) joined: Vec<Vec<Step>>,
    /// Whether more may be loaded later; `None` where the session says so.
    pub(crate) lazy: Option<Lazy>,
}

impl Loading {
    /// What two queries load along.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.with.extend(other.with);
        self.joined.extend(other.joined);
        self.lazy = self.lazy.or(other.lazy);
        self
    }

    /// The relationships that the statement of this question joins, each once. Where it has to number its rows it joins none.
    pub(crate) fn fetched(&self, select: &Select) -> Vec<Fetch> {
        let mut fetched: Vec<Fetch> = Vec::new();
        for path in self.joined.iter().filter(|_| !select.numbers_rows()) {
            let mut from = 0;
            for &Step { table, relationship, .. } in path {
                let is_it = |fetch: &Fetch| fetch.from == from && fetch.relationship == relationship;
                from = 1 + fetched.iter().position(is_it).unwrap_or_else(|| {
                    fetched.push(Fetch { from, table, relationship });
                    fetched.len() - 1
                });
            }
        }
        fetched
    }
}

/// A relationship of `A`, or a path that begins at it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not begin at `{A}`: give a relationship of `{A}`, or a path that begins with one",
    note = "a path goes on from where it has led: `Project::employees.then(Employee::department)`"
)]
pub trait LeadsFrom<A> {
    /// The model at its end.
    type To;
    /// The kinds of its relationships.
    type Kind;

    /// It, as a path.
    fn path(self) -> Path<A, Self::To, Self::Kind>;
}

/// The kind of a relationship or path that leads to at most one object.
#[diagnostic::on_unimplemented(
    message = "a join along this relationship would repeat its owners: use `.with(…)` for what leads to many objects"
)]
pub trait LeadsToOne {}

#[diagnostic::do_not_recommend]
impl<N> LeadsToOne for kind::BelongsTo<N> {}
#[diagnostic::do_not_recommend]
impl LeadsToOne for kind::HasOne {}
#[diagnostic::do_not_recommend]
impl<A: LeadsToOne, B: LeadsToOne> LeadsToOne for (A, B) {}

#[diagnostic::do_not_recommend]
impl<M: Same<A>, A: Record, B: Record, K> LeadsFrom<M> for Relation<A, B, K> {
    type To = B;
    type Kind = K;

    fn path(self) -> Path<M, B, K> {
        Path::new(vec![step(self, 1)])
    }
}

#[diagnostic::do_not_recommend]
impl<M: Same<A>, A, B, K> LeadsFrom<M> for Path<A, B, K> {
    type To = B;
    type Kind = K;

    fn path(self) -> Path<M, B, K> {
        Path::new(self.steps)
    }
}

impl<A: Record, B: Record, K> Relation<A, B, K> {
    /// A path that follows this relationship, and then another one.
    #[must_use]
    pub fn then<L: LeadsFrom<B>>(self, next: L) -> Path<A, L::To, (K, L::Kind)> {
        self.path().then(next)
    }
}

impl<A: Record, K> Relation<A, A, K> {
    /// A path that follows this relationship so many times: `Node::children.levels(2)` leads to the children and theirs. What
    /// comes after it goes on from all of them.
    #[must_use]
    pub fn levels(self, levels: usize) -> Path<A, A, Repeated> {
        Path::new(vec![step(self, levels)])
    }

    /// A path that follows this relationship until nothing new is found.
    #[must_use]
    pub fn recursive(self) -> Path<A, A, Repeated> {
        self.levels(usize::MAX)
    }
}

impl<A, B, K> Path<A, B, K> {
    fn new(steps: Vec<Step>) -> Self {
        Self { steps, types: PhantomData }
    }

    /// The path that goes on with another relationship or path.
    #[must_use]
    pub fn then<L: LeadsFrom<B>>(mut self, next: L) -> Path<A, L::To, (K, L::Kind)> {
        self.steps.extend(next.path().steps);
        Path::new(self.steps)
    }
}

impl<M: Record, S, Source> Query<M, S, Source> {
    /// Loads what a relationship or path leads to together with the objects: one statement for each relationship on the way,
    /// with the keys of all objects that it begins at (for each 1,000 of them), and two for a `many_to_many`. What the session
    /// has is not loaded again.
    ///
    /// Following a relationship loads for all objects of a result anyway. With this it has happened before, which a strict
    /// session asks for.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Department { #[primary_key] id: Auto<i32>, #[has_many] employees: HasMany<Employee> }
    /// # #[derive(Model)]
    /// # struct Employee {
    /// #     #[primary_key] id: Auto<i32>,
    /// #     #[belongs_to] department: BelongsTo<Department>,
    /// #     #[belongs_to] manager: Option<BelongsTo<Employee>>,
    /// #     #[has_many(inverse = manager)] reports: HasMany<Employee>,
    /// # }
    /// # fn list(session: &Session) -> orm_core::Result<()> {
    /// session.query::<Department>().with(Department::employees.then(Employee::manager)).all()?;
    /// session.query::<Employee>().with(Employee::reports.recursive()).all()?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with<L: LeadsFrom<M>>(mut self, path: L) -> Self {
        self.loading.with.push(path.path().steps);
        self
    }

    /// Loads what a `belongs_to` or `has_one` leads to, or a path of these, by a `LEFT JOIN` in the query's own statement. It
    /// is read under names of its own, so that conditions and joins of the query neither see nor change it.
    ///
    /// Where most objects lead to one of their own it saves a statement; where many lead to the same, [`with`](Self::with)
    /// sends that one once. Where a `limit` meets a join to many, it is loaded as by `with`.
    #[must_use]
    pub fn with_joined<L: LeadsFrom<M, Kind: LeadsToOne>>(mut self, path: L) -> Self {
        self.loading.joined.push(path.path().steps);
        self
    }
}

impl<M, S, Source> Query<M, S, Source> {
    /// The statement that asks for the objects.
    pub(crate) fn statement(&self, flavour: Flavour) -> Statement {
        self.select.rows_with(&self.loading.fetched(&self.select), flavour)
    }
}

fn step<A: Record, B, K>(relation: Relation<A, B, K>, levels: usize) -> Step {
    Step { table: A::table(), relationship: relation.place(), levels }
}

impl<A, B, K> Clone for Path<A, B, K> {
    fn clone(&self) -> Self {
        Self::new(self.steps.clone())
    }
}

/// `Project.employees.department`
impl<A, B, K> fmt::Debug for Path<A, B, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.steps.first().map_or("", |step| step.table.model);
        let names = self.steps.iter().map(|step| step.table.relationships[step.relationship].name);
        f.write_str(&std::iter::once(first).chain(names).collect::<Vec<_>>().join("."))
    }
}

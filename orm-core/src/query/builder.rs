//! A query, being put together.

use std::fmt;
use std::marker::PhantomData;

use crate::model::{Optional, Record, Source};
use crate::query::path::Loading;
use crate::query::{
    IntoOrder, Nothing, Outer, PerRow, Predicate, ReadBy, Reading, Reads, ReadsTables, Rows, Selection, United,
};
use crate::relation::Relation;
use crate::sql::{CommonTable, Expression, Flavour, Join, JoinKind, Select, TableRef, Union};

/// A question that reads the models in `S`, for objects of the model `M`, or for [`Rows<T>`](Rows) of values.
///
/// It is made by [`Session::query`](crate::Session::query), which also asks it, or by [`query`], as a value without a session:
/// functions take and give it, and [`on`](Self::on) asks any session.
pub struct Query<M, S = Reading<M, Nothing>, Source = ()> {
    pub(crate) select: Select,
    pub(crate) source: Source,
    pub(crate) autoflush: Autoflush,
    pub(crate) loading: Loading,
    types: PhantomData<fn() -> (M, S)>,
}

/// Whether what has changed is flushed before the question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Autoflush {
    On,
    Off,
}

/// A question for all objects of `M`, as a value without a session.
#[must_use]
pub fn query<M: Record>() -> Query<M> {
    Query::over(())
}

impl<M: Record, Session> Query<M, Reading<M, Nothing>, Session> {
    pub(crate) fn over(source: Session) -> Self {
        Self::of(Select::from(M::table()), source)
    }
}

impl<M, S, Session> Query<M, S, Session> {
    pub(crate) fn of(select: Select, source: Session) -> Self {
        Self { select, source, autoflush: Autoflush::On, loading: Loading::default(), types: PhantomData }
    }

    /// Only objects or rows for which the condition holds; several filters must all hold.
    #[must_use]
    pub fn filter<C: PerRow + ReadBy<S, Place>, Place>(mut self, condition: Predicate<C>) -> Self {
        self.select.add_filter(condition.expression);
        self
    }

    /// Reads the model at the other end of a relationship too; objects without a related one are left out.
    ///
    /// A model is read once by its own name. To read it once more (a self-reference, two relationships to one model), give it
    /// another one: `.join(Employee::manager.to::<Manager>())`, with [`alias!`](crate::alias). Of a model that is read twice by
    /// its own name no column can be named: the compiler says that it cannot infer the `Place`.
    #[must_use]
    pub fn join<A: Source, B: Source, K, Place>(self, relation: Relation<A, B, K>) -> Query<M, Reading<B, S>, Session>
    where
        S: Reads<A, Place>,
    {
        self.along(JoinKind::Inner, relation)
    }

    /// Reads the model at the other end of a relationship too; objects without a related one stay, and the columns of that
    /// model are `NULL` for them.
    #[must_use]
    pub fn left_join<A: Source, B: Source, K, Place>(
        self,
        relation: Relation<A, B, K>,
    ) -> Query<M, Reading<B, S, Optional>, Session>
    where
        S: Reads<A, Place>,
    {
        self.along(JoinKind::Left, relation)
    }

    /// Reads another model, or the rows of a [`cte`](crate::query::cte()), too: of each row those for which the condition
    /// holds. Objects for which there is none are left out.
    #[must_use]
    pub fn join_on<B: Source, C: PerRow + ReadBy<Reading<B, S>, Place>, Place>(
        self,
        other: impl Readable<B>,
        condition: Predicate<C>,
    ) -> Query<M, Reading<B, S>, Session> {
        self.on_condition(JoinKind::Inner, other, condition.expression)
    }

    /// As [`join_on`](Self::join_on); objects for which there is no row stay, and the other columns are `NULL` for them.
    #[must_use]
    pub fn left_join_on<B: Source, C: PerRow + ReadBy<Reading<B, S>, Place>, Place>(
        self,
        other: impl Readable<B>,
        condition: Predicate<C>,
    ) -> Query<M, Reading<B, S, Optional>, Session> {
        self.on_condition(JoinKind::Left, other, condition.expression)
    }

    /// Lets the conditions speak of a model that the query around this one reads: this becomes a correlated subquery.
    #[must_use]
    pub fn correlate<B: Source>(self) -> Query<M, Outer<B, S>, Session> {
        self.changed()
    }

    /// In this order; a further one decides where the ones before are equal.
    #[must_use]
    pub fn order_by<O: IntoOrder<Needs: ReadBy<S, Place>>, Place>(mut self, order: O) -> Self {
        self.select.order.push(order.into_order().ordering);
        self
    }

    /// At most so many objects or rows.
    #[must_use]
    pub fn limit(mut self, most: u64) -> Self {
        self.select.limit = Some(most);
        self
    }

    /// Without the first so many objects or rows.
    #[must_use]
    pub fn offset(mut self, skipped: u64) -> Self {
        self.select.offset = Some(skipped);
        self
    }

    /// Without a flush before: the answer does not know what has changed in the session since the last one. Following the
    /// relationships of what it finds flushes as ever.
    #[must_use]
    pub fn no_autoflush(mut self) -> Self {
        self.autoflush = Autoflush::Off;
        self
    }

    /// Gives values instead of objects: columns, terms, tuples of them, or the columns of a struct with `#[derive(Row)]`.
    /// Columns of a left-joined model are `Option`s. Whole objects can be among them, as handles: [`model`].
    ///
    /// ```
    /// use orm_core::prelude::*;
    ///
    /// #[derive(Model)]
    /// #[model(table = "employees")]
    /// pub struct Employee {
    ///     #[primary_key]
    ///     pub id: Auto<i32>,
    ///     pub firstname: String,
    ///     #[belongs_to]
    ///     pub department: Option<BelongsTo<Department>>,
    /// }
    ///
    /// #[derive(Model)]
    /// #[model(table = "departments")]
    /// pub struct Department {
    ///     #[primary_key]
    ///     pub id: Auto<i32>,
    ///     pub name: String,
    /// }
    ///
    /// # fn list(session: &Session) -> orm_core::Result<()> {
    /// let rows: Vec<(String, Option<String>)> = session
    ///     .query::<Employee>()
    ///     .left_join(Employee::department)
    ///     .select((Employee::firstname, Department::name))
    ///     .rows()?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn select<X: Selection<S, Place>, Place>(mut self, selection: X) -> Query<Rows<X::Output>, S, Session> {
        self.select.listed = Some(selection.selected().0);
        self.changed()
    }

    /// The same question, asked by this session.
    #[must_use]
    pub fn on<Other>(self, session: Other) -> Query<M, S, Other> {
        let Self { select, autoflush, loading, .. } = self;
        Query { select, source: session, autoflush, loading, types: PhantomData }
    }

    fn along<A: Source, B: Source, K, Scope>(
        mut self,
        kind: JoinKind,
        relation: Relation<A, B, K>,
    ) -> Query<M, Scope, Session> {
        let (from, to) = (TableRef::of::<A>(), TableRef::of::<B>());
        self.select.joins.push(Join::Along { kind, from, relationship: relation.descriptor(), to });
        self.changed()
    }

    fn on_condition<B: Source, Scope>(
        mut self,
        kind: JoinKind,
        other: impl Readable<B>,
        condition: Expression,
    ) -> Query<M, Scope, Session> {
        if let Some(common) = other.common_table().0.filter(|common| !self.select.with.contains(common)) {
            self.select.with.push(common);
        }
        self.select.joins.push(Join::On { kind, to: TableRef::of::<B>(), condition });
        self.changed()
    }

    fn united<Scope>(self, union: Union, other: Select) -> Query<M, Scope, Session> {
        let Self { select, source, autoflush, loading, .. } = self;
        Query { select: select.unite(union, other), source, autoflush, loading, types: PhantomData }
    }

    fn changed<Other, Scope>(self) -> Query<Other, Scope, Session> {
        let Self { select, source, autoflush, loading, .. } = self;
        Query { select, source, autoflush, loading, types: PhantomData }
    }
}

impl<M: Record, S, Session> Query<M, S, Session> {
    /// The objects that this or the other query finds, each once. They stand in the place of the model's table: what is said
    /// after it (conditions, joins, an order, a limit) is said of all of them.
    #[must_use]
    pub fn union<Other, OtherSession>(
        mut self,
        other: Query<M, Other, OtherSession>,
    ) -> Query<M, Reading<M, Nothing>, Session> {
        self.loading = self.loading.and(other.loading);
        self.united(Union::Distinct, other.select)
    }
}

impl<T, S: ReadsTables, Session> Query<Rows<T>, S, Session> {
    /// Equal rows once.
    #[must_use]
    pub fn distinct(mut self) -> Self {
        self.select.distinct = true;
        self
    }

    /// One row for each group of rows in which these columns or terms are equal; aggregates are calculated for each. What is
    /// selected otherwise must be one of them.
    #[must_use]
    pub fn group_by<X: Selection<S, Place>, Place>(mut self, terms: X) -> Self {
        self.select.group.extend(terms.selected().0);
        self
    }

    /// Only groups for which the condition holds; it may speak of aggregates, of columns that the rows are grouped by, and of terms
    /// that they are grouped by and that are selected.
    #[must_use]
    pub fn having<C: ReadBy<S, Place>, Place>(mut self, condition: Predicate<C>) -> Self {
        self.select.add_having(condition.expression);
        self
    }
}

impl<T, S, Session> Query<Rows<T>, S, Session> {
    /// The rows of this and the other query, equal ones once. What is said after it is said of all of them: an order (by
    /// [`position`](crate::func::position)), a limit, an offset. To do more with them, give them a name: [`cte`](super::cte()).
    #[must_use]
    pub fn union<Other, OtherSession>(
        self,
        other: Query<Rows<T>, Other, OtherSession>,
    ) -> Query<Rows<T>, United, Session> {
        self.united(Union::Distinct, other.select)
    }

    /// The rows of this and the other query. What is said after it is said of all of them, as after [`union`](Self::union).
    #[must_use]
    pub fn union_all<Other, OtherSession>(
        self,
        other: Query<Rows<T>, Other, OtherSession>,
    ) -> Query<Rows<T>, United, Session> {
        self.united(Union::All, other.select)
    }
}

/// What a join on a condition can read: [`model`], or a [`cte`](crate::query::cte()).
pub trait Readable<B> {
    /// The question that it stands for, where it is not a table.
    fn common_table(self) -> Common;
}

/// A question that another one reads by its name.
#[derive(Debug, Clone)]
pub struct Common(pub(crate) Option<CommonTable>);

/// A model: to be joined on a condition, `.join_on(model::<Grade>(), Employee::salary.ge(Grade::from))`, or to be selected, as a
/// handle, `.select((model::<Department>(), func::count()))`.
#[must_use]
pub fn model<M: Source>() -> ByName<M>
where
    M::Model: Record,
{
    ByName(PhantomData)
}

/// Something that a query reads by its name.
#[derive(Debug)]
pub struct ByName<M>(pub(crate) PhantomData<fn() -> M>);

impl<M: Source> Readable<M> for ByName<M> {
    fn common_table(self) -> Common {
        Common(None)
    }
}

impl<M> Clone for ByName<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for ByName<M> {}

impl<M, S, Source: Clone> Clone for Query<M, S, Source> {
    fn clone(&self) -> Self {
        let (select, source) = (self.select.clone(), self.source.clone());
        Self { select, source, autoflush: self.autoflush, loading: self.loading.clone(), types: PhantomData }
    }
}

impl<M, S> Query<M, S> {
    /// The statement, with `?` for every value, as MariaDB takes it. Only locks are said otherwise to MySQL.
    #[must_use]
    pub fn to_sql(&self) -> String {
        self.statement(Flavour::MariaDb).text.to_string()
    }
}

/// The statement, with `?` for every value, as MariaDB takes it.
impl<M, S, Source> fmt::Debug for Query<M, S, Source> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.statement(Flavour::MariaDb).text)
    }
}

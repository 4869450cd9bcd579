//! A query, being put together.

use std::fmt;
use std::marker::PhantomData;

use crate::model::Record;
use crate::query::path::Loading;
use crate::query::{IntoOrder, Nothing, Predicate, ReadBy, Reading, Reads};
use crate::relation::Relation;
use crate::sql::{Join, JoinKind, Select};

/// A question for objects of `M` that reads the models in `S`.
///
/// It is made by [`Session::query`](crate::Session::query), which also asks it, or by [`query`], for functions that take a
/// query as a value.
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

impl<M: Record, Source> Query<M, Reading<M, Nothing>, Source> {
    pub(crate) fn over(source: Source) -> Self {
        let (select, loading) = (Select::from(M::table()), Loading::default());
        Self { select, source, autoflush: Autoflush::On, loading, types: PhantomData }
    }
}

impl<M: Record, S, Source> Query<M, S, Source> {
    /// Only objects for which the condition holds; several filters must all hold.
    #[must_use]
    pub fn filter<C, Place>(mut self, condition: Predicate<C>) -> Self
    where
        C: ReadBy<S, Place>,
    {
        self.select.add_filter(condition.expression);
        self
    }

    /// Reads the model at the other end of a relationship too; objects without a related one are left out.
    ///
    /// A model can be read once. To ask about a model that is read already (a self-reference, two relationships to one
    /// model), ask through the relationship: `Flight::origin.has(Airport::code.eq("FRA"))`, `Node::children.any(…)`.
    #[must_use]
    pub fn join<A: Record, B: Record, K, Place>(self, relation: Relation<A, B, K>) -> Query<M, Reading<B, S>, Source>
    where
        S: Reads<A, Place>,
    {
        self.joined(JoinKind::Inner, relation)
    }

    /// Reads the model at the other end of a relationship too; objects without a related one stay.
    #[must_use]
    pub fn left_join<A: Record, B: Record, K, Place>(
        self,
        relation: Relation<A, B, K>,
    ) -> Query<M, Reading<B, S>, Source>
    where
        S: Reads<A, Place>,
    {
        self.joined(JoinKind::Left, relation)
    }

    /// In this order; a further one decides where the ones before are equal.
    #[must_use]
    pub fn order_by<C, Place>(mut self, order: impl IntoOrder<C>) -> Self
    where
        C: ReadBy<S, Place>,
    {
        self.select.order.push(order.into_order().ordering);
        self
    }

    /// At most so many objects.
    #[must_use]
    pub fn limit(mut self, objects: u64) -> Self {
        self.select.limit = Some(objects);
        self
    }

    /// Without the first so many objects.
    #[must_use]
    pub fn offset(mut self, objects: u64) -> Self {
        self.select.offset = Some(objects);
        self
    }

    /// Without a flush before: the answer does not know what has changed in the session since the last one. Following the
    /// relationships of what it finds flushes as ever.
    #[must_use]
    pub fn no_autoflush(mut self) -> Self {
        self.autoflush = Autoflush::Off;
        self
    }

    fn joined<A: Record, B, K>(
        mut self,
        kind: JoinKind,
        relation: Relation<A, B, K>,
    ) -> Query<M, Reading<B, S>, Source> {
        self.select.joins.push(Join { kind, from: A::table(), relationship: relation.descriptor() });
        let Self { select, source, autoflush, loading, .. } = self;
        Query { select, source, autoflush, loading, types: PhantomData }
    }

    pub(crate) fn bind<Other>(self, source: Other) -> Query<M, S, Other> {
        let Self { select, autoflush, loading, .. } = self;
        Query { select, source, autoflush, loading, types: PhantomData }
    }
}

impl<M, S, Source: Clone> Clone for Query<M, S, Source> {
    fn clone(&self) -> Self {
        let (select, source) = (self.select.clone(), self.source.clone());
        Self { select, source, autoflush: self.autoflush, loading: self.loading.clone(), types: PhantomData }
    }
}

/// The statement, with `?` for every value.
impl<M, S, Source> fmt::Debug for Query<M, S, Source> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.statement().text)
    }
}

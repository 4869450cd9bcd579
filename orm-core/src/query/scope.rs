//! Which models a query reads, and which a condition or term needs, as types: a condition on a model that is not read does
//! not compile, and a column of a model that may be missing is an `Option`.

use std::marker::PhantomData;

use crate::model::{Nulls, Optional, Required};

/// It needs one model.
#[derive(Debug)]
pub struct One<M>(PhantomData<fn() -> M>);

/// It needs what two need.
#[derive(Debug)]
pub struct Both<A, B>(PhantomData<fn() -> (A, B)>);

/// It needs what `S` needs, and `N` says whether it may be `NULL` by itself.
#[derive(Debug)]
pub struct Marked<S, N>(PhantomData<fn() -> (S, N)>);

/// It needs what `S` needs, and may be `NULL` by itself.
pub type Perhaps<S> = Marked<S, Optional>;

/// It needs what `S` needs, and is never `NULL`.
#[derive(Debug)]
pub struct Surely<S>(PhantomData<fn() -> S>);

/// It needs what `A` and `B` need, and is `NULL` where both are.
#[derive(Debug)]
pub struct Either<A, B>(PhantomData<fn() -> (A, B)>);

/// It is calculated from several rows of what `S` needs.
#[derive(Debug)]
pub struct Aggregated<S>(PhantomData<fn() -> S>);

/// The models that a query reads: the last one joined, and the ones before. `N` says whether its row may be missing.
#[derive(Debug)]
pub struct Reading<M, Before, N = Required>(PhantomData<Read<M, Before, N>>);

/// What it is about, none of which it holds.
type Read<M, Before, N> = fn() -> (M, Before, N);

/// A model that the query around this one reads.
#[derive(Debug)]
pub struct Outer<M, Before>(PhantomData<fn() -> (M, Before)>);

/// What a union of rows reads: no table of its own.
#[derive(Debug)]
pub struct United;

/// What reads tables.
#[diagnostic::on_unimplemented(
    message = "the rows of a union have no columns to speak of: filter, group and select in its parts, or in a `cte` of it"
)]
pub trait ReadsTables {}

#[diagnostic::do_not_recommend]
impl<M, Rest, N> ReadsTables for Reading<M, Rest, N> {}
#[diagnostic::do_not_recommend]
impl<M, Rest> ReadsTables for Outer<M, Rest> {}

/// It needs a column of the result.
#[derive(Debug)]
pub struct Listed;

/// The end of that list; the needs of a value.
#[derive(Debug)]
pub struct Nothing;

/// Where in the list a model stands; the compiler finds it.
#[derive(Debug)]
pub struct Here;

/// Further back in the list.
#[derive(Debug)]
pub struct Before<Place>(PhantomData<fn() -> Place>);

/// A list of models in which `M` is found.
#[diagnostic::on_unimplemented(
    message = "this query does not read `{M}`: join it, ask through a relationship (`.any(…)`, `.has(…)`), or, inside of another \
               query, `.correlate::<{M}>()`"
)]
pub trait Reads<M, Place> {
    /// Whether the row of `M` may be missing, after a left join.
    type Nulls: Nulls;
}

#[diagnostic::do_not_recommend]
impl<M, Rest, N: Nulls> Reads<M, Here> for Reading<M, Rest, N> {
    type Nulls = N;
}
#[diagnostic::do_not_recommend]
impl<M, Rest> Reads<M, Here> for Outer<M, Rest> {
    type Nulls = Required;
}
#[diagnostic::do_not_recommend]
impl<M, Other, Rest, N, Place> Reads<M, Before<Place>> for Reading<Other, Rest, N>
where
    Rest: Reads<M, Place>,
{
    type Nulls = Rest::Nulls;
}
#[diagnostic::do_not_recommend]
impl<M, Other, Rest, Place> Reads<M, Before<Place>> for Outer<Other, Rest>
where
    Rest: Reads<M, Place>,
{
    type Nulls = Rest::Nulls;
}

/// Needs that a query with the scope `S` fulfils: what conditions and orders ask for.
///
/// [`MetBy`] says how. Behind one implementation for everything the compiler finds no similar ones to list in its errors.
pub trait ReadBy<S, Place> {}

impl<N: MetBy<S, Place>, S, Place> ReadBy<S, Place> for N {}

/// How a query with the scope `S` fulfils needs. A list of needs is made of pairs, and ends with `()`.
pub trait MetBy<S, Place> {
    /// Whether a value with these needs may be `NULL` there; of a list of needs a list.
    type Nulls;
}

impl<S> MetBy<S, ()> for Listed {
    type Nulls = Optional;
}

impl<S: ReadsTables> MetBy<S, ()> for Nothing {
    type Nulls = Required;
}

impl<M, S, Place> MetBy<S, Before<Place>> for One<M>
where
    S: Reads<M, Place>,
{
    type Nulls = S::Nulls;
}

impl<A, B, S, PlaceA, PlaceB> MetBy<S, (PlaceA, PlaceB)> for Both<A, B>
where
    A: MetBy<S, PlaceA, Nulls: Nulls>,
    B: MetBy<S, PlaceB, Nulls: Nulls>,
{
    type Nulls = <A::Nulls as Nulls>::Or<B::Nulls>;
}

impl<A, N: Nulls, S, Place> MetBy<S, Place> for Marked<A, N>
where
    A: MetBy<S, Place, Nulls: Nulls>,
{
    type Nulls = <A::Nulls as Nulls>::Or<N>;
}

impl<A, S, Place> MetBy<S, Place> for Surely<A>
where
    A: MetBy<S, Place>,
{
    type Nulls = Required;
}

impl<A, B, S, PlaceA, PlaceB> MetBy<S, (PlaceA, PlaceB)> for Either<A, B>
where
    A: MetBy<S, PlaceA, Nulls: Nulls>,
    B: MetBy<S, PlaceB, Nulls: Nulls>,
{
    type Nulls = <A::Nulls as Nulls>::And<B::Nulls>;
}

impl<A, S, Place> MetBy<S, Place> for Aggregated<A>
where
    A: MetBy<S, Place>,
{
    type Nulls = A::Nulls;
}

impl<S> MetBy<S, ()> for () {
    type Nulls = ();
}

impl<A, Rest, S, PlaceA, Places> MetBy<S, (PlaceA, Places)> for (A, Rest)
where
    A: MetBy<S, PlaceA>,
    Rest: MetBy<S, Places>,
{
    type Nulls = (A::Nulls, Rest::Nulls);
}

/// What is calculated from one row: it can be a condition of `filter` and `join_on`.
#[diagnostic::on_unimplemented(
    message = "an aggregate cannot be in `filter`, nor in a join: it is calculated from the rows that these let through",
    label = "this has an aggregate or a window",
    note = "put the condition on an aggregate into `having`; for one on a window, filter a `cte` that selects it"
)]
pub trait PerRow {}

#[diagnostic::do_not_recommend]
impl PerRow for Nothing {}
#[diagnostic::do_not_recommend]
impl<M> PerRow for One<M> {}
#[diagnostic::do_not_recommend]
impl<A: PerRow, B: PerRow> PerRow for Both<A, B> {}
#[diagnostic::do_not_recommend]
impl<A: PerRow, B: PerRow> PerRow for Either<A, B> {}
#[diagnostic::do_not_recommend]
impl<A: PerRow, N> PerRow for Marked<A, N> {}
#[diagnostic::do_not_recommend]
impl<A: PerRow> PerRow for Surely<A> {}

/// What a query that stands inside of another one needs of that.
pub trait OuterNeeds {
    /// The needs.
    type Needs;
}

impl OuterNeeds for United {
    type Needs = Nothing;
}

impl OuterNeeds for Nothing {
    type Needs = Self;
}

impl<M, Rest: OuterNeeds, N> OuterNeeds for Reading<M, Rest, N> {
    type Needs = Rest::Needs;
}

impl<M, Rest: OuterNeeds> OuterNeeds for Outer<M, Rest> {
    type Needs = Both<One<M>, Rest::Needs>;
}

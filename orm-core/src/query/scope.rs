//! Which models a query reads, and which a condition needs, as types: a condition on a model that is not read does not
//! compile.

use std::marker::PhantomData;

/// A condition on one model.
#[derive(Debug)]
pub struct One<M>(PhantomData<fn() -> M>);

/// A condition made of two.
#[derive(Debug)]
pub struct Both<A, B>(PhantomData<fn() -> (A, B)>);

/// The models that a query reads: the last one joined, and the ones before.
#[derive(Debug)]
pub struct Reading<M, Before>(PhantomData<fn() -> (M, Before)>);

/// The end of that list.
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
    message = "this query does not read `{M}`",
    label = "`{M}` is neither the queried model nor joined",
    note = "add `.join(…)` with a relationship that leads to `{M}`, or ask through one with `.any(…)` or `.has(…)`"
)]
pub trait Reads<M, Place> {}

#[diagnostic::do_not_recommend]
impl<M, Rest> Reads<M, Here> for Reading<M, Rest> {}
#[diagnostic::do_not_recommend]
impl<M, Other, Rest, Place> Reads<M, Before<Place>> for Reading<Other, Rest> where Rest: Reads<M, Place> {}

/// A condition that a query with the scope `S` can be asked.
pub trait ReadBy<S, Place> {}

impl<M, S, Place> ReadBy<S, Before<Place>> for One<M> where S: Reads<M, Place> {}
impl<A, B, S, PlaceA, PlaceB> ReadBy<S, (PlaceA, PlaceB)> for Both<A, B>
where
    A: ReadBy<S, PlaceA>,
    B: ReadBy<S, PlaceB>,
{
}

//! What a query selects where it is not objects: columns and terms, and the Rust type of a row of them.

use std::marker::PhantomData;

use crate::model::{Handle, Nulls, Record, Row, Source};
use crate::query::{ByName, IntoTerm, MetBy, Nothing, One};
use crate::sql::{Expression, TableRef};
use crate::value::ColumnType;

/// Rows that are read into `T`: what a query gives instead of objects after `select`.
#[derive(Debug)]
pub struct Rows<T>(PhantomData<fn() -> T>);

/// What a query with the scope `S` can select: a column, a term, a tuple of them, or the columns of a struct with
/// `#[derive(Row)]`.
pub trait Selection<S, Place>: Selectable {
    /// The Rust type of a row: `Option` where a value may be `NULL`.
    type Output: Row;
}

impl<X, S, Place> Selection<S, Place> for X
where
    X: Selectable,
    X::Needs: MetBy<S, Place>,
    X::Shape: Shape<<X::Needs as MetBy<S, Place>>::Nulls, Output: Row>,
{
    type Output = <X::Shape as Shape<<X::Needs as MetBy<S, Place>>::Nulls>>::Output;
}

/// What can be selected by a query that fulfils its needs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected",
    note = "select columns, terms, a tuple of up to twelve of them, or the columns of a struct with `#[derive(Row)]`"
)]
pub trait Selectable {
    /// What it needs of the query; of several terms a list.
    type Needs;
    /// What its row is made of.
    type Shape;

    /// What is selected, in its order.
    fn selected(self) -> Selected;
}

/// What a row is made of, where `N` says which of its values may be `NULL`.
pub trait Shape<N> {
    /// The Rust type of the row.
    type Output;
}

/// Terms that are selected, without their types.
#[derive(Debug, Clone, Default)]
pub struct Selected(pub(crate) Vec<Expression>);

impl Selected {
    /// These, and then the others.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }
}

/// A row of one value.
#[derive(Debug)]
pub struct Single<T>(PhantomData<fn() -> T>);

impl<T: ColumnType, N: Nulls> Shape<N> for Single<T> {
    type Output = N::Of<T>;
}

#[diagnostic::do_not_recommend]
impl<X: IntoTerm> Selectable for X {
    type Needs = X::Needs;
    type Shape = Single<X::Value>;

    fn selected(self) -> Selected {
        Selected(vec![self.into_term().expression])
    }
}

/// A part of a row that is a whole object, as a handle.
#[derive(Debug)]
pub struct Object<M>(PhantomData<fn() -> M>);

impl<M: Record, N: Nulls> Shape<N> for Object<M> {
    type Output = N::OfRow<Handle<M>>;
}

/// Whole objects, as handles; they come into the session.
#[diagnostic::do_not_recommend]
impl<M: Source<Model: Record>> Selectable for ByName<M> {
    type Needs = One<M>;
    type Shape = Object<M::Model>;

    fn selected(self) -> Selected {
        let columns = 0..M::source().columns.len();
        Selected(columns.map(|column| Expression::Column(TableRef::of::<M>(), column)).collect())
    }
}

/// A row that is read into the struct `R`, which has these fields.
#[derive(Debug)]
pub struct Struct<R, Fields>(PhantomData<fn() -> (R, Fields)>);

/// A field of the type `F`, for which `X` is selected, and the ones after it.
#[derive(Debug)]
pub struct Part<F, X, Rest>(PhantomData<Parts<F, X, Rest>>);

/// What a part is about, none of which it holds.
type Parts<F, X, Rest> = fn() -> (F, X, Rest);

impl<R, Fields: Shape<N>, N> Shape<N> for Struct<R, Fields> {
    type Output = R;
}

impl<F, X, Rest, N, Others> Shape<(N, Others)> for Part<F, X, Rest>
where
    X: Shape<N, Output: Fits<F>>,
    Rest: Shape<Others>,
{
    type Output = ();
}

impl Shape<()> for Nothing {
    type Output = ();
}

/// What is selected for a field of the type `F`: that type.
#[diagnostic::on_unimplemented(
    message = "a field of the type `{F}` cannot be filled with `{Self}`: select a `{F}`, or change the field"
)]
pub trait Fits<F> {}

impl<F> Fits<F> for F {}

/// The parts of a tuple as a list.
macro_rules! list {
    () => { () };
    ($first:ty $(, $rest:ty)*) => { ($first, list!($($rest),*)) };
}

macro_rules! tuples {
    ($($part:ident $nulls:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<$($part: Selectable),+> Selectable for ($($part,)+) {
            type Needs = list!($($part::Needs),+);
            type Shape = ($($part::Shape,)+);

            #[expect(non_snake_case, reason = "the parts are named after their types")]
            fn selected(self) -> Selected {
                let ($($part,)+) = self;
                Selected::default()$(.and($part.selected()))+
            }
        }

        impl<$($part: Shape<$nulls>, $nulls),+> Shape<list!($($nulls),+)> for ($($part,)+) {
            type Output = ($($part::Output,)+);
        }
    };
}

tuples!(A NullsA);
tuples!(A NullsA B NullsB);
tuples!(A NullsA B NullsB C NullsC);
tuples!(A NullsA B NullsB C NullsC D NullsD);
tuples!(A NullsA B NullsB C NullsC D NullsD E NullsE);
tuples!(A NullsA B NullsB C NullsC D NullsD E NullsE F NullsF);
tuples!(A NullsA B NullsB C NullsC D NullsD E NullsE F NullsF G NullsG);
tuples!(A NullsA B NullsB C NullsC D NullsD E NullsE F NullsF G NullsG H NullsH);
tuples!(A NullsA B NullsB C NullsC D NullsD E NullsE F NullsF G NullsG H NullsH I NullsI);
tuples!(A NullsA B NullsB C NullsC D NullsD E NullsE F NullsF G NullsG H NullsH I NullsI J NullsJ);
tuples!(A NullsA B NullsB C NullsC D NullsD E NullsE F NullsF G NullsG H NullsH I NullsI J NullsJ K NullsK);
tuples!(
    A NullsA B NullsB C NullsC D NullsD E NullsE F NullsF G NullsG H NullsH I NullsI J NullsJ K NullsK L NullsL
);

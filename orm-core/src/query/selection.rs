//! What a query selects where it is not objects: columns and terms, and the Rust type of a row of them.

use std::marker::PhantomData;

use crate::model::{Handle, Nulls, Record, Row, Source};
use crate::query::{ByName, IntoTerm, One, ReadBy};
use crate::sql::{Expression, TableRef};

/// Rows that are read into `T`: what a query gives instead of objects after `select`.
#[derive(Debug)]
pub struct Rows<T>(PhantomData<fn() -> T>);

/// What a query with the scope `S` can select: a column, a term, a tuple of them, or the columns of a struct with
/// `#[derive(Row)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected",
    label = "neither a column, nor a term, nor a tuple of them",
    note = "select columns and terms of models that the query reads, a tuple of up to twelve of them, or the columns of a \
            struct with `#[derive(Row)]`"
)]
pub trait Selection<S, Place> {
    /// The Rust type of a row: `Option` where a value may be `NULL`.
    type Output: Row;

    /// What is selected, in its order.
    fn selected(self) -> Selected;
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

#[diagnostic::do_not_recommend]
impl<X: IntoTerm, S, Place> Selection<S, Place> for X
where
    X::Needs: ReadBy<S, Place>,
{
    type Output = <<X::Needs as ReadBy<S, Place>>::Nulls as Nulls>::Of<X::Value>;

    fn selected(self) -> Selected {
        Selected(vec![self.into_term().expression])
    }
}

/// Whole objects, as handles; they come into the session.
#[diagnostic::do_not_recommend]
impl<M: Source<Model: Record>, S, Place> Selection<S, Place> for ByName<M>
where
    One<M>: ReadBy<S, Place>,
{
    type Output = <<One<M> as ReadBy<S, Place>>::Nulls as Nulls>::OfRow<Handle<M::Model>>;

    fn selected(self) -> Selected {
        let columns = 0..M::source().columns.len();
        Selected(columns.map(|column| Expression::Column(TableRef::of::<M>(), column)).collect())
    }
}

/// What is selected for a field of the type `T`.
#[diagnostic::on_unimplemented(
    message = "the field is a `{T}`, and this does not give one",
    label = "a value of another type is selected for a field",
    note = "a column that may be `NULL`, or of a left-joined model, needs an `Option`; `func::coalesce` takes that away"
)]
pub trait SelectionOf<T, S, Place>: Selection<S, Place, Output = T> {}

#[diagnostic::do_not_recommend]
impl<T, S, Place, X: Selection<S, Place, Output = T>> SelectionOf<T, S, Place> for X {}

macro_rules! tuples {
    ($($part:ident $place:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<S, $($part, $place),+> Selection<S, ($($place,)+)> for ($($part,)+)
        where
            $($part: Selection<S, $place>),+
        {
            type Output = ($($part::Output,)+);

            #[expect(non_snake_case, reason = "the parts are named after their types")]
            fn selected(self) -> Selected {
                let ($($part,)+) = self;
                Selected::default()$(.and($part.selected()))+
            }
        }
    };
}

tuples!(A PlaceA);
tuples!(A PlaceA B PlaceB);
tuples!(A PlaceA B PlaceB C PlaceC);
tuples!(A PlaceA B PlaceB C PlaceC D PlaceD);
tuples!(A PlaceA B PlaceB C PlaceC D PlaceD E PlaceE);
tuples!(A PlaceA B PlaceB C PlaceC D PlaceD E PlaceE F PlaceF);
tuples!(A PlaceA B PlaceB C PlaceC D PlaceD E PlaceE F PlaceF G PlaceG);
tuples!(A PlaceA B PlaceB C PlaceC D PlaceD E PlaceE F PlaceF G PlaceG H PlaceH);
tuples!(A PlaceA B PlaceB C PlaceC D PlaceD E PlaceE F PlaceF G PlaceG H PlaceH I PlaceI);
tuples!(A PlaceA B PlaceB C PlaceC D PlaceD E PlaceE F PlaceF G PlaceG H PlaceH I PlaceI J PlaceJ);
tuples!(A PlaceA B PlaceB C PlaceC D PlaceD E PlaceE F PlaceF G PlaceG H PlaceH I PlaceI J PlaceJ K PlaceK);
tuples!(
    A PlaceA B PlaceB C PlaceC D PlaceD E PlaceE F PlaceF G PlaceG H PlaceH I PlaceI J PlaceJ K PlaceK L PlaceL
);

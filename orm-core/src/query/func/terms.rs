//! Several terms of any types, as the arguments of a function.

use crate::query::{Both, IntoTerm, Nothing, Selected};

/// A tuple of up to eight columns, terms and values, or a single one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given to a function of the server",
    note = "give a column, a term, a value that a column can hold, or a tuple of up to eight of them"
)]
pub trait Terms {
    /// What they need of the query.
    type Needs;

    /// The terms, in their order.
    fn terms(self) -> Selected;
}

#[diagnostic::do_not_recommend]
impl<X: IntoTerm> Terms for X {
    type Needs = X::Needs;

    fn terms(self) -> Selected {
        Selected(vec![self.into_term().expression])
    }
}

#[diagnostic::do_not_recommend]
impl Terms for () {
    type Needs = Nothing;

    fn terms(self) -> Selected {
        Selected::default()
    }
}

macro_rules! tuples {
    ($first:ident $($part:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<$first: IntoTerm, $($part: IntoTerm),*> Terms for ($first, $($part,)*) {
            type Needs = Both<$first::Needs, <($($part,)*) as Terms>::Needs>;

            #[expect(non_snake_case, reason = "the parts are named after their types")]
            fn terms(self) -> Selected {
                let ($first, $($part,)*) = self;
                Selected(vec![$first.into_term().expression, $($part.into_term().expression),*])
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);

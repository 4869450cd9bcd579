//! Several terms of any types, as the arguments of a function.

use crate::query::{Both, IntoTerm, Nothing, Selected};

/// A tuple of up to eight columns, terms and values.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tuple of terms",
    label = "expected a tuple of columns, terms and values",
    note = "write the arguments in parentheses, with a comma after a single one: `(Employee::firstname,)`"
)]
pub trait Terms {
    /// What they need of the query.
    type Needs;

    /// The terms, in their order.
    fn terms(self) -> Selected;
}

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

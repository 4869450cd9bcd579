//! What can be put into a relationship.

use crate::model::{Handle, Record};
use crate::relation::Same;

/// A member of a relationship: an object of the session, or a new one which comes into it with its owner.
#[derive(Debug)]
pub enum Member<M> {
    /// An object of the session.
    Handle(Handle<M>),
    /// A new object.
    New(Box<M>),
}

/// What can become a member of a relationship to `M`: a handle, or a new object.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot become a member of a relationship to `{M}`: give a `Handle<{M}>` or a new `{M}`",
    note = "a view lends the session out: take its handle before, `let handle = view.handle();`"
)]
pub trait IntoMember<M> {
    /// The member.
    fn into_member(self) -> Member<M>;
}

#[diagnostic::do_not_recommend]
impl<M: Record + Same<N>, N: Record> IntoMember<M> for Handle<N> {
    fn into_member(self) -> Member<M> {
        Member::Handle(M::handle(self))
    }
}

#[diagnostic::do_not_recommend]
impl<M: Record> IntoMember<M> for M {
    fn into_member(self) -> Member<M> {
        Member::New(Box::new(self))
    }
}

//! A type that is another one, as a bound.

use crate::model::Handle;
use crate::relation::BelongsTo;

/// The type `T` itself.
///
/// `impl<M: Same<N>, N> IntoMember<M> for Handle<N>` says the same as `impl<M> IntoMember<M> for Handle<M>`, but where the
/// compiler finds a handle of another model, its error does not tell at length what that one could become a member of.
pub trait Same<T>: Sized {
    /// The same handle.
    #[doc(hidden)]
    fn handle(handle: Handle<T>) -> Handle<Self>;

    /// The same foreign key.
    #[doc(hidden)]
    fn reference(reference: BelongsTo<T>) -> BelongsTo<Self>;
}

impl<T> Same<T> for T {
    fn handle(handle: Handle<T>) -> Handle<T> {
        handle
    }

    fn reference(reference: BelongsTo<T>) -> BelongsTo<T> {
        reference
    }
}

//! What can be put into a relationship.

use crate::model::{Handle, Record};

/// A member of a relationship: an object of the session, or a new one which comes into it with its owner.
#[derive(Debug)]
pub enum Member<M> {
    /// An object of the session.
    Handle(Handle<M>),
    /// A new object.
    New(Box<M>),
}

impl<M: Record> From<Handle<M>> for Member<M> {
    fn from(handle: Handle<M>) -> Self {
        Self::Handle(handle)
    }
}

impl<M: Record> From<M> for Member<M> {
    fn from(object: M) -> Self {
        Self::New(Box::new(object))
    }
}

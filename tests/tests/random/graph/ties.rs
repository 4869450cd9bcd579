//! The relationships of a set, without their types: what the walk does from either side of them.

use std::collections::BTreeSet;

use orm_core::prelude::*;
use proptest::prelude::prop_assert_eq;

use super::super::world::Done;
use super::kinds::{Book, Numbered, data};
use super::oracle::Number;

/// How a foreign key is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Handle,
    Key,
}

/// A foreign key and its other side.
pub(crate) trait Tie: Sync {
    type Child: Numbered;
    type Owner: Numbered;

    fn key(child: &Self::Child) -> Option<i32>;
    fn refer(child: &mut Self::Child, owner: Option<BelongsTo<Self::Owner>>);
    fn members(owner: &mut Self::Owner) -> &mut dyn Members<Self::Child>;
    fn owner_of<'s>(child: View<'s, Self::Child>) -> orm_core::Result<Option<View<'s, Self::Owner>>>;
    fn children_of<'s>(owner: View<'s, Self::Owner>) -> orm_core::Result<Vec<View<'s, Self::Child>>>;
}

/// A field of members, for many or for one.
pub(crate) trait Members<M: Model> {
    fn push(&mut self, member: Handle<M>);
    fn push_new(&mut self, member: M);
    fn remove(&mut self, member: Handle<M>);
    fn replace(&mut self, member: Handle<M>);
    fn empty(&mut self);
}

impl<M: Model> Members<M> for HasMany<M> {
    fn push(&mut self, member: Handle<M>) {
        self.push(member);
    }

    fn push_new(&mut self, member: M) {
        self.push(member);
    }

    fn remove(&mut self, member: Handle<M>) {
        self.remove(member);
    }

    fn replace(&mut self, member: Handle<M>) {
        self.set([member]);
    }

    fn empty(&mut self) {
        self.clear();
    }
}

impl<M: Model> Members<M> for HasOne<M> {
    fn push(&mut self, member: Handle<M>) {
        self.set(member);
    }

    fn push_new(&mut self, member: M) {
        self.set(member);
    }

    /// The walk removes only what is there.
    fn remove(&mut self, _member: Handle<M>) {
        self.clear();
    }

    fn replace(&mut self, member: Handle<M>) {
        self.set(member);
    }

    fn empty(&mut self) {
        self.clear();
    }
}

/// A foreign key that is set or not.
pub(crate) trait Reference<M> {
    fn refer(&mut self, owner: Option<BelongsTo<M>>);
}

impl<M> Reference<M> for BelongsTo<M> {
    fn refer(&mut self, owner: Option<BelongsTo<M>>) {
        *self = owner.unwrap_or_default();
    }
}

impl<M> Reference<M> for Option<BelongsTo<M>> {
    fn refer(&mut self, owner: Option<BelongsTo<M>>) {
        *self = owner;
    }
}

/// A relationship of a set.
pub(crate) trait AnyTie: Sync {
    fn refer(&self, session: &mut Session, book: &Book, child: Number, owner: Number, by: By);
    fn release(&self, session: &mut Session, book: &Book, child: Number);
    fn push(&self, session: &mut Session, book: &Book, owner: Number, child: Number);
    fn remove(&self, session: &mut Session, book: &Book, owner: Number, child: Number);
    fn replace(&self, session: &mut Session, book: &Book, owner: Number, child: Number);
    fn empty(&self, session: &mut Session, book: &Book, owner: Number);

    /// A new object that refers to an owner.
    fn add(&self, session: &mut Session, book: &mut Book, child: Number, owner: Number, by: By);
    /// A new object inside its owner.
    fn push_new(&self, session: &mut Session, book: &Book, owner: Number, child: Number);
    /// A new object with a new owner inside.
    fn add_with_owner(&self, session: &mut Session, book: &mut Book, child: Number, owner: Number);
    /// A new owner with an object, known or new, inside.
    fn add_owner(&self, session: &mut Session, book: &mut Book, owner: Number, child: Number);
    /// Data with the key of an object, which refers to an owner or not; whether that could be done.
    fn merge(&self, session: &mut Session, book: &Book, child: Number, value: i32, owner: Option<Number>)
    -> Done<bool>;
    /// Data with the key of an owner, and inside data with the key of an object.
    fn merge_inside(&self, session: &mut Session, book: &Book, owner: Number, child: Number, value: i32) -> Done<bool>;

    /// The key that an object has.
    fn owner_id(&self, session: &Session, book: &Book, owner: Number) -> Option<i32>;
    /// The foreign key that an object has.
    fn foreign_key(&self, session: &Session, book: &Book, child: Number) -> Option<i32>;
    /// What the relationship leads to.
    fn owner(&self, session: &Session, book: &Book, child: Number) -> Done<Option<Number>>;
    fn children(&self, session: &Session, book: &Book, owner: Number) -> Done<BTreeSet<Number>>;
}

fn of<M: Model>(book: &Book, number: Number) -> Handle<M> {
    book.get(number).expect("the step is possible")
}

impl<T: Tie> AnyTie for T {
    fn refer(&self, session: &mut Session, book: &Book, child: Number, owner: Number, by: By) {
        let reference = reference(session, of(book, owner), by);
        T::refer(&mut session[of::<T::Child>(book, child)], Some(reference));
    }

    fn release(&self, session: &mut Session, book: &Book, child: Number) {
        T::refer(&mut session[of::<T::Child>(book, child)], None);
    }

    fn push(&self, session: &mut Session, book: &Book, owner: Number, child: Number) {
        T::members(&mut session[of::<T::Owner>(book, owner)]).push(of(book, child));
    }

    fn remove(&self, session: &mut Session, book: &Book, owner: Number, child: Number) {
        T::members(&mut session[of::<T::Owner>(book, owner)]).remove(of(book, child));
    }

    fn replace(&self, session: &mut Session, book: &Book, owner: Number, child: Number) {
        T::members(&mut session[of::<T::Owner>(book, owner)]).replace(of(book, child));
    }

    fn empty(&self, session: &mut Session, book: &Book, owner: Number) {
        T::members(&mut session[of::<T::Owner>(book, owner)]).empty();
    }

    fn add(&self, session: &mut Session, book: &mut Book, child: Number, owner: Number, by: By) {
        let mut new = T::Child::numbered(child);
        T::refer(&mut new, Some(reference(session, of(book, owner), by)));
        book.put(child, session.add(new));
    }

    fn push_new(&self, session: &mut Session, book: &Book, owner: Number, child: Number) {
        T::members(&mut session[of::<T::Owner>(book, owner)]).push_new(T::Child::numbered(child));
    }

    fn add_with_owner(&self, session: &mut Session, book: &mut Book, child: Number, owner: Number) {
        let mut new = T::Child::numbered(child);
        T::refer(&mut new, Some(T::Owner::numbered(owner).into()));
        book.put(child, session.add(new));
    }

    fn add_owner(&self, session: &mut Session, book: &mut Book, owner: Number, child: Number) {
        let mut new = T::Owner::numbered(owner);
        match book.get(child) {
            Some(child) => T::members(&mut new).push(child),
            None => T::members(&mut new).push_new(T::Child::numbered(child)),
        }
        book.put(owner, session.add(new));
    }

    fn merge(
        &self,
        session: &mut Session,
        book: &Book,
        child: Number,
        value: i32,
        owner: Option<Number>,
    ) -> Done<bool> {
        let Some(mut data) = data::<T::Child>(session, book, child, value) else { return Ok(false) };
        T::refer(&mut data, owner.map(|owner| of::<T::Owner>(book, owner).into()));
        prop_assert_eq!(session.merge(data)?, of(book, child));
        Ok(true)
    }

    fn merge_inside(&self, session: &mut Session, book: &Book, owner: Number, child: Number, value: i32) -> Done<bool> {
        let inside = data::<T::Child>(session, book, child, value);
        let Some((mut data, inside)) = data::<T::Owner>(session, book, owner, value).zip(inside) else {
            return Ok(false);
        };
        T::members(&mut data).push_new(inside);
        prop_assert_eq!(session.merge(data)?, of(book, owner));
        Ok(true)
    }

    fn owner_id(&self, session: &Session, book: &Book, owner: Number) -> Option<i32> {
        session[book.get::<T::Owner>(owner)?].read_id()
    }

    fn foreign_key(&self, session: &Session, book: &Book, child: Number) -> Option<i32> {
        T::key(&session[of::<T::Child>(book, child)])
    }

    fn owner(&self, session: &Session, book: &Book, child: Number) -> Done<Option<Number>> {
        let owner = T::owner_of(session.view(of::<T::Child>(book, child)))?;
        Ok(owner.map(|owner| owner.get().number()))
    }

    fn children(&self, session: &Session, book: &Book, owner: Number) -> Done<BTreeSet<Number>> {
        let children = T::children_of(session.view(of::<T::Owner>(book, owner)))?;
        Ok(children.iter().map(|child| child.get().number()).collect())
    }
}

fn reference<M: Numbered>(session: &Session, owner: Handle<M>, by: By) -> BelongsTo<M> {
    match by {
        By::Handle => owner.into(),
        By::Key => BelongsTo::key(session[owner].read_id().expect("the step is possible")),
    }
}

/// `Items: Item.owner in Owner.items` is a tie.
macro_rules! tie {
    ($tie:ident: $child:ident.$reference:ident in $owner:ident.$members:ident) => {
        struct $tie;

        impl Tie for $tie {
            type Child = $child;
            type Owner = $owner;

            fn key(child: &$child) -> Option<i32> {
                child.$reference.key()
            }

            fn refer(child: &mut $child, owner: Option<BelongsTo<$owner>>) {
                Reference::refer(&mut child.$reference, owner);
            }

            fn members(owner: &mut $owner) -> &mut dyn Members<$child> {
                &mut owner.$members
            }

            fn owner_of<'s>(child: View<'s, $child>) -> orm_core::Result<Option<View<'s, $owner>>> {
                Ok(child.$reference()?.into())
            }

            fn children_of<'s>(owner: View<'s, $owner>) -> orm_core::Result<Vec<View<'s, $child>>> {
                Ok(owner.$members()?.into_iter().collect())
            }
        }
    };
}

pub(crate) use tie;

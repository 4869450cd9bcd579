//! The many-to-many relationships of a set, without their types.

use std::collections::BTreeSet;

use orm_core::prelude::*;
use proptest::prelude::prop_assert_eq;

use super::super::world::Done;
use super::kinds::{Book, Numbered, data};
use super::oracle::Number;

/// Two sides of a many-to-many relationship.
pub(crate) trait Link: Sync {
    type From: Numbered;
    type To: Numbered;

    fn forth(from: &mut Self::From) -> &mut ManyToMany<Self::To>;
    fn back(to: &mut Self::To) -> &mut ManyToMany<Self::From>;
    fn linked<'s>(from: View<'s, Self::From>) -> orm_core::Result<Vec<View<'s, Self::To>>>;
    fn linking<'s>(to: View<'s, Self::To>) -> orm_core::Result<Vec<View<'s, Self::From>>>;
}

/// What is done from a side.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    Push,
    Remove,
    Replace,
    Clear,
    /// The other object is new, and inside.
    PushNew,
}

/// A many-to-many relationship of a set.
pub(crate) trait AnyLink: Sync {
    fn change(&self, session: &mut Session, book: &Book, change: Change, from: Number, to: Number);
    fn change_back(&self, session: &mut Session, book: &Book, change: Change, from: Number, to: Number);
    /// Data with the key of an object, and inside data with the key of another; whether that could be done.
    fn merge(&self, session: &mut Session, book: &Book, from: Number, to: Number, value: i32) -> Done<bool>;
    fn linked(&self, session: &Session, book: &Book, from: Number) -> Done<BTreeSet<Number>>;
    fn linking(&self, session: &Session, book: &Book, to: Number) -> Done<BTreeSet<Number>>;
}

fn apply<M: Numbered>(field: &mut ManyToMany<M>, change: Change, other: Number, handle: Option<Handle<M>>) {
    match (change, handle) {
        (Change::PushNew, _) => field.push(M::numbered(other)),
        (Change::Push, Some(handle)) => field.push(handle),
        (Change::Remove, Some(handle)) => field.remove(handle),
        (Change::Replace, Some(handle)) => field.set([handle]),
        (Change::Clear, _) => field.clear(),
        (Change::Push | Change::Remove | Change::Replace, None) => unreachable!("the step is possible"),
    }
}

fn numbers<M: Numbered>(views: Vec<View<'_, M>>) -> BTreeSet<Number> {
    views.iter().map(|view| view.get().number()).collect()
}

fn of<M: Model>(book: &Book, number: Number) -> Handle<M> {
    book.get(number).expect("the step is possible")
}

impl<L: Link> AnyLink for L {
    fn change(&self, session: &mut Session, book: &Book, change: Change, from: Number, to: Number) {
        apply(L::forth(&mut session[of(book, from)]), change, to, book.get(to));
    }

    fn change_back(&self, session: &mut Session, book: &Book, change: Change, from: Number, to: Number) {
        apply(L::back(&mut session[of(book, to)]), change, from, book.get(from));
    }

    fn merge(&self, session: &mut Session, book: &Book, from: Number, to: Number, value: i32) -> Done<bool> {
        let inside = data::<L::To>(session, book, to, value);
        let Some((mut data, inside)) = data::<L::From>(session, book, from, value).zip(inside) else {
            return Ok(false);
        };
        L::forth(&mut data).push(inside);
        prop_assert_eq!(session.merge(data)?, of(book, from));
        Ok(true)
    }

    fn linked(&self, session: &Session, book: &Book, from: Number) -> Done<BTreeSet<Number>> {
        Ok(numbers(L::linked(session.view(of(book, from)))?))
    }

    fn linking(&self, session: &Session, book: &Book, to: Number) -> Done<BTreeSet<Number>> {
        Ok(numbers(L::linking(session.view(of(book, to)))?))
    }
}

/// `Likes: Owner.likes with Item.liked_by` is a link.
macro_rules! linked {
    ($link:ident: $from:ident.$forth:ident with $to:ident.$back:ident) => {
        struct $link;

        impl Link for $link {
            type From = $from;
            type To = $to;

            fn forth(from: &mut $from) -> &mut ManyToMany<$to> {
                &mut from.$forth
            }

            fn back(to: &mut $to) -> &mut ManyToMany<$from> {
                &mut to.$back
            }

            fn linked<'s>(from: View<'s, $from>) -> orm_core::Result<Vec<View<'s, $to>>> {
                from.$forth()
            }

            fn linking<'s>(to: View<'s, $to>) -> orm_core::Result<Vec<View<'s, $from>>> {
                to.$back()
            }
        }
    };
}

pub(crate) use linked;

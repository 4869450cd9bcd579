//! What a model wants to say before its rows are written, and hear after.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;

use crate::session::Model;
use crate::session::store::new_store_with_hooks;

/// What a hook answers. Any error type goes through `?`, and a text through `.into()`; the flush fails with
/// [`Error::Refused`](crate::Error::Refused) then, and leaves everything as it was.
pub type HookResult = Result<(), Box<dyn StdError + Send + Sync>>;

/// What is done before and after the rows of a model are written, and when they are loaded. A model that implements it says
/// so: `#[model(hooks)]`.
///
/// Each hook runs once for each row in a flush. The ones before run when the flush has found out what it will write and
/// before it sends anything; they may change their own object, and nothing else: relationships and the session are out of
/// their reach. Where a flush fails, what they have changed waits with everything else, and the next one runs them again: let
/// them set values, and not add to them. The ones after run when all rows are written, before a commit. [`pending`](crate::Session::pending) runs none,
/// and neither do statements for many rows, nor what the database does by itself (`ON DELETE`).
///
/// ```
/// use orm_core::prelude::*;
///
/// #[derive(Model)]
/// #[model(table = "users", hooks)]
/// struct User {
///     #[primary_key]
///     id: Auto<i32>,
///     #[column(length = 100)]
///     email: String,
/// }
///
/// impl Hooks for User {
///     fn before_insert(&mut self) -> HookResult {
///         self.email = self.email.trim().to_lowercase();
///         Ok(())
///     }
///
///     fn validate(&self) -> HookResult {
///         if self.email.contains('@') { Ok(()) } else { Err("an address has an @".into()) }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no hooks: write `impl Hooks for {Self} {{ … }}`, or remove `hooks`"
)]
pub trait Hooks: Model {
    /// An empty store, which knows that the model has hooks.
    #[doc(hidden)]
    #[must_use]
    fn new_store() -> Box<dyn Any + Send> {
        new_store_with_hooks::<Self>()
    }

    /// Whether the object may be written as it is. It runs after `before_insert` and `before_update`.
    ///
    /// # Errors
    /// What is wrong with it.
    fn validate(&self) -> HookResult {
        Ok(())
    }

    /// Before the row is inserted.
    ///
    /// # Errors
    /// Why it must not be.
    fn before_insert(&mut self) -> HookResult {
        Ok(())
    }

    /// Before the row is updated.
    ///
    /// # Errors
    /// Why it must not be.
    fn before_update(&mut self) -> HookResult {
        Ok(())
    }

    /// Before the row is deleted.
    ///
    /// # Errors
    /// Why it must not be.
    fn before_delete(&self) -> HookResult {
        Ok(())
    }

    /// After the row was inserted; generated values are there.
    ///
    /// # Errors
    /// Why the whole flush must be undone.
    fn after_insert(&self) -> HookResult {
        Ok(())
    }

    /// After the row was updated.
    ///
    /// # Errors
    /// Why the whole flush must be undone.
    fn after_update(&self) -> HookResult {
        Ok(())
    }

    /// After the row was deleted.
    ///
    /// # Errors
    /// Why the whole flush must be undone.
    fn after_delete(&self) -> HookResult {
        Ok(())
    }

    /// After the object was read from the database; never for one that the program makes.
    fn after_load(&mut self) {}
}

/// What happens to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    Insert,
    Update,
    Delete,
}

impl Event {
    /// The hook that is asked before.
    pub(crate) fn before(self) -> &'static str {
        match self {
            Self::Insert => "before_insert",
            Self::Update => "before_update",
            Self::Delete => "before_delete",
        }
    }
}

/// The hooks of a model, for code that does not know whether it has some.
pub(crate) struct HooksOf<M> {
    pub(crate) before: fn(&mut M, Event) -> Refusal,
    pub(crate) before_delete: fn(&M) -> Refusal,
    pub(crate) after: fn(&M, Event) -> Refusal,
    pub(crate) after_load: fn(&mut M),
}

/// What a hook has answered; an error with the hook's name.
pub(crate) type Refusal = Result<(), (&'static str, Box<dyn StdError + Send + Sync>)>;

impl<M: Hooks> HooksOf<M> {
    pub(crate) const ALL: Self =
        Self { before: before::<M>, before_delete: before_delete::<M>, after: after::<M>, after_load: M::after_load };
}

fn before<M: Hooks>(object: &mut M, event: Event) -> Refusal {
    match event {
        Event::Insert => object.before_insert().map_err(|error| (event.before(), error))?,
        Event::Update => object.before_update().map_err(|error| (event.before(), error))?,
        Event::Delete => return before_delete(object),
    }
    object.validate().map_err(|error| ("validate", error))
}

fn before_delete<M: Hooks>(object: &M) -> Refusal {
    object.before_delete().map_err(|error| (Event::Delete.before(), error))
}

fn after<M: Hooks>(object: &M, event: Event) -> Refusal {
    match event {
        Event::Insert => object.after_insert().map_err(|error| ("after_insert", error)),
        Event::Update => object.after_update().map_err(|error| ("after_update", error)),
        Event::Delete => object.after_delete().map_err(|error| ("after_delete", error)),
    }
}

impl<M> Clone for HooksOf<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for HooksOf<M> {}

impl<M> fmt::Debug for HooksOf<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HooksOf")
    }
}

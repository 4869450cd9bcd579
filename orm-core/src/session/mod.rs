//! The unit of work: what has changed, and writing it; what is related, and loading it.

mod arena;
mod ask;
mod assign;
mod association;
mod bulk;
mod cells;
mod chunks;
mod closures;
mod edits;
mod evict;
mod expire;
mod flush;
mod freed;
mod hooks;
mod inspect;
mod keys;
mod levels;
mod load;
mod locks;
mod made;
mod merge;
mod moments;
mod objects;
mod refused;
mod savepoint;
mod slots;
mod store;
mod transaction;
mod undo;
mod view;
mod watch;

use std::fmt;
use std::ops::{Index, IndexMut};

pub use ask::{Chunks, StreamResult};
pub use flush::FlushPlan;
pub use hooks::{HookResult, Hooks};
pub use inspect::{Change, ObjectState};
pub use load::Related;
pub(crate) use store::new_store;
pub use view::{Located, Model, View};
pub use watch::SessionStatistics;

use crate::connection::Engine;
use crate::error::{Error, Result};
use crate::model::{Handle, ObjectRef};
use crate::query::{Lazy, Query};
use crate::session::objects::Objects;
use crate::session::slots::State;
use crate::session::transaction::{Owner, Transaction};
use crate::session::watch::Watched;
use crate::sql::{Dialect, TransactionOptions};
use crate::value::IntoKey;

/// A unit of work: objects that were loaded or added, and what has changed in them since.
///
/// With `&Session` objects are read, queried and followed to related ones; what has changed is flushed before each question.
/// With `&mut Session` they are added, changed, deleted and committed. What was lent out by the one is over before the
/// other, so that no reference outlives a commit or a rollback.
///
/// A session begins its transaction with its first statement and holds one connection until [`commit`](Self::commit) or
/// [`rollback`](Self::rollback). Dropping it rolls back.
///
/// ```no_run
/// use orm_core::prelude::*;
///
/// #[derive(Model)]
/// #[model(table = "departments")]
/// pub struct Department {
///     #[primary_key]
///     pub id: Auto<i32>,
///     #[column(length = 50)]
///     pub name: String,
/// }
///
/// # fn main() -> orm_core::Result<()> {
/// let engine = Engine::connect("mysql://root@localhost/planning")?;
/// let mut session = engine.session();
/// let marketing = session.add(Department { name: "Marketing".into(), ..Default::default() });
/// session.commit()?;
/// session[marketing].name = "Sales".into();
/// session.commit()?;
/// # Ok(())
/// # }
/// ```
///
/// A session may move from thread to thread, with its changes and its transaction; its handles are the same there. It is not
/// shared: threads have a session each, of the engine that they share.
///
/// ```compile_fail,E0277
/// # use orm_core::prelude::*;
/// fn share(session: &Session) {
///     std::thread::scope(|scope| {
///         scope.spawn(|| session.sql("DO 1").rows::<i32>());
///     });
/// }
/// ```
pub struct Session {
    engine: Engine,
    objects: Objects,
    transaction: Transaction,
    lazy: Lazy,
    watched: Watched,
}

impl Engine {
    /// A new session. It takes a connection when it needs one.
    #[must_use]
    pub fn session(&self) -> Session {
        self.session_with(TransactionOptions::new())
    }

    /// A new session whose transactions are all like this.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # fn work(engine: &Engine) {
    /// let mut session = engine.session_with(TransactionOptions::new().isolation(Isolation::ReadCommitted));
    /// # }
    /// ```
    #[must_use]
    pub fn session_with(&self, options: TransactionOptions) -> Session {
        self.session_of(options, Owner::User)
    }

    fn session_of(&self, options: TransactionOptions, owner: Owner) -> Session {
        let transaction = Transaction::new(options, owner);
        let objects = Objects::new();
        let watched = Watched::new(objects.number());
        Session { engine: self.clone(), objects, transaction, lazy: Lazy::default(), watched }
    }
}

impl Session {
    /// Adds a new object, and the new objects inside its relationship fields; the next flush inserts them.
    pub fn add<M: Model>(&mut self, object: M) -> Handle<M> {
        self.objects.absorb_changed();
        let added = self.objects.add(object);
        self.objects.absorb(added);
        self.objects.link_added(added);
        self.objects.handle(added.slot)
    }

    /// Adds several objects.
    pub fn add_all<M: Model, const N: usize>(&mut self, objects: [M; N]) -> [Handle<M>; N] {
        objects.map(|object| self.add(object))
    }

    /// Adds any number of objects.
    pub fn add_many<M: Model>(&mut self, objects: impl IntoIterator<Item = M>) -> Vec<Handle<M>> {
        objects.into_iter().map(|object| self.add(object)).collect()
    }

    /// The object of a handle, with its relationships, as the session has it: nothing is sent. [`get`](Self::get) reads it
    /// again where that is due.
    ///
    /// # Panics
    /// The handle cannot be used; [`get`](Self::get) tells so with an error.
    #[must_use]
    pub fn view<M: Model>(&self, handle: Handle<M>) -> View<'_, M> {
        self.lend(handle, self.lazy)
    }

    /// Whether relationships may be loaded when they are followed, from views of this session; a query may say otherwise for
    /// what it finds.
    pub fn set_lazy(&mut self, lazy: Lazy) {
        self.lazy = lazy;
    }

    /// The object with this primary key: from the session where this transaction has already read it, else from the
    /// database. `None` where there is none.
    ///
    /// # Errors
    /// What the database says; [`Error::Autoflush`](crate::Error::Autoflush) where the flush before the question failed.
    pub fn find<M: Model>(&self, key: impl IntoKey<M::Key>) -> Result<Option<View<'_, M>>> {
        let found = self.find_slot(M::table(), &key.into_key())?;
        Ok(found.map(|slot| self.lend_known(slot, self.lazy)))
    }

    /// The object with this primary key, to be changed.
    ///
    /// # Errors
    /// What the database says; [`Error::Autoflush`](crate::Error::Autoflush) where the flush before the question failed.
    pub fn find_mut<M: Model>(&mut self, key: impl IntoKey<M::Key>) -> Result<Option<&mut M>> {
        let found = self.find_handle(key)?;
        Ok(found.map(|handle| &mut self[handle]))
    }

    /// Runs a function on each object that a query finds. The query is a value of its own, [`query`](crate::query()), because
    /// one that this session has made would lend it out.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Employee { #[primary_key] id: Auto<i32>, active: bool }
    /// # fn leave(session: &mut Session) -> orm_core::Result<()> {
    /// let all = orm_core::query::<Employee>().filter(Employee::active.eq(true));
    /// session.for_each_mut(all, |employee| employee.active = false)
    /// # }
    /// ```
    ///
    /// # Errors
    /// As of [`find`](Self::find).
    pub fn for_each_mut<M: Model, S>(&mut self, query: Query<M, S>, mut change: impl FnMut(&mut M)) -> Result<()> {
        for handle in query.on(&*self).handles()? {
            change(&mut self[handle]);
        }
        Ok(())
    }

    /// Begins a question for objects of `M`.
    #[must_use]
    pub fn query<M: Model>(&self) -> Query<M, crate::query::Reading<M, crate::query::Nothing>, &Self> {
        Query::over(self)
    }

    /// Deletes an object: the next flush does. Link rows go before it; members of its `has_many` and `has_one` go with it, keep it
    /// or get `NULL` for it, as its model says. One that was never flushed is just taken out of the session.
    ///
    /// # Panics
    /// The handle cannot be used.
    pub fn delete<M: Model>(&mut self, handle: Handle<M>) {
        let object = self.usable(handle);
        self.objects.absorb_changed();
        self.objects.release_given(object);
        self.objects.discard_links_of(object);
        self.objects.unlink_deleted(object);
        let mut slots = self.objects.store(object.table).slots().borrow_mut();
        let slot = slots.get_mut(object.slot);
        slot.goes_along = false;
        match slot.state {
            State::Pending => slot.state = State::Discarded,
            _ => {
                slot.state = State::Deleting;
                slots.touch(object.slot);
            }
        }
    }

    /// Takes back the deletion of an object that is not flushed: it stays, with its other changes. New members that had been
    /// given to it do not come back.
    ///
    /// # Errors
    /// [`Error::Handle`](crate::Error::Handle): the handle cannot be used, or its object is not to be deleted.
    pub fn undelete<M: Model>(&mut self, handle: Handle<M>) -> Result<()> {
        let object = handle.reference();
        self.objects.check(object)?;
        let mut slots = self.objects.store(object.table).slots().borrow_mut();
        let slot = slots.get_mut(object.slot);
        if slot.state != State::Deleting {
            return Err(Error::Handle {
                model: object.table.model,
                reason: "is of an object that is not to be deleted",
            });
        }
        slot.state = State::Persistent;
        slot.goes_along = false;
        Ok(())
    }

    /// Sends what has changed, without ending the transaction. A query does so by itself.
    ///
    /// # Errors
    /// What is wrong with an object, or what the database says. The transaction is rolled back then, and everything since
    /// the last commit waits again, to be corrected and sent again, or given up by [`rollback`](Self::rollback).
    pub fn flush(&mut self) -> Result<()> {
        flush::flush(self)
    }

    /// Sends what has changed and makes it last. Objects keep their values; the next question for them reads them again.
    ///
    /// # Errors
    /// As of [`flush`](Self::flush); [`Error::CommitUnknown`](crate::Error::CommitUnknown) where the connection broke
    /// before the server said whether it has committed; [`Error::Misplaced`](crate::Error::Misplaced) inside of a
    /// [`savepoint`](Self::savepoint) or of [`Engine::transaction`], which do this when their closure has returned.
    pub fn commit(&mut self) -> Result<()> {
        self.check_is_own("commit")?;
        self.commit_transaction()
    }

    /// Gives up everything since the last commit: what was added is gone, what was changed has its old values, what was
    /// deleted is back. Inside of a [`savepoint`](Self::savepoint) or of [`Engine::transaction`] the whole transaction is
    /// rolled back, and nothing is sent until the closure has returned.
    ///
    /// # Errors
    /// The connection failed. The session is rolled back all the same, and so is the database, by losing the connection.
    pub fn rollback(&mut self) -> Result<()> {
        let ended = self.give_back();
        let is_in_closure = self.is_in_closure();
        let mut given_up = undo::give_up(&mut self.objects);
        while self.objects.depth() > 0 {
            self.objects.end_level();
            given_up = given_up.and(undo::give_up(&mut self.objects));
        }
        if is_in_closure {
            self.end_for_closures("it was rolled back");
        }
        given_up.and(ended)
    }

    /// The engine that the session was made by.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The object of a handle, whose relationships may be loaded or not.
    pub(crate) fn lend<M: Model>(&self, handle: Handle<M>, lazy: Lazy) -> View<'_, M> {
        View::new(self, handle, &self[handle], lazy)
    }

    /// The same for an object that is in the session.
    pub(crate) fn lend_known<M: Model>(&self, slot: u32, lazy: Lazy) -> View<'_, M> {
        View::new(self, self.objects.handle(slot), self.objects.typed().get(slot), lazy)
    }

    /// The same for several.
    pub(crate) fn lend_all<M: Model>(&self, slots: &[u32], lazy: Lazy) -> Vec<View<'_, M>> {
        let objects = self.objects.typed::<M>().get_all(slots);
        objects.map(|(slot, object)| View::new(self, self.objects.handle(slot), object, lazy)).collect()
    }

    pub(crate) fn lazy(&self) -> Lazy {
        self.lazy
    }

    pub(crate) fn objects(&self) -> &Objects {
        &self.objects
    }

    pub(crate) fn watched(&self) -> &Watched {
        &self.watched
    }

    pub(crate) fn settle(&mut self) {
        self.objects.settle();
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.engine.dialect()
    }

    fn find_handle<M: Model>(&self, key: impl IntoKey<M::Key>) -> Result<Option<Handle<M>>> {
        let found = self.find_slot(M::table(), &key.into_key())?;
        Ok(found.map(|slot| self.objects.handle(slot)))
    }

    fn usable<M: Model>(&self, handle: Handle<M>) -> ObjectRef {
        let object = handle.reference();
        if let Err(error) = self.objects.check(object) {
            panic!("{error}");
        }
        object
    }
}

/// Reads an object.
///
/// # Panics
/// The handle is of another session, or its object was deleted, evicted or rolled back; [`Session::get`] tells so with an error.
impl<M: Model> Index<Handle<M>> for Session {
    type Output = M;

    fn index(&self, handle: Handle<M>) -> &M {
        let object = self.usable(handle);
        self.objects.typed().get(object.slot)
    }
}

/// Changes an object: its values are kept first, and the next flush writes what differs from them.
///
/// # Panics
/// As for reading.
impl<M: Model> IndexMut<Handle<M>> for Session {
    fn index_mut(&mut self, handle: Handle<M>) -> &mut M {
        let object = self.usable(handle);
        self.objects.begin_change(object);
        self.objects.typed_mut().get_mut(object.slot)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A connection that cannot even roll back is closed, and the server rolls back.
        let _ = self.give_back();
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({:?})", self.engine)
    }
}

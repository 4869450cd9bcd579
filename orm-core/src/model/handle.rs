//! Where an object stands in its session.

use std::any::TypeId;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use crate::model::Record;
use crate::schema::Table;

/// An object's place in its session: it borrows nothing and is copied freely.
///
/// `session[handle]` reads the object and changes it; `session.view(handle)` reads it with its relationships.
pub struct Handle<M> {
    session: u32,
    slot: u32,
    model: PhantomData<fn() -> M>,
}

impl<M: Record> Handle<M> {
    pub(crate) fn new(session: u32, slot: u32) -> Self {
        Self { session, slot, model: PhantomData }
    }

    pub(crate) fn reference(self) -> ObjectRef {
        ObjectRef { table: M::table(), session: self.session, slot: self.slot }
    }
}

impl<M> Handle<M> {
    /// The same place, for an object that is known to be of another type than this says.
    pub(crate) fn cast<N>(self) -> Handle<N> {
        Handle { session: self.session, slot: self.slot, model: PhantomData }
    }
}

impl Handle<()> {
    /// Of an object of this table.
    pub(crate) fn of(self, table: &'static Table) -> ObjectRef {
        ObjectRef { table, session: self.session, slot: self.slot }
    }
}

impl<M> Clone for Handle<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Handle<M> {}

impl<M> PartialEq for Handle<M> {
    fn eq(&self, other: &Self) -> bool {
        (self.session, self.slot) == (other.session, other.slot)
    }
}

impl<M> Eq for Handle<M> {}

impl<M> Hash for Handle<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.session, self.slot).hash(state);
    }
}

impl<M> fmt::Debug for Handle<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = std::any::type_name::<M>();
        let name = path.rsplit("::").next().unwrap_or(path);
        write!(f, "Handle<{name}>({}.{})", self.session, self.slot)
    }
}

/// A handle whose model is known only at run time.
#[derive(Clone, Copy)]
pub struct ObjectRef {
    /// The model's table.
    pub table: &'static Table,
    pub(crate) session: u32,
    pub(crate) slot: u32,
}

impl ObjectRef {
    /// The place of an object that no session has.
    pub(crate) fn nowhere(table: &'static Table) -> Self {
        // Sessions are counted from 1.
        Self { table, session: 0, slot: 0 }
    }

    /// Its place alone.
    pub(crate) fn place(self) -> Handle<()> {
        Handle { session: self.session, slot: self.slot, model: PhantomData }
    }

    /// The handle, where the object is an `M`.
    pub(crate) fn handle<M: Record>(self) -> Option<Handle<M>> {
        ((self.table.type_id)() == TypeId::of::<M>()).then(|| Handle::new(self.session, self.slot))
    }

    /// Whether the object is of the model with this table, which may be in memory twice.
    pub(crate) fn is_of(self, table: &Table) -> bool {
        std::ptr::eq(self.table, table) || (self.table.type_id)() == (table.type_id)()
    }
}

impl PartialEq for ObjectRef {
    fn eq(&self, other: &Self) -> bool {
        self.slot == other.slot && self.session == other.session && self.is_of(other.table)
    }
}

impl Eq for ObjectRef {}

impl Hash for ObjectRef {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // A model's table may be in memory twice: its name tells models apart well enough.
        (self.session, self.slot, self.table.name.len(), self.table.columns.len()).hash(state);
    }
}

impl fmt::Debug for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({}.{})", self.table.model, self.session, self.slot)
    }
}

//! The objects of one model in a session: an arena that only grows while it is shared, so that references into it stay
//! valid while more is loaded.

use std::any::Any;
use std::cell::RefCell;

use crate::error::Result;
use crate::model::{Cell, Field, FieldKey, Fields, ObjectRef, Record, RowReader};
use crate::schema::Table;
use crate::session::arena::Arena;
use crate::session::hooks::{Event, Hooks, HooksOf, Refusal};
use crate::session::slots::{Newest, Slots, State};

/// The objects of the model `M`.
pub(crate) struct Store<M> {
    objects: Arena<M>,
    versions: Arena<M>,
    /// Which object each version is of.
    versions_of: RefCell<Vec<u32>>,
    slots: RefCell<Slots>,
    hooks: Option<HooksOf<M>>,
}

/// The objects of some model.
pub(crate) trait AnyStore: Send {
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
    fn table(&self) -> &'static Table;
    fn slots(&self) -> &RefCell<Slots>;

    /// The newest version of an object.
    fn object(&self, slot: u32) -> &dyn Fields;

    /// The key that the columns of a field make; there is none where the object was freed.
    fn key(&self, slot: u32, position: usize) -> FieldKey;

    /// Takes a new object, a `Box<M>`.
    fn adopt(&self, object: Box<dyn Any + Send>, seen_in: u32) -> u32;

    /// Makes a new object of a row, in the slot for which its key was [claimed](Slots::claim).
    fn read_claimed(&self, row: &mut RowReader<'_>, seen_in: u32) -> Result<u32>;

    /// Makes an object of a row, a `Box<M>`, and does not keep it.
    fn make(&self, row: &mut RowReader<'_>) -> Result<Box<dyn Any + Send>>;

    /// Makes a newer version of an object of a row; who has a reference to the older one keeps it.
    fn read_version(&self, slot: u32, row: &mut RowReader<'_>) -> Result<()>;

    /// Takes a newer version of an object, a `Box<M>`.
    fn adopt_version(&self, slot: u32, version: Box<dyn Any + Send>);

    /// Newer versions take the places of the objects that they are versions of.
    fn settle(&mut self);

    /// Frees the objects from this slot on, which have no newer versions.
    fn free(&mut self, first: u32);

    fn has_hooks(&self) -> bool;

    /// Makes an object of a row, and asks its hooks whether it may be written.
    fn prepare(&self, row: &mut RowReader<'_>, event: Event) -> Result<(Box<dyn Any + Send>, Refusal)>;

    /// Asks an object's hook whether it may be deleted.
    fn before_delete(&self, slot: u32) -> Refusal;

    /// Tells an object that it was written.
    fn after(&self, slot: u32, event: Event) -> Refusal;
}

impl<M: Record> Store<M> {
    pub(crate) fn new() -> Self {
        let slots = Slots::new(M::table().relationships.len()).into();
        Self { objects: Arena::new(), versions: Arena::new(), versions_of: RefCell::default(), slots, hooks: None }
    }

    pub(crate) fn add(&self, object: M, state: State, seen_in: u32) -> u32 {
        self.objects.push(object);
        self.slots.borrow_mut().add(state, seen_in)
    }

    /// An object of a row.
    pub(crate) fn object_of(&self, row: &mut RowReader<'_>) -> Result<M> {
        let is_loaded = row.is_from_server();
        let mut object: M = row.object()?;
        if let (Some(hooks), true) = (&self.hooks, is_loaded) {
            (hooks.after_load)(&mut object);
        }
        Ok(object)
    }

    fn add_version(&self, slot: u32, newer: M) {
        self.versions.push(newer);
        add_version_of(slot, &self.versions_of, &self.slots);
    }

    /// The newest version of an object.
    pub(crate) fn get(&self, slot: u32) -> &M {
        self.find(slot).expect("what was freed is not read again")
    }

    fn find(&self, slot: u32) -> Option<&M> {
        Some(match self.slots.borrow().newest(slot)? {
            Newest::Object(place) => self.objects.get(place),
            Newest::Version(version) => self.versions.get(version as usize),
        })
    }

    /// The newest versions of some objects.
    pub(crate) fn get_all(&self, slots: &[u32]) -> impl Iterator<Item = (u32, &M)> {
        slots.iter().map(|&slot| (slot, self.get(slot)))
    }

    /// The object itself, which has no newer version after [`AnyStore::settle`].
    pub(crate) fn get_mut(&mut self, slot: u32) -> &mut M {
        let place = self.slots.get_mut().place(slot);
        self.objects.get_mut(place)
    }
}

impl<M: Record> AnyStore for Store<M> {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn table(&self) -> &'static Table {
        M::table()
    }

    fn slots(&self) -> &RefCell<Slots> {
        &self.slots
    }

    fn object(&self, slot: u32) -> &dyn Fields {
        self.get(slot)
    }

    fn key(&self, slot: u32, position: usize) -> FieldKey {
        self.find(slot).map_or(FieldKey::Absent, |object| object.field(position).as_key())
    }

    fn adopt(&self, object: Box<dyn Any + Send>, seen_in: u32) -> u32 {
        self.add(*typed(object), State::Pending, seen_in)
    }

    fn read_claimed(&self, row: &mut RowReader<'_>, seen_in: u32) -> Result<u32> {
        match self.object_of(row) {
            Ok(object) => Ok(self.add(object, State::Persistent, seen_in)),
            Err(error) => {
                self.slots.borrow_mut().give_up_claim();
                Err(error)
            }
        }
    }

    fn make(&self, row: &mut RowReader<'_>) -> Result<Box<dyn Any + Send>> {
        Ok(boxed::<M>(row)?)
    }

    fn read_version(&self, slot: u32, row: &mut RowReader<'_>) -> Result<()> {
        let newer = self.object_of(row)?;
        self.add_version(slot, newer);
        Ok(())
    }

    fn adopt_version(&self, slot: u32, newer: Box<dyn Any + Send>) {
        self.add_version(slot, *typed(newer));
    }

    fn settle(&mut self) {
        let mut versions = std::mem::replace(&mut self.versions, Arena::new());
        let places = settled(&mut self.versions_of, &mut self.slots);
        for (version, place) in places.into_iter().enumerate() {
            std::mem::swap(self.objects.get_mut(place), versions.get_mut(version));
        }
    }

    fn free(&mut self, first: u32) {
        let place = self.slots.get_mut().free(first);
        self.objects.truncate(place);
    }

    fn has_hooks(&self) -> bool {
        self.hooks.is_some()
    }

    fn prepare(&self, row: &mut RowReader<'_>, event: Event) -> Result<(Box<dyn Any + Send>, Refusal)> {
        let mut object = boxed::<M>(row)?;
        let answer = match &self.hooks {
            Some(hooks) => (hooks.before)(&mut object, event),
            None => Ok(()),
        };
        let answer = match answer {
            Ok(()) => without_members(M::table(), &|position| object.field(position), event),
            refusal => refusal,
        };
        Ok((object, answer))
    }

    fn before_delete(&self, slot: u32) -> Refusal {
        match &self.hooks {
            Some(hooks) => (hooks.before_delete)(self.get(slot)),
            None => Ok(()),
        }
    }

    fn after(&self, slot: u32, event: Event) -> Refusal {
        match &self.hooks {
            Some(hooks) => (hooks.after)(self.get(slot), event),
            None => Ok(()),
        }
    }
}

// Each model has its own copy of what is said above of `M`; what does not need to know `M`, and is not done for each object that
// is read, is said here, once.

fn add_version_of(slot: u32, versions_of: &RefCell<Vec<u32>>, slots: &RefCell<Slots>) {
    let mut versions_of = versions_of.borrow_mut();
    let newest = u32::try_from(versions_of.len()).expect("a session keeps less than 2^32 versions");
    versions_of.push(slot);
    slots.borrow_mut().set_version(slot, newest);
}

/// The places of the objects that have newer versions, in the order of the versions; they count as having none.
fn settled(versions_of: &mut RefCell<Vec<u32>>, slots: &mut RefCell<Slots>) -> Vec<usize> {
    let slots = slots.get_mut();
    let settle = |slot| {
        slots.take_version(slot);
        slots.place(slot)
    };
    versions_of.get_mut().drain(..).map(settle).collect()
}

fn boxed<M: Record>(row: &mut RowReader<'_>) -> Result<Box<M>> {
    Ok(Box::new(row.object()?))
}

fn typed<M: Record>(object: Box<dyn Any + Send>) -> Box<M> {
    object.downcast().unwrap_or_else(|_| unreachable!("an object comes with its own table"))
}

impl dyn AnyStore + '_ {
    pub(crate) fn field(&self, slot: u32, position: usize) -> &dyn Field {
        self.object(slot).at(position)
    }

    /// Appends a cell for each column of an object.
    pub(crate) fn write(&self, slot: u32, cells: &mut Vec<Cell>) {
        let object = self.object(slot);
        (0..self.table().fields).for_each(|position| object.at(position).write(cells));
    }

    /// A cell for each column of an object.
    pub(crate) fn cells(&self, slot: u32) -> Vec<Cell> {
        let mut cells = Vec::with_capacity(self.table().columns.len());
        self.write(slot, &mut cells);
        cells
    }
}

/// Members that a hook adds or takes away would be lost: the flush has dealt with relationships by then.
fn without_members<'f>(table: &Table, field: &dyn Fn(usize) -> &'f dyn Field, event: Event) -> Refusal {
    let mut is_changed = false;
    for relationship in table.relationships {
        let edits = field(relationship.position).absorb(&mut |new| {
            is_changed = true;
            ObjectRef::nowhere(new.table)
        });
        if is_changed || !edits.is_empty() {
            let name = relationship.name;
            return Err((
                event.before(),
                format!("a hook cannot change the members of `{name}`, nor add objects").into(),
            ));
        }
    }
    Ok(())
}

/// What [`Table::new_store`] makes: an empty store in a box that the schema's floor need not know.
pub(crate) fn new_store<M: Record>() -> Box<dyn Any + Send> {
    let store: Box<dyn AnyStore> = Box::new(Store::<M>::new());
    Box::new(store)
}

/// The same for a model that has hooks.
pub(crate) fn new_store_with_hooks<M: Hooks>() -> Box<dyn Any + Send> {
    let store: Box<dyn AnyStore> = Box::new(Store::<M> { hooks: Some(HooksOf::ALL), ..Store::new() });
    Box::new(store)
}

//! All objects of a session: the identity map, and what the objects' handles lead to.

use std::any::{Any, TypeId};
use std::cell::{Cell as StdCell, RefCell};
use std::sync::atomic::{AtomicU32, Ordering};

use elsa::FrozenVec;
use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::model::{Cell, Handle, NewObject, ObjectRef, Record, RowReader};
use crate::schema::{Action, Reference, Relationship, Table};
use crate::session::assign::Assignments;
use crate::session::edits::Edits;
use crate::session::keys::{key_of_columns, key_of_row};
use crate::session::load::Answers;
use crate::session::moments::Moments;
use crate::session::slots::{AtCommit, State, Values};
use crate::session::store::{AnyStore, Store};
use crate::value::{KeyValue, Value};

/// The objects of one session, model by model in the order in which the models were first met.
pub(crate) struct Objects {
    session: u32,
    /// The numbers that the session had before it was cleared.
    cleared: Vec<u32>,
    moments: Moments,
    stores: FrozenVec<Box<dyn AnyStore>>,
    places: RefCell<FxHashMap<TypeId, usize>>,
    /// The same by where a table is in memory, which is known faster.
    places_by_table: RefCell<FxHashMap<usize, usize>>,
    /// Tables and places that were asked for last, by a part of the table's address: mostly they are asked for again.
    last_places: [StdCell<(usize, usize)>; 8],
    /// Whether an object may have a newer version than the one in its place.
    unsettled: StdCell<bool>,
    /// The object to which a mutable reference was given last: its relationship fields may have changed.
    changed: StdCell<Option<ObjectRef>>,
    pub(crate) edits: RefCell<Edits>,
    pub(crate) assigned: RefCell<Assignments>,
    /// Objects whose rows are locked, and that are to be read again with a lock.
    pub(crate) locked_again: RefCell<Vec<ObjectRef>>,
    /// What was asked of parts of relationships since the last flush: the members, and how many there are.
    pub(crate) parts: RefCell<Answers<Vec<u32>>>,
    pub(crate) counts: RefCell<Answers<u64>>,
    /// See `cells.rs`.
    pub(crate) buffer: StdCell<Vec<Cell>>,
}

/// Sessions are told apart by a number, so that a handle knows its own.
static SESSIONS: AtomicU32 = AtomicU32::new(1);

impl Objects {
    pub(crate) fn new() -> Self {
        Self {
            session: SESSIONS.fetch_add(1, Ordering::Relaxed),
            cleared: Vec::new(),
            moments: Moments::default(),
            stores: FrozenVec::new(),
            places: RefCell::default(),
            places_by_table: RefCell::default(),
            last_places: Default::default(),
            unsettled: StdCell::new(false),
            changed: StdCell::new(None),
            edits: RefCell::default(),
            assigned: RefCell::default(),
            locked_again: RefCell::default(),
            parts: RefCell::default(),
            counts: RefCell::default(),
            buffer: StdCell::default(),
        }
    }

    /// All objects go, and what waits with them. The session gets a new number, so that no handle leads to an object that
    /// comes later.
    pub(crate) fn clear(&mut self) {
        let mut cleared = std::mem::take(&mut self.cleared);
        cleared.push(self.session);
        let has_written = self.stores().any(|store| store.slots().borrow().has_written());
        let edits = self.edits.get_mut().cleared_session(has_written);
        let (moments, mut assigned) = (std::mem::take(&mut self.moments), std::mem::take(self.assigned.get_mut()));
        assigned.forget_everything();
        *self = Self { cleared, moments, edits: edits.into(), assigned: assigned.into(), ..Self::new() };
    }

    /// The number that the session has now.
    pub(crate) fn number(&self) -> u32 {
        self.session
    }

    /// Whether the session had this number before it was cleared.
    pub(crate) fn was_cleared(&self, session: u32) -> bool {
        self.cleared.contains(&session)
    }

    /// When what is read and written now is so.
    #[inline]
    pub(crate) fn now(&self) -> u32 {
        self.moments.now()
    }

    /// Whether what was read at that moment still holds: what was read in an earlier transaction is read again.
    #[inline]
    pub(crate) fn is_current(&self, moment: u32) -> bool {
        self.moments.is_of_transaction(moment)
    }

    /// Whether an object came into the session since the last commit or savepoint.
    pub(crate) fn has_just_come(&self, object: ObjectRef) -> bool {
        self.store(object.table).slots().borrow().get(object.slot).came_in >= self.moments.last_begin()
    }

    /// The number of savepoints in the transaction.
    pub(crate) fn depth(&self) -> usize {
        self.moments.depth()
    }

    /// A savepoint is set; everything is flushed.
    pub(crate) fn begin_level(&self) {
        self.stores().for_each(|store| store.slots().borrow_mut().begin_level());
        self.edits.borrow_mut().begin_level();
        self.assigned.borrow_mut().begin_level();
        self.moments.begin_savepoint();
    }

    /// The innermost savepoint goes, and what was flushed since it stays.
    pub(crate) fn keep_level(&self) {
        self.keep_assignments();
        self.stores().for_each(|store| store.slots().borrow_mut().keep_level());
        self.edits.borrow_mut().keep_level();
        self.moments.end_savepoint();
    }

    /// The innermost savepoint goes, and nothing was flushed since it that counts.
    pub(crate) fn end_level(&self) {
        self.stores().for_each(|store| store.slots().borrow_mut().end_level());
        self.edits.borrow_mut().end_level();
        self.assigned.borrow_mut().end_level();
        self.moments.end_savepoint();
    }

    /// The database is as it was at the innermost savepoint, or else at the last commit: what was read since may not hold.
    pub(crate) fn begin_again(&self) {
        match self.moments.savepoint() {
            None => self.begin_next_transaction(),
            Some(moment) => {
                self.stores().for_each(|store| store.slots().borrow_mut().expire_since(moment));
                self.forget_all_members();
            }
        }
    }

    pub(crate) fn begin_next_transaction(&self) {
        self.moments.begin_transaction();
        self.stores().for_each(|store| store.slots().borrow_mut().unlock_all());
        self.forget_all_members();
    }

    /// What was loaded of relationships, whole or in part, is asked again.
    pub(crate) fn forget_all_members(&self) {
        self.stores().for_each(|store| store.slots().borrow_mut().forget_all_members());
        self.forget_answers();
    }

    /// What was asked of parts of relationships is asked again.
    pub(crate) fn forget_answers(&self) {
        self.parts.borrow_mut().forget();
        self.counts.borrow_mut().forget();
    }

    pub(crate) fn stores(&self) -> impl Iterator<Item = &dyn AnyStore> {
        self.stores.iter().map(|store| store as &dyn AnyStore)
    }

    /// The place of a model's store among all, where there is one.
    pub(crate) fn place_of_store(&self, table: &Table) -> Option<usize> {
        self.places.borrow().get(&(table.type_id)()).copied()
    }

    /// Frees the objects of each store, by its place, from this slot on.
    pub(crate) fn free(&mut self, first: impl Fn(usize) -> u32) {
        self.stores.as_mut().iter_mut().enumerate().for_each(|(place, store)| store.free(first(place)));
    }

    /// The objects of the model with this table.
    #[inline]
    pub(crate) fn store(&self, table: &'static Table) -> &dyn AnyStore {
        &self.stores[self.store_place(table)]
    }

    /// The same, where there are some.
    pub(crate) fn known_store(&self, table: &'static Table) -> Option<&dyn AnyStore> {
        let is_known = self.recent_place(table).is_some() || self.place_of_store(table).is_some();
        is_known.then(|| self.store(table))
    }

    /// The place of its store.
    #[inline]
    fn store_place(&self, table: &'static Table) -> usize {
        self.recent_place(table).unwrap_or_else(|| self.look_up(table))
    }

    #[inline]
    fn recent_place(&self, table: &Table) -> Option<usize> {
        let address = std::ptr::from_ref(table).addr();
        let (last, place) = self.last_place(address).get();
        (last == address).then_some(place)
    }

    #[inline]
    fn last_place(&self, address: usize) -> &StdCell<(usize, usize)> {
        &self.last_places[(address >> 8) % self.last_places.len()]
    }

    fn look_up(&self, table: &'static Table) -> usize {
        let address = std::ptr::from_ref(table).addr();
        let known = self.places_by_table.borrow().get(&address).copied();
        let place = known.unwrap_or_else(|| self.meet(table, address));
        self.last_place(address).set((address, place));
        place
    }

    fn meet(&self, table: &'static Table, address: usize) -> usize {
        let type_id = (table.type_id)();
        let known = self.places.borrow().get(&type_id).copied();
        let place = known.unwrap_or_else(|| self.open_store(table, type_id));
        self.places_by_table.borrow_mut().insert(address, place);
        place
    }

    fn open_store(&self, table: &'static Table, type_id: TypeId) -> usize {
        let store = (table.new_store)().downcast::<Box<dyn AnyStore>>();
        let store: Box<dyn AnyStore> = *store.expect("every model's table makes a store of the session's kind");
        (0..self.depth()).for_each(|_| store.slots().borrow_mut().begin_level());
        self.stores.push(store);
        let place = self.stores.len() - 1;
        self.places.borrow_mut().insert(type_id, place);
        place
    }

    pub(crate) fn typed<M: Record>(&self) -> &Store<M> {
        self.store(M::table()).as_any().downcast_ref().expect("a store is kept under its model's type")
    }

    pub(crate) fn typed_mut<M: Record>(&mut self) -> &mut Store<M> {
        let place = self.store_place(M::table());
        let store = self.stores.as_mut()[place].as_any_mut();
        store.downcast_mut().expect("a store is kept under its model's type")
    }

    pub(crate) fn handle<M: Record>(&self, slot: u32) -> Handle<M> {
        Handle::new(self.session, slot)
    }

    #[inline]
    pub(crate) fn reference(&self, table: &'static Table, slot: u32) -> ObjectRef {
        ObjectRef { table, session: self.session, slot }
    }

    pub(crate) fn state(&self, object: ObjectRef) -> State {
        self.store(object.table).slots().borrow().get(object.slot).state
    }

    /// Why a handle cannot be used, if it cannot.
    pub(crate) fn check(&self, object: ObjectRef) -> Result<()> {
        self.check_session(object)?;
        let refuse = |reason| Err(Error::Handle { model: object.table.model, reason });
        match self.state(object) {
            State::Pending | State::Persistent | State::Deleting => Ok(()),
            State::Deleted | State::Discarded => refuse("is of an object that was deleted"),
            State::Evicted | State::Withdrawn | State::Freed => {
                refuse("is of an object that was taken out of the session")
            }
            State::Gone => refuse("is of an object that was deleted, or whose addition was rolled back"),
        }
    }

    /// A handle of another session means nothing here.
    pub(crate) fn check_session(&self, object: ObjectRef) -> Result<()> {
        if object.session == self.session {
            return Ok(());
        }
        let reason = match self.was_cleared(object.session) {
            true => "is of an object that the session had before it was cleared",
            false => "belongs to another session",
        };
        Err(Error::Handle { model: object.table.model, reason })
    }

    /// The objects that the next flush looks at, model by model.
    pub(crate) fn touched(&self) -> impl Iterator<Item = ObjectRef> {
        self.stores().flat_map(|store| {
            let touched = store.slots().borrow().touched();
            touched.into_iter().map(|slot| self.reference(store.table(), slot))
        })
    }

    #[inline]
    pub(crate) fn has_changes(&self) -> bool {
        !self.edits.borrow().is_empty() || self.stores().any(|store| store.slots().borrow().has_touched())
    }

    /// Takes a new object into the session; the next flush inserts it.
    pub(crate) fn add<M: Record>(&self, object: M) -> ObjectRef {
        let store = self.typed::<M>();
        let slot = store.add(object, State::Pending, self.now());
        store.slots().borrow_mut().touch(slot);
        self.reference(M::table(), slot)
    }

    /// The same for one that was found inside of another.
    pub(crate) fn adopt(&self, new: NewObject) -> ObjectRef {
        let store = self.store(new.table);
        let slot = store.adopt(new.object, self.now());
        store.slots().borrow_mut().touch(slot);
        self.reference(new.table, slot)
    }

    /// The object of a row that has the table's columns. One that this transaction has already seen stays as it is, and so
    /// does one with changes that are not flushed.
    #[inline]
    pub(crate) fn merge(&self, store: &dyn AnyStore, row: Vec<Value>) -> Result<u32> {
        let table = store.table();
        let Some(key) = key_of_row(table, &row) else {
            return Err(Error::Protocol { reason: format!("a row of `{}` has no primary key", table.name) });
        };
        let known = store.slots().borrow_mut().claim(key);
        let Some(slot) = known else {
            return store.read_claimed(&mut RowReader::new(table, row), self.now());
        };
        if self.is_due(store, slot) {
            let object = self.reference(table, slot);
            match self.is_locked(object) {
                true => self.read_locked_later(object),
                false => self.take_row(store, slot, row)?,
            }
        }
        Ok(slot)
    }

    /// An object gets the values of its row.
    pub(crate) fn take_row(&self, store: &dyn AnyStore, slot: u32, row: Vec<Value>) -> Result<()> {
        let values = self.values(&store.cells(slot));
        self.keep_for_rollback(self.reference(store.table(), slot), values);
        self.read_row(store, slot, row)?;
        store.slots().borrow_mut().get_mut(slot).seen_in = self.now();
        Ok(())
    }

    /// A row that is read after a statement for many rows may hold what a rollback undoes.
    pub(crate) fn keep_for_rollback(&self, object: ObjectRef, values: impl Into<Values>) {
        if self.edits.borrow().has_run_statements() {
            let store = self.store(object.table);
            store.slots().borrow_mut().remember(object.slot, AtCommit::row(values.into()));
        }
    }

    pub(crate) fn read_version(&self, store: &dyn AnyStore, slot: u32, row: &mut RowReader<'_>) -> Result<()> {
        self.unsettled.set(true);
        store.read_version(slot, row)
    }

    /// A newer version of an object, of a row. Foreign keys that this transaction has written go on referring to objects, and
    /// not to keys: if it fails, new objects get others.
    pub(crate) fn read_row(&self, store: &dyn AnyStore, slot: u32, row: Vec<Value>) -> Result<()> {
        let is_written = store.slots().borrow().at_commit(slot).is_some();
        let mut targets = if is_written { self.targets(store.table(), &store.cells(slot)) } else { Vec::new() };
        targets.retain(|(column, target)| self.refers_to_key_of(store.table(), &row, *column, *target));
        targets.extend(self.written_targets(store.table(), &row));
        self.read_version(store, slot, &mut RowReader::new(store.table(), row).referring_to(&targets))
    }

    /// What the foreign keys of a row lead to, by their first columns, as far as this transaction has written it.
    pub(crate) fn written_targets(&self, table: &Table, row: &[Value]) -> Vec<(usize, ObjectRef)> {
        let target = |(relationship, reference): (&Relationship, &Reference)| {
            let target = (relationship.target)();
            let place =
                self.place_of_store(target).filter(|&place| self.stores[place].slots().borrow().has_written())?;
            let key = key_of_columns(reference.columns, row)?;
            let slots = self.stores[place].slots().borrow();
            let slot = slots.find(&key)?;
            let is_written = slots.at_commit(slot).is_some() && slots.get(slot).state == State::Persistent;
            is_written.then(|| (reference.columns[0], self.reference(target, slot)))
        };
        table.references().filter_map(target).collect()
    }

    /// Whether the foreign key of a row that begins with this column has the key of an object.
    fn refers_to_key_of(&self, table: &Table, row: &[Value], column: usize, target: ObjectRef) -> bool {
        let reference = table.references().map(|(_, reference)| reference).find(|one| one.columns[0] == column);
        let key = reference.and_then(|reference| key_of_columns(reference.columns, row));
        key.is_some() && key == self.key(target) && self.state(target) == State::Persistent
    }

    /// Gives an object a newer version that was made by its own model.
    pub(crate) fn adopt_version(&self, object: ObjectRef, version: Box<dyn Any + Send>) {
        self.unsettled.set(true);
        self.store(object.table).adopt_version(object.slot, version);
    }

    /// Whether a row that was read replaces what the session has of it.
    #[inline]
    pub(crate) fn is_due(&self, store: &dyn AnyStore, slot: u32) -> bool {
        let slots = store.slots().borrow();
        let slot = slots.get(slot);
        !self.is_current(slot.seen_in) && slot.state == State::Persistent && !slot.touched
    }

    /// The object with this key, where this transaction has already seen it.
    pub(crate) fn find_current(&self, table: &'static Table, key: &KeyValue) -> Option<u32> {
        self.find_current_in(self.store(table), key).map(|(slot, _)| slot)
    }

    /// The same in a store; and whether the object may have been changed.
    fn find_current_in(&self, store: &dyn AnyStore, key: &KeyValue) -> Option<(u32, bool)> {
        let slots = store.slots().borrow();
        let slot = slots.find(key)?;
        let current = slots.get(slot);
        let seen = self.is_current(current.seen_in) || current.touched;
        (seen && current.state == State::Persistent).then_some((slot, current.touched))
    }

    /// The same, where its key is not being changed.
    pub(crate) fn find_unchanged(&self, table: &'static Table, key: &KeyValue) -> Option<u32> {
        let store = self.store(table);
        let (slot, may_have_another) = self.find_current_in(store, key)?;
        (!may_have_another || self.key_in(store, slot, table.primary_key).as_ref() == Some(key)).then_some(slot)
    }

    /// The row of an object is gone; it had these values, or those that the object has.
    pub(crate) fn become_deleted(&self, object: ObjectRef, key: &KeyValue, values: Option<Values>) {
        let mut slots = self.store(object.table).slots().borrow_mut();
        slots.remember(object.slot, values.map_or_else(AtCommit::unchanged, AtCommit::row));
        slots.unknow(key, object.slot);
        slots.get_mut(object.slot).state = State::Deleted;
    }

    /// Keeps the values that an object has in the database, before its first change.
    pub(crate) fn before_change(&self, object: ObjectRef) {
        let store = self.store(object.table);
        let needed = {
            let slots = store.slots().borrow();
            let state = slots.get(object.slot).state;
            matches!(state, State::Persistent | State::Deleting) && slots.baseline(object.slot).is_none()
        };
        let baseline = needed.then(|| self.stored_as_shown(store, object.slot));
        let mut slots = store.slots().borrow_mut();
        if let Some(baseline) = baseline {
            slots.set_baseline(object.slot, baseline);
        }
        slots.touch(object.slot);
    }

    /// A mutable reference to this object is about to be given.
    pub(crate) fn begin_change(&mut self, object: ObjectRef) {
        self.absorb_changed();
        self.before_change(object);
        self.drop_overridden(object);
        self.clear_before_change(object);
        self.settle();
        self.changed.set(Some(object));
    }

    /// The next question for an object reads it again, whatever was changed in it; its key in the database, where it is there.
    /// With it come the values that it had before the changes.
    pub(crate) fn give_up_changes(&self, object: ObjectRef) -> (Option<KeyValue>, Option<Values>) {
        let mut slots = self.store(object.table).slots().borrow_mut();
        if slots.get(object.slot).state != State::Persistent {
            return (None, None);
        }
        let baseline = slots.untouch(object.slot);
        slots.get_mut(object.slot).seen_in = 0;
        drop(slots);
        self.assigned.borrow_mut().forget(object, None);
        let key = baseline.as_ref().map_or_else(|| self.key(object), |values| key_of_row(object.table, values));
        (key, baseline)
    }

    /// The changes stay after all.
    pub(crate) fn keep_changes(&self, object: ObjectRef, baseline: Option<Values>) {
        if let Some(values) = baseline {
            let mut slots = self.store(object.table).slots().borrow_mut();
            slots.set_baseline(object.slot, values);
            slots.touch(object.slot);
        }
    }

    pub(crate) fn take_changed(&self) -> Option<ObjectRef> {
        self.changed.take()
    }

    /// What was loaded of a relationship in this transaction.
    pub(crate) fn known_members(&self, owner: ObjectRef, relationship: usize) -> Option<Vec<ObjectRef>> {
        let target = (owner.table.relationships[relationship].target)();
        let slots = self.store(owner.table).slots().borrow();
        let members = slots.members(relationship, owner.slot)?;
        Some(members.iter().map(|&slot| self.reference(target, slot)).collect())
    }

    /// What was loaded of relationships that lead to this object is asked again.
    pub(crate) fn forget_members_with(&self, member: ObjectRef) {
        self.forget_answers();
        for store in self.stores() {
            for (place, _) in
                store.table().relationships.iter().enumerate().filter(|(_, one)| (one.target)().is(member.table))
            {
                store.slots().borrow_mut().forget_members_with(place, member.slot);
            }
        }
    }

    /// Rows were deleted, and the database has deleted or changed those that referred to them: what the session has of those
    /// tables is read again.
    pub(crate) fn expire_dependents(&self, table: &Table) {
        let (mut expired, mut next) = (vec![table.name], 0);
        while next < expired.len() {
            let is_acted_on = |(relationship, reference): (&Relationship, &Reference)| {
                (relationship.target)().name == expired[next] && reference.on_delete != Action::Restrict
            };
            let tables = self.stores().map(|store| store.table()).filter(|table| table.references().any(is_acted_on));
            let new: Vec<&str> = tables.map(|table| table.name).filter(|name| !expired[1..].contains(name)).collect();
            expired.extend(new);
            next += 1;
        }
        let is_expired = |store: &&dyn AnyStore| expired[1..].contains(&store.table().name);
        self.stores().filter(is_expired).for_each(|store| store.slots().borrow_mut().expire());
        if expired.len() > 1 {
            self.forget_all_members();
        }
    }

    /// Newer versions take their places; nobody has a reference now.
    pub(crate) fn settle(&mut self) {
        if self.unsettled.replace(false) {
            self.stores.as_mut().iter_mut().for_each(|store| store.settle());
        }
    }
}

/// Objects of several models, model by model.
pub(crate) fn by_table(objects: Vec<ObjectRef>) -> Vec<(&'static Table, Vec<ObjectRef>)> {
    let mut tables: Vec<(&'static Table, Vec<ObjectRef>)> = Vec::new();
    for object in objects {
        match tables.iter_mut().find(|(table, _)| table.is(object.table)) {
            Some((_, objects)) => objects.push(object),
            None => tables.push((object.table, vec![object])),
        }
    }
    tables
}

//! Walking through any number of objects in the order of their keys, while the session stays small.

use std::fmt;
use std::marker::PhantomData;

use crate::error::{Error, Result};
use crate::model::{Cell, Handle, ObjectRef};
use crate::query::{Loading, Query};
use crate::session::objects::Objects;
use crate::session::{Model, Session};
use crate::sql::{Direction, Expression, Flavour, Ordering, Select};
use crate::value::KeyValue;

impl<M: Model, S> Query<M, S> {
    /// Walks through the objects in the order of their keys, so many at a time, and keeps the session small: it has those of one
    /// chunk, with what they are related to, however many there are in all. They can be changed.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Employee { #[primary_key] id: Auto<i32>, name: String, active: bool }
    /// # fn shorten(session: &mut Session) -> orm_core::Result<()> {
    /// let mut chunks = query::<Employee>().filter(Employee::active.eq(true)).chunks(1000);
    /// while let Some(employees) = chunks.next(session)? {
    ///     for employee in employees {
    ///         session[employee].name.truncate(20);
    ///     }
    ///     session.commit()?; // or once, at the end
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The query can have filters and joins, and no order or limit of its own. A join to many is asked anew for each chunk:
    /// `any` is faster.
    ///
    /// # Panics
    /// There are no objects in a chunk.
    #[must_use]
    pub fn chunks(self, objects: u64) -> Chunks<M> {
        assert!(objects > 0, "a chunk has one object at least");
        let Self { select, loading, .. } = self;
        Chunks { select, loading, objects, last: None, is_over: false, mark: None, model: PhantomData }
    }
}

/// A walk through many objects: see [`Query::chunks`].
pub struct Chunks<M> {
    select: Select,
    loading: Loading,
    objects: u64,
    /// The key of the last object that was given out.
    last: Option<KeyValue>,
    is_over: bool,
    /// What the session had before the chunk that was given out last.
    mark: Option<Mark>,
    model: PhantomData<fn() -> M>,
}

/// What a session had at some time.
#[derive(Debug)]
pub(crate) struct Mark {
    /// Its number then.
    session: u32,
    /// The number of slots of each store.
    slots: Vec<u32>,
}

impl<M: Model> Chunks<M> {
    /// The next chunk, or nothing where all objects have been given out. The chunk before leaves the session.
    ///
    /// First what has changed is flushed. Then all objects that have come into the session since the call before leave it and
    /// are freed, whether they were in the chunk, related to it, or added: their handles cannot be used any more. What the
    /// session had before the walk stays. A foreign key that refers to an object that leaves keeps its key.
    ///
    /// Nothing is committed. If the transaction fails later, what was flushed of objects that have left is undone and does not
    /// wait again, which the next flush tells ([`Error::Undone`]); a commit in each chunk spares that. An object whose key was
    /// changed to a later one comes again.
    ///
    /// # Errors
    /// [`Error::Unsupported`]: the query has an order, a limit or an offset, or the session is not that of the first call. What a
    /// flush says, and what the database says: the walk stands where it was, and can go on.
    pub fn next(&mut self, session: &mut Session) -> Result<Option<Vec<Handle<M>>>> {
        self.check(session)?;
        session.flush()?;
        if let Some(mark) = &self.mark {
            session.objects.free_since(mark)?;
            self.mark = None;
        }
        if self.is_over {
            return Ok(None);
        }
        self.mark = Some(session.objects.mark());
        let slots = session.load_with(&self.select(session)?, &self.loading)?;
        self.is_over = (slots.len() as u64) < self.objects;
        let Some(&last) = slots.last() else { return Ok(None) };
        self.last = session.objects.key(session.objects.reference(M::table(), last));
        Ok(Some(slots.into_iter().map(|slot| session.objects.handle(slot)).collect()))
    }

    fn check(&mut self, session: &Session) -> Result<()> {
        let unsupported = |reason| Err(Error::Unsupported { statement: "chunks", model: M::table().model, reason });
        if !self.select.order.is_empty() || self.select.is_limited() {
            return unsupported("cannot have an order, a limit or an offset: they go in the order of the key");
        }
        match self.mark.as_mut().is_none_or(|mark| session.objects.takes(mark)) {
            true => Ok(()),
            false => unsupported("go on in the session in which they began"),
        }
    }

    /// The question for the next chunk.
    fn select(&self, session: &Session) -> Result<Select> {
        let (mut select, table) = (self.select.clone(), M::table());
        session.resolve_all_keys(&mut select)?;
        let by = |&column: &usize| Expression::column(table, column);
        let ascending = |by| Ordering { by, direction: Direction::Ascending };
        select.order = table.primary_key.iter().map(by).map(ascending).collect();
        if let Some(last) = &self.last {
            let last: Vec<Expression> = last.values().into_iter().map(Expression::Value).collect();
            select.add_filter(Expression::after(&select.order, &last));
        }
        select.limit = Some(self.objects);
        Ok(select)
    }
}

impl Mark {
    /// The first slot of the store at this place that came later.
    fn first(&self, place: usize) -> u32 {
        self.slots.get(place).copied().unwrap_or(0)
    }
}

impl Objects {
    /// What the session has now.
    fn mark(&self) -> Mark {
        Mark { session: self.number(), slots: self.stores().map(|store| store.slots().borrow().len()).collect() }
    }

    /// Whether a mark is of this session. Where that was cleared since, all that it has is younger.
    fn takes(&self, mark: &mut Mark) -> bool {
        if self.was_cleared(mark.session) {
            *mark = Mark { session: self.number(), slots: Vec::new() };
        }
        mark.session == self.number()
    }

    /// Frees all objects that have come into the session since then, of which nothing waits to be flushed.
    fn free_since(&mut self, mark: &Mark) -> Result<()> {
        self.absorb_changed();
        self.keep_keys_of_freed(mark)?;
        self.settle();
        self.forget_edits_of_freed(mark);
        self.forget_members_of_freed(mark);
        self.free(|place| mark.first(place));
        Ok(())
    }

    fn is_freed(&self, mark: &Mark, object: ObjectRef) -> bool {
        self.place_of_store(object.table).is_some_and(|place| object.slot >= mark.first(place))
    }

    /// Foreign keys of objects that stay refer to those that go by their keys.
    fn keep_keys_of_freed(&self, mark: &Mark) -> Result<()> {
        for (place, store) in self.stores().enumerate() {
            let left = store.slots().borrow().left().take_while(|slot| *slot < mark.first(place));
            for object in left.map(|slot| self.reference(store.table(), slot)) {
                let keys = self.keys_of_freed(mark, object);
                if !keys.is_empty() {
                    self.renew(object, keys)?;
                }
            }
        }
        Ok(())
    }

    /// The foreign keys by which an object refers to objects that go, column by column.
    fn keys_of_freed(&self, mark: &Mark, object: ObjectRef) -> Vec<(usize, Cell)> {
        let mut keys = Vec::new();
        for (relationship, reference) in object.table.references() {
            let mut cells = Vec::with_capacity(reference.columns.len());
            self.store(object.table).field(object.slot, relationship.position).write(&mut cells);
            for (&column, cell) in reference.columns.iter().zip(cells) {
                let refers = matches!(&cell, Cell::KeyOf(target, _) if self.is_freed(mark, *target));
                keys.extend(self.value(&cell).filter(|_| refers).map(|value| (column, Cell::Value(value))));
            }
        }
        keys
    }

    /// What was flushed of objects that go cannot wait again.
    fn forget_edits_of_freed(&self, mark: &Mark) {
        let is_freed = |object: ObjectRef| self.is_freed(mark, object);
        let mut stores = self.stores().enumerate();
        let has_written = stores.any(|(place, store)| store.slots().borrow().has_written_from(mark.first(place)));
        let mut edits = self.edits.borrow_mut();
        if edits.forget(is_freed) || has_written {
            edits.ran_at_any_time("the flush of objects that were walked through in chunks".to_owned());
        }
        self.assigned.borrow_mut().forget_all(is_freed);
    }

    /// Members that were loaded, and of which one goes, are asked again.
    fn forget_members_of_freed(&self, mark: &Mark) {
        for store in self.stores() {
            for (relationship, descriptor) in store.table().relationships.iter().enumerate() {
                if let Some(place) = self.place_of_store((descriptor.target)()) {
                    store.slots().borrow_mut().forget_members_from(relationship, mark.first(place));
                }
            }
        }
    }
}

/// The question, without values.
impl<M> fmt::Debug for Chunks<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.select.rows(Flavour::MariaDb).text)
    }
}

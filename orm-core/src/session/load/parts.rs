//! Some members of a collection, without loading it: found, counted and paged, for all peers of the owner at once.

use std::fmt;
use std::marker::PhantomData;

use crate::error::Result;
use crate::model::{Cell, Field, ObjectRef, RowReader};
use crate::query::{IntoOrder, Lazy, Nothing, PerRow, Predicate, ReadBy, Reading, Target, operand};
use crate::session::ask::{StreamResult, stopped};
use crate::session::keys::key_of_columns;
use crate::session::load::Answers;
use crate::session::load::each_slot_once;
use crate::session::load::members::by_owner;
use crate::session::slots::MemberSlots;
use crate::session::{Model, Session, View};
use crate::sql::{self, Comparison, Expression, RelatedSelect};
use crate::value::{ColumnType, KeyValue, Value};

/// A question for some of the objects of `B` that a collection of one object leads to. [`View::related`] makes it.
///
/// It is asked for all objects of the owner's result at once, in one statement for 1,000 of them, and remembered until the next
/// flush that writes, or the end of the transaction: asked in a loop over a result, it is one statement. (After some questions
/// that differ from owner to owner, the next ones are asked for one owner alone.) The collection itself is not loaded.
#[must_use]
pub struct Related<'s, B> {
    session: &'s Session,
    owner: ObjectRef,
    lazy: Lazy,
    question: RelatedSelect,
    member: PhantomData<fn() -> B>,
}

impl<'s, B: Model> Related<'s, B> {
    pub(crate) fn new(session: &'s Session, owner: ObjectRef, relationship: usize, lazy: Lazy) -> Self {
        let question = RelatedSelect::of(owner.table, relationship);
        Self { session, owner, lazy, question, member: PhantomData }
    }

    /// Only members for which the condition holds; several filters must all hold.
    pub fn filter<C: PerRow + ReadBy<Reading<B, Nothing>, Place>, Place>(mut self, condition: Predicate<C>) -> Self {
        self.question.add_filter(condition.expression);
        self
    }

    /// In this order, instead of the one that the relationship declares; a further one decides where the ones before are
    /// equal.
    pub fn order_by<O: IntoOrder<Needs: ReadBy<Reading<B, Nothing>, Place>>, Place>(mut self, order: O) -> Self {
        self.question.order.push(order.into_order().ordering);
        self
    }

    /// At most so many members of each owner.
    pub fn limit(mut self, members: u64) -> Self {
        self.question.limit = Some(members);
        self
    }

    /// The members.
    ///
    /// # Errors
    /// What the database says; [`Error::Autoflush`](crate::Error::Autoflush) where the flush before the question failed;
    /// [`Error::Handle`](crate::Error::Handle): a condition speaks of an object that cannot be used.
    pub fn all(mut self) -> Result<Vec<View<'s, B>>> {
        self.prepare()?;
        let members = self.session.part_of(self.owner, &self.question)?;
        Ok(self.lend(members))
    }

    /// The first member, if there is one.
    ///
    /// # Errors
    /// As of [`all`](Self::all).
    pub fn first(self) -> Result<Option<View<'s, B>>> {
        let limit = self.question.limit.map_or(1, |limit| limit.min(1));
        Ok(self.limit(limit).all()?.into_iter().next())
    }

    /// How many members there are; none is loaded.
    ///
    /// # Errors
    /// As of [`all`](Self::all).
    pub fn count(mut self) -> Result<u64> {
        self.prepare()?;
        let limit = self.question.limit.take();
        self.question.order.clear();
        let count = self.session.count_of(self.owner, &self.question)?;
        Ok(limit.map_or(count, |limit| count.min(limit)))
    }

    /// Whether there is a member; none is loaded.
    ///
    /// # Errors
    /// As of [`all`](Self::all).
    pub fn exists(self) -> Result<bool> {
        Ok(self.count()? > 0)
    }

    /// Whether this object is a member: a handle, a view, or `BelongsTo::key(…)`. Nothing is loaded.
    ///
    /// # Errors
    /// As of [`all`](Self::all).
    pub fn contains(mut self, member: impl Target<B>) -> Result<bool> {
        let mut cells = Vec::new();
        member.reference().write(&mut cells);
        self.prepare()?;
        if let Some(known) = self.known_to_contain(&cells) {
            return Ok(known);
        }
        let target = self.question.target();
        for (&column, cell) in target.primary_key.iter().zip(cells) {
            let is_same = Expression::column(target, column).compare(Comparison::Equal, operand(cell));
            self.question.add_filter(is_same);
        }
        self.exists()
    }

    /// Some of the members of this owner alone: so many, from a place on which is counted from 0. It is not remembered.
    ///
    /// # Errors
    /// As of [`all`](Self::all).
    pub fn page(mut self, offset: u64, members: u64) -> Result<Vec<View<'s, B>>> {
        self.prepare()?;
        let Some(key) = self.session.objects().key(self.owner) else { return Ok(Vec::new()) };
        let statement = self.question.page(key, offset, members);
        let found = self.session.load_part(&self.question, statement)?;
        Ok(self.lend(found.into_iter().map(|(_, slot)| slot).collect()))
    }

    /// Gives each member of this owner alone to a function, as data of its own that the session does not keep; see
    /// [`Query::stream`](crate::query::Query::stream).
    ///
    /// # Errors
    /// As of [`Query::stream`](crate::query::Query::stream).
    pub fn stream(mut self, mut each: impl FnMut(B) -> StreamResult) -> Result<()> {
        self.prepare()?;
        let Some(key) = self.session.objects().key(self.owner) else { return Ok(()) };
        let store = self.session.objects().typed::<B>();
        self.session.send(self.question.rows(&[key]), &mut |mut row| {
            row.truncate(B::table().columns.len());
            let object = store.object_of(&mut RowReader::new(B::table(), row))?;
            each(object).map_err(stopped)
        })?;
        Ok(())
    }

    /// Flushes, and puts in the keys of the objects that the condition speaks of.
    fn prepare(&mut self) -> Result<()> {
        self.session.flush_before_question()?;
        let order = self.question.order.iter_mut().map(|ordering| &mut ordering.by);
        self.question.filter.iter_mut().chain(order).try_for_each(|term| self.session.resolve_keys(term))
    }

    /// Whether an object is among the members, where all of them are loaded. What the server may take for the same key, it is
    /// asked.
    fn known_to_contain(&self, member: &[Cell]) -> Option<bool> {
        let objects = self.session.objects();
        let key = KeyValue::of(&member.iter().map(|cell| objects.value(cell)).collect::<Option<Vec<_>>>()?)?;
        let known = self.session.known_whole(self.owner, &self.question)?;
        let keys = || known.iter().filter_map(|&slot| objects.key(objects.reference(self.question.target(), slot)));
        match (keys().any(|other| other == key), keys().any(|other| other.folded() == key.folded())) {
            (true, _) => Some(true),
            (false, true) => None,
            (false, false) => Some(false),
        }
    }

    fn lend(&self, members: Vec<u32>) -> Vec<View<'s, B>> {
        let Self { session, lazy, .. } = *self;
        session.lend_all(&members, lazy)
    }
}

impl Session {
    /// The members of an owner that a question is for; where they are not known, those of its peers are asked for too.
    fn part_of(&self, owner: ObjectRef, question: &RelatedSelect) -> Result<Vec<u32>> {
        let parts = &self.objects().parts;
        if let Some(known) = parts.borrow_mut().get(question, owner.slot) {
            return Ok(known);
        }
        let owners = self.owners_to_ask_for(owner, question, &parts.borrow());
        let found = match keys_of(&owners).as_slice() {
            [] => Vec::new(),
            keys => self.load_part(question, question.rows(keys))?,
        };
        parts.borrow_mut().keep(question, by_owner(owners, found, Vec::push));
        Ok(parts.borrow_mut().get(question, owner.slot).unwrap_or_default())
    }

    /// The same for the number of members.
    fn count_of(&self, owner: ObjectRef, question: &RelatedSelect) -> Result<u64> {
        if let Some(known) = self.known_whole(owner, question) {
            return Ok(known.len() as u64);
        }
        let counts = &self.objects().counts;
        if let Some(known) = counts.borrow_mut().get(question, owner.slot) {
            return Ok(known);
        }
        let owners = self.owners_to_ask_for(owner, question, &counts.borrow());
        let found = match keys_of(&owners).as_slice() {
            [] => Vec::new(),
            keys => self.count_rows(question, keys)?,
        };
        let sum = |(owner, counts): (u32, Vec<u64>)| (owner, counts.into_iter().sum());
        counts.borrow_mut().keep(question, by_owner(owners, found, Vec::push).into_iter().map(sum).collect());
        Ok(counts.borrow_mut().get(question, owner.slot).unwrap_or_default())
    }

    /// An object, and those of its peers for which a question is not answered, with their keys: as many as one statement asks
    /// for.
    fn owners_to_ask_for<T: Clone>(
        &self,
        owner: ObjectRef,
        question: &RelatedSelect,
        answers: &Answers<T>,
    ) -> Vec<(KeyValue, u32)> {
        let owners = if answers.asks_for_peers(question) { self.with_peers(owner) } else { vec![owner.slot] };
        let due = owners.into_iter().filter(|&slot| !answers.has(question, slot));
        let with_key = |slot| Some((self.objects().key(self.objects().reference(owner.table, slot))?, slot));
        due.filter_map(with_key).take(sql::MAX_KEYS).collect()
    }

    /// All members of an owner, where the question is for all and they are loaded.
    fn known_whole(&self, owner: ObjectRef, question: &RelatedSelect) -> Option<Vec<u32>> {
        let is_whole = question.filter.is_none() && question.limit.is_none();
        is_whole.then(|| self.known_members(owner, question.relationship)).flatten().map(MemberSlots::into_vec)
    }

    /// The members that a statement finds, in its order, each with what refers to its owner.
    fn load_part(&self, question: &RelatedSelect, statement: sql::Statement) -> Result<Vec<(KeyValue, u32)>> {
        let (target, owner) = (question.target(), question.owner_places());
        let (store, mut found) = (self.objects().store(target), Vec::new());
        self.send(statement, &mut |mut row| {
            let owner = key_of_columns(&owner, &row);
            row.truncate(target.columns.len());
            let slot = self.objects().merge(store, row)?;
            found.extend(owner.map(|owner| (owner, slot)));
            Ok(())
        })?;
        let slots = each_slot_once(found.iter().map(|(_, slot)| *slot).collect());
        store.slots().borrow_mut().group(&slots);
        Ok(found)
    }

    /// How many members refer to each of the owners with these keys.
    fn count_rows(&self, question: &RelatedSelect, keys: &[KeyValue]) -> Result<Vec<(KeyValue, u64)>> {
        let mut found = Vec::new();
        self.send(question.counts(keys), &mut |mut row| {
            let count = u64::from_value(row.pop().unwrap_or(Value::NULL))?;
            found.extend(KeyValue::of(&row).map(|owner| (owner, count)));
            Ok(())
        })?;
        Ok(found)
    }
}

fn keys_of(owners: &[(KeyValue, u32)]) -> Vec<KeyValue> {
    owners.iter().map(|(key, _)| key.clone()).collect()
}

/// The model and relationship.
impl<B> fmt::Debug for Related<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.owner.table;
        write!(f, "{}.{}", table.model, table.relationships[self.question.relationship].name)
    }
}

//! Terms that the database will calculate, assigned to columns of an object: from the assignment to the flush that sends
//! them, and back, where that is undone.

use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::model::{Cell, Handle, ObjectRef};
use crate::query::Assignment;
use crate::schema::{Table, in_dependency_order};
use crate::session::levels::Levels;
use crate::session::objects::Objects;
use crate::session::slots::State;
use crate::session::{Model, Session};
use crate::sql::Expression;
use crate::value::Value;

/// A column, as a place in its table, and what the database calculates for it.
pub(crate) type Assigned = (usize, Expression);

/// What is assigned to objects, and what the last commit does not cover yet.
#[derive(Debug, Default)]
pub(crate) struct Assignments {
    waiting: FxHashMap<ObjectRef, Vec<Waiting>>,
    flushed: Levels<Flushed>,
}

/// What waits for the next flush.
#[derive(Debug)]
struct Waiting {
    assigned: Assigned,
    /// The value of the field when it was assigned: one that the user has set since counts instead.
    shown: Value,
}

/// What a flush has sent.
#[derive(Debug)]
struct Flushed {
    object: ObjectRef,
    /// As it is to be sent again: over the values at the last commit.
    assigned: Assigned,
    /// What came of it.
    became: Value,
}

impl Session {
    /// Sets columns of an object to what the database will calculate when it writes them, instead of to a value that may be
    /// out of date by then. After the flush the object has what came of it.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Product { #[primary_key] id: Auto<i32>, stock: i32 }
    /// # fn sell(session: &mut Session, product: Handle<Product>) -> orm_core::Result<()> {
    /// session.assign(product, Product::stock.set(Product::stock - 1))?; // UPDATE … SET stock = stock - 1
    /// session.commit()?;
    /// println!("{} are left", session[product].stock);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A later assignment to the same column takes the place of this one, and so does another value that is set in the object.
    /// Terms see the row as it is in the database, without what else this flush changes in it; of an object that is not there
    /// yet, the values that it has.
    ///
    /// # Errors
    /// [`Error::Handle`]: the handle cannot be used. [`Error::NotAssignable`]: the column is in the primary key or computed,
    /// or a foreign key is set to a new object, or it and another column that is assigned are calculated from each other.
    pub fn assign<M: Model>(&mut self, handle: Handle<M>, assignment: Assignment<M>) -> Result<()> {
        let object = handle.reference();
        self.objects.check(object)?;
        let columns = assignment.into_columns()?;
        columns.iter().try_for_each(|(column, _)| check_assignable(object.table, *column))?;
        self.objects.absorb_changed();
        self.objects.before_change(object);
        for (column, expression) in columns {
            self.objects.assign(object, column, expression)?;
        }
        self.objects.give_to_owners(object);
        self.objects.settle();
        Ok(())
    }
}

/// The identity map could not follow a key that the database calculates, and what is computed cannot be set.
pub(crate) fn check_assignable(table: &'static Table, column: usize) -> Result<()> {
    let refuse = |reason| Err(Error::NotAssignable { model: table.model, field: table.columns[column].field, reason });
    if table.primary_key.contains(&column) {
        return refuse("it is in the primary key, by which the session knows its objects; change the objects");
    }
    if table.columns[column].is_computed() {
        return refuse("the database computes it");
    }
    Ok(())
}

impl Objects {
    /// A value is set at once, a term waits.
    fn assign(&self, object: ObjectRef, column: usize, expression: Expression) -> Result<()> {
        let cell = match expression {
            Expression::Value(value) => Cell::Value(value),
            Expression::KeyOf(target, part) => Cell::KeyOf(target, part),
            expression => {
                let shown = self.shown(object, column);
                self.check_no_loop(object, &(column, expression.clone()))?;
                let waiting = Waiting { assigned: (column, expression), shown };
                self.assigned.borrow_mut().wait(object, waiting);
                return Ok(());
            }
        };
        self.assigned.borrow_mut().forget(object, Some(column));
        self.renew(object, [(column, cell)])
    }

    /// The servers assign from left to right: of two columns that are calculated from each other, one would be calculated from
    /// the new value.
    fn check_no_loop(&self, object: ObjectRef, new: &Assigned) -> Result<()> {
        let mut assigned = self.assigned_to(object);
        assigned.retain(|(column, _)| *column != new.0);
        assigned.push(new.clone());
        if in_order(&assigned).iter().all(|group| group.len() == 1) {
            return Ok(());
        }
        let (model, field) = (object.table.model, object.table.columns[new.0].field);
        let reason = "it and another assigned column are calculated from each other; flush between the two";
        Err(Error::NotAssignable { model, field, reason })
    }

    /// What the next flush lets the database calculate for an object, in an order in which every term sees the row as it was.
    pub(crate) fn assigned_to(&self, object: ObjectRef) -> Vec<Assigned> {
        if self.assigned.borrow().waiting.is_empty() {
            return Vec::new();
        }
        let assigned = self.assigned_in_any_order(object);
        in_order(&assigned).into_iter().flatten().map(|place| assigned[place].clone()).collect()
    }

    fn assigned_in_any_order(&self, object: ObjectRef) -> Vec<Assigned> {
        let assigned = self.assigned.borrow();
        let waiting = assigned.waiting.get(&object).into_iter().flatten();
        let counts = waiting.filter(|waiting| self.shown(object, waiting.assigned.0) == waiting.shown);
        counts.map(|waiting| waiting.assigned.clone()).collect()
    }

    /// Terms do not count any more once another value was set, also where the first one is set again.
    pub(crate) fn drop_overridden(&self, object: ObjectRef) {
        if self.assigned.borrow().waiting.contains_key(&object) {
            let counting = self.assigned_in_any_order(object);
            let mut assigned = self.assigned.borrow_mut();
            let waiting = assigned.waiting.entry(object).or_default();
            waiting.retain(|waiting| counting.iter().any(|(column, _)| *column == waiting.assigned.0));
        }
    }

    /// A flush has sent what was assigned to an object, over these values. What it has to send again, where it is undone, is
    /// said over the values at the last commit.
    pub(crate) fn assignments_flushed(&self, object: ObjectRef, assigned: &[Assigned], before: &[Value]) {
        let at_commit = match self.store(object.table).slots().borrow().at_commit(object.slot) {
            Some(at_commit) if at_commit.state == State::Persistent => at_commit.values.clone(),
            _ => None,
        };
        let Some(at_commit) = at_commit else { return };
        let flushed = assigned.iter().map(|(column, expression)| {
            let expression = self.over_commit(object, expression.clone(), before, &at_commit);
            Flushed { object, assigned: (*column, expression), became: self.shown(object, *column) }
        });
        let flushed: Vec<Flushed> = flushed.collect();
        self.assigned.borrow_mut().flushed.extend(flushed);
    }

    /// A term over these values of an object, said over the values at the last commit.
    fn over_commit(
        &self,
        object: ObjectRef,
        mut expression: Expression,
        before: &[Value],
        at_commit: &[Value],
    ) -> Expression {
        expression.replace_columns(&mut |column| match at_commit[column] == before[column] {
            true => None,
            false => {
                let earlier = self.assigned.borrow().sent(object, column, &before[column]);
                let value = || Expression::value(before[column].clone(), object.table.columns[column].sql_type());
                Some(earlier.unwrap_or_else(value))
            }
        });
        expression
    }

    /// What waits for an object that the transaction has written, which has failed, said over the values at the last commit.
    pub(crate) fn waiting_over_commit(&self, object: ObjectRef, at_commit: &[Value]) -> Vec<(ObjectRef, Assigned)> {
        let store = self.store(object.table);
        let baseline = store.slots().borrow().baseline(object.slot).cloned();
        let before = baseline.unwrap_or_else(|| self.values(&store.cells(object.slot)).into());
        let over = |(column, expression): Assigned| (column, self.over_commit(object, expression, &before, at_commit));
        self.assigned_to(object).into_iter().map(|assigned| (object, over(assigned))).collect()
    }

    /// Of what was sent, that of which the user has not set the column to something else since.
    pub(crate) fn assignments_to_repeat(&self) -> Vec<(ObjectRef, Assigned)> {
        let flushed = self.assigned.borrow_mut().flushed.take();
        let counts = |flushed: &Flushed| self.shown(flushed.object, flushed.assigned.0) == flushed.became;
        flushed.into_iter().filter(counts).map(|flushed| (flushed.object, flushed.assigned)).collect()
    }

    /// What was sent, or has waited, waits again; the last one of a column counts.
    pub(crate) fn repeat_assignments(&self, assignments: impl IntoIterator<Item = (ObjectRef, Assigned)>) {
        for (object, assigned) in assignments {
            let shown = self.shown(object, assigned.0);
            self.assigned.borrow_mut().wait(object, Waiting { assigned, shown });
        }
    }

    /// A savepoint goes: what was sent since is said over the values at the last commit, or at the savepoint before. A row that
    /// was inserted in between is inserted again with the values that it has.
    pub(crate) fn keep_assignments(&self) {
        let sent = self.assigned.borrow_mut().flushed.end();
        let kept: Vec<Flushed> = sent.into_iter().filter_map(|flushed| self.over_earlier(flushed)).collect();
        self.assigned.borrow_mut().flushed.extend(kept);
    }

    fn over_earlier(&self, flushed: Flushed) -> Option<Flushed> {
        let Flushed { object, assigned: (column, expression), became } = flushed;
        let slots = self.store(object.table).slots().borrow();
        let at_savepoint = slots.at_commit(object.slot);
        let both = at_savepoint.and_then(|at_savepoint| Some((at_savepoint, at_savepoint.before_savepoint()?)));
        let expression = match both {
            None => expression,
            Some((at_savepoint, earlier)) => {
                self.over_commit(object, expression, at_savepoint.values.as_ref()?, earlier.values.as_ref()?)
            }
        };
        Some(Flushed { object, assigned: (column, expression), became })
    }

    fn shown(&self, object: ObjectRef, column: usize) -> Value {
        self.column_value(object, column)
    }
}

/// Terms that see a column come before the one that is assigned to it. A group of several is a loop.
fn in_order(assigned: &[Assigned]) -> Vec<Vec<usize>> {
    let sees = |place: usize, column: usize| {
        let mut sees = false;
        assigned[place].1.clone().replace_columns(&mut |seen| {
            sees |= seen == column;
            None
        });
        sees
    };
    in_dependency_order(assigned.len(), |place| {
        (0..assigned.len()).filter(|&other| other != place && sees(other, assigned[place].0)).collect()
    })
}

/// Terms of a new row see the values of its object, where the row will not have them before.
pub(crate) fn see_values(
    table: &'static Table,
    assigned: &mut [Assigned],
    cells: &[Cell],
    is_seen: impl Fn(usize) -> bool,
) {
    for (_, expression) in assigned {
        expression.replace_columns(&mut |column| match &cells[column] {
            Cell::Value(value) if is_seen(column) => {
                Some(Expression::value(value.clone(), table.columns[column].sql_type()))
            }
            Cell::KeyOf(object, part) if is_seen(column) => Some(Expression::KeyOf(*object, *part)),
            _ => None,
        });
    }
}

impl Assignments {
    fn wait(&mut self, object: ObjectRef, waiting: Waiting) {
        self.forget(object, Some(waiting.assigned.0));
        self.waiting.entry(object).or_default().push(waiting);
    }

    /// The term that was sent last for a column, unless it has another value by now.
    fn sent(&self, object: ObjectRef, column: usize, now: &Value) -> Option<Expression> {
        let same = |flushed: &&Flushed| flushed.object == object && flushed.assigned.0 == column;
        let last = self.flushed.iter().rev().find(same).filter(|flushed| flushed.became == *now);
        last.map(|flushed| flushed.assigned.1.clone())
    }

    /// What was assigned to an object, or to one of its columns, does not count any more.
    pub(crate) fn forget(&mut self, object: ObjectRef, column: Option<usize>) {
        if let Some(waiting) = self.waiting.get_mut(&object) {
            waiting.retain(|waiting| column.is_some_and(|column| waiting.assigned.0 != column));
        }
    }

    /// What was assigned to these objects was sent, and is not sent again.
    pub(crate) fn forget_all(&mut self, is_freed: impl Fn(ObjectRef) -> bool) {
        self.flushed.retain(|flushed| !is_freed(flushed.object));
    }

    /// The next flush has sent all.
    pub(crate) fn sent_all(&mut self) {
        self.waiting.clear();
    }

    /// What was sent lasts.
    pub(crate) fn committed(&mut self) {
        self.flushed.take();
    }

    /// A savepoint is set.
    pub(crate) fn begin_level(&mut self) {
        self.flushed.begin();
    }

    /// A savepoint goes, and what was sent since it does not count.
    pub(crate) fn end_level(&mut self) {
        self.flushed.end();
    }

    /// What was assigned since the last commit or savepoint is given up.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
        self.flushed.take();
    }

    /// All objects leave the session.
    pub(crate) fn forget_everything(&mut self) {
        self.waiting.clear();
        self.flushed = self.flushed.emptied();
    }
}

//! Runs the hooks of the models that have some: before anything is sent, and after everything is written.

use std::any::Any;

use crate::error::{Error, Result};
use crate::model::{ObjectRef, RowReader};
use crate::session::flush::collect::Comparison;
use crate::session::flush::plan::{FlushPlan, Step};
use crate::session::hooks::{Event, Refusal};
use crate::session::objects::Objects;
use crate::session::slots::State;

/// Asks the objects that will be written. What they have changed in themselves counts only if none refuses.
pub(crate) fn before(objects: &Objects) -> Result<()> {
    let mut changed: Vec<(ObjectRef, Box<dyn Any + Send>)> = Vec::new();
    for store in objects.stores().filter(|store| store.has_hooks()) {
        let (touched, mut comparison) = (store.slots().borrow().touched(), Comparison::new(objects, store));
        for object in touched.into_iter().map(|slot| objects.reference(store.table(), slot)) {
            match event(objects, object, &mut comparison)? {
                Some(Event::Delete) => told(objects, object, store.before_delete(object.slot))?,
                Some(event) => changed.push((object, prepared(objects, object, event)?)),
                None => {}
            }
        }
    }
    changed.into_iter().for_each(|(object, newer)| objects.adopt_version(object, newer));
    Ok(())
}

/// What the next flush does with an object.
fn event(objects: &Objects, object: ObjectRef, comparison: &mut Comparison<'_>) -> Result<Option<Event>> {
    Ok(match objects.state(object) {
        State::Pending => Some(Event::Insert),
        State::Persistent => comparison.changed_row(object)?.map(|_| Event::Update),
        State::Deleting => Some(Event::Delete),
        State::Deleted | State::Discarded | State::Gone | State::Evicted | State::Withdrawn | State::Freed => None,
    })
}

/// A copy of the object as its hook wants it.
fn prepared(objects: &Objects, object: ObjectRef, event: Event) -> Result<Box<dyn Any + Send>> {
    let store = objects.store(object.table);
    let cells = store.cells(object.slot);
    let (values, targets) = (objects.values(&cells), objects.targets(object.table, &cells));
    let (newer, answer) = store.prepare(&mut RowReader::with_targets(object.table, values, &targets), event)?;
    told(objects, object, answer)?;
    Ok(newer)
}

/// Tells the objects that were written.
pub(crate) fn after(objects: &Objects, plan: &FlushPlan) -> Result<()> {
    if !objects.stores().any(|store| store.has_hooks()) {
        return Ok(());
    }
    for step in &plan.steps {
        let written: Vec<(ObjectRef, Event)> = match step {
            Step::Insert { rows, .. } => rows.iter().filter_map(|row| Some((row.object?, Event::Insert))).collect(),
            Step::Update { rows, .. } => rows.iter().filter_map(|row| Some((row.object, row.event()?))).collect(),
            Step::Delete { rows, .. } => rows.iter().filter_map(|row| Some((row.object?, Event::Delete))).collect(),
            Step::Release { .. } => Vec::new(),
        };
        for (object, event) in written {
            let store = objects.store(object.table);
            if store.has_hooks() {
                told(objects, object, store.after(object.slot, event))?;
            }
        }
    }
    Ok(())
}

fn told(objects: &Objects, object: ObjectRef, answer: Refusal) -> Result<()> {
    answer.map_err(|(hook, source)| {
        let (model, key) = (object.table.model, objects.key(object).map(|key| key.to_string()));
        Error::Refused { model, key, hook, source }
    })
}

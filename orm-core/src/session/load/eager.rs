//! Loading along with a query: level by level for all objects of the result, or in the query's own statement.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::Result;
use crate::query::{Loading, Step};
use crate::schema::{RelationshipKind, Table};
use crate::session::Session;
use crate::session::keys::key_of_row;
use crate::session::load::each_slot_once;
use crate::session::load::members::Extent;
use crate::session::locks::RowLock;
use crate::sql::{Fetch, Select};
use crate::value::Value;

impl Session {
    /// The objects that a question finds, and with them what it loads along.
    pub(crate) fn load_with(&self, select: &Select, loading: &Loading) -> Result<Vec<u32>> {
        let flavour = self.dialect().flavour;
        let slots = match loading.fetched(select).as_slice() {
            [] => self.load_as(select.root, select.rows(flavour), RowLock::held_if(select.lock.is_some()))?,
            fetched => self.load_joined(select, fetched)?,
        };
        let extent = if select.is_whole_table() { Extent::Whole } else { Extent::Some };
        if extent == Extent::Whole {
            let store = self.objects().store(select.root);
            store.slots().borrow_mut().are_whole(&slots, self.objects().now());
        }
        self.load_paths(loading.joined.iter().chain(&loading.with), &slots, extent)?;
        Ok(slots)
    }

    /// Loads what some paths lead to, from these objects on.
    pub(crate) fn load_paths<'p>(
        &self,
        paths: impl Iterator<Item = &'p Vec<Step>>,
        slots: &[u32],
        extent: Extent,
    ) -> Result<()> {
        for path in paths {
            let (mut reached, mut extent) = (slots.to_vec(), extent);
            for step in path {
                reached = self.load_levels(step, reached, extent)?;
                extent = Extent::Some;
            }
        }
        Ok(())
    }

    /// What a relationship leads to, as often as it is followed; it is not followed twice from the same object.
    fn load_levels(&self, step: &Step, owners: Vec<u32>, mut extent: Extent) -> Result<Vec<u32>> {
        let (mut level, mut reached) = (owners, Vec::new());
        let mut followed = FxHashSet::default();
        for _ in 0..step.levels {
            level.retain(|slot| followed.insert(*slot));
            if level.is_empty() {
                break;
            }
            level = self.load_level(step, &level, std::mem::replace(&mut extent, Extent::Some))?;
            reached.extend(&level);
        }
        Ok(each_slot_once(reached))
    }

    fn load_level(&self, step: &Step, owners: &[u32], extent: Extent) -> Result<Vec<u32>> {
        if let RelationshipKind::BelongsTo(reference) = &step.table.relationships[step.relationship].kind {
            return self.load_targets_of_all(step.table, step.relationship, reference, owners);
        }
        let due = self.owners_due(step.table, step.relationship, owners).collect();
        self.load_members_of_all(step.table, step.relationship, due, extent)?;
        let slots = self.objects().store(step.table).slots().borrow();
        let members = |&slot: &u32| slots.members(step.relationship, slot).into_iter().flatten().copied();
        let reached = each_slot_once(owners.iter().flat_map(members).collect());
        drop(slots);
        let target = (step.table.relationships[step.relationship].target)();
        self.objects().store(target).slots().borrow_mut().group(&reached);
        Ok(reached)
    }

    /// The objects that a question finds; what relationships to one lead to comes in the same rows.
    fn load_joined(&self, select: &Select, fetched: &[Fetch]) -> Result<Vec<u32>> {
        let mut rows: Vec<Vec<Option<u32>>> = Vec::new();
        let asked = self.send(select.rows_with(fetched, self.dialect().flavour), &mut |row| {
            rows.push(self.merge_joined(select, fetched, row)?);
            Ok(())
        });
        asked.map_err(|error| self.explain(error, &select.tables()))?;
        for (place, fetch) in fetched.iter().enumerate() {
            self.keep_joined(fetch, rows.iter().filter_map(|row| Some((row[fetch.from]?, row[place + 1]))));
            let reached = each_slot_once(rows.iter().filter_map(|row| row[place + 1]).collect());
            self.objects().store(fetch.target()).slots().borrow_mut().group(&reached);
        }
        let slots = each_slot_once(rows.iter().filter_map(|row| row[0]).collect());
        self.objects().store(select.root).slots().borrow_mut().group(&slots);
        Ok(slots)
    }

    /// The objects of one row: the one asked for, and what was fetched with it.
    fn merge_joined(&self, select: &Select, fetched: &[Fetch], row: Vec<Value>) -> Result<Vec<Option<u32>>> {
        let mut values = row.into_iter();
        let mut part = |table: &Table| values.by_ref().take(table.columns.len()).collect::<Vec<Value>>();
        let lock = RowLock::held_if(select.lock.is_some());
        let merge = |table, row: Vec<Value>| self.objects().merge_as(self.objects().store(table), row, lock);
        let mut merged = vec![Some(merge(select.root, part(select.root))?)];
        for target in fetched.iter().map(Fetch::target) {
            let row = part(target);
            let is_there = key_of_row(target, &row).is_some();
            merged.push(is_there.then(|| merge(target, row)).transpose()?);
        }
        Ok(merged)
    }

    /// What a relationship to one leads to is kept for each owner for which it was not known.
    fn keep_joined(&self, fetch: &Fetch, found: impl Iterator<Item = (u32, Option<u32>)>) {
        let mut targets: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for (owner, target) in found {
            targets.entry(owner).or_default().extend(target);
        }
        for (slot, targets) in targets {
            let owner = self.objects().reference(fetch.table, slot);
            if self.is_as_read(owner) && self.related_in_memory(owner, fetch.relationship).is_none() {
                let mut slots = self.objects().store(fetch.table).slots().borrow_mut();
                slots.keep_members(fetch.relationship, slot, each_slot_once(targets));
            }
        }
    }
}

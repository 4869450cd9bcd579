//! The members of collections, and of `has_one`: loaded for many owners at once, and kept for each of them.

use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::model::ObjectRef;
use crate::schema::{Relationship, RelationshipKind, Sort, Table, Through};
use crate::session::Session;
use crate::session::keys::key_of_columns;
use crate::session::load::each_once;
use crate::sql;
use crate::value::KeyValue;

/// Members in the order of their rows, each with what refers to its owner.
type Found = Vec<(KeyValue, u32)>;

impl Session {
    /// Several objects of one model, each with the members that it has in the database, changes that wait left aside.
    pub(crate) fn members_of_all(
        &self,
        owners: &[ObjectRef],
        relationship: usize,
    ) -> Result<Vec<(ObjectRef, Vec<ObjectRef>)>> {
        let Some(first) = owners.first() else { return Ok(Vec::new()) };
        let is_due = |owner: &&ObjectRef| self.objects().known_members(**owner, relationship).is_none();
        let with_key = |owner: &ObjectRef| Some((self.objects().stored_key(*owner)?, owner.slot));
        let due: Vec<(KeyValue, u32)> = owners.iter().filter(is_due).filter_map(with_key).collect();
        for owners in due.chunks(sql::MAX_KEYS) {
            self.load_members(first.table, relationship, owners.to_vec())?;
        }
        let known = |&owner: &ObjectRef| (owner, self.objects().known_members(owner, relationship).unwrap_or_default());
        Ok(owners.iter().map(known).collect())
    }

    /// Loads the members of some owners of one model, as many as one statement can ask for.
    pub(super) fn load_members(
        &self,
        table: &'static Table,
        relationship: usize,
        owners: Vec<(KeyValue, u32)>,
    ) -> Result<()> {
        let Relationship { kind, target, order, .. } = &table.relationships[relationship];
        let target = target();
        let keys: Vec<KeyValue> = owners.iter().map(|(key, _)| key.clone()).collect();
        let mut found = match kind {
            _ if keys.is_empty() => Found::new(),
            RelationshipKind::HasMany(inverse) | RelationshipKind::HasOne(inverse) => {
                self.load_children(&keys, target, target.reference(inverse.belongs_to).columns, order)?
            }
            RelationshipKind::ManyToMany(through) => self.load_linked(&keys, target, through, order)?,
            RelationshipKind::BelongsTo(_) => Found::new(),
        };
        if order.is_empty() {
            // The same order every time, whatever index the server has read.
            found.sort_by_cached_key(|(_, slot)| self.objects().key(self.objects().reference(target, *slot)));
        }
        let mut slots = self.objects().store(table).slots().borrow_mut();
        for (slot, members) in by_owner(owners, found) {
            slots.keep_members(relationship, slot, members);
        }
        Ok(())
    }

    /// The children of the owners with these keys.
    fn load_children(&self, keys: &[KeyValue], target: &'static Table, by: &[usize], order: &[Sort]) -> Result<Found> {
        let statement = match order {
            [] => sql::rows_by_columns(target, by, keys),
            order => sql::rows_in_order(target, by, keys, order),
        };
        let (mut found, mut slots) = (Found::new(), Vec::new());
        self.send(statement, &mut |row| {
            let owner = key_of_columns(by, &row);
            let slot = self.objects().merge(target, row)?;
            slots.push(slot);
            found.extend(owner.map(|owner| (owner, slot)));
            Ok(())
        })?;
        self.objects().store(target).slots().borrow_mut().group(&slots);
        Ok(found)
    }

    /// The members that link rows lead to from the owners with these keys: the link rows first, then the objects that are
    /// not in the session yet.
    fn load_linked(
        &self,
        keys: &[KeyValue],
        target: &'static Table,
        through: &Through,
        order: &[Sort],
    ) -> Result<Found> {
        let statement = match order {
            [] => sql::links_by_keys(through, keys),
            order => sql::links_in_order(through, target, keys, order),
        };
        let mut links: Vec<(KeyValue, KeyValue)> = Vec::new();
        let parts = through.from_columns().len();
        self.send(statement, &mut |row| {
            let (from, to) = row.split_at(parts);
            links.extend(KeyValue::of(from).zip(KeyValue::of(to)));
            Ok(())
        })?;
        let wanted = each_once(links.iter().map(|(_, to)| to.clone()).collect());
        let missing: Vec<KeyValue> =
            wanted.iter().filter(|key| self.objects().find_current(target, key).is_none()).cloned().collect();
        // What is found by a key that the server takes for the same goes by its key in other words.
        let mut in_other_words: FxHashMap<KeyValue, u32> = FxHashMap::default();
        for keys in missing.chunks(sql::MAX_KEYS) {
            for slot in self.load_keys(target, keys)? {
                let key = self.objects().key(self.objects().reference(target, slot));
                in_other_words.extend(key.map(|key| (key.folded(), slot)));
            }
        }
        let found = |key: &KeyValue| {
            let exact = self.objects().find_current(target, key);
            exact.or_else(|| in_other_words.get(&key.folded()).copied())
        };
        let there: Vec<u32> = each_once(wanted.iter().filter_map(found).collect());
        self.objects().store(target).slots().borrow_mut().group(&there);
        let member = |(from, to): (KeyValue, KeyValue)| Some((from, found(&to)?));
        Ok(links.into_iter().filter_map(member).collect())
    }
}

/// What was found for each owner. A row may refer to its owner in other words, which are the same to the server.
pub(super) fn by_owner<T>(owners: Vec<(KeyValue, u32)>, found: Vec<(KeyValue, T)>) -> Vec<(u32, Vec<T>)> {
    let exact: FxHashMap<&KeyValue, usize> = owners.iter().enumerate().map(|(place, (key, _))| (key, place)).collect();
    let mut folded: Option<FxHashMap<KeyValue, usize>> = None;
    let mut members: Vec<Vec<T>> = owners.iter().map(|_| Vec::new()).collect();
    for (key, member) in found {
        let place = exact.get(&key).copied().or_else(|| {
            let folded = folded.get_or_insert_with(|| {
                let first_wins = owners.iter().enumerate().rev();
                first_wins.map(|(place, (key, _))| (key.folded(), place)).collect()
            });
            folded.get(&key.folded()).copied()
        });
        if let Some(place) = place {
            members[place].push(member);
        }
    }
    owners.into_iter().map(|(_, slot)| slot).zip(members).collect()
}

//! Merging: plain data becomes the state of the session's own objects.
//!
//! 1. `given`: the data is taken apart, with the new objects inside its relationship fields.
//! 2. `known`: each object finds the session's own by its key; what the session has not seen is read.
//! 3. What the session's objects become is made, and only then put into the session: what can fail has failed by then.

mod given;
mod known;

use rustc_hash::FxHashMap;
use std::any::Any;

use crate::error::{Error, Result};
use crate::model::{Cell, Edit, Handle, NewObject, ObjectRef, RowReader};
use crate::schema::Table;
use crate::session::keys::key_of_row;
use crate::session::merge::given::Given;
use crate::session::objects::Objects;
use crate::session::{Model, Session};
use crate::value::Value;

/// What is merged into which objects of the session.
#[derive(Default)]
struct Merges {
    all: Vec<Merge>,
    /// The place of the merge into an object of the session.
    into: FxHashMap<ObjectRef, usize>,
    /// The place of the merge of a given object.
    of: FxHashMap<ObjectRef, usize>,
}

/// An object of the session, and the given ones that are merged into it.
struct Merge {
    object: ObjectRef,
    origin: Origin,
    given: Vec<ObjectRef>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The session has it.
    Known,
    /// It will get the next free place of the session.
    New,
}

impl Session {
    /// Saves plain data: the session's own object with its primary key gets its values, and the next flush writes those that
    /// differ. Where there is no such row, or the key is not set, it is added as a new object.
    ///
    /// The object is looked for in the session first, as by [`find`](Self::find), and then in the database. An
    /// [`Auto`](crate::Auto) column or a required foreign key that is not set is left alone, and so is a column that the
    /// database changes by itself; everything else is copied, `None` too. New objects inside relationship fields are merged in
    /// the same way, and objects with one key become one. Members are added to the ones that are there; only
    /// [`set`](crate::HasMany::set) and `clear` take others out.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Department { #[primary_key] id: Auto<i32>, #[column(length = 50)] name: String }
    /// # fn save(session: &mut Session) -> orm_core::Result<()> {
    /// session.merge(Department { id: 7.into(), name: "Sales".into() })?; // 7 is renamed, or added
    /// session.merge(Department { id: Auto::unset(), name: "Law".into() })?; // a new one
    /// session.commit()
    /// # }
    /// ```
    ///
    /// # Errors
    /// They leave the session as it was. [`Error::OldVersion`](crate::Error::OldVersion): the data is of another `#[version]`
    /// than the session's object. [`Error::Handle`](crate::Error::Handle): the session's object is to be deleted. A type
    /// of the user's cannot read back what it has written. What the database says;
    /// [`Error::Autoflush`](crate::Error::Autoflush) where the flush before the question failed.
    pub fn merge<M: Model>(&mut self, object: M) -> Result<Handle<M>> {
        Ok(self.merge_all([object])?[0])
    }

    /// [`merge`](Self::merge)s several objects; the database is asked for 1,000 of a model at a time.
    ///
    /// # Errors
    /// As of [`merge`](Self::merge).
    pub fn merge_all<M: Model>(&mut self, objects: impl IntoIterator<Item = M>) -> Result<Vec<Handle<M>>> {
        let mut count = 0;
        let given = Given::take_apart(objects.into_iter().map(|object| {
            count += 1;
            NewObject { table: M::table(), object: Box::new(object) }
        }));
        self.objects.absorb_changed();
        let merges = self.merges(&given)?;
        let made = merges.make(&given, &self.objects)?;
        merges.put(&given, made, &self.objects);
        self.objects.settle();
        let merged = given.all[..count].iter().map(|given| merges.own(*given));
        Ok(merged.map(|object| self.objects.handle(object.slot)).collect())
    }

    /// Which object of the session each given one becomes.
    fn merges(&self, given: &Given) -> Result<Merges> {
        let key = |object: &ObjectRef| Some((object.table, given.key(*object, &self.objects)?));
        let keys: Vec<_> = given.all.iter().map(key).collect();
        let mut known = self.known(&keys.iter().flatten().cloned().collect::<Vec<_>>())?;
        let mut merges = Merges::default();
        for (&object, key) in given.all.iter().zip(keys) {
            let own = key.as_ref().and_then(|key| known.get(key));
            let (own, origin) = match own {
                Some(own) => (own, Origin::Known),
                None => (merges.next_place(object.table, &self.objects), Origin::New),
            };
            key.into_iter().for_each(|key| known.insert(key, own));
            merges.add(object, own, origin);
        }
        Ok(merges)
    }
}

impl Merges {
    /// The place that the next new object of a model will get.
    fn next_place(&self, table: &'static Table, objects: &Objects) -> ObjectRef {
        let is_same_model = |other: &Table| (other.type_id)() == (table.type_id)();
        let is_new = |merge: &&Merge| merge.origin == Origin::New && is_same_model(merge.object.table);
        let new = self.all.iter().rev().find(is_new);
        let next = new.map_or_else(|| objects.store(table).slots().borrow().len(), |merge| merge.object.slot + 1);
        objects.reference(table, next)
    }

    /// A new object that comes again is known by then, and stays new.
    fn add(&mut self, given: ObjectRef, object: ObjectRef, origin: Origin) {
        let place = *self.into.entry(object).or_insert(self.all.len());
        if place == self.all.len() {
            self.all.push(Merge { object, origin, given: Vec::new() });
        }
        self.all[place].given.push(given);
        self.of.insert(given, place);
    }

    /// The object of the session that this one becomes, or is.
    fn own(&self, object: ObjectRef) -> ObjectRef {
        self.of.get(&object).map_or(object, |&place| self.all[place].object)
    }

    fn is_new(&self, object: ObjectRef) -> bool {
        self.into.get(&object).is_some_and(|&place| self.all[place].origin == Origin::New)
    }

    /// What each object of the session becomes; nothing where it stays as it is.
    fn make(&self, given: &Given, objects: &Objects) -> Result<Vec<Option<Box<dyn Any + Send>>>> {
        self.all.iter().map(|merge| self.make_one(merge, given, objects)).collect()
    }

    fn make_one(&self, merge: &Merge, given: &Given, objects: &Objects) -> Result<Option<Box<dyn Any + Send>>> {
        let (table, store) = (merge.object.table, objects.store(merge.object.table));
        let before = match merge.origin {
            Origin::Known => {
                objects.clear_before_change(merge.object);
                store.cells(merge.object.slot)
            }
            Origin::New => without_computed(table, self.cells(given, merge.given[0])),
        };
        let mut cells = before.clone();
        for &object in &merge.given {
            let given = self.cells(given, object);
            if merge.origin == Origin::Known {
                check_version(table, &given, &before, objects)?;
            }
            copy(table, given, &mut cells);
        }
        if merge.origin == Origin::Known && cells == before {
            return Ok(None);
        }
        let value = |cell: &Cell| match cell {
            Cell::KeyOf(target, _) if self.is_new(*target) => Value::NULL,
            cell => objects.value(cell).unwrap_or(Value::NULL),
        };
        let (values, targets) = (cells.iter().map(value).collect(), objects.targets(table, &cells));
        store.make(&mut RowReader::with_targets(table, values, &targets)).map(Some)
    }

    /// The cells of a given object, which refer to objects of the session.
    fn cells(&self, given: &Given, object: ObjectRef) -> Vec<Cell> {
        let own = |cell: &Cell| match cell {
            Cell::KeyOf(target, part) => Cell::KeyOf(self.own(*target), *part),
            other => other.clone(),
        };
        given.cells(object).iter().map(own).collect()
    }

    /// Puts what was made into the session, and the changed members.
    fn put(&self, given: &Given, made: Vec<Option<Box<dyn Any + Send>>>, objects: &Objects) {
        for (merge, made) in self.all.iter().zip(made) {
            let Some(made) = made else { continue };
            match merge.origin {
                Origin::Known => {
                    objects.before_change(merge.object);
                    objects.adopt_version(merge.object, made);
                }
                Origin::New => {
                    let adopted = objects.adopt(NewObject { table: merge.object.table, object: made });
                    debug_assert_eq!(adopted, merge.object);
                }
            }
            objects.give_to_owners(merge.object);
        }
        for (owner, relationship, edit) in &given.edits {
            let edit = match *edit {
                Edit::Clear => Edit::Clear,
                Edit::Add(member) => Edit::Add(self.own(member)),
                Edit::Remove(member) => Edit::Remove(self.own(member)),
            };
            objects.apply(self.own(*owner), *relationship, edit);
        }
        let new = self.all.iter().filter(|merge| merge.origin == Origin::New);
        new.for_each(|merge| objects.link_added(merge.object));
    }
}

/// Plain data is often a copy of what was read, with what the database has computed.
fn without_computed(table: &Table, mut cells: Vec<Cell>) -> Vec<Cell> {
    let computed = (0..cells.len()).filter(|&column| table.columns[column].is_computed());
    computed.for_each(|column| cells[column] = Cell::Generated);
    cells
}

/// Data of an older version must not overwrite a newer one.
fn check_version(table: &'static Table, given: &[Cell], own: &[Cell], objects: &Objects) -> Result<()> {
    let Some(version) = table.version.map(|version| version.column) else { return Ok(()) };
    if given[version] == Cell::Generated || given[version] == own[version] {
        return Ok(());
    }
    let key = key_of_row(table, &objects.values(own)).map(|key| key.to_string()).unwrap_or_default();
    let text = |cell: &Cell| objects.value(cell).unwrap_or(Value::NULL).as_sql(true);
    Err(Error::OldVersion { model: table.model, key, given: text(&given[version]), own: text(&own[version]) })
}

/// Copies what is set, except for what the database changes by itself. The primary key is the same already, as far as the server is concerned.
fn copy(table: &Table, given: Vec<Cell>, cells: &mut [Cell]) {
    for (column, cell) in given.into_iter().enumerate() {
        let is_set = !matches!(cell, Cell::Generated | Cell::Missing) && !table.columns[column].changes_by_itself();
        let is_left_alone = !is_set || table.primary_key.contains(&column);
        if !is_left_alone {
            cells[column] = cell;
        }
    }
}

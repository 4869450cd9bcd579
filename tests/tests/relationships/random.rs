//! Thousands of random changes, compared with a model of what SQL would have made of them.

use std::collections::{BTreeMap, BTreeSet};

use orm_core::prelude::*;
use tests::Database;

#[derive(Debug, Model)]
#[model(table = "boxes")]
struct Box {
    #[primary_key]
    id: Auto<i32>,
    number: i32,
    #[has_many]
    items: HasMany<Item>,
    #[many_to_many(through = "boxes_labels")]
    labels: ManyToMany<Item>,
}

#[derive(Debug, Model)]
#[model(table = "items")]
struct Item {
    #[primary_key]
    id: Auto<i32>,
    number: i32,
    value: Option<i32>,
    #[belongs_to]
    within: Option<BelongsTo<Box>>,
    #[many_to_many(through = "boxes_labels")]
    label_of: ManyToMany<Box>,
}

/// A small generator (Knuth's MMIX constants): the same numbers every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// What should be in the database, by the numbers that objects have.
#[derive(Debug, Clone, Default, PartialEq)]
struct Model {
    boxes: BTreeSet<i32>,
    items: BTreeMap<i32, (Option<i32>, Option<i32>)>,
    links: BTreeSet<(i32, i32)>,
}

/// The model at the last commit, with the handles of then.
type Saved = (Model, Vec<(i32, Handle<Box>)>, Vec<(i32, Handle<Item>)>);

/// A session and the model of it.
struct Walk {
    session: Session,
    boxes: Vec<(i32, Handle<Box>)>,
    items: Vec<(i32, Handle<Item>)>,
    model: Model,
    saved: Saved,
    next: i32,
}

impl Walk {
    fn new(database: &Database) -> Self {
        let session = database.engine().session();
        Self { session, boxes: vec![], items: vec![], model: Model::default(), saved: Default::default(), next: 1 }
    }

    fn step(&mut self, random: &mut Random) -> orm_core::Result<()> {
        let kind = random.below(25);
        if kind < 2 || self.boxes.len() < 3 {
            let handle = self.session.add(Box { number: self.next, ..Default::default() });
            self.boxes.push((self.next, handle));
            self.model.boxes.insert(self.next);
            self.next += 1;
            return Ok(());
        }
        if kind < 5 || self.items.len() < 3 {
            let handle = self.session.add(Item { number: self.next, ..Default::default() });
            self.items.push((self.next, handle));
            self.model.items.insert(self.next, (None, None));
            self.next += 1;
            return Ok(());
        }
        let (box_number, box_handle) = self.boxes[random.below(self.boxes.len())];
        let (item_number, item_handle) = self.items[random.below(self.items.len())];
        let (within, links) = (self.model.items[&item_number].1, self.model.links.clone());
        match kind {
            5 => {
                self.session[item_handle].value = Some(item_number * 2);
                self.set_value(item_number, Some(item_number * 2));
            }
            6 => {
                self.session[item_handle].value = None;
                self.set_value(item_number, None);
            }
            7 | 8 => {
                self.session[item_handle].within.set(box_handle);
                self.set_within(item_number, Some(box_number));
            }
            9 => {
                self.session[item_handle].within.clear();
                self.set_within(item_number, None);
            }
            10 => {
                self.session[box_handle].items.push(item_handle);
                self.set_within(item_number, Some(box_number));
            }
            11 => {
                self.session[box_handle].items.remove(item_handle);
                self.set_within(item_number, within.filter(|&within| within != box_number));
            }
            12 => {
                self.session[box_handle].items.set([item_handle]);
                self.release_all(box_number);
                self.set_within(item_number, Some(box_number));
            }
            13 => {
                self.session[box_handle].labels.push(item_handle);
                self.model.links.insert((box_number, item_number));
            }
            14 if links.contains(&(box_number, item_number)) => {
                self.session[item_handle].label_of.remove(box_handle);
                self.model.links.remove(&(box_number, item_number));
            }
            15 => {
                self.session[box_handle].labels.set([item_handle]);
                self.model.links.retain(|link| link.0 != box_number);
                self.model.links.insert((box_number, item_number));
            }
            16 => {
                self.session.delete(item_handle);
                self.items.retain(|item| item.0 != item_number);
                self.model.items.remove(&item_number);
                self.model.links.retain(|link| link.1 != item_number);
            }
            17 => {
                // An item that is to be written with a reference to a deleted box would be told.
                self.session.flush()?;
                self.session.delete(box_handle);
                self.session.flush()?;
                self.boxes.retain(|it| it.0 != box_number);
                self.model.boxes.remove(&box_number);
                self.release_all(box_number);
                self.model.links.retain(|link| link.0 != box_number);
            }
            18 => {
                self.session.commit()?;
                self.saved = (self.model.clone(), self.boxes.clone(), self.items.clone());
            }
            19 if random.below(2) == 0 => {
                self.session.rollback()?;
                (self.model, self.boxes, self.items) = self.saved.clone();
            }
            19 => self.fail(random)?,
            20 => self.session.reload()?,
            21 => {
                self.session.flush()?;
                self.session.expire_all()?;
            }
            22 => self.find_anew(random)?,
            23 => self.merge_item(item_handle, item_number, (box_handle, box_number))?,
            24 => self.merge_box(item_handle, item_number, (box_handle, box_number))?,
            _ => {}
        }
        Ok(())
    }

    /// A commit that fails, and is then corrected.
    fn fail(&mut self, random: &mut Random) -> orm_core::Result<()> {
        let taken = self.session.query::<Item>().order_by(Item::id.asc()).first()?.and_then(|item| item.id.get());
        if let Some(taken) = taken {
            let wrong = self.session.add(Item { id: taken.into(), number: self.next, ..Default::default() });
            let taken = self.items.iter().find(|item| self.session[item.1].id.get() == Some(taken)).map(|item| item.1);
            let (_, other) = self.boxes[random.below(self.boxes.len())];
            self.session[other].labels.push(wrong);
            self.session.commit().expect_err("the key is taken");
            assert!(taken.is_some_and(|taken| self.session.get(taken).is_ok()));
            self.session.delete(wrong);
        }
        self.session.commit()?;
        self.saved = (self.model.clone(), self.boxes.clone(), self.items.clone());
        Ok(())
    }

    /// One item, or everything, leaves the session after a commit, and is found again by its key.
    fn find_anew(&mut self, random: &mut Random) -> orm_core::Result<()> {
        self.session.commit()?;
        let evicted = random.below(self.items.len());
        let id = |session: &Session, handle: Handle<Item>| session[handle].id.get().expect("it is flushed");
        match random.below(2) {
            0 => {
                let (number, item) = self.items[evicted];
                let key = id(&self.session, item);
                self.session.evict(item)?;
                let found = self.session.find::<Item>(key)?.expect("its row is there").handle();
                assert_ne!(found, item);
                self.items[evicted] = (number, found);
            }
            _ => {
                self.session.clear();
                let items = self.session.query::<Item>().all()?;
                self.items = items.iter().map(|item| (item.number, item.handle())).collect();
                let boxes = self.session.query::<Box>().all()?;
                self.boxes = boxes.iter().map(|it| (it.number, it.handle())).collect();
            }
        }
        self.saved = (self.model.clone(), self.boxes.clone(), self.items.clone());
        Ok(())
    }

    /// Data with the key of an item, inside a box or not.
    fn merge_item(
        &mut self,
        handle: Handle<Item>,
        number: i32,
        (box_handle, box_number): (Handle<Box>, i32),
    ) -> orm_core::Result<()> {
        let Some(id) = self.session[handle].id.get() else { return Ok(()) };
        let within = (number % 2 == 0).then_some(box_number);
        let given = within.map(|_| box_handle.into());
        let item = Item { id: id.into(), number, value: Some(-1), within: given, ..Default::default() };
        assert_eq!(self.session.merge(item)?, handle);
        self.set_value(number, Some(-1));
        self.set_within(number, within);
        Ok(())
    }

    /// Data with the key of a box, which has an item and a new one.
    fn merge_box(
        &mut self,
        handle: Handle<Item>,
        number: i32,
        (box_handle, box_number): (Handle<Box>, i32),
    ) -> orm_core::Result<()> {
        let (Some(id), Some(item)) = (self.session[box_handle].id.get(), self.session[handle].id.get()) else {
            return Ok(());
        };
        let mut given = Box { id: id.into(), number: box_number, ..Default::default() };
        given.items.push(Item { id: item.into(), number, ..Default::default() });
        given.labels.push(Item { id: item.into(), number, value: Some(-2), ..Default::default() });
        assert_eq!(self.session.merge(given)?, box_handle);
        self.set_value(number, Some(-2));
        self.set_within(number, Some(box_number));
        self.model.links.insert((box_number, number));
        Ok(())
    }

    fn set_value(&mut self, item: i32, value: Option<i32>) {
        self.model.items.entry(item).and_modify(|item| item.0 = value);
    }

    fn set_within(&mut self, item: i32, within: Option<i32>) {
        self.model.items.entry(item).and_modify(|item| item.1 = within);
    }

    fn release_all(&mut self, owner: i32) {
        self.model.items.values_mut().filter(|item| item.1 == Some(owner)).for_each(|item| item.1 = None);
    }

    /// What the session says.
    fn seen(&self) -> orm_core::Result<Model> {
        let mut seen = Model::default();
        for it in self.session.query::<Box>().all()? {
            seen.boxes.insert(it.number);
            seen.links.extend(it.labels()?.iter().map(|label| (it.number, label.number)));
            for item in it.items()? {
                assert_eq!(item.within()?.map(|within| within.number), Some(it.number));
            }
        }
        for item in self.session.query::<Item>().all()? {
            let within = item.within()?.map(|within| within.number);
            seen.items.insert(item.number, (item.value, within));
            for owner in item.label_of()? {
                assert!(seen.links.contains(&(owner.number, item.number)));
            }
            let known = item.get().within.key();
            assert_eq!(item.within()?.and_then(|within| within.id.get()), known);
        }
        Ok(seen)
    }
}

#[test]
fn a_random_walk_ends_where_the_model_says() {
    for seed in 0..60 {
        let database = Database::with(&Schema::of::<Box>());
        let mut walk = Walk::new(&database);
        let mut random = Random(seed);
        for number in 0..120 {
            walk.step(&mut random).unwrap_or_else(|error| panic!("seed {seed}, step {number}: {error}"));
            if random.below(4) == 0 {
                let seen = walk.seen().unwrap_or_else(|error| panic!("seed {seed}, step {number}: {error}"));
                assert_eq!(seen, walk.model, "seed {seed}, step {number}");
            }
        }
        walk.session.commit().unwrap_or_else(|error| panic!("seed {seed}, the last commit: {error}"));
        let mut fresh = Walk::new(&database);
        fresh.model = walk.model;
        assert_eq!(fresh.seen().expect("the database is read"), fresh.model, "seed {seed}, a new session");
    }
}

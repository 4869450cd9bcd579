//! Random changes to rows of one table that refer to each other, loops included, compared with a model of them.

use std::collections::BTreeMap;

use orm_core::prelude::*;
use tests::Database;

#[derive(Debug, Model)]
#[model(table = "nodes")]
struct Node {
    #[primary_key]
    id: Auto<i32>,
    #[column(unique)]
    number: i32,
    #[belongs_to]
    parent: Option<BelongsTo<Node>>,
    #[has_many(inverse = parent)]
    children: HasMany<Node>,
    #[belongs_to(unique)]
    partner: Option<BelongsTo<Node>>,
    #[has_one(inverse = partner)]
    partner_of: HasOne<Node>,
}

/// A small generator (Knuth's MMIX constants): the same numbers every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// By the number of a node: the numbers of its parent and its partner.
type Links = BTreeMap<i32, (Option<i32>, Option<i32>)>;

struct Walk {
    session: Session,
    nodes: Vec<(i32, Handle<Node>)>,
    links: Links,
    saved: (Vec<(i32, Handle<Node>)>, Links),
    next: i32,
}

impl Walk {
    fn step(&mut self, random: &mut Random) -> orm_core::Result<()> {
        let kind = random.below(16);
        if kind < 4 || self.nodes.len() < 4 {
            return self.add(kind, random);
        }
        let (one, one_handle) = self.nodes[random.below(self.nodes.len())];
        let (other, other_handle) = self.nodes[random.below(self.nodes.len())];
        match kind {
            4 | 5 => {
                self.session[one_handle].parent.set(other_handle);
                self.links.entry(one).and_modify(|link| link.0 = Some(other));
            }
            6 => {
                self.session[one_handle].children.push(other_handle);
                self.links.entry(other).and_modify(|link| link.0 = Some(one));
            }
            7 => {
                self.session.flush()?;
                self.session[one_handle].children.set([other_handle]);
                self.session.flush()?;
                self.links.values_mut().filter(|link| link.0 == Some(one)).for_each(|link| link.0 = None);
                self.links.entry(other).and_modify(|link| link.0 = Some(one));
            }
            8 | 9 => {
                self.session.flush()?;
                self.session[one_handle].partner_of.set(other_handle);
                self.session.flush()?;
                self.links.values_mut().filter(|link| link.1 == Some(one)).for_each(|link| link.1 = None);
                self.links.entry(other).and_modify(|link| link.1 = Some(one));
            }
            10 => {
                self.session.flush()?;
                self.session[one_handle].partner.clear();
                self.links.entry(one).and_modify(|link| link.1 = None);
            }
            11 => self.delete(one_handle, other_handle)?,
            12 => {
                self.session.commit()?;
                self.saved = (self.nodes.clone(), self.links.clone());
            }
            13 => {
                self.session.rollback()?;
                (self.nodes, self.links) = self.saved.clone();
            }
            14 => {
                let wrong = self.session.add(Node { number: one, parent: other_handle.into(), ..Default::default() });
                self.session.commit().expect_err("the number is taken");
                self.session.delete(wrong);
                self.session.commit()?;
                self.saved = (self.nodes.clone(), self.links.clone());
            }
            _ => self.session.flush()?,
        }
        Ok(())
    }

    /// A new node, below another, above another, with a child of its own, or alone.
    fn add(&mut self, kind: usize, random: &mut Random) -> orm_core::Result<()> {
        let number = self.next;
        self.next += 2;
        let other = (!self.nodes.is_empty()).then(|| self.nodes[random.below(self.nodes.len())]);
        let mut node = Node { number, ..Default::default() };
        let mut parent = None;
        match (kind, other) {
            (0, Some((above, handle))) => {
                node.parent = handle.into();
                parent = Some(above);
            }
            (1, Some((below, handle))) => {
                node.children.push(handle);
                self.links.entry(below).and_modify(|link| link.0 = Some(number));
            }
            (2, _) => node.children.push(Node { number: number + 1, ..Default::default() }),
            _ => {}
        }
        let handle = self.session.add(node);
        self.nodes.push((number, handle));
        self.links.insert(number, (parent, None));
        if kind == 2 {
            self.session.flush()?;
            let child = self.session.query::<Node>().filter(Node::number.eq(number + 1)).one()?.handle();
            self.nodes.push((number + 1, child));
            self.links.insert(number + 1, (Some(number), None));
        }
        Ok(())
    }

    fn delete(&mut self, one: Handle<Node>, other: Handle<Node>) -> orm_core::Result<()> {
        self.session.flush()?;
        self.session.delete(one);
        self.session.delete(other);
        self.session.flush()?;
        let gone = |handle: Handle<Node>| handle == one || handle == other;
        let numbers: Vec<i32> = self.nodes.iter().filter(|node| gone(node.1)).map(|node| node.0).collect();
        self.nodes.retain(|node| !gone(node.1));
        self.links.retain(|number, _| !numbers.contains(number));
        for link in self.links.values_mut() {
            link.0 = link.0.filter(|parent| !numbers.contains(parent));
            link.1 = link.1.filter(|partner| !numbers.contains(partner));
        }
        Ok(())
    }
}

/// What a session says.
fn seen(session: &Session) -> orm_core::Result<Links> {
    let mut links = Links::new();
    for node in session.query::<Node>().all()? {
        let (parent, partner) = (node.parent()?, node.partner()?);
        assert_eq!(node.get().parent.key(), parent.and_then(|parent| parent.id.get()));
        assert_eq!(node.get().partner.key(), partner.and_then(|partner| partner.id.get()));
        if let Some(parent) = parent {
            assert!(parent.children()?.iter().any(|child| child.handle() == node.handle()));
        }
        if let Some(partner) = partner {
            assert_eq!(partner.partner_of()?.map(|of| of.handle()), Some(node.handle()));
        }
        links.insert(node.number, (parent.map(|parent| parent.number), partner.map(|partner| partner.number)));
    }
    Ok(links)
}

#[test]
fn a_random_walk_over_nodes_ends_where_the_model_says() {
    for seed in 0..60 {
        let database = Database::with(&Schema::of::<Node>());
        let session = database.engine().session();
        let mut walk = Walk { session, nodes: vec![], links: Links::new(), saved: Default::default(), next: 1 };
        let mut random = Random(seed);
        for number in 0..100 {
            walk.step(&mut random).unwrap_or_else(|error| panic!("seed {seed}, step {number}: {error}"));
            if random.below(4) == 0 {
                let seen = seen(&walk.session).unwrap_or_else(|error| panic!("seed {seed}, step {number}: {error}"));
                assert_eq!(seen, walk.links, "seed {seed}, step {number}");
            }
        }
        walk.session.commit().unwrap_or_else(|error| panic!("seed {seed}, the last commit: {error}"));
        let seen = seen(&database.engine().session()).expect("the database is read");
        assert_eq!(seen, walk.links, "seed {seed}, a new session");
    }
}

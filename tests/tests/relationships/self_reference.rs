//! Models that refer to themselves: trees, lists, loops, and many-to-many to the same model.

use orm_core::prelude::*;
use tests::{Database, statements};

#[derive(Debug, Model)]
#[model(table = "nodes")]
struct Node {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    name: String,
    #[belongs_to]
    parent: Option<BelongsTo<Node>>,
    #[has_many(inverse = parent)]
    children: HasMany<Node>,
    #[many_to_many(through = "follows", from = "follower_id", to = "followee_id", inverse = followers)]
    following: ManyToMany<Node>,
    #[many_to_many(through = "follows", from = "followee_id", to = "follower_id", inverse = following)]
    followers: ManyToMany<Node>,
}

fn node(name: &str) -> Node {
    Node { name: name.into(), ..Default::default() }
}

fn empty() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Node>());
    let session = database.engine().session();
    (database, session)
}

fn names(nodes: &[View<'_, Node>]) -> Vec<String> {
    nodes.iter().map(|node| node.name.clone()).collect()
}

const TREE: &str = "SELECT c.name, p.name FROM nodes c LEFT JOIN nodes p ON p.id = c.parent_id ORDER BY c.name";

#[test]
fn a_tree_is_inserted_level_by_level_and_deleted_leaf_first() -> orm_core::Result<()> {
    // unit-of-work 87
    let (database, mut session) = empty();
    let mut root = node("root");
    for left in ["a", "b"] {
        let mut branch = node(left);
        branch.children.extend([node(&format!("{left}1")), node(&format!("{left}2"))]);
        root.children.push(branch);
    }
    session.add(root);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent.len(), 4, "three levels and a commit: {sent:#?}");
    let tree = ["a | root", "a1 | a", "a2 | a", "b | root", "b1 | b", "b2 | b", "root | NULL"];
    assert_eq!(database.ask(TREE), tree);
    for node in session.query::<Node>().handles()? {
        session.delete(node);
    }
    session.commit()?;
    assert_eq!(database.ask(TREE), [""; 0]);
    Ok(())
}

#[test]
fn a_tree_is_read_through_both_sides() -> orm_core::Result<()> {
    let (database, mut session) = empty();
    let root = session.add(node("root"));
    let child = session.add(Node { parent: root.into(), ..node("child") });
    session.add(Node { parent: child.into(), ..node("grandchild") });
    session.commit()?;
    let session = database.engine().session();
    let root = session.query::<Node>().filter(Node::parent.is_null()).one()?;
    let children = root.children()?;
    assert_eq!(names(&children), ["child"]);
    let grandchildren = children[0].children()?;
    assert_eq!(names(&grandchildren), ["grandchild"]);
    let back = grandchildren[0].parent()?.expect("it has a parent");
    assert!(std::ptr::eq(back.get(), children[0].get()));
    Ok(())
}

#[test]
fn a_linked_list_added_backwards_is_inserted() -> orm_core::Result<()> {
    let (database, mut session) = empty();
    let nodes: Vec<Handle<Node>> = (0..30).map(|number| session.add(node(&format!("{number:02}")))).collect();
    for pair in nodes.windows(2) {
        session[pair[0]].parent.set(pair[1]);
    }
    session.commit()?;
    let linked =
        database.ask("SELECT COUNT(*) FROM nodes c JOIN nodes p ON p.id = c.parent_id AND p.name = c.name + 1");
    assert_eq!(linked, ["29"]);
    Ok(())
}

#[test]
fn a_loop_of_nullable_foreign_keys_is_closed_by_an_update() -> orm_core::Result<()> {
    // unit-of-work 89
    let (database, mut session) = empty();
    let [a, b, alone] = session.add_all([node("a"), node("b"), node("self")]);
    session[a].parent.set(b);
    session[b].parent.set(a);
    session[alone].parent.set(alone);
    session.commit()?;
    assert_eq!(database.ask(TREE), ["a | b", "b | a", "self | self"]);
    assert_eq!((session[a].parent.key(), session[alone].parent.key()), (session[b].id.get(), session[alone].id.get()));
    [a, b, alone].into_iter().for_each(|node| session.delete(node));
    session.commit()?;
    assert_eq!(database.ask(TREE), [""; 0]);
    Ok(())
}

#[test]
fn deleting_a_node_releases_its_children() -> orm_core::Result<()> {
    // unit-of-work 91
    let (database, mut session) = empty();
    let root = session.add(node("root"));
    let child = session.add(Node { parent: root.into(), ..node("child") });
    session.commit()?;
    session.delete(root);
    session.commit()?;
    assert_eq!(database.ask(TREE), ["child | NULL"]);
    assert_eq!(session[child].parent.key(), None);
    Ok(())
}

#[test]
fn a_many_to_many_to_the_same_model_has_two_directions() -> orm_core::Result<()> {
    // unit-of-work 62, 68
    let (database, mut session) = empty();
    let [a, b, c] = session.add_all([node("a"), node("b"), node("c")]);
    session[a].following.extend([b, c]);
    session[a].followers.push(b);
    session[c].followers.push(a);
    session[b].following.push(b);
    session.commit()?;
    let links = database.ask("SELECT follower_id, followee_id FROM follows ORDER BY 1, 2");
    assert_eq!(links, ["1 | 2", "1 | 3", "2 | 1", "2 | 2"]);
    assert_eq!(names(&session.view(a).following()?), ["b", "c"]);
    assert_eq!(names(&session.view(b).followers()?), ["a", "b"]);
    assert_eq!(names(&session.view(a).followers()?), ["b"]);
    session[b].followers.remove(a);
    assert_eq!(names(&session.view(a).following()?), ["c"]);
    session[b].following.clear();
    session.commit()?;
    assert_eq!(database.ask("SELECT follower_id, followee_id FROM follows"), ["1 | 3"]);
    assert_eq!(names(&session.view(a).followers()?), [""; 0]);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "offices")]
struct Office {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 10, unique)]
    name: String,
    #[belongs_to]
    within: Option<BelongsTo<Office>>,
}

fn office(id: i32, name: &str, within: Option<i32>) -> Office {
    Office { id: id.into(), name: name.into(), within: within.map(BelongsTo::key) }
}

const OFFICES: &str = "SELECT id, name, within_id FROM offices ORDER BY id";

#[test]
fn rows_that_refer_to_each_other_by_given_keys_are_ordered_too() -> orm_core::Result<()> {
    // unit-of-work 13, 26
    let database = Database::with(&Schema::of::<Office>());
    let mut session = database.engine().session();
    session.add_all([office(3, "room", Some(2)), office(1, "site", Some(3)), office(2, "house", Some(1))]);
    session.commit()?;
    assert_eq!(database.ask(OFFICES), ["1 | site | 3", "2 | house | 1", "3 | room | 2"]);
    session.add_all([office(5, "b", Some(4)), office(4, "a", Some(1))]);
    session.commit()?;
    assert_eq!(database.ask(OFFICES)[3..], ["4 | a | 1", "5 | b | 4"]);
    Ok(())
}

#[test]
fn a_row_that_takes_the_name_of_the_one_that_it_leaves_leaves_it_first() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Office>());
    let mut session = database.engine().session();
    let [site, house] = session.add_all([office(1, "site", None), office(2, "house", Some(1))]);
    session.commit()?;
    session.delete(site);
    session[house].name = "site".into();
    session[house].within.clear();
    session.commit()?;
    assert_eq!(database.ask(OFFICES), ["2 | site | NULL"]);
    Ok(())
}

#[test]
fn nodes_that_somebody_else_has_moved_are_deleted_all_the_same() -> orm_core::Result<()> {
    // unit-of-work 49
    let (database, mut session) = empty();
    let [leaf, root] = session.add_all([node("leaf"), node("root")]);
    session[leaf].parent.set(root);
    session.commit()?;
    database.run("UPDATE nodes SET parent_id = NULL WHERE name = 'leaf'");
    database.run("UPDATE nodes SET parent_id = 1 WHERE name = 'root'");
    session.expire_all()?;
    [root, leaf].iter().for_each(|&node| session.delete(node));
    session.commit()?;
    assert_eq!(database.ask(TREE), [""; 0]);
    Ok(())
}

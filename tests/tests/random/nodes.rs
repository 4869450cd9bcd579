//! Nodes that refer to each other: a tree, one that goes with its root, a list, and friends.

use orm_core::prelude::*;

use super::graph::kinds::{AnyKind, Kind, Numbered, numbered};
use super::graph::links::{Link, linked};
use super::graph::ties::{Members, Reference, Tie, tie};
use super::graph::{Fate, Graph, Links, Number, Rule, Set};
use super::walk::walks;

#[derive(Debug, Model)]
#[model(table = "nodes")]
struct Node {
    #[primary_key]
    id: Auto<i32>,
    number: i32,
    value: i32,
    #[belongs_to]
    parent: Option<BelongsTo<Node>>,
    #[has_many(inverse = parent)]
    children: HasMany<Node>,
    #[belongs_to]
    boss: Option<BelongsTo<Node>>,
    #[has_many(inverse = boss, cascade)]
    staff: HasMany<Node>,
    #[belongs_to(unique)]
    next: Option<BelongsTo<Node>>,
    #[has_one(inverse = next)]
    previous: HasOne<Node>,
    #[many_to_many(through = "follows", from = "follower_id", to = "followee_id", inverse = followers)]
    followees: ManyToMany<Node>,
    #[many_to_many(through = "follows", from = "followee_id", to = "follower_id", inverse = followees)]
    followers: ManyToMany<Node>,
}

numbered!(Node);
tie!(Children: Node.parent in Node.children);
tie!(Staff: Node.boss in Node.staff);
tie!(Next: Node.next in Node.previous);
linked!(Follows: Node.followees with Node.followers);

#[derive(Clone, Default)]
struct Nodes;

const CHILDREN: Rule = Rule {
    name: "parent",
    children: 0..7,
    owners: 0..7,
    unique: false,
    required: false,
    fate: Fate::Released,
    column: "parent_id",
    tie: &Children,
};

impl Set for Nodes {
    const KINDS: &'static [&'static dyn AnyKind] = &[&Kind::<Node>::of("nodes")];
    const RULES: &'static [Rule] = &[
        CHILDREN,
        Rule { name: "boss", fate: Fate::Deleted, column: "boss_id", tie: &Staff, ..CHILDREN },
        Rule { name: "next", unique: true, column: "next_id", tie: &Next, ..CHILDREN },
    ];
    const LINKS: &'static [Links] = &[Links {
        name: "follows",
        from: 0..7,
        to: 0..7,
        stored: ("follows", "follower_id", "followee_id"),
        link: &Follows,
    }];

    fn schema() -> Schema {
        Schema::of::<Node>()
    }

    fn tables() -> &'static [&'static str] {
        &["follows", "nodes"]
    }
}

#[test]
fn nodes_that_refer_to_each_other_end_as_the_oracle_says() {
    walks::<Graph<Nodes>>();
}

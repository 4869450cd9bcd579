//! Owners with members of every kind: free, required, going along, orphaned, one-to-one, and linked.

use orm_core::prelude::*;

use super::graph::kinds::{AnyKind, Kind, Numbered, numbered};
use super::graph::links::{Link, linked};
use super::graph::ties::{Members, Reference, Tie, tie};
use super::graph::{Fate, Graph, Links, Number, Rule, Set};
use super::walk::walks;

#[derive(Debug, Model)]
#[model(table = "owners")]
struct Owner {
    #[primary_key]
    id: Auto<i32>,
    number: i32,
    value: i32,
    #[has_many(inverse = owner)]
    items: HasMany<Item>,
    #[has_one(inverse = first_of)]
    first: HasOne<Item>,
    #[has_many(cascade)]
    notes: HasMany<Note>,
    #[has_many(cascade, delete_orphan)]
    parts: HasMany<Part>,
    #[has_one(cascade, delete_orphan)]
    seal: HasOne<Seal>,
    #[many_to_many(through = "likes", inverse = liked_by)]
    likes: ManyToMany<Item>,
    #[many_to_many(through = "dislikes", inverse = disliked_by)]
    dislikes: ManyToMany<Item>,
}

#[derive(Debug, Model)]
#[model(table = "items")]
struct Item {
    #[primary_key]
    id: Auto<i32>,
    number: i32,
    value: i32,
    #[belongs_to]
    owner: Option<BelongsTo<Owner>>,
    #[belongs_to(unique)]
    first_of: Option<BelongsTo<Owner>>,
    #[many_to_many(through = "likes", inverse = likes)]
    liked_by: ManyToMany<Owner>,
    #[many_to_many(through = "dislikes", inverse = dislikes)]
    disliked_by: ManyToMany<Owner>,
}

#[derive(Debug, Model)]
#[model(table = "notes")]
struct Note {
    #[primary_key]
    id: Auto<i32>,
    number: i32,
    value: i32,
    #[belongs_to]
    owner: BelongsTo<Owner>,
}

#[derive(Debug, Model)]
#[model(table = "parts")]
struct Part {
    #[primary_key]
    id: Auto<i32>,
    number: i32,
    value: i32,
    #[belongs_to]
    owner: BelongsTo<Owner>,
}

#[derive(Debug, Model)]
#[model(table = "seals")]
struct Seal {
    #[primary_key]
    id: Auto<i32>,
    number: i32,
    value: i32,
    #[belongs_to(unique)]
    owner: BelongsTo<Owner>,
}

numbered!(Owner, Item, Note, Part, Seal);
tie!(Items: Item.owner in Owner.items);
tie!(First: Item.first_of in Owner.first);
tie!(Notes: Note.owner in Owner.notes);
tie!(Parts: Part.owner in Owner.parts);
tie!(Seals: Seal.owner in Owner.seal);
linked!(Likes: Owner.likes with Item.liked_by);
linked!(Dislikes: Owner.dislikes with Item.disliked_by);

#[derive(Clone, Default)]
struct Owners;

const FREE: Rule = Rule {
    name: "items",
    children: 10..15,
    owners: 0..4,
    unique: false,
    required: false,
    fate: Fate::Released,
    column: "owner_id",
    tie: &Items,
};

impl Set for Owners {
    const KINDS: &'static [&'static dyn AnyKind] = &[
        &Kind::<Owner>::of("owners"),
        &Kind::<Item>::of("items"),
        &Kind::<Note>::of("notes"),
        &Kind::<Part>::of("parts"),
        &Kind::<Seal>::of("seals"),
    ];
    const RULES: &'static [Rule] = &[
        FREE,
        Rule { name: "first", unique: true, column: "first_of_id", tie: &First, ..FREE },
        Rule { name: "notes", children: 20..23, required: true, fate: Fate::Deleted, tie: &Notes, ..FREE },
        Rule { name: "parts", children: 30..34, required: true, fate: Fate::Orphaned, tie: &Parts, ..FREE },
        Rule {
            name: "seals",
            children: 40..44,
            unique: true,
            required: true,
            fate: Fate::Orphaned,
            tie: &Seals,
            ..FREE
        },
    ];
    const LINKS: &'static [Links] = &[
        Links { name: "likes", from: 0..4, to: 10..15, stored: ("likes", "owner_id", "item_id"), link: &Likes },
        Links {
            name: "dislikes",
            from: 0..4,
            to: 10..15,
            stored: ("dislikes", "owner_id", "item_id"),
            link: &Dislikes,
        },
    ];

    fn schema() -> Schema {
        Schema::of::<Owner>()
    }

    fn tables() -> &'static [&'static str] {
        &["likes", "dislikes", "items", "notes", "parts", "seals", "owners"]
    }
}

#[test]
fn owners_and_their_members_end_as_the_oracle_says() {
    walks::<Graph<Owners>>();
}

//! The steps of a walk over the objects of a set, and how they are chosen.

use std::ops::Range;

use proptest::prelude::*;

use super::links::Change;
use super::oracle::Name;
use super::ties::By;
use super::{Links, Rule, Set};

/// A relationship is given by its place in the set and printed by its name.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Add(Name),
    Value(Name, i32),
    Delete(Name),
    Refresh(Name),
    Get(Name),
    Evict(Name),
    Merge {
        tie: &'static str,
        child: Name,
        value: i32,
        owner: Option<Name>,
    },
    /// An owner's data, with an object's inside.
    MergeInside {
        tie: &'static str,
        owner: Name,
        child: Name,
        value: i32,
    },
    /// A new object that refers to an owner.
    AddTo {
        tie: &'static str,
        child: Name,
        owner: Name,
        by: By,
    },
    /// A new object inside of its owner.
    PushNew {
        tie: &'static str,
        owner: Name,
        child: Name,
    },
    /// A new object, with a new owner in its foreign key.
    AddWithOwner {
        tie: &'static str,
        child: Name,
        owner: Name,
    },
    /// A new owner, with an object inside, which may be new too.
    AddOwner {
        tie: &'static str,
        owner: Name,
        child: Name,
    },
    Refer {
        tie: &'static str,
        child: Name,
        owner: Name,
        by: By,
    },
    Release {
        tie: &'static str,
        child: Name,
    },
    Push {
        tie: &'static str,
        owner: Name,
        child: Name,
    },
    Remove {
        tie: &'static str,
        owner: Name,
        child: Name,
    },
    Replace {
        tie: &'static str,
        owner: Name,
        child: Name,
    },
    Empty {
        tie: &'static str,
        owner: Name,
    },
    /// Follows a foreign key.
    Owner {
        tie: &'static str,
        child: Name,
    },
    /// Loads a collection.
    Children {
        tie: &'static str,
        owner: Name,
    },
    Link {
        link: &'static str,
        from: Name,
        to: Name,
        change: Change,
    },
    LinkBack {
        link: &'static str,
        to: Name,
        from: Name,
        change: Change,
    },
    /// An object's data, with another one's inside.
    MergeLinked {
        link: &'static str,
        from: Name,
        to: Name,
        value: i32,
    },
    Linked {
        link: &'static str,
        from: Name,
    },
}

pub(super) fn steps<S: Set>() -> BoxedStrategy<Step> {
    let mut steps = vec![];
    for kind in 0..S::KINDS.len() {
        let first = Name::try_from(kind * 10).expect("sets are small");
        let names = names_of::<S>(first);
        steps.push((6, of_object(names, is_free::<S>(first))));
    }
    steps.extend(S::RULES.iter().map(|rule| (10, of_tie(rule))));
    steps.extend(S::LINKS.iter().map(|links| (5, of_link(links))));
    proptest::strategy::Union::new_weighted(steps).boxed()
}

/// Of each model three objects. Those that need an owner have one each.
pub(super) fn beginning<S: Set>() -> Vec<Step> {
    let mut steps = Vec::new();
    for kind in 0..S::KINDS.len() {
        let first = Name::try_from(kind * 10).expect("sets are small");
        let owned = S::RULES.iter().find(|rule| rule.required && rule.children.start == first);
        steps.extend((0..3).map(|place| match owned {
            Some(rule) => {
                let (child, owner) = (first + place, rule.owners.start + place);
                Step::AddTo { tie: rule.name, child, owner, by: By::Handle }
            }
            None => Step::Add(first + place),
        }));
    }
    steps
}

/// The names of the objects of one model.
fn names_of<S: Set>(first: Name) -> Range<Name> {
    let children = S::RULES.iter().map(|rule| rule.children.clone());
    let owners = S::RULES.iter().map(|rule| rule.owners.clone());
    let found = children.chain(owners).find(|names| names.start == first);
    found.expect("every model of a set has a relationship")
}

/// Whether an object of this model can be without an owner.
pub(super) fn is_free<S: Set>(first: Name) -> bool {
    !S::RULES.iter().any(|rule| rule.required && rule.children.start == first)
}

fn of_object(names: Range<Name>, is_free: bool) -> BoxedStrategy<Step> {
    let new = if is_free { 4 } else { 0 };
    let name = || names.clone();
    let mut steps = vec![
        (3, (name(), 1..9).prop_map(|(name, value)| Step::Value(name, value)).boxed()),
        (2, name().prop_map(Step::Delete).boxed()),
        (1, name().prop_map(Step::Refresh).boxed()),
        (1, name().prop_map(Step::Get).boxed()),
        (1, name().prop_map(Step::Evict).boxed()),
    ];
    if new > 0 {
        steps.push((new, name().prop_map(Step::Add).boxed()));
    }
    proptest::strategy::Union::new_weighted(steps).boxed()
}

fn of_tie(rule: &'static Rule) -> BoxedStrategy<Step> {
    let tie = rule.name;
    let both = || (rule.children.clone(), rule.owners.clone());
    let by = || prop_oneof![3 => Just(By::Handle), 1 => Just(By::Key)];
    let owner = proptest::option::of(rule.owners.clone());
    prop_oneof![
        4 => (both(), by()).prop_map(move |((child, owner), by)| Step::AddTo { tie, child, owner, by }),
        1 => both().prop_map(move |(child, owner)| Step::PushNew { tie, owner, child }),
        1 => both().prop_map(move |(child, owner)| Step::AddWithOwner { tie, child, owner }),
        1 => both().prop_map(move |(child, owner)| Step::AddOwner { tie, owner, child }),
        4 => (both(), by()).prop_map(move |((child, owner), by)| Step::Refer { tie, child, owner, by }),
        1 => rule.children.clone().prop_map(move |child| Step::Release { tie, child }),
        3 => both().prop_map(move |(child, owner)| Step::Push { tie, owner, child }),
        1 => both().prop_map(move |(child, owner)| Step::Remove { tie, owner, child }),
        1 => both().prop_map(move |(child, owner)| Step::Replace { tie, owner, child }),
        1 => rule.owners.clone().prop_map(move |owner| Step::Empty { tie, owner }),
        1 => rule.children.clone().prop_map(move |child| Step::Owner { tie, child }),
        1 => rule.owners.clone().prop_map(move |owner| Step::Children { tie, owner }),
        1 => (rule.children.clone(), 1..9, owner)
            .prop_map(move |(child, value, owner)| Step::Merge { tie, child, value, owner }),
        1 => (both(), 1..9).prop_map(move |((child, owner), value)| Step::MergeInside { tie, owner, child, value }),
    ]
    .boxed()
}

fn of_link(links: &'static Links) -> BoxedStrategy<Step> {
    let link = links.name;
    let change = || {
        prop_oneof![
            4 => Just(Change::Push),
            2 => Just(Change::Remove),
            1 => Just(Change::Replace),
            1 => Just(Change::Clear),
            1 => Just(Change::PushNew),
        ]
    };
    let both = || (links.from.clone(), links.to.clone(), change());
    prop_oneof![
        3 => both().prop_map(move |(from, to, change)| Step::Link { link, from, to, change }),
        3 => both().prop_map(move |(from, to, change)| Step::LinkBack { link, to, from, change }),
        1 => (links.from.clone(), links.to.clone(), 1..9)
            .prop_map(move |(from, to, value)| Step::MergeLinked { link, from, to, value }),
        1 => links.from.clone().prop_map(move |from| Step::Linked { link, from }),
    ]
    .boxed()
}

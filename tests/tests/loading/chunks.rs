//! More owners than one statement asks for.

use orm_core::prelude::*;
use tests::{Database, statements};

#[derive(Debug, Model)]
#[model(table = "owners")]
struct Owner {
    #[primary_key]
    id: Auto<i32>,
    #[has_many]
    things: HasMany<Thing>,
    #[many_to_many(through = "owners_labels")]
    labels: ManyToMany<Label>,
}

#[derive(Debug, Model)]
#[model(table = "things")]
struct Thing {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    owner: BelongsTo<Owner>,
}

#[derive(Debug, Model)]
#[model(table = "labels")]
struct Label {
    #[primary_key]
    id: Auto<i32>,
    #[many_to_many(through = "owners_labels")]
    owners: ManyToMany<Owner>,
}

/// 2,500 owners, each with one thing and one label of its own.
fn owners() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Owner>());
    let mut session = database.engine().session();
    for _ in 0..2500 {
        let mut owner = Owner::default();
        owner.things.push(Thing::default());
        owner.labels.push(Label::default());
        session.add(owner);
    }
    session.commit().expect("the owners are committed");
    let session = database.engine().session();
    (database, session)
}

#[test]
fn each_thousand_owners_take_one_statement() -> orm_core::Result<()> {
    // unit-of-work 122
    let (_database, session) = owners();
    let owners = session.query::<Owner>().filter(Owner::id.gt(0)).order_by(Owner::id.asc()).all()?;
    let (things, sent) = statements(|| owners.iter().filter_map(|owner| owner.things().ok()).flatten().count());
    assert_eq!((owners.len(), things, sent.len()), (2500, 2500, 3));
    let (labels, sent) = statements(|| owners.iter().filter_map(|owner| owner.labels().ok()).flatten().count());
    assert_eq!((labels, sent.len()), (2500, 6), "three times links and labels");
    for owner in &owners {
        assert_eq!(owner.things()?[0].get().owner.key(), owner.id.get());
    }
    Ok(())
}

#[test]
fn all_owners_but_the_first_thousand_take_one_statement() -> orm_core::Result<()> {
    let (_database, session) = owners();
    let owners = session.query::<Owner>().order_by(Owner::id.asc()).all()?;
    let (things, sent) = statements(|| owners.iter().filter_map(|owner| owner.things().ok()).flatten().count());
    assert_eq!((owners.len(), things, sent.len()), (2500, 2500, 2), "{sent:#?}");
    assert!(sent[1].ends_with(" FROM `things`"), "{}", sent[1]);
    let (labels, sent) = statements(|| owners.iter().filter_map(|owner| owner.labels().ok()).flatten().count());
    assert_eq!((labels, sent.len()), (2500, 5), "links of a thousand, then all; their labels by lists: {sent:#?}");
    for owner in &owners {
        assert_eq!(owner.things()?[0].get().owner.key(), owner.id.get());
    }
    Ok(())
}

#[test]
fn each_thousand_targets_take_one_statement() -> orm_core::Result<()> {
    // unit-of-work 122
    let (_database, session) = owners();
    let things = session.query::<Thing>().all()?;
    let (owners, sent) = statements(|| {
        things.iter().filter(|thing| thing.owner().is_ok_and(|owner| owner.id.get() == thing.get().owner.key())).count()
    });
    assert_eq!((owners, sent.len()), (2500, 3));
    Ok(())
}

#[test]
fn thousands_of_rows_are_deleted_by_lists_of_keys() -> orm_core::Result<()> {
    let (database, mut session) = owners();
    let (things, owners) = (session.query::<Thing>().handles()?, session.query::<Owner>().handles()?);
    things.into_iter().for_each(|thing| session.delete(thing));
    owners.into_iter().for_each(|owner| session.delete(owner));
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent.len(), 10, "three each for links, things and owners, and the commit: {}", sent.len());
    assert_eq!(database.ask("SELECT COUNT(*) FROM owners"), ["0"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM owners_labels"), ["0"]);
    Ok(())
}

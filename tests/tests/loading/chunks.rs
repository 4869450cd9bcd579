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
    assert_eq!((labels, sent.len()), (2500, 4), "links and labels of a thousand, then of all: {sent:#?}");
    assert_eq!(
        sent[3],
        "SELECT `labels`.`id` FROM `labels` WHERE (`labels`.`id`) IN \
         (SELECT `owners_labels`.`label_id` FROM `owners_labels`)"
    );
    for owner in &owners {
        assert_eq!(owner.things()?[0].get().owner.key(), owner.id.get());
    }
    Ok(())
}

/// One owner with 2,500 labels.
fn owner_of_many() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Owner>());
    let mut session = database.engine().session();
    let owner = Owner { labels: (0..2500).map(|_| Label::default()).collect(), ..Default::default() };
    session.add_all([owner, Owner::default()]);
    session.commit().expect("the owner is committed");
    let session = database.engine().session();
    (database, session)
}

#[test]
fn more_members_than_a_list_has_are_found_by_their_links() -> orm_core::Result<()> {
    let (_database, session) = owner_of_many();
    let owner = session.query::<Owner>().filter(Owner::id.eq(1)).one()?;
    let (labels, sent) =
        statements(|| owner.labels().map(|labels| labels.iter().filter_map(|label| label.id.get()).collect()));
    let labels: Vec<i32> = labels?;
    assert_eq!(labels, (1..=2500).collect::<Vec<i32>>());
    assert_eq!(
        sent,
        [
            "SELECT `owners_labels`.`owner_id`, `owners_labels`.`label_id` FROM `owners_labels` \
             WHERE `owners_labels`.`owner_id` IN (?)",
            "SELECT `labels`.`id` FROM `labels` WHERE (`labels`.`id`) IN \
             (SELECT `owners_labels`.`label_id` FROM `owners_labels` WHERE `owners_labels`.`owner_id` IN (?))",
        ]
    );
    Ok(())
}

#[test]
fn members_of_whom_many_are_there_are_found_by_lists() -> orm_core::Result<()> {
    let (_database, session) = owner_of_many();
    let known = session.query::<Label>().filter(Label::id.le(1400)).all()?;
    let owner = session.query::<Owner>().filter(Owner::id.eq(1)).one()?;
    let (labels, sent) = statements(|| owner.labels().map(|labels| labels.len()));
    assert_eq!((known.len(), labels?, sent.len()), (1400, 2500, 3), "links, and lists of 1,000 and 100: {sent:#?}");
    Ok(())
}

#[test]
fn all_rows_of_a_small_table_find_their_many_members_without_lists() -> orm_core::Result<()> {
    let (_database, session) = owner_of_many();
    let (labels, sent) = statements(|| {
        let owners = session.query::<Owner>().with(Owner::labels).all()?;
        owners.iter().map(|owner| owner.labels().map(|labels| labels.len())).collect::<orm_core::Result<Vec<_>>>()
    });
    assert_eq!((labels?, sent.len()), (vec![2500, 0], 3));
    assert!(sent[1].ends_with(" WHERE `owners_labels`.`owner_id` IN (?, ?)"), "{}", sent[1]);
    assert!(sent[2].ends_with(" IN (SELECT `owners_labels`.`label_id` FROM `owners_labels`)"), "{}", sent[2]);
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

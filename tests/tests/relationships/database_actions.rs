//! What the database does by itself when a row is deleted, and what the session knows of it.

use orm_core::prelude::*;
use tests::{Database, statements};

#[derive(Debug, Model)]
#[model(table = "albums")]
struct Album {
    #[primary_key]
    id: Auto<i32>,
    #[has_many]
    tracks: HasMany<Track>,
}

#[derive(Debug, Model)]
#[model(table = "tracks")]
struct Track {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to(on_delete = "cascade")]
    album: BelongsTo<Album>,
}

#[test]
fn children_with_on_delete_cascade_are_left_to_the_database() -> orm_core::Result<()> {
    // unit-of-work 51
    let database = Database::with(&Schema::of::<Album>());
    let mut session = database.engine().session();
    let mut album = Album::default();
    album.tracks.extend([Track::default(), Track::default()]);
    let album = session.add(album);
    session.commit()?;
    session.delete(album);
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM tracks"), ["0"]);
    assert_eq!(session.query::<Track>().count()?, 0);
    Ok(())
}

#[test]
fn children_that_the_database_deletes_and_nobody_has_loaded_are_not_touched() -> orm_core::Result<()> {
    // unit-of-work 52
    let database = Database::with(&Schema::of::<Album>());
    database.run("INSERT INTO albums (id) VALUES (1)");
    database.run("INSERT INTO tracks (album_id) VALUES (1), (1)");
    let mut session = database.engine().session();
    let album = session.find::<Album>(1)?.expect("the album is there").handle();
    session.delete(album);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, ["DELETE FROM `albums` WHERE `albums`.`id` IN (?)", "COMMIT"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM tracks"), ["0"]);
    Ok(())
}

#[test]
fn a_loaded_child_that_the_database_deleted_is_not_found_any_more() -> orm_core::Result<()> {
    // unit-of-work 51
    let database = Database::with(&Schema::of::<Album>());
    let mut session = database.engine().session();
    let album = session.add(Album::default());
    session.add(Track { album: album.into(), ..Default::default() });
    session.commit()?;
    assert_eq!(session.view(album).tracks()?.len(), 1);
    session.delete(album);
    session.flush()?;
    assert!(session.find::<Track>(1)?.is_none());
    session.commit()?;
    assert!(session.find::<Track>(1)?.is_none());
    Ok(())
}

#[test]
fn a_child_and_its_parent_are_deleted_together() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Album>());
    let mut session = database.engine().session();
    let album = session.add(Album::default());
    let [first, _] = session.add_all([(); 2].map(|()| Track { album: album.into(), ..Default::default() }));
    session.commit()?;
    session.delete(album);
    session.delete(first);
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM tracks"), ["0"]);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "owners")]
struct Owner {
    #[primary_key]
    id: Auto<i32>,
}

#[derive(Debug, Model)]
#[model(table = "pets")]
struct Pet {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to(on_delete = "set_null")]
    owner: Option<BelongsTo<Owner>>,
}

#[test]
fn a_foreign_key_that_the_database_sets_to_null_is_null_in_loaded_objects() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Pet>());
    let mut session = database.engine().session();
    let owner = session.add(Owner::default());
    let pet = session.add(Pet { owner: owner.into(), ..Default::default() });
    session.commit()?;
    session.delete(owner);
    session.commit()?;
    assert_eq!(database.ask("SELECT owner_id FROM pets"), ["NULL"]);
    assert_eq!(session.query::<Pet>().one()?.get().owner.key(), None);
    assert_eq!(session[pet].owner.key(), None);
    Ok(())
}

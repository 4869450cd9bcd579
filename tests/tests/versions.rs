//! Optimistic locking: a row that somebody else has changed is not overwritten.

use orm_core::value::{ColumnType, ConversionError, SqlType, Value, Version};
use orm_core::{Error, prelude::*};
use tests::{Database, statements};

#[derive(Debug, Model)]
#[model(table = "pages")]
struct Page {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 50)]
    title: String,
    #[version]
    version: u32,
    #[belongs_to]
    chapter: Option<BelongsTo<Chapter>>,
}

#[derive(Debug, Model)]
#[model(table = "chapters")]
struct Chapter {
    #[primary_key]
    id: Auto<i32>,
    #[version]
    version: Auto<i64>,
    #[has_many]
    pages: HasMany<Page>,
}

/// A database with three pages, and a session that has loaded them and holds no transaction.
fn pages() -> (Database, Session, Vec<Handle<Page>>) {
    let database = Database::with(&Schema::of::<Page>());
    let mut session = database.engine().session();
    let pages = session.add_many(["a", "b", "c"].map(|title| Page { title: title.into(), ..Default::default() }));
    session.commit().expect("the pages are written");
    (database, session, pages)
}

const ROWS: &str = "SELECT title, version FROM pages ORDER BY id";

#[test]
fn an_update_finds_the_version_that_was_read_and_makes_the_next() -> orm_core::Result<()> {
    // unit-of-work 146
    let (database, mut session, pages) = pages();
    session[pages[0]].title = "A".into();
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, ["UPDATE `pages` SET `title` = ?, `version` = ? WHERE `id` = ? AND `version` = ?", "COMMIT"]);
    assert_eq!(session[pages[0]].version, 1);
    session[pages[0]].title = "AA".into();
    session.commit()?;
    assert_eq!((session[pages[0]].version, database.ask(ROWS)[0].as_str()), (2, "AA | 2"));
    Ok(())
}

#[test]
fn several_updates_go_together_and_name_the_row_that_somebody_else_has_changed() -> orm_core::Result<()> {
    // unit-of-work 146
    let (database, mut session, pages) = pages();
    for &page in &pages {
        session[page].title += "!";
    }
    database.run("UPDATE pages SET version = version + 1 WHERE id = 2");
    let (error, sent) = statements(|| session.commit());
    let error = error.expect_err("the second page was changed");
    assert!(matches!(&error, Error::StaleRow { model: "Page", key } if key == "2"), "{error}");
    assert_eq!(
        sent[0],
        "UPDATE `pages` INNER JOIN (SELECT ? AS `k0`, ? AS `k1`, ? AS `v0`, ? AS `v1` UNION ALL SELECT ?, ?, ?, ? \
         UNION ALL SELECT ?, ?, ?, ?) AS `new` ON `pages`.`id` = `new`.`k0` AND `pages`.`version` = `new`.`k1` \
         SET `pages`.`title` = `new`.`v0`, `pages`.`version` = `new`.`v1`"
    );
    assert_eq!(database.ask(ROWS), ["a | 0", "b | 1", "c | 0"]);
    assert_eq!(session[pages[0]].version, 0, "in memory too");
    Ok(())
}

#[test]
fn after_a_refresh_of_the_stale_object_all_else_is_still_there_to_commit() -> orm_core::Result<()> {
    let (database, mut session, pages) = pages();
    for &page in &pages {
        session[page].title += "!";
    }
    database.run("UPDATE pages SET title = 'their title', version = version + 1 WHERE id = 2");
    session.commit().expect_err("the second page was changed");
    session.refresh(pages[1])?;
    assert_eq!((session[pages[1]].title.as_str(), session[pages[1]].version), ("their title", 1));
    session[pages[1]].title += "?";
    session.commit()?;
    assert_eq!(database.ask(ROWS), ["a! | 1", "their title? | 2", "c! | 1"]);
    Ok(())
}

#[test]
fn a_delete_finds_only_the_version_that_was_read() -> orm_core::Result<()> {
    // unit-of-work 145, 146
    let (database, mut session, pages) = pages();
    database.run("UPDATE pages SET version = 7 WHERE id = 2");
    pages.iter().for_each(|&page| session.delete(page));
    let (error, sent) = statements(|| session.commit());
    let error = error.expect_err("the second page was changed");
    assert!(matches!(&error, Error::StaleRow { model: "Page", key } if key == "2"), "{error}");
    assert_eq!(
        sent[0],
        "DELETE FROM `pages` WHERE (`pages`.`id`, `pages`.`version`) IN ((?, ?), (?, ?), (?, ?), (?, ?))"
    );
    assert_eq!(database.ask("SELECT COUNT(*) FROM pages"), ["3"]);
    Ok(())
}

#[test]
fn a_failed_commit_takes_the_new_versions_back() -> orm_core::Result<()> {
    let (database, mut session, pages) = pages();
    session[pages[0]].title = "A".into();
    session.flush()?;
    assert_eq!(session[pages[0]].version, 1);
    session[pages[1]].title = "x".repeat(51);
    session.commit().expect_err("the title is too long");
    assert_eq!(session[pages[0]].version, 0);
    session[pages[1]].title = "B".into();
    session.commit()?;
    assert_eq!(database.ask(ROWS), ["A | 1", "B | 1", "c | 0"]);
    session[pages[0]].title = "AA".into();
    session.flush()?;
    session.rollback()?;
    assert_eq!((session[pages[0]].version, session[pages[0]].title.as_str()), (1, "A"));
    Ok(())
}

#[test]
fn a_version_that_the_user_sets_is_the_next_one() -> orm_core::Result<()> {
    // unit-of-work 148
    let (database, mut session, pages) = pages();
    session[pages[0]].version = 100;
    session.commit()?;
    assert_eq!(database.ask(ROWS)[0], "a | 100");
    Ok(())
}

#[test]
fn a_version_that_is_an_auto_begins_with_the_first() -> orm_core::Result<()> {
    let (database, mut session, pages) = pages();
    let chapter = session.add(Chapter::default());
    session.flush()?;
    assert_eq!(session[chapter].version.get(), Some(1));
    session.rollback()?;
    let chapter = session.add(Chapter::default());
    session[chapter].pages.extend(pages[..2].iter().copied());
    session.commit()?;
    assert_eq!(database.ask("SELECT version FROM chapters"), ["1"]);
    assert_eq!(database.ask(ROWS), ["a | 1", "b | 1", "c | 0"]);
    Ok(())
}

#[test]
fn a_change_of_members_alone_makes_no_version_of_the_owner() -> orm_core::Result<()> {
    // unit-of-work 147
    let (database, mut session, pages) = pages();
    let chapter = session.add(Chapter::default());
    session.commit()?;
    session[chapter].pages.push(pages[0]);
    session.commit()?;
    assert_eq!(database.ask("SELECT version FROM chapters"), ["1"]);
    Ok(())
}

#[test]
fn members_with_a_version_are_released_one_by_one_with_their_versions() -> orm_core::Result<()> {
    let (database, mut session, pages) = pages();
    let chapter = session.add(Chapter::default());
    session[chapter].pages.extend(pages.iter().copied());
    session.commit()?;
    session.delete(chapter);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent.iter().map(|sql| &sql[..6]).collect::<Vec<_>>(), ["SELECT", "UPDATE", "DELETE", "COMMIT"]);
    assert_eq!(database.ask(ROWS), ["a | 2", "b | 2", "c | 2"]);
    assert_eq!((session[pages[0]].version, session[pages[0]].chapter.key()), (2, None));
    Ok(())
}

#[test]
fn a_new_object_that_takes_over_a_row_goes_on_with_its_version() -> orm_core::Result<()> {
    // unit-of-work 148
    let (database, mut session, pages) = pages();
    session[pages[0]].title = "A".into();
    session.commit()?;
    session.delete(pages[0]);
    let new = session.add(Page { id: 1.into(), title: "new".into(), ..Default::default() });
    session.commit()?;
    assert_eq!((session[new].version, database.ask(ROWS)[0].as_str()), (2, "new | 2"));
    Ok(())
}

/// A version of the user's own.
#[derive(Debug, Clone, PartialEq, Default)]
struct Letters(String);

impl ColumnType for Letters {
    const SQL_TYPE: SqlType = SqlType::VarChar(20);

    fn to_value(&self) -> Value {
        self.0.to_value()
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        String::from_value(value).map(Letters)
    }
}

impl Version for Letters {
    fn next(previous: Option<&Self>) -> Self {
        Letters(previous.map_or_else(|| "a".to_owned(), |previous| format!("{}b", previous.0)))
    }
}

#[derive(Debug, Model)]
#[model(table = "documents")]
struct Document {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    title: String,
    #[version]
    version: Auto<Letters>,
}

#[derive(Debug, Model)]
#[model(table = "drawings")]
struct Drawing {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    title: String,
    #[version]
    changed: Auto<DateTime<Utc>>,
}

#[derive(Debug, Model)]
#[model(table = "photos")]
struct Photo {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    title: String,
    #[version]
    #[column(server_default = "CURRENT_TIMESTAMP(6)", on_update = "CURRENT_TIMESTAMP(6)")]
    changed: Auto<NaiveDateTime>,
}

#[test]
fn versions_are_made_by_a_function_of_the_user() -> orm_core::Result<()> {
    // unit-of-work 148
    let database = Database::with(&Schema::of::<Document>());
    let mut session = database.engine().session();
    let document = session.add(Document { title: "draft".into(), ..Default::default() });
    session.commit()?;
    session[document].title = "final".into();
    session.commit()?;
    assert_eq!(session[document].version.get(), Some(Letters("ab".into())));
    database.run("UPDATE documents SET version = 'c'");
    session[document].title = "really final".into();
    assert!(matches!(session.commit(), Err(Error::StaleRow { .. })));
    Ok(())
}

#[test]
fn a_time_can_be_the_version() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Drawing>());
    let mut session = database.engine().session();
    let drawings = session.add_many(["a", "b"].map(|title| Drawing { title: title.into(), ..Default::default() }));
    session.commit()?;
    let first = session[drawings[0]].changed.get().expect("the first version");
    for _ in 0..3 {
        drawings.iter().for_each(|&drawing| session[drawing].title += "!");
        session.commit()?;
    }
    assert!(session[drawings[0]].changed.get().expect("a version") > first);
    assert_eq!(database.ask("SELECT title FROM drawings"), ["a!!!", "b!!!"]);
    database.run("UPDATE drawings SET changed = NOW(6) WHERE id = 1");
    session.delete(drawings[0]);
    assert!(matches!(session.commit(), Err(Error::StaleRow { .. })));
    Ok(())
}

#[test]
fn the_database_can_make_the_versions() -> orm_core::Result<()> {
    // unit-of-work 148
    let database = Database::with(&Schema::of::<Photo>());
    let mut session = database.engine().session();
    let photos = session.add_many(["a", "b"].map(|title| Photo { title: title.into(), ..Default::default() }));
    session.commit()?;
    let first = session[photos[0]].changed.get().expect("the first version");
    photos.iter().for_each(|&photo| session[photo].title += "!");
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent.iter().map(|sql| &sql[..6]).collect::<Vec<_>>(), ["UPDATE", "SELECT", "COMMIT"]);
    assert!(session[photos[0]].changed.get().expect("a version") > first);
    session[photos[0]].title += "!";
    session.commit()?;
    database.run("UPDATE photos SET title = 'theirs' WHERE id = 1");
    photos.iter().for_each(|&photo| session[photo].title += "?");
    assert!(matches!(session.commit(), Err(Error::StaleRow { .. })));
    Ok(())
}

#[test]
fn statements_for_many_rows_make_versions_too() -> orm_core::Result<()> {
    let (database, mut session, pages) = pages();
    assert_eq!(session.query::<Page>().count()?, session.query::<Page>().all()?.len() as u64);
    session.update_all(orm_core::query::<Page>().filter(Page::title.ne("c")), [Page::title.set("new")])?;
    assert_eq!((session[pages[0]].version, session[pages[2]].version), (1, 0));
    session.upsert([
        Page { id: 1.into(), title: "newer".into(), ..Default::default() },
        Page { id: 4.into(), title: "d".into(), ..Default::default() },
    ])?;
    session.commit()?;
    assert_eq!(database.ask(ROWS), ["newer | 2", "new | 1", "c | 0", "d | 0"]);
    session.insert_all([Chapter::default(), Chapter { version: 5.into(), ..Default::default() }])?;
    session.commit()?;
    assert_eq!(database.ask("SELECT version FROM chapters ORDER BY id"), ["1", "5"]);
    Ok(())
}

#[test]
fn data_of_an_older_version_is_not_merged() -> orm_core::Result<()> {
    // unit-of-work 149
    let (database, mut session, pages) = pages();
    let of_version = |version| Page { id: 1.into(), title: "merged".into(), version, ..Default::default() };
    session[pages[0]].title = "A".into();
    session.commit()?;
    let error = session.merge(of_version(0)).expect_err("the version is 1 by now");
    let message = "the data of `Page` with key 1 is of version 0, and the session's object of version 1";
    assert_eq!(error.to_string(), message);
    assert!(session.pending()?.is_empty());
    session.merge(of_version(1))?;
    session.commit()?;
    assert_eq!(database.ask(ROWS)[0], "merged | 2");
    Ok(())
}

//! One-to-many, changed from the side of the many members.

use orm_core::prelude::*;
use tests::{Database, returning, statements};

#[derive(Debug, Model)]
#[model(table = "shelves")]
struct Shelf {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    name: String,
    #[has_many]
    books: HasMany<Book>,
}

#[derive(Debug, Model)]
#[model(table = "books")]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    title: String,
    #[belongs_to]
    shelf: Option<BelongsTo<Shelf>>,
}

fn shelf(name: &str) -> Shelf {
    Shelf { name: name.into(), ..Default::default() }
}

fn book(title: &str) -> Book {
    Book { title: title.into(), ..Default::default() }
}

/// Two shelves: a and b on the first, c on the second, d on none; loaded in a new session.
fn library() -> (Database, Session, [Handle<Shelf>; 2], [Handle<Book>; 4]) {
    let database = Database::with(&Schema::of::<Shelf>());
    let mut session = database.engine().session();
    let [left, right] = session.add_all([shelf("left"), shelf("right")]);
    let [a, b, c, _] = session.add_all([book("a"), book("b"), book("c"), book("d")]);
    session[left].books.extend([a, b]);
    session[right].books.push(c);
    session.commit().expect("the library is committed");
    let session = database.engine().session();
    let shelves = session.query::<Shelf>().order_by(Shelf::id.asc()).handles().expect("the shelves are read");
    let books = session.query::<Book>().order_by(Book::id.asc()).handles().expect("the books are read");
    let (shelves, books) = (shelves.try_into().expect("two shelves"), books.try_into().expect("four books"));
    (database, session, shelves, books)
}

fn titles(session: &Session, shelf: Handle<Shelf>) -> orm_core::Result<Vec<String>> {
    Ok(session.view(shelf).books()?.iter().map(|book| book.title.clone()).collect())
}

const WHERE: &str = "SELECT title, shelf_id FROM books ORDER BY title";

#[test]
fn members_of_a_new_owner_get_its_key() {
    let (database, ..) = library();
    assert_eq!(database.ask(WHERE), ["a | 1", "b | 1", "c | 2", "d | NULL"]);
}

#[test]
fn a_pushed_member_gets_the_owners_key_and_both_sides_show_it() -> orm_core::Result<()> {
    let (database, mut session, [left, _], [.., d]) = library();
    assert_eq!(titles(&session, left)?, ["a", "b"]);
    session[left].books.push(d);
    assert_eq!(titles(&session, left)?, ["a", "b", "d"]);
    assert_eq!(session[d].shelf.key(), Some(1));
    assert_eq!(session.view(d).shelf()?.map(|shelf| shelf.handle()), Some(left));
    session.commit()?;
    assert_eq!(database.ask(WHERE), ["a | 1", "b | 1", "c | 2", "d | 1"]);
    Ok(())
}

#[test]
fn a_removed_member_has_no_owner_and_is_not_deleted() -> orm_core::Result<()> {
    // unit-of-work 46
    let (database, mut session, [left, _], [a, ..]) = library();
    assert_eq!(titles(&session, left)?, ["a", "b"]);
    session[left].books.remove(a);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, ["UPDATE `books` SET `shelf_id` = ? WHERE `id` = ?", "COMMIT"]);
    assert_eq!(database.ask(WHERE), ["a | NULL", "b | 1", "c | 2", "d | NULL"]);
    assert_eq!((titles(&session, left)?, session[a].shelf.key()), (vec!["b".to_owned()], None));
    Ok(())
}

#[test]
fn a_member_moves_to_another_owner_by_one_update() -> orm_core::Result<()> {
    // unit-of-work 46, 70
    let (database, mut session, [left, right], [a, ..]) = library();
    assert_eq!((titles(&session, left)?, titles(&session, right)?), (vec!["a".into(), "b".into()], vec!["c".into()]));
    session[left].books.remove(a);
    session[right].books.push(a);
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!(sent, ["UPDATE `books` SET `shelf_id` = ? WHERE `id` = ?"]);
    assert_eq!((titles(&session, left)?, titles(&session, right)?), (vec!["b".into()], vec!["a".into(), "c".into()]));
    session.commit()?;
    assert_eq!(database.ask(WHERE), ["a | 2", "b | 1", "c | 2", "d | NULL"]);
    Ok(())
}

#[test]
fn pushing_a_member_of_another_owner_takes_it_from_there() -> orm_core::Result<()> {
    // unit-of-work 70
    let (_database, mut session, [left, right], [a, ..]) = library();
    assert_eq!(titles(&session, left)?, ["a", "b"]);
    session[right].books.push(a);
    assert_eq!(titles(&session, right)?, ["a", "c"]);
    assert_eq!(titles(&session, left)?, ["b"]);
    Ok(())
}

#[test]
fn removing_from_an_owner_that_does_not_have_it_does_nothing() -> orm_core::Result<()> {
    let (database, mut session, [left, _], [_, _, c, _]) = library();
    session[left].books.remove(c);
    session.commit()?;
    assert_eq!(database.ask(WHERE), ["a | 1", "b | 1", "c | 2", "d | NULL"]);
    Ok(())
}

#[test]
fn clear_releases_all_members() -> orm_core::Result<()> {
    let (database, mut session, [left, _], _) = library();
    session[left].books.clear();
    session.commit()?;
    assert_eq!(database.ask(WHERE), ["a | NULL", "b | NULL", "c | 2", "d | NULL"]);
    assert_eq!(titles(&session, left)?, [""; 0]);
    Ok(())
}

#[test]
fn set_writes_the_difference_only() -> orm_core::Result<()> {
    // unit-of-work 72
    let (database, mut session, [left, _], [_, b, _, d]) = library();
    session[left].books.set([b, d]);
    session.commit()?;
    assert_eq!(database.ask(WHERE), ["a | NULL", "b | 1", "c | 2", "d | 1"]);
    let id = session[b].id.get();
    session[left].books.set([b, d]);
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert!(!sent.iter().any(|sql| sql.starts_with("UPDATE")), "{sent:#?}");
    assert_eq!((titles(&session, left)?, id), (vec!["b".into(), "d".into()], Some(2)));
    Ok(())
}

#[test]
fn add_and_remove_that_cancel_write_nothing() -> orm_core::Result<()> {
    // unit-of-work 74
    let (_database, mut session, [left, _], [a, _, _, d]) = library();
    session[left].books.push(d);
    session[left].books.remove(d);
    session[left].books.remove(a);
    session[left].books.push(a);
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!(sent, [""; 0]);
    Ok(())
}

#[test]
fn a_change_on_an_owner_that_was_not_loaded_is_merged_with_its_rows() -> orm_core::Result<()> {
    // unit-of-work 71
    let (_database, mut session, [left, _], [.., d]) = library();
    session[left].books.push(d);
    session[left].books.push(book("e"));
    assert_eq!(titles(&session, left)?, ["a", "b", "d", "e"]);
    Ok(())
}

#[test]
fn members_come_and_go_without_the_others_being_loaded() -> orm_core::Result<()> {
    // unit-of-work 85, 158
    let (_database, mut session, [left, _], [a, ..]) = library();
    let ((), sent) = statements(|| {
        session[left].books.push(book("e"));
        session[left].books.remove(a);
    });
    assert_eq!(sent, [""; 0]);
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    let insert =
        format!("INSERT INTO `books` (`title`, `shelf_id`) VALUES (?, ?){}", returning(session.engine(), "`id`"));
    assert_eq!(sent, [insert.as_str(), "UPDATE `books` SET `shelf_id` = ? WHERE `id` = ?"]);
    Ok(())
}

#[test]
fn the_same_members_in_another_order_write_nothing() -> orm_core::Result<()> {
    // unit-of-work 73
    let (_database, mut session, [left, _], [a, b, ..]) = library();
    assert_eq!(titles(&session, left)?, ["a", "b"]);
    session[left].books.set([b, a]);
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!(sent, [""; 0]);
    assert_eq!((session[a].shelf.key(), session[b].shelf.key()), (Some(1), Some(1)));
    Ok(())
}

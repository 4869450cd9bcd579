//! Changes to both sides of a relationship before one flush: the last word counts.

use orm_core::prelude::*;
use tests::Database;

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

/// A shelf with the books a and b, another with c; the first and the book d, which is on none, loaded in a new session.
fn library() -> (Database, Session, Handle<Shelf>, Handle<Book>) {
    let database = Database::with(&Schema::of::<Shelf>());
    let mut session = database.engine().session();
    let [left, right] = session.add_all([shelf("left"), shelf("right")]);
    let [a, b, c, _] = session.add_all([book("a"), book("b"), book("c"), book("d")]);
    session[left].books.extend([a, b]);
    session[right].books.push(c);
    session.commit().expect("the library is committed");
    let session = database.engine().session();
    let left = session.find::<Shelf>(1).expect("an answer").expect("the shelf is there").handle();
    let d = session.find::<Book>(4).expect("an answer").expect("the book is there").handle();
    (database, session, left, d)
}

const WHERE: &str = "SELECT title, shelf_id FROM books ORDER BY title";

#[test]
fn a_foreign_key_and_then_clear() -> orm_core::Result<()> {
    // unit-of-work 27
    let (database, mut session, left, d) = library();
    session[d].shelf.set(left);
    session[left].books.clear();
    session.commit()?;
    assert_eq!(database.ask(WHERE), ["a | NULL", "b | NULL", "c | 2", "d | NULL"]);
    assert_eq!(session[d].shelf.key(), None);
    Ok(())
}

#[test]
fn a_push_and_then_the_foreign_key() -> orm_core::Result<()> {
    // unit-of-work 27
    let (database, mut session, left, d) = library();
    session[left].books.push(d);
    session[d].shelf.clear();
    session.commit()?;
    assert_eq!(database.ask(WHERE), ["a | 1", "b | 1", "c | 2", "d | NULL"]);
    Ok(())
}

#[test]
fn a_set_and_then_the_foreign_key() -> orm_core::Result<()> {
    let (database, mut session, left, d) = library();
    session[left].books.set([d]);
    session[d].shelf.clear();
    session.commit()?;
    assert_eq!(database.ask(WHERE), ["a | NULL", "b | NULL", "c | 2", "d | NULL"]);
    Ok(())
}

#[test]
fn a_foreign_key_and_then_remove() -> orm_core::Result<()> {
    // unit-of-work 27
    let (database, mut session, left, d) = library();
    session[d].shelf.set(left);
    session[left].books.remove(d);
    session.commit()?;
    assert_eq!(database.ask(WHERE), ["a | 1", "b | 1", "c | 2", "d | NULL"]);
    Ok(())
}

#[test]
fn a_set_and_then_the_foreign_key_as_it_was() -> orm_core::Result<()> {
    let (database, mut session, left, d) = library();
    let a = session.find::<Book>(1)?.expect("the book is there").handle();
    session[left].books.set([d]);
    session[a].shelf.set(left);
    session.commit()?;
    assert_eq!(database.ask(WHERE), ["a | 1", "b | NULL", "c | 2", "d | 1"]);
    Ok(())
}

#[test]
fn a_set_and_then_another_change_of_the_member() -> orm_core::Result<()> {
    let (database, mut session, left, d) = library();
    session[left].books.set([d]);
    session[d].title = "e".into();
    session.commit()?;
    assert_eq!(database.ask(WHERE), ["a | NULL", "b | NULL", "c | 2", "e | 1"]);
    Ok(())
}

#[test]
fn a_clear_and_then_a_new_book_that_is_changed_again() -> orm_core::Result<()> {
    let (database, mut session, left, _) = library();
    session[left].books.clear();
    let e = session.add(Book { shelf: left.into(), ..book("e") });
    session[e].title = "f".into();
    session.commit()?;
    assert_eq!(database.ask(WHERE), ["a | NULL", "b | NULL", "c | 2", "d | NULL", "f | 1"]);
    Ok(())
}

//! Members with several owners, and members that cannot be without one.

use orm_core::prelude::*;
use orm_core::{Error, ObjectState};
use tests::Database;

#[derive(Debug, Model)]
#[model(table = "galleries")]
struct Gallery {
    #[primary_key]
    id: Auto<i32>,
    #[has_many(cascade, delete_orphan)]
    paintings: HasMany<Painting>,
}

#[derive(Debug, Model)]
#[model(table = "collectors")]
struct Collector {
    #[primary_key]
    id: Auto<i32>,
    #[has_many(cascade, delete_orphan)]
    paintings: HasMany<Painting>,
}

#[derive(Debug, Model)]
#[model(table = "paintings")]
struct Painting {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    gallery: Option<BelongsTo<Gallery>>,
    #[belongs_to]
    collector: Option<BelongsTo<Collector>>,
}

#[test]
fn a_member_of_two_owners_is_an_orphan_when_one_lets_it_go() -> orm_core::Result<()> {
    // unit-of-work 84
    let database = Database::with(&Schema::of::<Painting>());
    let mut session = database.engine().session();
    let gallery = session.add(Gallery::default());
    let collector = session.add(Collector::default());
    let shown = || Painting { gallery: gallery.into(), collector: collector.into(), ..Default::default() };
    let paintings = session.add_all([shown(), shown(), shown()]);
    session.commit()?;
    session[gallery].paintings.remove(paintings[0]);
    session[paintings[1]].collector.clear();
    session.commit()?;
    assert_eq!(database.ask("SELECT id FROM paintings"), ["3"]);
    assert_eq!(session.state(paintings[0])?, ObjectState::Gone);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "books")]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    #[has_many]
    pages: HasMany<Page>,
}

/// A page is known by its book and its number.
#[derive(Debug, Model)]
#[model(table = "pages")]
struct Page {
    #[primary_key]
    #[belongs_to]
    book: BelongsTo<Book>,
    #[primary_key]
    number: i32,
}

/// A book with two pages.
fn book() -> (Database, Session, Handle<Book>) {
    let database = Database::with(&Schema::of::<Book>());
    let mut session = database.engine().session();
    let book = session.add(Book::default());
    session.add_all([1, 2].map(|number| Page { book: book.into(), number }));
    session.commit().expect("the book is committed");
    (database, session, book)
}

#[test]
fn an_owner_in_the_key_of_its_members_is_not_deleted_without_them() -> orm_core::Result<()> {
    // unit-of-work 50
    let (database, mut session, book) = book();
    session.delete(book);
    let error = session.commit().expect_err("its pages cannot be without it");
    let message = "`Book` with key 1 cannot be deleted: `Page.book` of the row with key (1, 1) refers to it";
    assert_eq!(error.to_string(), message);
    session.rollback()?;
    let page = session.view(book).pages()?[0].handle();
    session[book].pages.remove(page);
    let error = session.commit().expect_err("a page has a book");
    assert!(matches!(error, Error::Unset { model: "Page", field: "book", .. }), "{error}");
    session.rollback()?;
    assert_eq!(database.ask("SELECT book_id, number FROM pages"), ["1 | 1", "1 | 2"]);
    Ok(())
}

#[test]
fn a_part_of_the_key_that_is_not_set_is_named() {
    // unit-of-work 24
    let (_database, mut session, _) = book();
    session.add(Page { number: 3, ..Default::default() });
    let error = session.commit().expect_err("a page has a book");
    assert!(matches!(error, Error::Unset { model: "Page", field: "book", .. }), "{error}");
}

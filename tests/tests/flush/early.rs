//! Changes that make room or give a key, before the rows that need it.

use orm_core::{Error, prelude::*};
use tests::Database;

#[derive(Debug, Model)]
#[model(table = "authors")]
struct Author {
    #[primary_key]
    #[column(length = 10)]
    code: String,
    #[column(length = 10, unique)]
    email: String,
    #[has_many]
    books: HasMany<Book>,
}

#[derive(Debug, Model)]
#[model(table = "books")]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to(on_update = "cascade")]
    author: Option<BelongsTo<Author>>,
}

fn author(code: &str) -> Author {
    Author { code: code.into(), email: format!("{code}@x"), ..Default::default() }
}

/// The authors A, B and C.
fn authors() -> (Database, Session, [Handle<Author>; 3]) {
    let database = Database::with(&Schema::of::<Author>());
    let mut session = database.engine().session();
    let authors = session.add_all(["A", "B", "C"].map(author));
    session.commit().expect("the authors are written");
    (database, session, authors)
}

const AUTHORS: &str = "SELECT code, email FROM authors ORDER BY code";

#[test]
fn a_key_is_changed_before_new_rows_refer_to_it() -> orm_core::Result<()> {
    // unit-of-work 92
    let (database, mut session, [a, ..]) = authors();
    session[a].code = "Z".into();
    session[a].books.push(Book::default());
    session.commit()?;
    assert_eq!(database.ask("SELECT author_id FROM books"), ["Z"]);
    Ok(())
}

#[test]
fn a_row_gives_its_key_and_its_unique_value_up_before_a_new_one_takes_them() -> orm_core::Result<()> {
    let (database, mut session, [a, b, _]) = authors();
    session[a].code = "Z".into();
    session[b].email = "new".into();
    session[a].email = "Z@x".into();
    session.add(Author { email: "B@x".into(), ..author("A") });
    session.commit()?;
    assert_eq!(database.ask(AUTHORS), ["A | B@x", "B | new", "C | C@x", "Z | Z@x"]);
    Ok(())
}

#[test]
fn rows_hand_their_values_on_in_the_order_in_which_they_become_free() -> orm_core::Result<()> {
    let (database, mut session, [a, b, c]) = authors();
    session[a].email = "B@x".into();
    session[b].email = "C@x".into();
    session[c].email = "D@x".into();
    session.commit()?;
    assert_eq!(database.ask(AUTHORS), ["A | B@x", "B | C@x", "C | D@x"]);
    Ok(())
}

#[test]
fn rows_that_exchange_values_are_told_what_to_do_instead() -> orm_core::Result<()> {
    let (database, mut session, [a, b, _]) = authors();
    session[a].email = "B@x".into();
    session[b].email = "A@x".into();
    let error = session.commit().expect_err("none can go first");
    let message = "the rows of `Author` with the keys 'A' and 'B' take each other's values of a unique key, and none can go \
        first: give one of them another value, flush, and then the right one";
    assert_eq!(error.to_string(), message);
    assert!(matches!(error, Error::Exchange { .. }));
    session[b].email = "away".into();
    session.flush()?;
    session[b].email = "A@x".into();
    session.commit()?;
    assert_eq!(database.ask(AUTHORS), ["A | B@x", "B | A@x", "C | C@x"]);
    Ok(())
}

//! Statements for many rows do not wait: after a failure that has undone them the session says so.

use orm_core::Error;
use orm_core::prelude::*;

use super::{Product, find, product, stocked};

const STOCK: &str = "SELECT name, stock FROM products ORDER BY id";

/// Fails, and with it everything since the last commit.
fn fail(session: &mut Session) -> Handle<Product> {
    let wrong = session.add(product("much longer than twenty characters", 1, 1));
    let error = session.flush().expect_err("the name is too long");
    assert!(matches!(error, Error::TooLong { .. }), "{error}");
    wrong
}

#[test]
fn after_a_failure_nothing_is_written_until_a_rollback() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    let (tea, milk) = (find::<Product>(&session, 1), find::<Product>(&session, 2));
    session.update_all(query::<Product>(), [Product::stock.set(0)])?;
    session.delete_all(query::<Product>().filter(Product::name.eq("milk")))?;
    session.update_all(query::<Product>(), [Product::minimum.set(0)])?;
    let wrong = fail(&mut session);
    session[wrong].name = "rice".into();
    let text = "the transaction that failed had also run `update_all` of `Product`, `delete_all` of `Product`, which is \
        undone and does not wait: roll back, and begin again";
    assert_eq!(session.commit().expect_err("a part is missing").to_string(), text);
    assert_eq!(session.flush().expect_err("a part is missing").to_string(), text);
    let asked = session.query::<Product>().count().expect_err("a part is missing");
    assert!(matches!(asked, Error::Autoflush { source } if source.to_string() == text));
    let again = session.update_all(query::<Product>(), [Product::stock.set(0)]);
    assert_eq!(again.expect_err("a part is missing").to_string(), text);
    session.rollback()?;
    assert_eq!((session[tea].stock, session[tea].minimum, session[milk].stock), (10, 5, 2));
    assert!(session.pending()?.is_empty());
    assert_eq!(session.query::<Product>().count()?, 3);
    session.update_all(query::<Product>(), [Product::stock.set(1)])?;
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["tea | 1", "milk | 1", "salt | 1"]);
    Ok(())
}

#[test]
fn what_was_committed_is_not_undone() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    session.update_all(query::<Product>(), [Product::stock.set(0)])?;
    session.commit()?;
    let wrong = fail(&mut session);
    session[wrong].name = "rice".into();
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["tea | 0", "milk | 0", "salt | 0", "rice | 1"]);
    Ok(())
}

#[test]
fn a_connection_that_is_lost_undoes_too() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    session.update_all(query::<Product>(), [Product::stock.set(0)])?;
    let id =
        database.ask("SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()");
    id.iter().for_each(|id| database.run(&format!("KILL {id}")));
    let error = session.query::<Product>().count().expect_err("the connection is gone");
    assert!(!matches!(error, Error::Undone { .. }), "{error}");
    assert!(matches!(session.commit(), Err(Error::Undone { .. })));
    session.rollback()?;
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["tea | 10", "milk | 2", "salt | 7"]);
    Ok(())
}

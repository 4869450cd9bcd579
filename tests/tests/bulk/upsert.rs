//! Rows that may be there already: changed, or left as they are.

use orm_core::prelude::*;
use orm_core::{Error, Violation};
use tests::{Database, statements};

use super::{Price, Product, find, price, product, stocked};

const STOCK: &str = "SELECT id, name, stock FROM products ORDER BY id";

fn with_id(id: i32, product: Product) -> Product {
    Product { id: Auto::of(id), ..product }
}

/// A word, which is its own key.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "words")]
struct Word {
    #[primary_key]
    #[column(length = 10)]
    text: String,
}

#[test]
fn rows_that_are_there_are_changed_and_others_inserted() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    let rows = [with_id(1, product("black tea", 11, 5)), with_id(9, product("rice", 1, 1))];
    let (upserted, sent) = statements(|| session.upsert(rows));
    upserted?;
    assert_eq!(
        sent,
        ["INSERT INTO `products` (`id`, `name`, `stock`, `minimum`, `note`, `shelf_id`) VALUES (?, ?, ?, ?, ?, ?), \
          (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE `name` = VALUES(`name`), `stock` = VALUES(`stock`), \
          `minimum` = VALUES(`minimum`), `note` = VALUES(`note`), `shelf_id` = VALUES(`shelf_id`)"]
    );
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["1 | black tea | 11", "2 | milk | 2", "3 | salt | 7", "9 | rice | 1"]);
    Ok(())
}

#[test]
fn a_key_of_several_columns_is_not_changed() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<(Price, Word)>());
    let mut session = database.engine().session();
    session.insert_all([price("tea", 1, 100), price("tea", 2, 110)])?;
    session.upsert([price("tea", 2, 120), price("tea", 3, 130)])?;
    let word = |text: &str| Word { text: text.into() };
    session.upsert([word("one")])?;
    let (upserted, sent) = statements(|| session.upsert([word("one"), word("two")]));
    upserted?;
    assert_eq!(sent, ["INSERT INTO `words` (`text`) VALUES (?), (?) ON DUPLICATE KEY UPDATE `text` = `text`"]);
    session.commit()?;
    assert_eq!(database.ask("SELECT cents FROM prices ORDER BY day"), ["100", "120", "130"]);
    assert_eq!(database.ask("SELECT text FROM words ORDER BY text"), ["one", "two"]);
    Ok(())
}

#[test]
fn with_insert_ignore_rows_that_are_there_stay_as_they_are() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Price>());
    let mut session = database.engine().session();
    session.insert_all([price("tea", 1, 100)])?;
    let (inserted, sent) = statements(|| session.insert_ignore([price("tea", 1, 999), price("tea", 2, 110)]));
    inserted?;
    assert_eq!(
        sent,
        ["INSERT INTO `prices` (`article`, `day`, `cents`) VALUES (?, ?, ?), (?, ?, ?) \
          ON DUPLICATE KEY UPDATE `article` = `article`"]
    );
    session.commit()?;
    assert_eq!(database.ask("SELECT cents FROM prices ORDER BY day"), ["100", "110"]);
    Ok(())
}

#[test]
fn insert_ignore_hides_no_other_mistake() {
    let (_database, mut session) = stocked();
    let error = session.insert_ignore([product("much longer than twenty characters", 1, 1)]);
    let error = error.expect_err("the name is too long");
    assert!(matches!(error, Error::TooLong { .. }), "{error}");
    let error = session.insert_ignore([Product { shelf: Some(BelongsTo::key(99)), ..product("rice", 1, 1) }]);
    let error = error.expect_err("there is no such shelf");
    assert!(matches!(error, Error::ForeignKey { violation: Violation::TargetMissing, .. }), "{error}");
}

#[test]
fn loaded_objects_are_read_again_by_the_next_question() -> orm_core::Result<()> {
    // unit-of-work 157
    let (_database, mut session) = stocked();
    let tea = find::<Product>(&session, 1);
    session[tea].stock = 12;
    session.upsert([with_id(1, product("black tea", 13, 5))])?;
    let found = session.find::<Product>(1)?.expect("tea is there");
    assert_eq!((found.handle(), found.name.as_str(), found.stock), (tea, "black tea", 13));
    session.insert_ignore([with_id(1, product("no tea", 0, 0))])?;
    assert_eq!(session.find::<Product>(1)?.map(|found| found.stock), Some(13));
    Ok(())
}

#[test]
fn a_rollback_brings_the_old_values_back() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    let tea = find::<Product>(&session, 1);
    session.upsert([with_id(1, product("black tea", 13, 5))])?;
    session.find::<Product>(1)?;
    assert_eq!(session[tea].name, "black tea");
    session.rollback()?;
    assert_eq!((session[tea].name.as_str(), session[tea].stock), ("tea", 10));
    session[tea].stock = 14;
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["1 | tea | 14", "2 | milk | 2", "3 | salt | 7"]);
    Ok(())
}

#[test]
fn a_row_without_a_key_is_a_new_one() -> orm_core::Result<()> {
    // unit-of-work 155
    let (database, mut session) = stocked();
    session.upsert([product("rice", 1, 1), with_id(1, product("black tea", 11, 5))])?;
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["1 | black tea | 11", "2 | milk | 2", "3 | salt | 7", "4 | rice | 1"]);
    Ok(())
}

//! Rows that need no handles: what is sent for them, and what is refused because it would be lost.

use orm_core::Error;
use orm_core::prelude::*;
use tests::statements;

use super::{Label, Product, Shelf, find, product, stocked};

const NAMES: &str = "SELECT name FROM products ORDER BY id";

fn label(text: &str, product: impl Into<BelongsTo<Product>>) -> Label {
    Label { text: text.into(), product: product.into(), ..Default::default() }
}

fn told<T: std::fmt::Debug>(result: orm_core::Result<T>) -> String {
    result.expect_err("this cannot be inserted").to_string()
}

#[test]
fn they_go_in_one_statement_without_asking_for_keys() -> orm_core::Result<()> {
    // unit-of-work 156
    let (database, mut session) = stocked();
    let rows = [product("rice", 1, 2), Product { note: Some("red".into()), ..product("wine", 3, 4) }];
    let (inserted, sent) = statements(|| session.insert_all(rows));
    assert_eq!(inserted?, 2);
    let text = "INSERT INTO `products` (`name`, `stock`, `minimum`, `note`, `shelf_id`) VALUES (?, ?, ?, ?, ?), (?, ?, ?, ?, ?)";
    assert_eq!(sent, [text]);
    session.commit()?;
    let stored = "SELECT id, name, stock, minimum, note, shelf_id FROM products WHERE id > 3 ORDER BY id";
    assert_eq!(database.ask(stored), ["4 | rice | 1 | 2 | NULL | NULL", "5 | wine | 3 | 4 | red | NULL"]);
    Ok(())
}

#[test]
fn rows_that_give_different_columns_are_grouped() -> orm_core::Result<()> {
    // unit-of-work 154
    let (database, mut session) = stocked();
    let shelf = |id: Auto<i32>, name: &str| Shelf { id, name: name.into(), ..Default::default() };
    let rows = [
        shelf(Auto::unset(), "first"),
        shelf(Auto::of(50), "fifty"),
        shelf(Auto::unset(), "second"),
        shelf(Auto::of(60), "sixty"),
    ];
    let (inserted, sent) = statements(|| session.insert_all(rows));
    assert_eq!(inserted?, 4);
    assert_eq!(
        sent,
        [
            "INSERT INTO `shelves` (`name`) VALUES (?), (?)",
            "INSERT INTO `shelves` (`id`, `name`) VALUES (?, ?), (?, ?)",
        ]
    );
    session.commit()?;
    let stored = database.ask("SELECT id, name FROM shelves WHERE id > 2 ORDER BY id");
    assert_eq!(stored, ["3 | first", "4 | second", "50 | fifty", "60 | sixty"]);
    Ok(())
}

#[test]
fn foreign_keys_are_keys_or_handles_of_objects_that_the_flush_before_inserts() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    let rice = session.add(product("rice", 1, 1));
    let tea = find::<Product>(&session, 1);
    session.insert_all([label("new", rice), label("green", tea), label("fresh", BelongsTo::key(2))])?;
    session.commit()?;
    assert_eq!(database.ask("SELECT text, product_id FROM labels ORDER BY id"), ["new | 4", "green | 1", "fresh | 2"]);
    Ok(())
}

#[test]
fn what_is_inside_a_relationship_would_be_lost() {
    let (database, mut session) = stocked();
    let tea = find::<Product>(&session, 1);
    let holds = "holds objects, which would be lost: insert them by themselves, and refer to them by their keys";
    let new_target = Product { shelf: Shelf::default().into(), ..product("rice", 1, 1) };
    assert_eq!(told(session.insert_all([new_target])), format!("`Product.shelf` of a row to insert {holds}"));
    let members = || Shelf { products: [tea].into_iter().collect(), ..Default::default() };
    assert_eq!(told(session.insert_all([members()])), format!("`Shelf.products` of a row to insert {holds}"));
    assert_eq!(told(session.upsert([members()])), format!("`Shelf.products` of a row to insert {holds}"));
    let new_members = Shelf { products: [product("rice", 1, 1)].into_iter().collect(), ..Default::default() };
    assert_eq!(told(session.insert_ignore([new_members])), format!("`Shelf.products` of a row to insert {holds}"));
    assert_eq!(database.ask("SELECT COUNT(*) FROM shelves"), ["2"]);
}

#[test]
fn a_required_foreign_key_that_is_not_set_is_told_before_anything_is_sent() {
    let (_database, mut session) = stocked();
    let (inserted, sent) = statements(|| session.insert_all([label("a", BelongsTo::key(1)), Label::default()]));
    let error = inserted.expect_err("a label has no product");
    assert!(matches!(error, Error::Unset { model: "Label", field: "product", key: None }), "{error}");
    assert_eq!(sent, [""; 0]);
}

#[test]
fn handles_that_cannot_be_used_are_told() -> orm_core::Result<()> {
    let (_database, mut session) = stocked();
    let elsewhere = find::<Product>(&session.engine().session(), 1);
    assert_eq!(
        told(session.insert_all([label("a", elsewhere)])),
        "this handle of a `Product` belongs to another session"
    );
    let tea = find::<Product>(&session, 1);
    session.delete(tea);
    assert_eq!(
        told(session.insert_all([label("a", tea)])),
        "this handle of a `Product` is of an object that was deleted"
    );
    Ok(())
}

#[test]
fn loaded_members_are_read_again() -> orm_core::Result<()> {
    let (_database, mut session) = stocked();
    let lower = find::<Shelf>(&session, 2);
    assert_eq!(session.view(lower).products()?.len(), 1);
    session.insert_all([Product { shelf: lower.into(), ..product("rice", 1, 1) }])?;
    assert_eq!(session.view(lower).products()?.len(), 2);
    Ok(())
}

#[test]
fn a_rollback_gives_them_up() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    session.insert_all([product("rice", 1, 1)])?;
    session.rollback()?;
    session.commit()?;
    assert_eq!(database.ask(NAMES), ["tea", "milk", "salt"]);
    Ok(())
}

#[test]
fn a_chunk_that_the_server_refuses_leaves_the_transaction_as_it_is() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    session.insert_all([product("rice", 1, 1)])?;
    let tea = find::<Product>(&session, 1);
    session[tea].stock = 11;
    let error = session.insert_all([product("wine", 1, 1), product("much longer than twenty characters", 1, 1)]);
    let error = error.expect_err("a name is too long");
    assert!(matches!(error, Error::TooLong { .. }), "{error}");
    session.commit()?;
    assert_eq!(
        database.ask("SELECT name, stock FROM products WHERE id <> 2 ORDER BY id"),
        ["tea | 11", "salt | 7", "rice | 1"]
    );
    Ok(())
}

#[test]
fn where_a_chunk_was_written_before_the_transaction_is_rolled_back() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    let tea = find::<Product>(&session, 1);
    session[tea].stock = 11;
    let name = |number: u32| if number == 600 { "x".repeat(30) } else { number.to_string() };
    let error = session.insert_all((0..700).map(|number| product(&name(number), 1, 1)));
    let error = error.expect_err("a name is too long");
    assert!(matches!(error, Error::TooLong { .. }), "{error}");
    assert!(session.is_modified(tea)?);
    session.commit()?;
    assert_eq!(database.ask("SELECT name, stock FROM products ORDER BY id"), ["tea | 11", "milk | 2", "salt | 7"]);
    Ok(())
}

#[test]
fn with_it_go_statements_that_ran_before() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    session.insert_all([product("rice", 1, 1)])?;
    let unset = |number| if number == 600 { Label::default() } else { label("a", BelongsTo::key(1)) };
    let error = session.insert_all((0..700).map(unset)).expect_err("a label has no product");
    assert!(matches!(error, Error::Unset { model: "Label", field: "product", key: None }), "{error}");
    assert_eq!(
        told(session.commit()),
        "the transaction that failed had also run `insert_all` of `Product`, which is undone and does not wait: roll \
         back, and begin again"
    );
    session.rollback()?;
    session.commit()?;
    assert_eq!(database.ask("SELECT (SELECT COUNT(*) FROM products), (SELECT COUNT(*) FROM labels)"), ["3 | 0"]);
    Ok(())
}

#[test]
fn no_rows_are_no_statement() -> orm_core::Result<()> {
    let (_database, mut session) = stocked();
    let nothing: [Product; 0] = [];
    let (inserted, sent) = statements(|| session.insert_all(nothing));
    assert_eq!((inserted?, sent.len()), (0, 0));
    Ok(())
}

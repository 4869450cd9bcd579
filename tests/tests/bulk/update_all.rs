//! One UPDATE for all rows that a query finds, and the loaded objects after it.

use orm_core::Error;
use orm_core::prelude::*;
use tests::{Database, statements};

use super::{Label, Price, Product, Shelf, find, price, product, stocked};

const STOCK: &str = "SELECT name, stock FROM products ORDER BY id";

#[test]
fn it_is_one_statement_and_counts_the_rows_that_it_finds() -> orm_core::Result<()> {
    // unit-of-work 150
    let (database, mut session) = stocked();
    let enough = query::<Product>().filter(Product::stock.gt(5));
    let (updated, sent) = statements(|| session.update_all(enough, [Product::stock.set(Product::stock - 1)]));
    assert_eq!(updated?, 2);
    let text = "UPDATE `products` SET `products`.`stock` = `products`.`stock` - ? WHERE `products`.`stock` > ?";
    assert_eq!(sent, [text]);
    assert_eq!(database.ask(STOCK), ["tea | 10", "milk | 2", "salt | 7"]);
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["tea | 9", "milk | 2", "salt | 6"]);
    Ok(())
}

#[test]
fn rows_that_keep_their_values_are_counted_too() -> orm_core::Result<()> {
    // unit-of-work 151
    let (_database, mut session) = stocked();
    assert_eq!(session.update_all(query::<Product>(), [Product::stock.set(Product::stock + 0)])?, 3);
    Ok(())
}

#[test]
fn several_columns_are_set_from_left_to_right() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    let tea = query::<Product>().filter(Product::name.eq("tea"));
    let assignments = [
        Product::stock.set(3),
        Product::minimum.set(Product::stock * 2),
        Product::note.set("few"),
        Product::name.set(Product::note),
    ];
    assert_eq!(session.update_all(tea, assignments)?, 1);
    session.commit()?;
    assert_eq!(database.ask("SELECT name, stock, minimum, note FROM products WHERE id = 1"), ["few | 3 | 6 | few"]);
    Ok(())
}

#[test]
fn columns_and_foreign_keys_become_null() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    database.run("UPDATE products SET note = 'old'");
    let salt = || query::<Product>().filter(Product::name.eq("salt"));
    assert_eq!(session.update_all(salt(), [Product::note.set_null(), Product::shelf.set_null()])?, 1);
    session.commit()?;
    let stored = "SELECT note, shelf_id FROM products ORDER BY id";
    assert_eq!(database.ask(stored), ["old | 1", "old | 1", "NULL | NULL"]);
    Ok(())
}

#[test]
fn a_foreign_key_is_set_to_a_handle_a_view_or_a_key() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    let named = |name: &str| query::<Product>().filter(Product::name.eq(name));
    let lower = find::<Shelf>(&session, 2);
    session.update_all(named("tea"), [Product::shelf.set(lower)])?;
    session.update_all(named("salt"), [Product::shelf.set(BelongsTo::key(1))])?;
    let new = session.add(Shelf { name: "new".into(), ..Default::default() });
    session.update_all(named("milk"), [Product::shelf.set(new)])?;
    let set_to_view = Product::shelf.set(session.view(lower));
    session.update_all(query::<Product>().filter(Product::shelf.eq(new)), [set_to_view])?;
    session.commit()?;
    assert_eq!(database.ask("SELECT name, shelf_id FROM products ORDER BY id"), ["tea | 2", "milk | 2", "salt | 1"]);
    Ok(())
}

#[test]
fn the_query_asks_through_relationships_and_has_an_order_and_a_limit() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    let one_of_upper = query::<Product>()
        .filter(Product::shelf.has(Shelf::name.eq("upper")) & !Product::labels.exists())
        .order_by(Product::stock.asc())
        .limit(1);
    let (updated, sent) = statements(|| session.update_all(one_of_upper, [Product::stock.set(0)]));
    assert_eq!(updated?, 1);
    assert_eq!(
        sent,
        ["UPDATE `products` SET `products`.`stock` = ? WHERE EXISTS (SELECT 1 FROM `shelves` \
          WHERE `products`.`shelf_id` = `shelves`.`id` AND `shelves`.`name` = ?) AND NOT (EXISTS (SELECT 1 FROM `labels` \
          WHERE `labels`.`product_id` = `products`.`id`)) ORDER BY `products`.`stock` LIMIT 1"]
    );
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["tea | 10", "milk | 0", "salt | 7"]);
    Ok(())
}

#[test]
fn a_condition_may_lead_back_to_the_same_table() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    let beside_milk = Product::shelf.has(Shelf::products.any(Product::name.eq("milk"))) & Product::stock.gt(5);
    let all = query::<Product>().filter(beside_milk).order_by(Product::name).limit(5);
    let (updated, sent) = statements(|| session.update_all(all, [Product::stock.set(Product::stock + 1)]));
    assert_eq!(updated?, 1);
    assert_eq!(
        sent,
        [
            "UPDATE `products` SET `products`.`stock` = `products`.`stock` + ? WHERE (`products`.`id`) IN (SELECT * FROM \
          (SELECT DISTINCT `products_1`.`id` FROM `products` AS `products_1` WHERE EXISTS (SELECT 1 FROM `shelves` WHERE \
          `products_1`.`shelf_id` = `shelves`.`id` AND EXISTS (SELECT 1 FROM `products` AS `products_2` WHERE \
          `products_2`.`shelf_id` = `shelves`.`id` AND `products_2`.`name` = ?)) AND `products_1`.`stock` > ?) AS `found`) \
          ORDER BY `products`.`name` LIMIT 5"
        ]
    );
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["tea | 11", "milk | 2", "salt | 7"]);
    let beside_tea = Product::shelf.has(Shelf::products.any(Product::name.eq("tea")));
    assert_eq!(session.delete_all(query::<Product>().filter(beside_tea))?, 2);
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["salt | 7"]);
    Ok(())
}

#[test]
fn what_has_changed_is_flushed_before() -> orm_core::Result<()> {
    // unit-of-work 152
    let (database, mut session) = stocked();
    let tea = find::<Product>(&session, 1);
    session[tea].stock = 1;
    let rice = session.add(product("rice", 1, 3));
    let scarce = query::<Product>().filter(Product::stock.eq(1));
    assert_eq!(session.update_all(scarce, [Product::stock.set(Product::minimum)])?, 2);
    assert_eq!((session[tea].stock, session[rice].stock), (5, 3));
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["tea | 5", "milk | 2", "salt | 7", "rice | 3"]);
    Ok(())
}

#[test]
fn loaded_objects_have_their_new_values_at_once() -> orm_core::Result<()> {
    // unit-of-work 150
    let (_database, mut session) = stocked();
    let (tea, milk) = (find::<Product>(&session, 1), find::<Product>(&session, 2));
    let all = || query::<Product>();
    let (updated, sent) = statements(|| session.update_all(all(), [Product::stock.set(Product::stock * 10)]));
    assert_eq!(updated?, 3);
    assert_eq!(sent.len(), 2, "the UPDATE and one SELECT for the objects: {sent:#?}");
    assert!(sent[1].ends_with("FROM `products` WHERE `products`.`id` IN (?, ?)"), "{sent:#?}");
    assert_eq!((session[tea].stock, session[milk].stock), (100, 20));
    assert!(!session.is_modified(tea)?);
    session[tea].stock += 1;
    session.update_all(all(), [Product::stock.set(Product::stock + 1)])?;
    assert_eq!((session[tea].stock, session[milk].stock), (102, 21));
    Ok(())
}

#[test]
fn objects_with_a_key_of_several_columns_are_found_again() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Price>());
    let mut session = database.engine().session();
    let [first, second] = session.add_all([price("tea", 1, 100), price("tea", 2, 110)]);
    session.update_all(query::<Price>().filter(Price::cents.gt(100)), [Price::cents.set(Price::cents * 2)])?;
    assert_eq!((session[first].cents, session[second].cents), (100, 220));
    session.rollback()?;
    assert!(session.get(first).is_err(), "it was added in the transaction that is rolled back");
    Ok(())
}

#[test]
fn an_object_that_is_first_read_after_the_statement_has_its_old_values_after_a_rollback() -> orm_core::Result<()> {
    // unit-of-work 152
    let (_database, mut session) = stocked();
    let tea = find::<Product>(&session, 1);
    session.commit()?;
    session.update_all(query::<Product>(), [Product::stock.set(0)])?;
    session.find::<Product>(1)?;
    assert_eq!(session[tea].stock, 0);
    session.rollback()?;
    assert_eq!(session[tea].stock, 10);
    Ok(())
}

/// A level that may become larger than its type allows.
#[derive(Debug, Model)]
#[model(table = "levels")]
struct Level {
    #[primary_key]
    id: Auto<i32>,
    #[column(sql_type = "SMALLINT")]
    height: i8,
}

#[test]
fn where_the_new_values_cannot_be_read_the_transaction_is_rolled_back() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Level>());
    let mut session = database.engine().session();
    let low = session.add(Level { height: 1, ..Default::default() });
    session.commit()?;
    session[low].height = 100;
    let error = session.update_all(query::<Level>(), [Level::height.set(Level::height * 10)]);
    let error = error.expect_err("1,000 is no i8");
    assert!(matches!(error, Error::Decode { model: "Level", field: "height", .. }), "{error}");
    assert_eq!(session[low].height, 100);
    session.commit()?;
    assert_eq!(database.ask("SELECT height FROM levels"), ["100"]);
    Ok(())
}

#[test]
fn loaded_members_are_read_again() -> orm_core::Result<()> {
    let (_database, mut session) = stocked();
    let (upper, lower) = (find::<Shelf>(&session, 1), find::<Shelf>(&session, 2));
    let names = |session: &Session, shelf: Handle<Shelf>| -> orm_core::Result<Vec<String>> {
        Ok(session.view(shelf).products()?.iter().map(|product| product.name.clone()).collect())
    };
    assert_eq!(names(&session, upper)?, ["tea", "milk"]);
    session.update_all(query::<Product>().filter(Product::name.eq("tea")), [Product::shelf.set(lower)])?;
    assert_eq!(
        (names(&session, upper)?, names(&session, lower)?),
        (vec!["milk".into()], vec!["tea".into(), "salt".into()])
    );
    let tea = find::<Product>(&session, 1);
    assert_eq!(session.view(tea).shelf()?.map(|shelf| shelf.name.clone()).as_deref(), Some("lower"));
    Ok(())
}

#[test]
fn a_rollback_brings_the_old_values_back() -> orm_core::Result<()> {
    // unit-of-work 152
    let (database, mut session) = stocked();
    let (tea, milk) = (find::<Product>(&session, 1), find::<Product>(&session, 2));
    session[milk].stock = 3;
    session.update_all(query::<Product>(), [Product::stock.set(Product::stock + 100)])?;
    session.update_all(query::<Product>(), [Product::stock.set(Product::stock + 100)])?;
    assert_eq!((session[tea].stock, session[milk].stock), (210, 203));
    session.rollback()?;
    assert_eq!((session[tea].stock, session[milk].stock), (10, 2));
    assert!(session.pending()?.is_empty());
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["tea | 10", "milk | 2", "salt | 7"]);
    Ok(())
}

#[test]
fn after_a_commit_a_change_is_compared_with_the_new_values() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    let tea = find::<Product>(&session, 1);
    session.update_all(query::<Product>(), [Product::stock.set(0)])?;
    session.commit()?;
    session[tea].stock = 10;
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["tea | 10", "milk | 0", "salt | 0"]);
    Ok(())
}

#[test]
fn the_primary_key_stays() {
    let (_database, mut session) = stocked();
    let (updated, sent) = statements(|| session.update_all(query::<Product>(), [Product::id.set(Product::id + 1)]));
    let error = updated.expect_err("the key cannot change");
    assert_eq!(
        error.to_string(),
        "`Product.id` cannot be assigned: it is in the primary key, by which the session knows \
         its objects; change the objects"
    );
    assert_eq!(sent, [""; 0]);
}

#[test]
fn what_cannot_be_is_told_before_anything_is_sent() {
    // unit-of-work 153
    let (_database, mut session) = stocked();
    let told = |updated: orm_core::Result<u64>| updated.expect_err("this cannot be").to_string();
    let nothing: [orm_core::query::Assignment<Product>; 0] = [];
    let (texts, sent) = statements(|| {
        [
            told(session.update_all(query::<Product>().limit(1).offset(1), [Product::stock.set(0)])),
            told(session.update_all(query::<Product>(), nothing)),
            told(session.update_all(query::<Label>(), [Label::product.set(BelongsTo::from(product("new", 1, 1)))])),
        ]
    });
    assert_eq!(
        texts,
        [
            "`update_all` of `Product` cannot have an offset: the servers know none there",
            "`update_all` of `Product` has nothing to set: give it an assignment",
            "`Label.product` cannot be assigned: it is given neither a handle nor a key; add a \
             new object to the session, and give its handle",
        ]
    );
    assert_eq!(sent, [""; 0]);
}

#[test]
fn a_statement_that_the_server_refuses_leaves_the_transaction_as_it_is() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    let tea = find::<Product>(&session, 1);
    session[tea].stock = 11;
    let error = session.update_all(query::<Product>(), [Product::name.set("much longer than twenty characters")]);
    let error = error.expect_err("the name is too long");
    assert!(matches!(error, Error::TooLong { .. }), "{error}");
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["tea | 11", "milk | 2", "salt | 7"]);
    Ok(())
}

#[test]
fn a_handle_that_cannot_be_used_is_told() {
    let (_database, mut session) = stocked();
    let other = session.engine().session();
    let elsewhere = find::<Shelf>(&other, 1);
    let error = session.update_all(query::<Product>(), [Product::shelf.set(elsewhere)]);
    let error = error.expect_err("the handle is of another session");
    assert_eq!(error.to_string(), "this handle of a `Shelf` belongs to another session");
}

#[test]
fn objects_of_an_earlier_transaction_have_the_new_values_too() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    let tea = find::<Product>(&session, 1);
    session.commit()?;
    session.update_all(query::<Product>(), [Product::stock.set(Product::stock + 100)])?;
    assert_eq!(session[tea].stock, 110);
    session.commit()?;
    session[tea].stock += 1;
    session.commit()?;
    assert_eq!(database.ask("SELECT stock FROM products WHERE id = 1"), ["111"]);
    Ok(())
}

#[test]
fn a_change_given_up_by_a_refresh_does_not_come_back_with_a_rollback() -> orm_core::Result<()> {
    let (database, mut session) = stocked();
    let tea = find::<Product>(&session, 1);
    session.update_all(query::<Product>(), [Product::minimum.set(Product::minimum + 1)])?;
    session[tea].stock = 77;
    session.refresh(tea)?;
    session.rollback()?;
    assert_eq!(session[tea].stock, 10);
    session[tea].stock = 77;
    session.commit()?;
    assert_eq!(database.ask(STOCK)[0], "tea | 77");
    Ok(())
}

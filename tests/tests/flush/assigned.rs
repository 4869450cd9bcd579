//! Terms that the database calculates, assigned to columns of objects.

use orm_core::{Error, prelude::*};
use planning_demo::models::{Department, Employee};
use tests::{Database, returning, statements};

#[derive(Debug, Model)]
#[model(table = "products")]
struct Product {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 10)]
    name: String,
    stock: i32,
    sold: i32,
    #[column(computed = "stock + sold")]
    bought: Auto<i64>,
}

fn product(name: &str, stock: i32) -> Product {
    Product { name: name.into(), stock, ..Default::default() }
}

/// A database with tea, milk and salt, ten pieces of each, and a session that has them.
fn products() -> (Database, Session, Vec<Handle<Product>>) {
    let database = Database::with(&Schema::of::<Product>());
    let mut session = database.engine().session();
    let products = session.add_many(["tea", "milk", "salt"].map(|name| product(name, 10)));
    session.commit().expect("the products are written");
    (database, session, products)
}

const STOCK: &str = "SELECT name, stock, sold FROM products ORDER BY id";

#[test]
fn a_term_is_calculated_by_the_database_and_read_back() -> orm_core::Result<()> {
    // unit-of-work 19
    let (database, mut session, products) = products();
    database.run("UPDATE products SET stock = 8 WHERE name = 'tea'");
    session.assign(products[0], Product::stock.set(Product::stock - 1))?;
    let changes = session.changes(products[0])?;
    assert_eq!((changes[0].column, &changes[0].new), ("stock", &None));
    assert!(session.is_modified(products[0])?);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(
        sent,
        [
            "UPDATE `products` SET `stock` = `products`.`stock` - ? WHERE `id` = ?",
            "SELECT `products`.`id`, `products`.`bought`, `products`.`stock` FROM `products` WHERE `products`.`id` IN (?)",
            "COMMIT"
        ]
    );
    assert_eq!((session[products[0]].stock, session[products[0]].bought.get()), (7, Some(7)));
    assert!(session.pending()?.is_empty());
    Ok(())
}

#[test]
fn objects_with_the_same_term_go_together_and_terms_see_the_row_as_it_is() -> orm_core::Result<()> {
    // unit-of-work 15
    let (database, mut session, products) = products();
    for &product in &products {
        session.assign(product, Product::sold.set(Product::sold + Product::stock * 2))?;
        session[product].stock = 1;
        session[product].name += "!";
    }
    assert_eq!(session.pending()?.to_string(), "update 3 of products (name, stock, sold)\n");
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(
        sent[0],
        "UPDATE `products` INNER JOIN (SELECT ? AS `k0`, ? AS `v0`, ? AS `v1` UNION ALL SELECT ?, ?, ? \
         UNION ALL SELECT ?, ?, ?) AS `new` ON `products`.`id` = `new`.`k0` \
         SET `products`.`sold` = `products`.`sold` + (`products`.`stock` * ?), \
         `products`.`name` = `new`.`v0`, `products`.`stock` = `new`.`v1`"
    );
    assert_eq!(sent.len(), 3);
    assert_eq!(database.ask(STOCK), ["tea! | 1 | 20", "milk! | 1 | 20", "salt! | 1 | 20"]);
    assert_eq!(session[products[2]].sold, 20);
    Ok(())
}

#[test]
fn the_last_word_counts() -> orm_core::Result<()> {
    let (database, mut session, products) = products();
    session.assign(products[0], Product::stock.set(Product::stock - 1))?;
    session.assign(products[0], Product::stock.set(Product::stock - 5))?;
    session.assign(products[1], Product::stock.set(Product::stock - 1))?;
    session[products[1]].stock = 3;
    session[products[2]].stock = 3;
    session.assign(products[2], Product::stock.set(Product::stock - 1))?;
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["tea | 5 | 0", "milk | 3 | 0", "salt | 9 | 0"]);
    session.assign(products[0], Product::stock.set(7))?;
    assert_eq!(session[products[0]].stock, 7, "a value needs no database");
    session.commit()?;
    assert_eq!(database.ask(STOCK)[0], "tea | 7 | 0");
    Ok(())
}

#[test]
fn a_new_object_can_have_a_term_over_its_other_columns() -> orm_core::Result<()> {
    // unit-of-work 15, 19
    let (database, mut session, _) = products();
    let rice = session.add(product("rice", 4));
    let pepper = session.add(product("pepper", 5));
    session.assign(pepper, Product::sold.set(Product::stock * 3))?;
    let (committed, sent) = statements(|| session.commit());
    committed?;
    let inserts: Vec<&String> = sent.iter().filter(|sql| sql.starts_with("INSERT")).collect();
    let insert = |sold, columns| {
        let returning = returning(database.engine(), columns);
        format!("INSERT INTO `products` (`name`, `stock`, `sold`) VALUES (?, ?, {sold}){returning}")
    };
    assert_eq!(inserts, [&insert("?", "`id`, `bought`"), &insert("`products`.`stock` * ?", "`id`, `sold`, `bought`")]);
    assert_eq!((session[rice].sold, session[pepper].sold, session[pepper].bought.get()), (0, 15, Some(20)));
    assert_eq!(database.ask(STOCK)[3..], ["rice | 4 | 0", "pepper | 5 | 15"]);
    Ok(())
}

/// Lets a flush fail, and takes the reason away again.
fn fail(session: &mut Session) {
    let wrong = session.add(product("much too long", 1));
    session.commit().expect_err("the name is too long");
    session.delete(wrong);
}

#[test]
fn terms_of_a_failed_commit_are_calculated_again() -> orm_core::Result<()> {
    let (database, mut session, products) = products();
    session.assign(products[0], Product::stock.set(Product::stock - 1))?;
    session.assign(products[1], Product::stock.set(Product::stock - 1))?;
    session.flush()?;
    session.assign(products[0], Product::stock.set(Product::stock - 1))?;
    session.flush()?;
    session[products[1]].stock = 100;
    assert_eq!(session[products[0]].stock, 8);
    fail(&mut session);
    assert_eq!((session[products[0]].stock, session[products[1]].stock), (10, 100));
    database.run("UPDATE products SET stock = 20");
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["tea | 18 | 0", "milk | 100 | 0", "salt | 20 | 0"]);
    assert_eq!(session[products[0]].stock, 18);
    Ok(())
}

#[test]
fn a_term_over_what_the_same_transaction_has_written_is_the_same_again() -> orm_core::Result<()> {
    let (database, mut session, products) = products();
    session[products[0]].stock = 30;
    session.flush()?;
    session.assign(products[0], Product::sold.set(Product::stock + Product::sold))?;
    session.flush()?;
    session[products[0]].stock = 0;
    session.flush()?;
    fail(&mut session);
    session.commit()?;
    assert_eq!(database.ask(STOCK)[0], "tea | 0 | 30");
    Ok(())
}

#[test]
fn a_rollback_and_a_refresh_give_terms_up() -> orm_core::Result<()> {
    let (database, mut session, products) = products();
    session.assign(products[0], Product::stock.set(Product::stock - 1))?;
    session.flush()?;
    session.assign(products[1], Product::stock.set(Product::stock - 1))?;
    session.rollback()?;
    assert_eq!((session[products[0]].stock, session.pending()?.len()), (10, 0));
    session.assign(products[0], Product::stock.set(Product::stock - 1))?;
    session.refresh(products[0])?;
    session.commit()?;
    assert_eq!(database.ask(STOCK)[..2], ["tea | 10 | 0", "milk | 10 | 0"]);
    Ok(())
}

#[test]
fn keys_and_computed_columns_cannot_be_assigned() -> orm_core::Result<()> {
    let (_database, mut session, products) = products();
    let error = session.assign(products[0], Product::id.set(Product::id + 1)).expect_err("it is the key");
    assert!(matches!(error, Error::NotAssignable { model: "Product", field: "id", .. }), "{error}");
    let error = session.assign(products[0], Product::bought.set(1)).expect_err("it is computed");
    assert_eq!(error.to_string(), "`Product.bought` cannot be assigned: the database computes it");
    assert!(session.pending()?.is_empty());
    Ok(())
}

#[test]
fn a_foreign_key_can_be_assigned_too() -> orm_core::Result<()> {
    let (database, mut session) = tests::company();
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    let kate = session.find::<Employee>(2)?.expect("Kate is there").handle();
    let sales = session.add(Department::new("Sales"));
    session.assign(john, Employee::department.set(sales))?;
    session.assign(kate, Employee::department.set_null())?;
    assert_eq!(session.view(sales).employees()?.len(), 1);
    session.commit()?;
    assert_eq!(database.ask("SELECT department_id FROM employees WHERE id < 3"), ["3", "NULL"]);
    Ok(())
}

#[test]
fn terms_of_one_flush_do_not_see_each_other() -> orm_core::Result<()> {
    let (database, mut session, products) = products();
    session.assign(products[0], Product::stock.set(Product::stock - 1))?;
    session.assign(products[0], Product::sold.set(Product::sold + Product::stock))?;
    session.commit()?;
    assert_eq!(database.ask(STOCK)[0], "tea | 9 | 10");
    session.assign(products[0], Product::stock.set(Product::sold))?;
    let error = session.assign(products[0], Product::sold.set(Product::stock)).expect_err("they would have to swap");
    assert_eq!(
        error.to_string(),
        "`Product.sold` cannot be assigned: it and another assigned column are calculated from each other; flush between \
         the two"
    );
    session.flush()?;
    session.assign(products[0], Product::sold.set(Product::stock))?;
    session.commit()?;
    assert_eq!(database.ask(STOCK)[0], "tea | 10 | 10");
    Ok(())
}

#[test]
fn a_term_of_a_new_object_sees_the_value_that_it_takes_the_place_of() -> orm_core::Result<()> {
    let (database, mut session, _) = products();
    let rice = session.add(product("rice", 4));
    session.assign(rice, Product::stock.set(Product::stock + 3))?;
    session.assign(rice, Product::sold.set(Product::stock * 2))?;
    session.commit()?;
    assert_eq!(database.ask(STOCK)[3], "rice | 7 | 8");
    Ok(())
}

#[test]
fn a_term_that_waits_when_the_transaction_fails_sees_what_was_written_before() -> orm_core::Result<()> {
    let (database, mut session, products) = products();
    let sell = || Product::stock.set(Product::stock - 1);
    session.assign(products[0], sell())?;
    session[products[1]].stock = 20;
    session.assign(products[2], sell())?;
    session.flush()?;
    session[products[2]].stock = 5;
    session.flush()?;
    for &product in &products {
        session.assign(product, sell())?;
    }
    fail(&mut session);
    session.commit()?;
    assert_eq!(database.ask(STOCK), ["tea | 8 | 0", "milk | 19 | 0", "salt | 4 | 0"]);
    Ok(())
}

#[test]
fn a_term_does_not_count_any_more_when_a_value_was_set_and_then_the_first_one_again() -> orm_core::Result<()> {
    let (database, mut session, products) = products();
    session.assign(products[0], Product::stock.set(Product::stock - 1))?;
    session[products[0]].stock = 3;
    session[products[0]].stock = 10;
    session.commit()?;
    assert_eq!(database.ask(STOCK)[0], "tea | 10 | 0");
    Ok(())
}

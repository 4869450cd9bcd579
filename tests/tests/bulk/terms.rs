//! Terms that the server calculates, in conditions and orders.

use expect_test::{Expect, expect};
use orm_core::func;
use orm_core::query::{Nothing, PerRow, Predicate, ReadBy, Reading};

use super::{Product, Shelf, stocked};

/// The condition as SQL, and the names of the products that it finds.
fn check<S, Place>(condition: Predicate<S>, expected: &Expect)
where
    S: PerRow + ReadBy<Reading<Product, Nothing>, Place>,
{
    let (_database, session) = stocked();
    let query = session.query::<Product>().filter(condition).order_by(Product::id);
    let sql = query.to_sql();
    let (_, sql) = sql.split_once(" WHERE ").expect("there is a condition");
    let names: Vec<String> = query.all().expect("an answer").iter().map(|product| product.name.clone()).collect();
    expected.assert_eq(&format!("{}\n{}", sql.trim_end_matches(" ORDER BY `products`.`id`"), names.join(" ")));
}

#[test]
fn a_column_is_compared_with_another() {
    check(
        Product::stock.lt(Product::minimum),
        &expect![[r#"
            `products`.`stock` < `products`.`minimum`
            milk"#]],
    );
    check(
        Product::stock.eq(Product::minimum) | Product::name.eq(Product::note),
        &expect![[r#"
            `products`.`stock` = `products`.`minimum` OR `products`.`name` = `products`.`note`
            salt"#]],
    );
    check(
        Product::stock.between(Product::minimum, 9),
        &expect![[r#"
            `products`.`stock` BETWEEN `products`.`minimum` AND ?
            salt"#]],
    );
    check(
        Product::stock.in_([Product::id * 1, Product::minimum * 2]),
        &expect![[r#"
            `products`.`stock` IN (`products`.`id` * ?, `products`.`minimum` * ?)
            tea milk"#]],
    );
}

#[test]
fn a_term_is_compared_with_values_columns_and_terms() {
    check(
        (Product::stock - 1).ge(6),
        &expect![[r#"
            `products`.`stock` - ? >= ?
            tea salt"#]],
    );
    check(
        (Product::stock + Product::minimum).gt(Product::stock * 2),
        &expect![[r#"
            `products`.`stock` + `products`.`minimum` > `products`.`stock` * ?
            milk"#]],
    );
    check(
        (Product::stock / 2).ne(func::number::<f64, _>(Product::minimum)) & (Product::stock + 0).le(9),
        &expect![[r#"
            `products`.`stock` / ? <> `products`.`minimum` AND `products`.`stock` + ? <= ?
            milk salt"#]],
    );
}

#[test]
fn parentheses_stand_where_they_are_needed() {
    check(
        ((Product::stock + 1) * 2 - Product::minimum - 1).eq(Product::stock - (Product::minimum - 3).div_whole(1)),
        &expect![[r#"
            (`products`.`stock` + ?) * ? - `products`.`minimum` - ? = `products`.`stock` - ((`products`.`minimum` - ?) DIV ?)
            milk"#]],
    );
}

#[test]
fn a_term_over_two_models_needs_both() -> orm_core::Result<()> {
    let (_database, session) = stocked();
    let query = session.query::<Product>().join(Product::shelf).filter((Shelf::id * 5).lt(Product::stock));
    let names: Vec<String> = query.all()?.iter().map(|product| product.name.clone()).collect();
    assert_eq!(names, ["tea"]);
    Ok(())
}

#[test]
fn a_query_is_ordered_by_a_term() -> orm_core::Result<()> {
    let (_database, session) = stocked();
    let names = |order| -> orm_core::Result<Vec<String>> {
        Ok(session.query::<Product>().order_by(order).all()?.iter().map(|product| product.name.clone()).collect())
    };
    assert_eq!(names((Product::stock - Product::minimum).asc())?, ["milk", "salt", "tea"]);
    assert_eq!(names((Product::stock - Product::minimum).desc())?, ["tea", "salt", "milk"]);
    Ok(())
}

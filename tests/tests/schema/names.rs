//! Names that need their quotes: reserved words, backticks, marks that stand for parameters.

use expect_test::expect;
use orm_core::prelude::*;
use tests::Database;

#[derive(Debug, Model)]
#[model(table = "order", index(r#type, group))]
struct Order {
    #[primary_key]
    key: Auto<i32>,
    #[column(length = 10)]
    r#type: String,
    #[column(name = "we`ird", length = 10)]
    group: String,
    #[column(name = "really?", length = 10)]
    r#where: Option<String>,
    #[column(name = "a:b \"'c", length = 10)]
    select: Option<String>,
    #[belongs_to(column = "from")]
    parent: Option<BelongsTo<Order>>,
    #[has_many(inverse = parent)]
    children: HasMany<Order>,
    #[many_to_many(through = "a`b :c ?")]
    tables: ManyToMany<Table>,
}

#[derive(Debug, Model)]
#[model(table = "table")]
struct Table {
    #[primary_key]
    #[column(name = "index", length = 10)]
    index: String,
    #[many_to_many(through = "a`b :c ?")]
    orders: ManyToMany<Order>,
}

#[test]
fn names_are_quoted_in_definitions() {
    expect![[r#"
        CREATE TABLE `order` (
          `key` INT NOT NULL AUTO_INCREMENT,
          `type` VARCHAR(10) NOT NULL,
          `we``ird` VARCHAR(10) NOT NULL,
          `really?` VARCHAR(10) NULL,
          `a:b "'c` VARCHAR(10) NULL,
          `from` INT NULL,
          PRIMARY KEY (`key`),
          KEY `ix_order_from` (`from`),
          KEY `ix_order_type_we``ird` (`type`, `we``ird`),
          CONSTRAINT `fk_order_from` FOREIGN KEY (`from`) REFERENCES `order` (`key`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

        CREATE TABLE `table` (
          `index` VARCHAR(10) NOT NULL,
          PRIMARY KEY (`index`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

        CREATE TABLE `a``b :c ?` (
          `order_id` INT NOT NULL,
          `table_id` VARCHAR(10) NOT NULL,
          PRIMARY KEY (`order_id`, `table_id`),
          KEY `ix_a``b :c ?_table_id` (`table_id`),
          CONSTRAINT `fk_a``b :c ?_order_id` FOREIGN KEY (`order_id`) REFERENCES `order` (`key`) ON DELETE CASCADE,
          CONSTRAINT `fk_a``b :c ?_table_id` FOREIGN KEY (`table_id`) REFERENCES `table` (`index`) ON DELETE CASCADE
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
    "#]]
    .assert_eq(&Schema::of::<Order>().ddl());
}

#[test]
fn names_are_quoted_in_every_statement() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Order>());
    let mut session = database.engine().session();
    let mut parent = Order { r#type: "t".into(), group: "g".into(), select: Some("s".into()), ..Default::default() };
    parent.children.push(Order { r#where: Some("w".into()), ..Default::default() });
    parent.tables.push(Table { index: "i".into(), ..Default::default() });
    let parent = session.add(parent);
    session.commit()?;
    session.for_each_mut(orm_core::query::query::<Order>(), |order| {
        order.group.push('!');
        order.select = order.key.get().map(|key| key.to_string());
        order.r#where = None;
    })?;
    session.commit()?;
    let stored = database.ask("SELECT `key`, `we``ird`, `a:b \"'c`, `from` FROM `order` ORDER BY 1");
    assert_eq!(stored, ["1 | g! | 1 | NULL", "2 | ! | 2 | 1"]);
    let query = session
        .query::<Order>()
        .join(Order::tables)
        .filter(Order::select.eq("1") & Order::children.any(Order::r#where.is_null()) & Table::index.eq("i"))
        .order_by(Order::group.asc())
        .limit(1);
    assert_eq!(query.one()?.handle(), parent);
    assert_eq!((session.view(parent).children()?.len(), session.view(parent).tables()?.len()), (1, 1));
    session[parent].tables.clear();
    session[parent].children.clear();
    session.flush()?;
    session.delete(parent);
    session.commit()?;
    assert_eq!(database.ask("SELECT `key`, `from` FROM `order`"), ["2 | NULL"]);
    database.engine().drop_all(&Schema::of::<Order>())
}

//! Everything that attributes can say about columns and tables.

use expect_test::expect;
use orm_core::prelude::*;
use tests::Database;

#[derive(Debug, PartialEq, Model)]
#[model(
    table = "articles",
    unique(shop, code),
    index(title, price),
    engine = "InnoDB",
    charset = "latin1",
    collation = "latin1_swedish_ci",
    comment = "what's sold"
)]
struct Article {
    #[primary_key]
    shop: u16,
    #[primary_key]
    number: u32,
    #[column(length = 10, unique, collation = "latin1_bin")]
    code: String,
    #[column(name = "heading", length = 100, index, default = "it's \\ new", comment = "a \"title\"")]
    title: String,
    #[column(default = -7, check = "`rank` < 100")]
    rank: i16,
    #[column(default = 0.5)]
    factor: f64,
    #[column(default = true)]
    on_sale: bool,
    #[column(default = false)]
    sold: Option<bool>,
    #[column(default = "none")]
    remark: Option<String>,
    #[column(precision = 10, scale = 2, default = "9.99")]
    price: String,
    #[column(sql_type = "MEDIUMTEXT")]
    text: Option<String>,
    #[column(server_default = "CURRENT_TIMESTAMP(6)")]
    created: Auto<NaiveDateTime>,
    #[column(server_default = "(1 + 1)")]
    two: Auto<i64>,
    #[column(length = 16)]
    hash: Option<Vec<u8>>,
    picture: Vec<u8>,
}

#[derive(Debug, Model)]
#[model(table = "sales")]
struct Sale {
    #[primary_key]
    id: Auto<u64>,
    #[belongs_to(columns("article_shop", "article_number"), on_delete = "cascade", on_update = "cascade")]
    article: BelongsTo<Article>,
    #[belongs_to(column = "gift_of", on_delete = "set_null", index = false)]
    gift: Option<BelongsTo<Sale>>,
    #[belongs_to(unique, on_delete = "restrict")]
    invoice: Option<BelongsTo<Invoice>>,
}

#[derive(Debug, Model)]
#[model(table = "invoices")]
struct Invoice {
    #[primary_key]
    day: NaiveDate,
}

#[test]
fn the_tables_say_all_options() {
    expect![[r#"
        CREATE TABLE `articles` (
          `shop` SMALLINT UNSIGNED NOT NULL,
          `number` INT UNSIGNED NOT NULL,
          `code` VARCHAR(10) COLLATE latin1_bin NOT NULL,
          `heading` VARCHAR(100) NOT NULL DEFAULT 'it''s \\ new' COMMENT 'a "title"',
          `rank` SMALLINT NOT NULL DEFAULT -7,
          `factor` DOUBLE NOT NULL DEFAULT 0.5,
          `on_sale` BOOLEAN NOT NULL DEFAULT TRUE,
          `sold` BOOLEAN NULL DEFAULT FALSE,
          `remark` TEXT NULL DEFAULT ('none'),
          `price` DECIMAL(10, 2) NOT NULL DEFAULT '9.99',
          `text` MEDIUMTEXT NULL,
          `created` DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
          `two` BIGINT NOT NULL DEFAULT ((1 + 1)),
          `hash` VARBINARY(16) NULL,
          `picture` BLOB NOT NULL,
          PRIMARY KEY (`shop`, `number`),
          UNIQUE KEY `uq_articles_code` (`code`),
          UNIQUE KEY `uq_articles_shop_code` (`shop`, `code`),
          KEY `ix_articles_heading` (`heading`),
          KEY `ix_articles_heading_price` (`heading`, `price`),
          CONSTRAINT `ck_articles_rank` CHECK (`rank` < 100)
        ) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci COMMENT='what''s sold';

        CREATE TABLE `invoices` (
          `day` DATE NOT NULL,
          PRIMARY KEY (`day`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

        CREATE TABLE `sales` (
          `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
          `article_shop` SMALLINT UNSIGNED NOT NULL,
          `article_number` INT UNSIGNED NOT NULL,
          `gift_of` BIGINT UNSIGNED NULL,
          `invoice_id` DATE NULL,
          PRIMARY KEY (`id`),
          UNIQUE KEY `uq_sales_invoice_id` (`invoice_id`),
          KEY `ix_sales_article_shop_article_number` (`article_shop`, `article_number`),
          CONSTRAINT `fk_sales_article_shop_article_number` FOREIGN KEY (`article_shop`, `article_number`) REFERENCES `articles` (`shop`, `number`) ON DELETE CASCADE ON UPDATE CASCADE,
          CONSTRAINT `fk_sales_gift_of` FOREIGN KEY (`gift_of`) REFERENCES `sales` (`id`) ON DELETE SET NULL,
          CONSTRAINT `fk_sales_invoice_id` FOREIGN KEY (`invoice_id`) REFERENCES `invoices` (`day`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
    "#]].assert_eq(&Schema::of::<Sale>().ddl());
}

#[test]
fn the_server_takes_them() {
    let database = Database::with(&Schema::of::<Sale>());
    let defaults = "SELECT column_name, column_default FROM information_schema.columns \
        WHERE table_schema = DATABASE() AND table_name = 'articles' AND column_default IS NOT NULL ORDER BY 1";
    expect![[r#"
        created | current_timestamp(6)
        factor | 0.5
        hash | NULL
        heading | 'it''s \\ new'
        on_sale | 1
        price | 9.99
        rank | -7
        remark | 'none'
        sold | 0
        text | NULL
        two | (1 + 1)"#]]
    .assert_eq(&database.ask(defaults).join("\n"));
}

#[test]
fn the_defaults_of_the_table_are_those_of_the_model() -> orm_core::Result<()> {
    // unit-of-work 36
    let database = Database::with(&Schema::of::<Sale>());
    database.run("INSERT INTO articles (shop, number, code, picture) VALUES (3, 1, 'x', '')");
    let session = database.engine().session();
    let stored = session.query::<Article>().one()?;
    let default = Article {
        shop: 3,
        number: 1,
        code: "x".into(),
        created: stored.created.clone(),
        two: 2.into(),
        ..Article::default()
    };
    assert_eq!(*stored.get(), default);
    Ok(())
}

#[test]
fn a_foreign_key_of_two_columns_is_followed_from_both_sides() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Sale>());
    let mut session = database.engine().session();
    let article = session.add(Article { shop: 3, number: 7, code: "x".into(), ..Default::default() });
    let sale = session.add(Sale { article: article.into(), ..Default::default() });
    session.commit()?;
    assert_eq!(session[sale].article.key(), Some((3, 7)));
    assert_eq!(database.ask("SELECT article_shop, article_number FROM sales"), ["3 | 7"]);
    let session = database.engine().session();
    let query = session.query::<Sale>().filter(Sale::article.eq(BelongsTo::key((3, 7))));
    assert_eq!(query.one()?.article()?.code, "x");
    assert_eq!(session.query::<Sale>().join(Sale::article).filter(Article::code.eq("x")).count()?, 1);
    Ok(())
}

//! Columns that the database computes, sets by itself or changes by a trigger: read back, and never written.

use orm_core::{Error, prelude::*};
use tests::{Database, returning, statements};

#[derive(Debug, Model)]
#[model(table = "order_lines")]
struct Line {
    #[primary_key]
    id: Auto<i32>,
    price: i32,
    pieces: i32,
    #[column(computed = "price * pieces")]
    total: Auto<i64>,
    #[column(computed = "concat('#', price)", stored, length = 20, index)]
    label: Auto<String>,
    #[column(computed = "nullif(pieces, 0)")]
    ordered: Auto<i64>,
}

#[derive(Debug, Model)]
#[model(table = "articles")]
struct Article {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    title: String,
    #[column(server_default = "CURRENT_TIMESTAMP(6)")]
    created: Auto<NaiveDateTime>,
    #[column(server_default = "CURRENT_TIMESTAMP(6)", on_update = "CURRENT_TIMESTAMP(6)")]
    changed: Auto<NaiveDateTime>,
    #[column(on_update = "CURRENT_TIMESTAMP(6)")]
    touched: Option<NaiveDateTime>,
    #[column(trigger, length = 20)]
    slug: String,
}

fn lines() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Line>());
    let session = database.engine().session();
    (database, session)
}

/// A table with a trigger that makes the slug.
fn articles() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Article>());
    database.run("CREATE TRIGGER slug_of_new BEFORE INSERT ON articles FOR EACH ROW SET NEW.slug = LOWER(NEW.title)");
    database.run("CREATE TRIGGER slug BEFORE UPDATE ON articles FOR EACH ROW SET NEW.slug = LOWER(NEW.title)");
    let session = database.engine().session();
    (database, session)
}

#[test]
fn computed_columns_are_declared_in_the_table() {
    let ddl = Schema::of::<Line>().ddl();
    assert!(ddl.contains("`total` BIGINT GENERATED ALWAYS AS (price * pieces) VIRTUAL,"), "{ddl}");
    assert!(ddl.contains("`label` VARCHAR(20) GENERATED ALWAYS AS (concat('#', price)) STORED,"), "{ddl}");
    let ddl = Schema::of::<Article>().ddl();
    assert!(
        ddl.contains("`changed` DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),"),
        "{ddl}"
    );
    assert!(ddl.contains("`touched` DATETIME(6) NULL ON UPDATE CURRENT_TIMESTAMP(6),"), "{ddl}");
}

#[test]
fn computed_columns_come_back_with_the_insert_and_with_one_question_after_an_update() -> orm_core::Result<()> {
    // unit-of-work 37, 41
    let (database, mut session) = lines();
    let lines = session.add_many((1..=3).map(|price| Line { price, pieces: 2, ..Default::default() }));
    let (committed, sent) = statements(|| session.commit());
    committed?;
    let returning = returning(database.engine(), "`id`, `total`, `label`, `ordered`");
    let insert = format!("INSERT INTO `order_lines` (`price`, `pieces`) VALUES (?, ?), (?, ?), (?, ?){returning}");
    assert_eq!(sent[0], insert);
    // Without RETURNING there is a question.
    assert_eq!(sent.len(), if returning.is_empty() { 3 } else { 2 }, "{sent:#?}");
    assert_eq!((session[lines[2]].total.get(), session[lines[2]].label.get()), (Some(6), Some("#3".into())));
    lines.iter().for_each(|&line| session[line].pieces = 0);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent.len(), 3);
    assert_eq!(
        sent[1],
        "SELECT `order_lines`.`id`, `order_lines`.`total`, `order_lines`.`label`, `order_lines`.`ordered` FROM `order_lines` \
         WHERE `order_lines`.`id` IN (?, ?, ?, ?)"
    );
    assert_eq!((session[lines[2]].total.get(), session[lines[2]].ordered.get()), (Some(0), None));
    assert_eq!(database.ask("SELECT total, label FROM order_lines"), ["0 | #1", "0 | #2", "0 | #3"]);
    Ok(())
}

#[test]
fn a_computed_column_that_is_set_is_an_error_and_nothing_is_lost() -> orm_core::Result<()> {
    let (database, mut session) = lines();
    let line = session.add(Line { price: 1, total: 5.into(), ..Default::default() });
    let error = session.commit().expect_err("the database computes the total");
    assert_eq!(error.to_string(), "`Line.total` is computed by the database: leave it unset");
    session[line].total = Auto::unset();
    session.commit()?;
    session[line].total = 7.into();
    session[line].price = 2;
    assert!(matches!(session.commit(), Err(Error::Computed { model: "Line", field: "total" })));
    session[line].total = Auto::unset();
    session.commit()?;
    assert_eq!(database.ask("SELECT price, total FROM order_lines"), ["2 | 0"]);
    Ok(())
}

#[test]
fn what_a_failed_flush_had_computed_is_taken_back() -> orm_core::Result<()> {
    let (database, mut session) = lines();
    let line = session.add(Line { price: 5, pieces: 1, ..Default::default() });
    session.commit()?;
    session[line].pieces = 2;
    session.flush()?;
    assert_eq!(session[line].total.get(), Some(10));
    let wrong = session.add(Line { id: 1.into(), ..Default::default() });
    session.commit().expect_err("the key is taken");
    assert_eq!((session[line].pieces, session[line].total.get()), (2, Some(5)));
    session.delete(wrong);
    session.commit()?;
    assert_eq!(
        (session[line].total.get(), database.ask("SELECT total FROM order_lines")),
        (Some(10), vec!["10".to_owned()])
    );
    session[line].pieces = 3;
    session.flush()?;
    session.rollback()?;
    assert_eq!((session[line].pieces, session[line].total.get()), (2, Some(10)));
    Ok(())
}

#[test]
fn columns_that_the_database_sets_on_update_are_read_again() -> orm_core::Result<()> {
    // unit-of-work 40
    let (_database, mut session) = articles();
    let article = session.add(Article { title: "First".into(), ..Default::default() });
    session.commit()?;
    let (created, changed) = (session[article].created.get(), session[article].changed.get());
    assert!(created.is_some() && session[article].touched.is_none());
    session[article].title = "Second".into();
    session.commit()?;
    let article = &session[article];
    assert_eq!(article.created.get(), created);
    assert!(article.changed.get() > changed, "{article:?}");
    assert_eq!(article.touched, article.changed.get());
    assert!(session.pending()?.is_empty());
    Ok(())
}

#[test]
fn what_a_trigger_has_changed_is_read_back() -> orm_core::Result<()> {
    // unit-of-work 40
    let (database, mut session) = articles();
    let articles = session.add_many(["A", "B"].map(|title| Article { title: title.into(), ..Default::default() }));
    session.flush()?;
    assert_eq!((session[articles[0]].slug.as_str(), session[articles[1]].slug.as_str()), ("a", "b"));
    session[articles[0]].title = "Sea".into();
    session.commit()?;
    assert_eq!(session[articles[0]].slug, "sea");
    assert_eq!(database.ask("SELECT slug FROM articles"), ["sea", "b"]);
    assert!(session.pending()?.is_empty());
    Ok(())
}

#[test]
fn computed_columns_of_plain_data_are_left_to_the_database() -> orm_core::Result<()> {
    let (database, mut session) = lines();
    let copy = |id: i32, price| Line { id: id.into(), price, pieces: 2, total: 99.into(), ..Default::default() };
    session.insert_all([copy(1, 1)])?;
    session.upsert([copy(1, 2), copy(2, 2)])?;
    session.merge_all([copy(2, 5), copy(3, 5)])?;
    session.commit()?;
    assert_eq!(database.ask("SELECT id, total FROM order_lines"), ["1 | 4", "2 | 10", "3 | 10"]);
    Ok(())
}

#[test]
fn a_value_that_was_set_after_the_insert_is_kept_when_the_transaction_fails() -> orm_core::Result<()> {
    let (database, mut session) = articles();
    let long_ago = NaiveDate::from_ymd_opt(1999, 12, 31).and_then(|day| day.and_hms_opt(0, 0, 0)).expect("a time");
    let [first, second] =
        session.add_all(["One", "Two"].map(|title| Article { title: title.into(), ..Default::default() }));
    session.flush()?;
    session[first].created = long_ago.into();
    session.flush()?;
    session[second].created = long_ago.into();
    let wrong = session.add(Article { title: "x".repeat(21), ..Default::default() });
    session.commit().expect_err("the title is too long");
    session.delete(wrong);
    session.commit()?;
    let created = "SELECT title FROM articles WHERE created = '1999-12-31' ORDER BY title";
    assert_eq!(database.ask(created), ["One", "Two"]);
    Ok(())
}

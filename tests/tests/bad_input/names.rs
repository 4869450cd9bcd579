//! Names that are reserved words, hold quotes and backticks, or are no ASCII: errors trace them back, too.

use orm_core::prelude::*;
use orm_core::{Error, Violation};
use tests::Database;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "o`r'der größe", unique(r#type, group))]
struct Order {
    #[primary_key]
    #[column(name = "key")]
    id: Auto<i32>,
    #[column(name = "ty`pe", length = 10)]
    r#type: String,
    #[column(name = "gr'oup", length = 10)]
    group: String,
    #[column(name = "wh\"ere for key '", length = 3, unique)]
    r#where: Option<String>,
    #[column(name = "sé lect", check = "`sé lect` < 10")]
    select: i32,
    #[belongs_to(column = "fr`o'm")]
    parent: Option<BelongsTo<Order>>,
    #[many_to_many(through = "a`b :c ?")]
    tables: ManyToMany<Table>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "table")]
struct Table {
    #[primary_key]
    #[column(length = 10)]
    index: String,
    #[many_to_many(through = "a`b :c ?")]
    orders: ManyToMany<Order>,
}

fn order(text: &str) -> Order {
    Order { r#type: text.into(), group: text.into(), ..Default::default() }
}

#[test]
fn a_refusal_is_traced_through_any_name() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Order>());
    let mut session = database.engine().session();
    session.add(Order { r#where: Some("x".into()), ..order("a") });
    session.commit()?;
    let new = session.add(order("a"));
    let refused = |session: &mut Session, change: &dyn Fn(&mut Order)| {
        change(&mut session[new]);
        session.commit().expect_err("it is refused")
    };
    let error = refused(&mut session, &|_| {});
    assert!(
        matches!(&error, Error::Duplicate { model: Some("Order"), fields, .. } if *fields == ["type", "group"]),
        "{error:?}"
    );
    let error = refused(&mut session, &|order| (order.group, order.r#where) = ("b".into(), Some("x".into())));
    assert!(
        matches!(&error, Error::Duplicate { model: Some("Order"), fields, columns, .. }
            if *fields == ["where"] && *columns == ["wh\"ere for key '"]),
        "{error:?}"
    );
    let error = refused(&mut session, &|order| order.r#where = Some("long".into()));
    assert!(matches!(error, Error::TooLong { model: Some("Order"), field: Some("where"), .. }), "{error:?}");
    let error = refused(&mut session, &|order| (order.r#where, order.select) = (None, 10));
    assert!(matches!(error, Error::Check { model: Some("Order"), field: Some("select"), .. }), "{error:?}");
    let error = refused(&mut session, &|order| (order.select, order.parent) = (1, BelongsTo::key(99).into()));
    assert!(
        matches!(
            error,
            Error::ForeignKey {
                model: Some("Order"),
                field: Some("parent"),
                target: Some("Order"),
                violation: Violation::TargetMissing,
                ..
            }
        ),
        "{error:?}"
    );
    session[new].parent = None;
    session[new].tables.push(Table { index: "i".into(), ..Default::default() });
    session.commit()?;
    let joined = session.query::<Order>().join(Order::tables).filter(Order::r#type.eq("a")).one()?;
    assert_eq!((joined.group.as_str(), joined.tables()?[0].index.as_str()), ("b", "i"));
    Ok(())
}

#[test]
fn what_is_missing_is_traced_through_any_name() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Order>());
    let mut session = database.engine().session();
    database.run("ALTER TABLE `o``r'der größe` RENAME COLUMN `gr'oup` TO `other`");
    let missing = session.query::<Order>().all().map(drop).expect_err("the column is missing");
    assert!(matches!(missing, Error::MissingColumn { model: Some("Order"), field: Some("group"), .. }), "{missing:?}");
    session.add(order("a"));
    let missing = session.commit().expect_err("the column is missing");
    assert!(matches!(missing, Error::MissingColumn { model: Some("Order"), field: Some("group"), .. }), "{missing:?}");
    database.run("ALTER TABLE `o``r'der größe` RENAME COLUMN `other` TO `gr'oup`");
    database.run("RENAME TABLE `a``b :c ?` TO gone");
    session.commit()?;
    let order = session.query::<Order>().one()?;
    let missing = order.tables().map(drop).expect_err("the association table is missing");
    assert!(matches!(&missing, Error::MissingTable { table: Some(table), .. } if table == "a`b :c ?"), "{missing:?}");
    assert!(missing.server().and_then(orm_core::ServerError::links).is_some(), "{missing:?}");
    Ok(())
}

//! `guide/values.md`

use std::collections::BTreeMap;
use std::time::Duration;

use bitflags::bitflags;
use expect_test::expect;
use orm_core::prelude::*;
use orm_core::value::{Bits, ColumnType, ConversionError, Json, Set, SqlType, Value};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tests::Database;
use uuid::Uuid;

#[derive(Clone, Debug, Default, PartialEq, DbEnum)]
enum Status {
    #[default]
    Open,
    InProgress,
    #[db_enum(rename = "finished")]
    Done,
}

#[derive(Clone, Debug, Default, PartialEq, DbEnum)]
#[db_enum(integer)]
#[repr(u8)]
enum Priority {
    #[default]
    Low = 1,
    High = 10,
}

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, DbEnum)]
enum Weekday {
    Monday,
    Tuesday,
}

bitflags! {
    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    struct Rights: u8 {
        const READ = 1;
        const WRITE = 2;
    }
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
struct Settings {
    theme: String,
    sizes: BTreeMap<String, u32>,
}

#[derive(Clone, Debug, Default, PartialEq, ColumnType)]
#[column_type(number)]
struct Cents(i64);

#[derive(Clone, Debug, Default, PartialEq)]
struct Release {
    major: u8,
    minor: u8,
}

impl ColumnType for Release {
    const SQL_TYPE: SqlType = SqlType::SmallIntUnsigned;

    fn to_value(&self) -> Value {
        u16::from_be_bytes([self.major, self.minor]).to_value()
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        let [major, minor] = u16::from_value(value)?.to_be_bytes();
        Ok(Self { major, minor })
    }
}

#[derive(Clone, Debug, Model, PartialEq)]
#[model(table = "tickets")]
struct Ticket {
    #[primary_key]
    id: Uuid,
    #[column(length = 80)]
    title: String,
    text: Option<String>,
    status: Status,
    priority: Priority,
    days: Set<Weekday>,
    rights: Bits<Rights>,
    settings: Json<Settings>,
    price: Cents,
    #[column(precision = 12, scale = 2)]
    rate: Decimal,
    release: Release,
    spent: Duration,
    #[column(precision = 0)]
    due: Option<DateTime<Utc>>,
}

fn tickets() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Ticket>());
    let session = database.engine().session();
    (database, session)
}

/// A session that has not read the one ticket of its database.
fn one_ticket() -> (Database, Session) {
    let (database, mut session) = tickets();
    session.add(Ticket { id: Uuid::from_u128(7), title: "Paint it".into(), ..Default::default() });
    session.commit().expect("the ticket is stored");
    let session = database.engine().session();
    (database, session)
}

#[test]
fn columns() {
    let ddl = Schema::of::<Ticket>().ddl();
    expect![[r#"
        CREATE TABLE `tickets` (
          `id` BINARY(16) NOT NULL,
          `title` VARCHAR(80) NOT NULL,
          `text` TEXT NULL,
          `status` ENUM('open', 'in_progress', 'finished') NOT NULL,
          `priority` TINYINT UNSIGNED NOT NULL,
          `days` SET('monday', 'tuesday') NOT NULL,
          `rights` TINYINT UNSIGNED NOT NULL,
          `settings` JSON NOT NULL,
          `price` BIGINT NOT NULL,
          `rate` DECIMAL(12, 2) NOT NULL,
          `release` SMALLINT UNSIGNED NOT NULL,
          `spent` TIME(6) NOT NULL,
          `due` DATETIME(0) NULL,
          PRIMARY KEY (`id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
    "#]]
    .assert_eq(&ddl);
}

#[test]
fn values() -> orm_core::Result<()> {
    let (database, mut session) = tickets();
    let ticket = session.add(Ticket {
        id: Uuid::from_u128(7),
        title: "Paint it".into(),
        status: Status::InProgress,
        days: [Weekday::Monday, Weekday::Tuesday].into(),
        rights: (Rights::READ | Rights::WRITE).into(),
        settings: Settings { theme: "dark".into(), ..Default::default() }.into(),
        price: Cents(1999),
        rate: Decimal::new(125, 1),
        release: Release { major: 2, minor: 1 },
        spent: Duration::from_secs(90),
        ..Default::default()
    });
    session.commit()?;
    session[ticket].settings.sizes.insert("title".into(), 14);
    session[ticket].days.remove(&Weekday::Monday);
    session.assign(ticket, Ticket::price.set(Ticket::price + Cents(1)))?;
    session.commit()?;
    let stored = database.ask("SELECT days, JSON_EXTRACT(settings, '$.sizes.title'), price FROM tickets");
    assert_eq!(stored, ["tuesday | 14 | 2000"]);
    let read = database.engine().session();
    assert_eq!(
        read.find::<Ticket>(Uuid::from_u128(7))?.map(|ticket| ticket.get().clone()).as_ref(),
        Some(&session[ticket])
    );
    Ok(())
}

#[test]
fn questions_about_values() -> orm_core::Result<()> {
    let (_database, session) = one_ticket();
    let open = session
        .query::<Ticket>()
        .filter(Ticket::status.in_([Status::Open, Status::InProgress]) & Ticket::price.lt(Cents(2000)))
        .filter(Ticket::release.ne(Release { major: 1, minor: 0 }))
        .order_by(Ticket::status)
        .all()?;
    assert_eq!(open.len(), 1);
    Ok(())
}

#[test]
fn what_a_column_cannot_hold() -> orm_core::Result<()> {
    let (_database, mut session) = tickets();
    let ticket = session.add(Ticket { rate: Decimal::new(12345, 3), ..Default::default() });
    let error = session.commit().expect_err("three digits after the point");
    expect![[r#"
        `Ticket.rate` cannot be stored in `tickets.rate`: '12.345' is not a number with 2 digits after the point, as its column has
    "#]].assert_eq(&format!("{error}\n"));
    session[ticket].rate = Decimal::new(1235, 2);
    session.commit()
}

#[test]
fn what_a_type_cannot_hold() -> orm_core::Result<()> {
    let (database, session) = one_ticket();
    database.run("UPDATE tickets SET priority = 5");
    let error = session.query::<Ticket>().all().map(drop).expect_err("there is no such priority");
    expect![[r#"
        `Ticket.priority` cannot be read from `tickets.priority`: 5 is not one of 1, 10
    "#]]
    .assert_eq(&format!("{error}\n"));
    Ok(())
}

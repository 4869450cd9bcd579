//! Random values of enums, sets, flags and newtypes.

use bitflags::bitflags;
use orm_core::prelude::*;
use orm_core::value::{Bits, Set};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use tests::{Database, statements};

use super::sample::{come_back, sample};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, DbEnum)]
enum Status {
    #[default]
    Open,
    InProgress,
    #[db_enum(rename = "it's \\ done, é🦀")]
    Done,
}

#[derive(Debug, Clone, Copy, PartialEq, Default, DbEnum)]
#[db_enum(integer)]
#[repr(i16)]
enum Level {
    Lowest = i16::MIN,
    #[default]
    None = 0,
    Highest = i16::MAX,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, DbEnum)]
#[db_enum(rename_all = "UPPERCASE")]
enum Day {
    Sunday,
    Monday,
    Friday,
}

bitflags! {
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    struct Rights: u64 {
        const READ = 1;
        const WRITE = 2;
        const OWN = 1 << 63;
    }
}

#[derive(Debug, Clone, PartialEq, Default, ColumnType)]
#[column_type(number)]
struct Cents(i64);

#[derive(Debug, Clone, PartialEq, Default, ColumnType)]
struct Email {
    address: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "tickets", collation = "utf8mb4_bin")]
struct Ticket {
    #[primary_key]
    id: i32,
    status: Status,
    maybe: Option<Status>,
    level: Level,
    days: Set<Day>,
    rights: Bits<Rights>,
    price: Cents,
    #[column(length = 100)]
    email: Email,
}

sample!(Ticket: status level days rights price email);

fn ticket() -> impl Strategy<Value = Ticket> {
    let status = || select(vec![Status::Open, Status::InProgress, Status::Done]);
    let level = select(vec![Level::Lowest, Level::None, Level::Highest]);
    let days = subsequence(vec![Day::Sunday, Day::Monday, Day::Friday], 0..=3);
    let rights = subsequence(vec![Rights::READ, Rights::WRITE, Rights::OWN], 0..=3);
    (status(), proptest::option::of(status()), level, days, rights, any::<i64>(), "[a-zé@.]{0,20}").prop_map(
        |(status, maybe, level, days, rights, cents, address)| Ticket {
            id: 0,
            status,
            maybe,
            level,
            days: days.into_iter().collect(),
            rights: rights.into_iter().fold(Rights::empty(), |all, one| all | one).into(),
            price: Cents(cents),
            email: Email { address },
        },
    )
}

#[test]
fn random_choices_come_back() {
    come_back(ticket());
}

#[test]
fn enums_and_sets_are_lists_of_names_and_numbers_are_numbers() {
    let ddl = Schema::of::<Ticket>().ddl();
    for column in [
        "`status` ENUM('open', 'in_progress', 'it''s \\\\ done, é🦀') NOT NULL",
        "`level` SMALLINT NOT NULL",
        "`days` SET('SUNDAY', 'MONDAY', 'FRIDAY') NOT NULL",
        "`rights` BIGINT UNSIGNED NOT NULL",
        "`price` BIGINT NOT NULL",
        "`email` VARCHAR(100) NOT NULL",
    ] {
        assert!(ddl.contains(column), "{column} is not in {ddl}");
    }
}

#[test]
fn what_is_read_and_is_none_of_them_is_told() {
    let told = [
        "ALTER TABLE tickets MODIFY status VARCHAR(20) NOT NULL; UPDATE tickets SET status = 'OPEN'",
        "SET sql_mode = ''; UPDATE tickets SET maybe = 'closed'",
        "UPDATE tickets SET level = 1",
        "ALTER TABLE tickets MODIFY days SET('SUNDAY', 'TUESDAY') NOT NULL; UPDATE tickets SET days = 'SUNDAY,TUESDAY'",
        "UPDATE tickets SET rights = 5",
        "ALTER TABLE tickets MODIFY price DECIMAL(30, 1) NOT NULL; UPDATE tickets SET price = 0.5",
        "ALTER TABLE tickets MODIFY email INT NOT NULL",
    ]
    .map(|change| {
        let database = Database::with(&Schema::of::<Ticket>());
        database.run("INSERT INTO tickets VALUES (1, 'open', NULL, 0, '', 0, 0, '')");
        database.run(&format!("SET sql_mode = ''; {change}"));
        let error = database.engine().session().query::<Ticket>().all().map(|found| found.len());
        error.expect_err("it cannot be read").to_string()
    });
    expect_test::expect![[r#"
        `Ticket.status` cannot be read from `tickets.status`: 'OPEN' is not one of 'open', 'in_progress', 'it's \ done, é🦀'
        `Ticket.maybe` cannot be read from `tickets.maybe`: '' is not one of 'open', 'in_progress', 'it's \ done, é🦀'
        `Ticket.level` cannot be read from `tickets.level`: 1 is not one of -32768, 0, 32767
        `Ticket.days` cannot be read from `tickets.days`: 'SUNDAY,TUESDAY' is not a set of 'SUNDAY', 'MONDAY', 'FRIDAY'
        `Ticket.rights` cannot be read from `tickets.rights`: 5 is not made of the bits READ, WRITE, OWN
        `Ticket.price` cannot be read from `tickets.price`: '0.5' is not in the range of i64 (-9223372036854775808 to 9223372036854775807)
        `Ticket.email` cannot be read from `tickets.email`: 0 is not text"#]].assert_eq(&told.join("\n"));
}

#[test]
fn a_set_in_another_order_is_no_change() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Ticket>());
    let mut session = database.engine().session();
    let ticket = session.add(Ticket { id: 1, days: [Day::Friday, Day::Sunday].into(), ..Default::default() });
    session.commit()?;
    session[ticket].days = [Day::Sunday, Day::Friday].into();
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, ["COMMIT"; 0]);
    session[ticket].days.remove(&Day::Sunday);
    session.commit()?;
    assert_eq!(database.ask("SELECT days FROM tickets"), ["FRIDAY"]);
    Ok(())
}

#[test]
fn tickets_are_sorted_in_the_order_of_the_declaration() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Ticket>());
    let mut session = database.engine().session();
    for (id, status) in [(1, Status::Done), (2, Status::InProgress), (3, Status::Open)] {
        session.add(Ticket { id, status, ..Default::default() });
    }
    let sorted = session.query::<Ticket>().order_by(Ticket::status).all()?;
    assert_eq!(sorted.into_iter().map(|ticket| ticket.id).collect::<Vec<_>>(), [3, 2, 1]);
    let two = session.query::<Ticket>().filter(Ticket::status.in_([Status::Open, Status::Done]));
    assert_eq!(two.count()?, 2);
    Ok(())
}

#[test]
fn the_server_calculates_with_a_newtype_of_a_number() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Ticket>());
    let mut session = database.engine().session();
    let ticket = session.add(Ticket { id: 1, price: Cents(100), ..Default::default() });
    session.commit()?;
    session.assign(ticket, Ticket::price.set(Ticket::price + Cents(1)))?;
    session.commit()?;
    assert_eq!(session[ticket].price, Cents(101));
    assert_eq!(session.query::<Ticket>().filter(Ticket::price.gt(Cents(100))).count()?, 1);
    Ok(())
}

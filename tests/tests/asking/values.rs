//! Values of the program inside of terms: each stays what it is beside other values.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use expect_test::expect;
use orm_core::prelude::*;
use orm_core::value::Native;
use rust_decimal::Decimal;
use tests::{Database, statements};
use uuid::Uuid;

#[derive(Debug, Model)]
#[model(table = "accounts")]
struct Account {
    #[primary_key]
    id: i32,
    #[column(precision = 40, scale = 10)]
    amount: Decimal,
    #[column(precision = 40, scale = 10)]
    bonus: Option<Decimal>,
}

const LARGE: &str = "123456789012345678.0000000001";

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).expect("a number")
}

/// One account with more digits than a `DOUBLE` has.
fn account() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Account>());
    let mut session = database.engine().session();
    session.add(Account { id: 1, amount: decimal(LARGE), bonus: None });
    session.commit().expect("the account is written");
    (database, session)
}

#[test]
fn no_money_is_lost_where_the_database_adds_it() -> orm_core::Result<()> {
    let (_database, mut session) = account();
    let sum = Account::amount.set(Account::amount + decimal("0.0000000005"));
    let (changed, sent) = statements(|| session.update_all(query::<Account>(), [sum.clone()]));
    assert_eq!(changed?, 1);
    expect!["UPDATE `accounts` SET `accounts`.`amount` = `accounts`.`amount` + CAST(? AS DECIMAL(39, 10))"]
        .assert_eq(&sent[0]);
    let account = session.query::<Account>().one()?.handle();
    session.assign(account, sum)?;
    let (committed, sent) = statements(|| session.commit());
    committed?;
    expect!["UPDATE `accounts` SET `amount` = `accounts`.`amount` + CAST(? AS DECIMAL(39, 10)) WHERE `id` = ?"]
        .assert_eq(&sent[0]);
    assert_eq!(session[account].amount, decimal("123456789012345678.0000000011"));
    Ok(())
}

#[test]
fn an_amount_is_found_by_all_of_its_digits() -> orm_core::Result<()> {
    let (_database, session) = account();
    let [near, same] = ["123456789012345678.0000000002", LARGE].map(decimal);
    let among = |list: &[Decimal]| session.query::<Account>().filter(Account::amount.in_(list.iter().copied()));
    expect!["SELECT `accounts`.`id`, `accounts`.`amount`, `accounts`.`bonus` FROM `accounts` WHERE `accounts`.`amount` IN (CAST(? AS DECIMAL(39, 10)), CAST(? AS DECIMAL(39, 10)))"].assert_eq(&among(&[near, same]).to_sql());
    assert_eq!((among(&[near]).count()?, among(&[near, same]).count()?), (0, 1));
    let twice = Account::amount + Account::amount;
    assert_eq!(session.query::<Account>().filter(twice.clone().eq(near + near)).count()?, 0);
    assert_eq!(session.query::<Account>().filter(twice.eq(same + same)).count()?, 1);
    Ok(())
}

#[test]
fn what_is_calculated_with_an_amount_is_an_amount() -> orm_core::Result<()> {
    let (_database, session) = account();
    let [half, large] = ["0.5", LARGE].map(decimal);
    let one = || session.query::<Account>();
    let products = one().select((Account::amount * half, func::value(half) + Account::amount));
    expect!["SELECT `accounts`.`amount` * CAST(? AS DECIMAL(30, 1)), CAST(? AS DECIMAL(30, 1)) + `accounts`.`amount` FROM `accounts`"].assert_eq(&products.to_sql());
    let product = decimal("61728394506172839.00000000005");
    assert_eq!(products.one()?, (product, large + half));
    let either = (func::greatest(Account::amount, half), func::coalesce(Account::bonus, half));
    assert_eq!(one().select(either).one()?, (large, half));
    let given = || func::if_(Account::id.gt(1), Account::amount, half);
    assert_eq!((one().select(given()).one()?, one().select(func::sum(given())).one()?), (half, Some(half)));
    let page = one().keyset(((Account::amount * half).asc(), Account::id), Some((product, 1)));
    assert_eq!(page.count()?, 0);
    Ok(())
}

#[test]
fn a_part_of_an_amount_is_rounded_to_what_a_decimal_holds() -> orm_core::Result<()> {
    #[derive(Debug, Model)]
    #[model(table = "parts")]
    struct Part {
        #[primary_key]
        id: i32,
        size: Decimal,
    }
    let database = Database::with(&Schema::of::<Part>());
    let mut session = database.engine().session();
    session.add_all([1, 2, 3].map(|id| Part { id, size: Decimal::from(id.max(2) - 1) }));
    session.commit()?;
    let average = session.query::<Part>().select(func::avg(Part::size)).one()?;
    assert_eq!(average, Some(decimal("1.3333333333333333333333333333")));
    let third = session.query::<Part>().filter(Part::id.eq(1)).select(Part::size / decimal("3")).one()?;
    assert_eq!(third, Some(decimal("0.3333333333333333333333333333")));
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "hosts", no_default)]
struct Host {
    #[primary_key]
    id: Uuid,
    #[column(length = 50)]
    secret: Vec<u8>,
    old: Option<Ipv4Addr>,
    new: Ipv6Addr,
    any: IpAddr,
}

/// The same bytes are no text.
const BYTES: [u8; 3] = [0xff, 0x00, 0xc8];

fn host() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Host>());
    let mut session = database.engine().session();
    let (id, new, any) =
        (Uuid::from_u128(u128::MAX), Ipv6Addr::from_bits(u128::MAX), Ipv4Addr::new(255, 2, 3, 4).into());
    session.add(Host { id, secret: BYTES.to_vec(), old: None, new, any });
    session.commit().expect("the host is written");
    (database, session)
}

#[test]
fn bytes_beside_bytes_are_no_text() -> orm_core::Result<()> {
    let (_database, session) = host();
    let of = |bytes: &[u8]| query::<Host>().select(func::value(bytes.to_vec()));
    let both = |second: &[u8]| of(&BYTES).union_all(of(second)).on(&session).rows();
    expect!["SELECT CAST(? AS BINARY) FROM `hosts` UNION SELECT CAST(? AS BINARY) FROM `hosts`"]
        .assert_eq(&of(&BYTES).union(of(&[])).to_sql());
    for second in [vec![0x80; 3], vec![0xfe; 20_000], Vec::new(), vec![0xc8]] {
        assert_eq!(both(&second)?, [BYTES.to_vec(), second]);
    }
    let [one, other] = [1, u128::MAX].map(Uuid::from_u128);
    let given = session.query::<Host>().select(func::if_(Host::secret.eq(BYTES.to_vec()), one, other));
    expect!["SELECT CASE WHEN `hosts`.`secret` = ? THEN CAST(? AS BINARY) ELSE CAST(? AS BINARY) END FROM `hosts`"]
        .assert_eq(&given.to_sql());
    assert_eq!(given.one()?, one);
    let id = query::<Host>().select(func::value(other)).union(query::<Host>().select(Host::id)).on(&session);
    assert_eq!(id.rows()?, [other]);
    Ok(())
}

#[test]
fn addresses_beside_addresses_stay_addresses() -> orm_core::Result<()> {
    let (_database, session) = host();
    let (old, new) = (Ipv4Addr::new(255, 0, 0, 1), Ipv6Addr::LOCALHOST);
    let hosts = || session.query::<Host>();
    assert_eq!(hosts().select((func::coalesce(Host::old, old), func::value(new))).one()?, (old, new));
    assert_eq!(hosts().select(func::coalesce(Host::old, old)).group_by(func::coalesce(Host::old, old)).rows()?, [old]);
    let casts = hosts().select((func::cast::<IpAddr, _>(Host::any), func::cast::<Vec<u8>, _>(Host::secret)));
    expect!["SELECT CAST(`hosts`.`any` AS BINARY), CAST(`hosts`.`secret` AS BINARY) FROM `hosts`"]
        .assert_eq(&casts.to_sql());
    assert_eq!(casts.one()?, (Ipv4Addr::new(255, 2, 3, 4).into(), BYTES.to_vec()));
    Ok(())
}

#[test]
fn floating_point_numbers_are_read_from_what_the_server_makes_of_them() -> orm_core::Result<()> {
    #[derive(Debug, Model)]
    #[model(table = "weights")]
    struct Weight {
        #[primary_key]
        id: u64,
        single: f32,
        double: f64,
    }
    let database = Database::with(&Schema::of::<Weight>());
    let mut session = database.engine().session();
    session.add(Weight { id: u64::MAX, single: 0.1, double: 2.5 });
    session.commit()?;
    let weights = || session.query::<Weight>();
    let singles = (Weight::single + Weight::single, func::abs(Weight::single), func::cast::<f32, _>(Weight::single));
    assert_eq!(weights().select(singles).one()?, (0.2, 0.1, 0.1));
    let whole = (func::ceil(Weight::double), func::floor(Weight::single), Weight::double.div_whole(1.0));
    assert_eq!(weights().select(whole).one()?, (3, 0, Some(2.0)));
    assert_eq!(weights().select(func::number::<u64, _>(func::ceil(Weight::id))).one()?, u64::MAX);
    Ok(())
}

#[derive(Debug, PartialEq, Row)]
struct Step {
    number: i32,
    text: String,
    amount: Decimal,
    count: u64,
    bytes: Vec<u8>,
    at: NaiveDateTime,
    host: Native<Ipv4Addr>,
}

#[test]
fn rows_that_follow_may_be_larger_than_the_first() -> orm_core::Result<()> {
    let (_database, session) = account();
    let moment = |text: &str| text.parse::<NaiveDateTime>().expect("a moment");
    let step = |number: u8, text: &str, amount, count, bytes: &[u8], at| Step {
        number: number.into(),
        text: text.to_owned(),
        amount: decimal(amount),
        count,
        bytes: bytes.to_vec(),
        at: moment(at),
        host: Ipv4Addr::new(255, 1, 1, 100 * number - 99).into(),
    };
    let steps = [
        step(1, "é", "1", 1, &[0xff], "2026-01-01T00:00:00"),
        step(2, &"é".repeat(1_000), LARGE, u64::MAX, &[0xc8; 300], "2026-01-01T00:00:00.000001"),
    ];
    let [first, second] = &steps;
    let values = |step: &Step| StepColumns {
        number: func::value(step.number),
        text: func::value(step.text.clone()),
        amount: func::value(step.amount),
        count: func::value(step.count),
        bytes: func::value(step.bytes.clone()),
        at: func::value(step.at),
        host: func::value(step.host),
    };
    let rows = recursive(query::<Account>().select(values(first)), |step| {
        query::<Account>().join_on(step, Step::number.eq(1)).select(values(second))
    });
    let rows = rows.query().order_by(Step::number);
    expect!["WITH RECURSIVE `#step` (`number`, `text`, `amount`, `count`, `bytes`, `at`, `host`) AS (SELECT ?, CAST(? AS CHAR(65535)), CAST(? AS DECIMAL(57, 28)), CAST(? AS UNSIGNED), UNHEX(CAST(HEX(?) AS CHAR(131070))), CAST(? AS DATETIME(6)), CAST(? AS CHAR(65535)) FROM `accounts` UNION ALL SELECT ?, ?, CAST(? AS DECIMAL(39, 10)), ?, CAST(? AS BINARY), ?, ? FROM `accounts` INNER JOIN `#step` ON `#step`.`number` = ?) SELECT `#step`.`number`, `#step`.`text`, `#step`.`amount`, `#step`.`count`, `#step`.`bytes`, `#step`.`at`, `#step`.`host` FROM `#step` ORDER BY `#step`.`number`"].assert_eq(&rows.to_sql());
    assert_eq!(rows.on(&session).rows()?, steps);
    Ok(())
}

#[test]
fn pages_of_amounts_lose_none() -> orm_core::Result<()> {
    let (_database, mut session) = account();
    session.add_all([2, 3].map(|id| Account { id, amount: decimal(LARGE) - decimal("0.0000000001"), bonus: None }));
    session.commit()?;
    let page = |after| session.query::<Account>().keyset((Account::amount.desc(), Account::id), after).limit(1);
    expect!["SELECT `accounts`.`id`, `accounts`.`amount`, `accounts`.`bonus` FROM `accounts` WHERE `accounts`.`amount` <= CAST(? AS DECIMAL(29, 0)) AND (`accounts`.`amount` < CAST(? AS DECIMAL(29, 0)) OR `accounts`.`id` > ?) ORDER BY `accounts`.`amount` DESC, `accounts`.`id` LIMIT 1"].assert_eq(&page(Some((decimal("1"), 1))).to_sql());
    let mut read = Vec::new();
    let mut after = None;
    while let Some(account) = page(after).first()? {
        read.push(account.id);
        after = Some((account.amount, account.id));
    }
    assert_eq!(read, [1, 2, 3]);
    let half = || Account::amount / decimal("2");
    let above =
        |amount| session.query::<Account>().keyset((func::coalesce(half(), decimal("0")).asc(),), Some((amount,)));
    let smallest = session.query::<Account>().select(func::min(half())).one()?.expect("an amount");
    assert_eq!(above(smallest).pluck(Account::id)?, [1]);
    Ok(())
}

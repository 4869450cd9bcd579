//! Values of the program inside of terms: each stays what it is beside other values.

use expect_test::expect;
use orm_core::prelude::*;
use rust_decimal::Decimal;
use tests::{Database, statements};

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
    expect!["UPDATE `accounts` SET `accounts`.`amount` = `accounts`.`amount` + CAST(? AS DECIMAL(39, 10))"].assert_eq(&sent[0]);
    let account = session.query::<Account>().one()?.handle();
    session.assign(account, sum)?;
    let (committed, sent) = statements(|| session.commit());
    committed?;
    expect!["UPDATE `accounts` SET `amount` = `accounts`.`amount` + CAST(? AS DECIMAL(39, 10)) WHERE `id` = ?"].assert_eq(&sent[0]);
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

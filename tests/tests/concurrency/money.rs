//! Eight threads move money between fifty accounts, in three ways. The sum never changes, and each balance is what the
//! transfers say.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use orm_core::prelude::*;
use orm_core::{Error, Result};
use tests::Database;

use super::{Dice, Tally, all_end, no_transaction_is_left, seconds};

const THREADS: u64 = 8;
const ACCOUNTS: i32 = 50;
const AT_FIRST: i64 = 1000;

#[derive(Debug, Model)]
#[model(table = "accounts")]
struct Account {
    #[primary_key]
    id: i32,
    balance: i64,
}

#[derive(Debug, Model)]
#[model(table = "transfers")]
struct Transfer {
    #[primary_key]
    id: Auto<i64>,
    #[belongs_to]
    sender: BelongsTo<Account>,
    #[belongs_to]
    receiver: BelongsTo<Account>,
    amount: i64,
}

#[derive(Debug, Model)]
#[model(table = "accounts")]
struct VersionedAccount {
    #[primary_key]
    id: i32,
    #[version]
    version: u32,
    balance: i64,
}

#[derive(Debug, Model)]
#[model(table = "transfers")]
struct VersionedTransfer {
    #[primary_key]
    id: Auto<i64>,
    #[belongs_to]
    sender: BelongsTo<VersionedAccount>,
    #[belongs_to]
    receiver: BelongsTo<VersionedAccount>,
    amount: i64,
}

/// So much from the first to the second.
#[derive(Clone, Copy)]
struct Order {
    accounts: [i32; 2],
    amount: i64,
}

type Move = fn(&mut Session, Order) -> Result<()>;

/// Nobody else can change what is locked when it is read. The locks come in the order of the keys.
fn with_locks(session: &mut Session, Order { accounts: [sender, receiver], amount }: Order) -> Result<()> {
    let both = session.query::<Account>().filter(Account::id.in_([sender, receiver]));
    for account in both.order_by(Account::id).for_update().handles()? {
        session[account].balance += if session[account].id == sender { -amount } else { amount };
    }
    let (sender, receiver) = (BelongsTo::key(sender), BelongsTo::key(receiver));
    session.add(Transfer { sender, receiver, amount, ..Default::default() });
    Ok(())
}

/// The server calculates, so that nothing has to be read before.
fn with_terms(session: &mut Session, Order { accounts: [sender, receiver], amount }: Order) -> Result<()> {
    for (account, amount) in [(sender, -amount), (receiver, amount)] {
        let account = session.find::<Account>(account)?.expect("the account").handle();
        session.assign(account, Account::balance.set(Account::balance + amount))?;
    }
    let (sender, receiver) = (BelongsTo::key(sender), BelongsTo::key(receiver));
    session.add(Transfer { sender, receiver, amount, ..Default::default() });
    Ok(())
}

/// Who comes later finds another version.
fn with_versions(session: &mut Session, Order { accounts: [sender, receiver], amount }: Order) -> Result<()> {
    for (account, amount) in [(sender, -amount), (receiver, amount)] {
        session.find_mut::<VersionedAccount>(account)?.expect("the account").balance += amount;
    }
    let (sender, receiver) = (BelongsTo::key(sender), BelongsTo::key(receiver));
    session.add(VersionedTransfer { sender, receiver, amount, ..Default::default() });
    Ok(())
}

fn balances(session: &Session) -> Result<Vec<i64>> {
    session.query::<Account>().pluck(Account::balance)
}

fn versioned_balances(session: &Session) -> Result<Vec<i64>> {
    session.query::<VersionedAccount>().pluck(VersionedAccount::balance)
}

#[test]
fn no_money_is_lost_with_locks() {
    let accounts = (1..=ACCOUNTS).map(|id| Account { id, balance: AT_FIRST });
    moved("locks", &bank(&Schema::of::<Transfer>(), accounts), with_locks, balances);
}

#[test]
fn no_money_is_lost_with_terms() {
    let accounts = (1..=ACCOUNTS).map(|id| Account { id, balance: AT_FIRST });
    moved("terms", &bank(&Schema::of::<Transfer>(), accounts), with_terms, balances);
}

#[test]
fn no_money_is_lost_with_versions() {
    let accounts = (1..=ACCOUNTS).map(|id| VersionedAccount { id, balance: AT_FIRST, ..Default::default() });
    moved("versions", &bank(&Schema::of::<VersionedTransfer>(), accounts), with_versions, versioned_balances);
}

fn bank<M: Model>(schema: &Schema, accounts: impl Iterator<Item = M>) -> Database {
    let database = Database::with(schema);
    let mut session = database.engine().session();
    session.insert_all(accounts).and_then(|_| session.commit()).expect("the accounts are opened");
    database
}

/// Moves money for a time, while others look at the balances; then compares what is there with what was done.
fn moved(how: &str, database: &Database, one: Move, balances: fn(&Session) -> Result<Vec<i64>>) {
    let (tally, is_over) = (Arc::new(Tally::default()), Arc::new(AtomicBool::new(false)));
    let end = Instant::now() + seconds();
    let movers = (0..THREADS).map(|number| {
        let (engine, tally) = (database.engine().clone(), Arc::clone(&tally));
        thread::spawn(move || {
            let mut dice = Dice::of(number + 1);
            loop {
                move_once(&engine, &tally, order(&mut dice), one);
                if Instant::now() > end {
                    break;
                }
            }
        })
    });
    let movers: Vec<_> = movers.collect();
    let reader = {
        let (engine, is_over) = (database.engine().clone(), Arc::clone(&is_over));
        thread::spawn(move || {
            let mut looks = 0;
            loop {
                let (before, after) = engine
                    .read(|session| Ok::<_, Error>((balances(session)?, balances(session)?)))
                    .expect("the balances can be read");
                assert_eq!(before, after, "one transaction sees one state");
                assert_eq!(before.iter().sum::<i64>(), AT_FIRST * i64::from(ACCOUNTS), "{before:?}");
                looks += 1;
                if is_over.load(Ordering::Relaxed) {
                    break looks;
                }
            }
        })
    };
    all_end(movers);
    is_over.store(true, Ordering::Relaxed);
    let looks = all_end(vec![reader])[0];
    println!("money moved with {how}: {tally}; the balances were looked at {looks} times");
    assert!(tally.done() > 0 && looks > 0);
    let said = "(SELECT COALESCE(SUM(amount), 0) FROM transfers WHERE";
    let wrong = format!("balance <> {AT_FIRST} - {said} sender_id = accounts.id) + {said} receiver_id = accounts.id)");
    assert_eq!(database.ask(&format!("SELECT * FROM accounts WHERE {wrong}")), [""; 0]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM transfers"), [tally.done().to_string()]);
    assert_eq!(database.ask("SELECT SUM(balance) FROM accounts"), [(AT_FIRST * i64::from(ACCOUNTS)).to_string()]);
    no_transaction_is_left(database);
}

fn order(dice: &mut Dice) -> Order {
    let mut account = || i32::try_from(dice.below(ACCOUNTS as u64)).expect("an account") + 1;
    let (sender, other) = (account(), account());
    let receiver = if sender == other { other % ACCOUNTS + 1 } else { other };
    Order { accounts: [sender, receiver], amount: 1 + i64::try_from(dice.below(20)).expect("an amount") }
}

/// With as many attempts as the library makes; where those do not do, nothing has happened.
fn move_once(engine: &Engine, tally: &Tally, order: Order, one: Move) {
    let mut attempts = 0;
    let ended = engine.transaction(|session| {
        attempts = session.attempt();
        let done = one(session, order).and_then(|()| session.flush());
        done.inspect_err(|error| tally.failed(error))
    });
    tally.ended(attempts, &ended);
}

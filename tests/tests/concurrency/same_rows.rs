//! Two sessions flush the same thousand rows, which they have changed in different orders: one waits for the other, and
//! neither is ended by a deadlock, because a flush writes tables and rows in an order of its own.

use std::sync::{Arc, Barrier};
use std::thread;

use orm_core::prelude::*;
use orm_core::{Error, Result};
use tests::Database;

use super::{Dice, Failure, all_end, no_transaction_is_left, rounds};

const ROWS: i32 = 1000;

#[derive(Debug, Model)]
#[model(table = "items")]
struct Item {
    #[primary_key]
    id: i32,
    #[column(length = 20, index)]
    name: String,
    #[column(unique)]
    place: i32,
    amount: i32,
    #[many_to_many(through = "items_labels")]
    labels: ManyToMany<Label>,
    #[has_many]
    parts: HasMany<Part>,
}

#[derive(Debug, Model)]
#[model(table = "labels")]
struct Label {
    #[primary_key]
    id: i32,
    amount: i32,
    #[many_to_many(through = "items_labels")]
    items: ManyToMany<Item>,
}

#[derive(Debug, Model)]
#[model(table = "parts")]
struct Part {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    item: BelongsTo<Item>,
}

#[derive(Debug, Model)]
#[model(table = "pages")]
struct Page {
    #[primary_key]
    id: i32,
    #[version]
    version: u32,
    amount: i32,
}

/// What one of two sessions does: the number of the session, and the rows in an order of its own.
type Change = fn(&mut Session, usize, &[i32]) -> Result<()>;

fn item(id: i32) -> Item {
    Item { id, name: format!("item {id}"), place: id, ..Default::default() }
}

fn thousand() -> Database {
    let database = Database::with(&Schema::of::<(Item, Page)>());
    let mut session = database.engine().session();
    let filled = session
        .insert_all((1..=ROWS).map(item))
        .and_then(|_| session.insert_all((1..=ROWS).map(|id| Label { id, ..Default::default() })))
        .and_then(|_| pages(&mut session))
        .and_then(|()| session.commit());
    filled.expect("the rows are written");
    database
}

/// Two sessions make their changes and commit at the same time.
fn both_commit(database: &Database, dice: &mut Dice, change: Change) -> Vec<Result<()>> {
    let together = Arc::new(Barrier::new(2));
    let sessions = (0..2).map(|number| {
        let order = dice.shuffled((1..=ROWS).collect());
        let (engine, together) = (database.engine().clone(), Arc::clone(&together));
        thread::spawn(move || {
            let mut session = engine.session();
            let changed = change(&mut session, number, &order);
            together.wait();
            changed.and_then(|()| session.commit())
        })
    });
    all_end(sessions.collect())
}

/// The same again and again. After each round the rows are brought back to where they were.
fn rounds_of(database: &Database, change: Change, back: fn(&Database)) -> Vec<Vec<Result<()>>> {
    let mut dice = Dice::of(1);
    let round = |_| {
        let ended = both_commit(database, &mut dice, change);
        back(database);
        ended
    };
    let ended = (0..rounds(4)).map(round).collect();
    no_transaction_is_left(database);
    ended
}

fn stays(_: &Database) {}

/// All end well, but for those who are told that a row is not as they have read it; and each round one at least.
fn nobody_is_in_a_deadlock(ended: Vec<Vec<Result<()>>>) -> usize {
    let mut stale = 0;
    for round in ended {
        let failed: Vec<Error> = round.into_iter().filter_map(Result::err).collect();
        assert!(failed.len() < 2, "{failed:?}");
        for error in failed {
            assert_ne!(Failure::of(&error), Failure::Deadlock, "{error}");
            stale += 1;
        }
    }
    stale
}

fn by_keys<M: Model<Key = i32>>(session: &Session, order: &[i32]) -> Result<Vec<Handle<M>>> {
    session.query::<M>().handles()?;
    // All are known now, so that nothing is asked.
    order.iter().map(|&id| Ok(session.find::<M>(id)?.expect("the row").handle())).collect()
}

fn pages(session: &mut Session) -> Result<()> {
    session.insert_all((1..=ROWS).map(|id| Page { id, ..Default::default() })).map(drop)
}

#[test]
fn updates_of_the_same_rows() {
    let database = thousand();
    let change: Change = |session, number, order| {
        for item in by_keys::<Item>(session, order)? {
            session[item].amount += 1;
            session[item].name = format!("item of {number}");
        }
        Ok(())
    };
    nobody_is_in_a_deadlock(rounds_of(&database, change, stays));
}

#[test]
fn updates_of_several_tables() {
    let database = thousand();
    let change: Change = |session, number, order| {
        let (items, labels) = (by_keys::<Item>(session, order)?, by_keys::<Label>(session, order)?);
        for table in [number, 1 - number] {
            match table {
                0 => items.iter().for_each(|&item| session[item].amount += 1),
                _ => labels.iter().for_each(|&label| session[label].amount += 1),
            }
        }
        Ok(())
    };
    nobody_is_in_a_deadlock(rounds_of(&database, change, stays));
}

#[test]
fn terms_for_the_same_rows() {
    let database = thousand();
    let change: Change = |session, number, order| {
        let add = 1 + i32::try_from(number).expect("a small number");
        let items = by_keys::<Item>(session, order)?;
        items.into_iter().try_for_each(|item| session.assign(item, Item::amount.set(Item::amount + add)))
    };
    let ended = rounds_of(&database, change, stays);
    let rounds = ended.len();
    if nobody_is_in_a_deadlock(ended) == 0 {
        assert_eq!(database.ask("SELECT DISTINCT amount FROM items"), [(3 * rounds).to_string()]);
    }
}

#[test]
fn versions_of_the_same_rows() {
    let database = thousand();
    let change: Change = |session, _, order| {
        by_keys::<Page>(session, order)?.into_iter().for_each(|page| session[page].amount += 1);
        Ok(())
    };
    let ended = rounds_of(&database, change, stays);
    let rounds = ended.len();
    let stale = nobody_is_in_a_deadlock(ended);
    let expected = format!("{amount} | {amount}", amount = 2 * rounds - stale);
    assert_eq!(database.ask("SELECT DISTINCT amount, version FROM pages"), [expected]);
    assert_eq!(stale, rounds, "both have read before one has written");
}

#[test]
fn deletes_of_the_same_rows_in_several_tables() {
    let database = thousand();
    let change: Change = |session, number, order| {
        let (pages, labels) = (by_keys::<Page>(session, order)?, by_keys::<Label>(session, order)?);
        for table in [number, 1 - number] {
            match table {
                0 => pages.iter().for_each(|&page| session.delete(page)),
                _ => labels.iter().for_each(|&label| session.delete(label)),
            }
        }
        Ok(())
    };
    let back = |database: &Database| {
        let mut session = database.engine().session();
        let again = pages(&mut session)
            .and_then(|()| session.insert_all((1..=ROWS).map(|id| Label { id, ..Default::default() })))
            .and_then(|_| session.commit());
        again.expect("the rows come again");
    };
    let ended = rounds_of(&database, change, back);
    let rounds = ended.len();
    assert_eq!(nobody_is_in_a_deadlock(ended), rounds, "of two who delete a row one comes too late");
}

#[test]
fn new_rows_with_the_same_keys() {
    let database = thousand();
    database.run("DELETE FROM pages");
    let change: Change = |session, _, order| {
        session.add_many(order.iter().map(|&id| Page { id, ..Default::default() }));
        Ok(())
    };
    for round in rounds_of(&database, change, |database| database.run("DELETE FROM pages")) {
        let failed: Vec<Error> = round.into_iter().filter_map(Result::err).collect();
        assert!(matches!(failed.as_slice(), [error] if error.is_constraint()), "one comes too late: {failed:?}");
    }
}

#[test]
fn the_same_links_and_their_end() {
    let database = thousand();
    let link: Change = |session, number, order| {
        let labels = by_keys::<Label>(session, &(1..=ROWS).collect::<Vec<_>>())?;
        let mut pairs: Vec<_> =
            by_keys::<Item>(session, &(1..=ROWS).collect::<Vec<_>>())?.into_iter().zip(labels).collect();
        pairs.sort_by_key(|(item, _)| order[usize::try_from(session[*item].id).expect("a key") - 1]);
        for (item, label) in pairs {
            match number {
                0 => session[item].labels.push(label),
                _ => session[label].items.push(item),
            }
        }
        Ok(())
    };
    let unlink: Change = |session, _, order| {
        // The server compares each row with each pair of a list where it takes the table for a small one.
        let some: Vec<i32> = order.iter().copied().filter(|&id| id <= 300).collect();
        for item in by_keys::<Item>(session, &some)? {
            session[item].labels.clear();
        }
        Ok(())
    };
    let empty = |database: &Database| database.run("DELETE FROM items_labels");
    nobody_is_in_a_deadlock(rounds_of(&database, link, empty));
    let fill = |database: &Database| {
        database.run(
            "INSERT IGNORE INTO items_labels SELECT items.id, labels.id FROM items JOIN labels ON labels.id = items.id",
        )
    };
    fill(&database);
    nobody_is_in_a_deadlock(rounds_of(&database, unlink, fill));
}

#[test]
fn children_of_the_same_parents() {
    let database = thousand();
    let change: Change = |session, _, order| {
        for item in by_keys::<Item>(session, order)? {
            session[item].parts.push(Part::default());
        }
        Ok(())
    };
    let ended = rounds_of(&database, change, stays);
    let rounds = ended.len();
    assert_eq!(nobody_is_in_a_deadlock(ended), 0);
    let parts = (2 * rounds).to_string();
    let counts = "SELECT DISTINCT n FROM (SELECT COUNT(*) AS n FROM parts GROUP BY item_id) AS counts";
    assert_eq!(database.ask(counts), [parts]);
}

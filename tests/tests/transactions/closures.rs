//! Transactions as closures: when they commit, when they run again, and what they are asked for.

use std::panic::{AssertUnwindSafe, catch_unwind};

use orm_core::prelude::*;
use orm_core::{Error, Isolation, TransactionOptions};
use planning_demo::models::{Department, Employee};
use planning_demo::schema;
use tests::{Database, company, returning, statements};

const STORED: &str = "SELECT name FROM departments ORDER BY id";

fn rename(session: &mut Session, department: i32, name: &str) -> orm_core::Result<()> {
    if let Some(department) = session.find_mut::<Department>(department)? {
        department.name = name.into();
    }
    session.flush()
}

/// Ends the connection in which a session has its transaction.
fn kill(database: &Database, session: &Session) -> orm_core::Result<()> {
    let connection: u64 = session.sql("SELECT CONNECTION_ID()").no_autoflush().scalar()?;
    database.run(&format!("KILL {connection}"));
    Ok(())
}

#[test]
fn a_closure_that_succeeds_is_committed() -> orm_core::Result<()> {
    // unit-of-work 100
    let database = Database::with(&schema());
    let (id, sent) = statements(|| {
        database.engine().transaction(|session| {
            let sales = session.add(Department::new("Sales"));
            session.flush()?;
            assert_eq!(session.attempt(), 1);
            Ok::<_, Error>(session[sales].id.get())
        })
    });
    assert_eq!(id?, Some(1));
    let insert = format!("INSERT INTO `departments` (`name`) VALUES (?){}", returning(database.engine(), "`id`"));
    assert_eq!(sent, [insert.as_str(), "COMMIT"]);
    let not_flushed = database.engine().transaction(|session| Ok::<_, Error>(session.add(Department::new("Law"))));
    not_flushed?;
    assert_eq!(database.ask(STORED), ["Sales", "Law"]);
    Ok(())
}

#[test]
fn a_closure_that_gives_an_error_or_panics_is_rolled_back() {
    // unit-of-work 100
    let database = Database::with(&schema());
    let mut attempts = 0;
    let failed: Result<(), Box<dyn std::error::Error>> = database.engine().transaction(|session| {
        attempts += 1;
        session.add(Department::new("Sales"));
        session.flush()?;
        Err("not today".into())
    });
    assert_eq!((failed.expect_err("it failed").to_string(), attempts), ("not today".to_owned(), 1));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        database.engine().transaction(|session| {
            session.add(Department::new("Sales"));
            session.flush()?;
            match session.query::<Department>().count()? {
                1 => panic!("a bug of the program"),
                _ => Ok::<_, Error>(()),
            }
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(database.ask(STORED), [""; 0]);
}

#[test]
fn a_closure_whose_connection_is_lost_runs_again_in_a_new_session() -> orm_core::Result<()> {
    // rule 7 of the design
    let (database, _) = company();
    let mut attempts = Vec::new();
    let seen = database.engine().transaction(|session| {
        attempts.push(session.attempt());
        rename(session, 1, "new")?;
        session.add(Department::new("Sales"));
        if session.attempt() < 3 {
            kill(&database, session)?;
        }
        session.flush()?;
        session.query::<Department>().count()
    })?;
    assert_eq!((seen, attempts), (3, vec![1, 2, 3]));
    assert_eq!(database.ask(STORED), ["new", "Engineering", "Sales"]);
    Ok(())
}

#[test]
fn a_closure_that_swallows_the_end_of_its_transaction_runs_again_too() -> orm_core::Result<()> {
    let (database, _) = company();
    let name = database.engine().transaction(|session| {
        rename(session, 1, &format!("attempt {}", session.attempt()))?;
        if session.attempt() == 1 {
            kill(&database, session)?;
            assert!(matches!(session.query::<Employee>().count(), Err(Error::Connection { .. })));
            let refused = session.query::<Employee>().count();
            assert!(matches!(refused, Err(Error::TransactionEnded { is_retryable: true, .. })), "{refused:?}");
            let (refused, sent) = statements(|| rename(session, 2, "lost"));
            assert!(matches!(refused, Err(Error::TransactionEnded { .. })), "{refused:?}");
            assert_eq!(sent, [""; 0], "nothing is sent into another transaction");
        }
        Ok::<_, Error>(())
    });
    name?;
    assert_eq!(database.ask(STORED), ["attempt 2", "Engineering"]);
    Ok(())
}

#[test]
fn attempts_are_bounded() {
    let (database, _) = company();
    let mut attempts = 0;
    let failed = database.engine().transaction_with(TransactionOptions::new().attempts(3), |session| {
        attempts += 1;
        rename(session, 1, "never")?;
        kill(&database, session)?;
        session.flush()?;
        session.query::<Department>().count()
    });
    assert!(matches!(failed, Err(Error::Connection { .. })), "{failed:?}");
    assert_eq!((attempts, database.ask(STORED)), (3, vec!["Marketing".to_owned(), "Engineering".to_owned()]));
}

#[test]
fn a_commit_whose_answer_was_lost_is_not_tried_again() {
    // rule 7 of the design
    let (database, _) = company();
    let mut attempts = 0;
    let failed: orm_core::Result<()> = database.engine().transaction(|session| {
        attempts += 1;
        rename(session, 1, "new")?;
        kill(&database, session)
    });
    assert!(matches!(failed, Err(Error::CommitUnknown { .. })), "{failed:?}");
    assert_eq!(attempts, 1);
}

#[test]
fn what_no_other_attempt_can_overcome_is_told_at_once() {
    let (database, _) = company();
    let mut attempts = 0;
    let failed = database.engine().transaction(|session| {
        attempts += 1;
        session.add(Department::new(&"x".repeat(60)));
        let failed = session.flush().expect_err("the name is too long");
        let refused = session.flush().expect_err("the transaction is over");
        assert!(matches!(refused, Error::TransactionEnded { is_retryable: false, .. }), "{refused}");
        assert!(refused.to_string().contains(&failed.to_string()), "{refused}");
        Ok::<_, Error>(())
    });
    assert!(matches!(failed, Err(Error::TransactionEnded { .. })), "{failed:?}");
    assert_eq!(attempts, 1);
}

#[test]
fn a_stale_row_is_read_anew_by_the_next_attempt() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Account>());
    database.run("INSERT INTO accounts (id, version, balance) VALUES (1, 1, 100)");
    let balance = database.engine().transaction(|session| {
        let account = session.find::<Account>(1)?.expect("it is there").handle();
        if session.attempt() == 1 {
            database.run("UPDATE accounts SET balance = 50, version = 2");
        }
        session[account].balance -= 10;
        session.flush()?;
        Ok::<_, Error>(session[account].balance)
    })?;
    assert_eq!((balance, database.ask("SELECT balance, version FROM accounts")), (40, vec!["40 | 3".to_owned()]));
    Ok(())
}

#[test]
fn a_stale_row_in_a_savepoint_that_ends_the_closure_begins_it_again() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Account>());
    database.run("INSERT INTO accounts (id, version, balance) VALUES (1, 1, 100)");
    let pay = |session: &mut Session| {
        let account = session.find::<Account>(1)?.expect("it is there").handle();
        if session.attempt() == 1 {
            database.run("UPDATE accounts SET balance = balance - 50, version = version + 1");
        }
        session.savepoint(|session| {
            session[account].balance -= 10;
            session.flush()
        })
    };
    database.engine().transaction(pay)?;
    assert_eq!(database.ask("SELECT balance, version FROM accounts"), ["40 | 3"]);
    // Where the closure goes on, what it gives in the end is of something else.
    let mut attempts = 0;
    let refused = database.engine().transaction(|session| {
        attempts += 1;
        assert!(matches!(pay(session), Err(Error::StaleRow { .. })));
        session.query::<Account>().filter(Account::balance.lt(0)).one().map(drop)
    });
    assert!(matches!(refused, Err(Error::NotFound { .. })), "{refused:?}");
    assert_eq!((attempts, database.ask("SELECT balance, version FROM accounts")), (1, vec!["-10 | 4".to_owned()]));
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "accounts")]
struct Account {
    #[primary_key]
    id: i32,
    #[version]
    version: u32,
    balance: i32,
}

#[test]
fn a_savepoint_contains_what_fails_in_a_closure() -> orm_core::Result<()> {
    // unit-of-work 102
    let (database, _) = company();
    let failed = database.engine().transaction(|session| {
        session.add(Department::new("Sales"));
        let failed = session.savepoint(|session| {
            session.add(Department::new(&"x".repeat(60)));
            session.flush()
        });
        session.add(Department::new("Law"));
        Ok::<_, Error>(failed.is_err())
    })?;
    assert!(failed);
    assert_eq!(database.ask(STORED), ["Marketing", "Engineering", "Sales", "Law"]);
    Ok(())
}

#[test]
fn a_connection_lost_inside_of_a_savepoint_begins_the_whole_closure_again() -> orm_core::Result<()> {
    let (database, _) = company();
    let names = database.engine().transaction(|session| {
        let sales = session.add(Department::new("Sales"));
        let inside = session.savepoint(|session| {
            rename(session, 1, "inside")?;
            if session.attempt() == 1 {
                kill(&database, session)?;
            }
            rename(session, 2, "inside")
        });
        assert_eq!(inside.is_err(), session.attempt() == 1);
        if inside.is_err() {
            assert!(matches!(session.flush(), Err(Error::TransactionEnded { is_retryable: true, .. })));
            assert_eq!(session[sales].id.get(), None);
        }
        Ok::<_, Error>(())
    });
    names?;
    assert_eq!(database.ask(STORED), ["inside", "inside", "Sales"]);
    Ok(())
}

#[test]
fn only_who_began_a_transaction_ends_it() -> orm_core::Result<()> {
    let (database, _) = company();
    database.engine().transaction(|session| {
        let text = "`commit` cannot be called here: `engine.transaction` commits when its closure has returned, and another \
            attempt would do it again";
        assert_eq!(session.commit().expect_err("not here").to_string(), text);
        let begun = session.begin(TransactionOptions::new());
        assert!(matches!(begun, Err(Error::Misplaced { call: "begin", .. })), "{begun:?}");
        Ok::<_, Error>(())
    })?;
    let rolled_back: orm_core::Result<()> = database.engine().transaction(|session| {
        rename(session, 1, "given up")?;
        session.rollback()?;
        rename(session, 2, "not sent")
    });
    assert!(matches!(rolled_back, Err(Error::TransactionEnded { is_retryable: false, .. })), "{rolled_back:?}");
    assert_eq!(database.ask(STORED), ["Marketing", "Engineering"]);
    Ok(())
}

#[test]
fn readers_see_all_as_it_was_when_they_began() -> orm_core::Result<()> {
    let (database, _) = company();
    let (counts, sent) = statements(|| {
        database.engine().read(|session| {
            database.run("DELETE FROM contact_details");
            let before = session.query::<planning_demo::models::ContactDetails>().count()?;
            Ok::<_, Error>((before, session.query::<Employee>().count()?))
        })
    });
    assert_eq!(counts?, (5, 5));
    let begin =
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";
    assert_eq!((sent.len(), sent[0].as_str(), sent[3].as_str()), (4, begin, "COMMIT"));
    let refused = database.engine().read(|session| session.sql("DELETE FROM employees").rows::<(i32,)>());
    assert!(refused.expect_err("it only reads").to_string().contains("READ ONLY"));
    assert_eq!(database.ask("SELECT COUNT(*) FROM employees"), ["5"]);
    Ok(())
}

#[test]
fn the_options_of_a_session_are_those_of_all_its_transactions() -> orm_core::Result<()> {
    let (database, _) = company();
    let options = TransactionOptions::new().isolation(Isolation::ReadCommitted);
    let mut session = database.engine().session_with(options);
    for name in ["one", "two"] {
        assert_eq!(session.query::<Department>().filter(Department::name.eq(name)).count()?, 0);
        database.run(&format!("UPDATE departments SET name = '{name}' WHERE id = 1"));
        let seen = session.query::<Department>().filter(Department::name.eq(name)).count()?;
        assert_eq!(seen, 1, "what others commit is seen");
        session.commit()?;
    }
    let (ended, sent) = statements(|| {
        session.query::<Department>().count()?;
        session.rollback()
    });
    ended?;
    let count = "SELECT COUNT(*) FROM `departments`";
    let begin = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; START TRANSACTION";
    assert_eq!(sent, [begin, count, "ROLLBACK"]);
    Ok(())
}

#[test]
fn the_options_of_one_transaction_hold_until_it_is_committed() -> orm_core::Result<()> {
    let (database, mut session) = company();
    session.begin(TransactionOptions::new().read_only())?;
    let error = rename(&mut session, 1, "refused").expect_err("it only reads");
    assert!(error.to_string().contains("READ ONLY"), "{error}");
    let (again, sent) = statements(|| session.flush());
    again.expect_err("what takes its place only reads as well");
    assert_eq!(sent[0], "START TRANSACTION READ ONLY");
    session.rollback()?;
    rename(&mut session, 1, "new")?;
    let begun = session.begin(TransactionOptions::new()).expect_err("there is a transaction");
    let text = "`begin` cannot be called here: the session is in a transaction; commit or roll back before";
    assert_eq!((begun.to_string().as_str(), session.is_in_transaction()), (text, true));
    session.commit()?;
    assert!(!session.is_in_transaction());
    assert_eq!(database.ask(STORED), ["new", "Engineering"]);
    Ok(())
}

#[test]
fn a_closure_that_swaps_its_session_is_told() -> orm_core::Result<()> {
    let (database, mut other) = company();
    let swapped = database.engine().transaction(|session| {
        session.add(Department::new("Sales"));
        std::mem::swap(session, &mut other);
        Ok::<_, Error>(())
    });
    assert!(matches!(swapped, Err(Error::Misplaced { call: "transaction", .. })), "{swapped:?}");
    assert_eq!(database.ask(STORED), ["Marketing", "Engineering"]);
    Ok(())
}

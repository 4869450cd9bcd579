//! A part of a transaction that fails by itself, in the database and in memory.

use std::panic::{AssertUnwindSafe, catch_unwind};

use orm_core::Error;
use orm_core::prelude::*;
use planning_demo::models::{Department, Employee, Project};
use planning_demo::schema;
use tests::{Database, company, returning, statements};

/// What a closure says that wants its changes undone.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("unwanted")]
    Unwanted,
    #[error(transparent)]
    Orm(#[from] Error),
}

fn handle<M: orm_core::support::Model<Key = i32>>(session: &Session, key: i32) -> Handle<M> {
    session.find::<M>(key).expect("an answer").expect("the object is there").handle()
}

fn departments(session: &Session) -> orm_core::Result<Vec<String>> {
    session.query::<Department>().order_by(Department::id.asc()).pluck(Department::name)
}

const STORED: &str = "SELECT name FROM departments ORDER BY id";

#[test]
fn what_a_savepoint_did_is_undone_alone() -> orm_core::Result<()> {
    // unit-of-work 101
    let (database, mut session) = company();
    let (john, kate) = (handle::<Employee>(&session, 1), handle::<Employee>(&session, 2));
    let (marketing, project) = (handle::<Department>(&session, 1), handle::<Project>(&session, 1));
    session[john].firstname = "Jeremy".into();
    let before = session.add(Department::new("before"));
    let mut inside = None;
    let refused: Result<(), Refusal> = session.savepoint(|session| {
        session[john].firstname = "undone".into();
        session[john].lastname = "undone".into();
        session[kate].department.clear();
        session[before].name = "undone".into();
        session[project].employees.remove(john);
        inside = Some(session.add(Department::new("inside")));
        session.flush()?;
        let details = session.view(john).contact_details()?.map(|details| details.handle());
        session.delete(details.expect("John has a telephone"));
        session[marketing].name = "not even flushed".into();
        Err(Refusal::Unwanted)
    });
    assert!(matches!(refused, Err(Refusal::Unwanted)));
    assert_eq!((session[john].firstname.as_str(), session[john].lastname.as_str()), ("Jeremy", "Locke"));
    assert_eq!((session[marketing].name.as_str(), session[kate].department.key()), ("Marketing", Some(2)));
    assert_eq!((session[before].name.as_str(), session[before].id.get()), ("before", Some(3)));
    assert!(session.get(inside.expect("it was added")).is_err());
    assert!(session.view(john).contact_details()?.is_some());
    assert_eq!(session.view(project).employees()?.len(), 2);
    assert_eq!(departments(&session)?, ["Marketing", "Engineering", "before"]);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, ["COMMIT"], "nothing is left to flush");
    assert_eq!(database.ask(STORED), ["Marketing", "Engineering", "before"]);
    assert_eq!(database.ask("SELECT firstname, lastname FROM employees WHERE id = 1"), ["Jeremy | Locke"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM projects_employees"), ["10"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM contact_details"), ["5"]);
    Ok(())
}

#[test]
fn what_a_savepoint_keeps_is_undone_by_the_transaction() -> orm_core::Result<()> {
    // unit-of-work 101
    let (database, mut session) = company();
    let john = handle::<Employee>(&session, 1);
    session[john].firstname = "before".into();
    let inside = session.savepoint(|session| {
        session[john].firstname = "inside".into();
        session.delete(handle::<Project>(session, 3));
        Ok::<_, Error>(session.add(Department::new("inside")))
    })?;
    assert_eq!((session[john].firstname.as_str(), session[inside].id.get()), ("inside", Some(3)));
    session.rollback()?;
    assert_eq!(session[john].firstname, "John");
    assert!(session.get(inside).is_err());
    assert_eq!(session.query::<Project>().count()?, 3);
    session.rollback()?;
    let kept = session.savepoint(|session| Ok::<_, Error>(session.add(Department::new("kept"))))?;
    session.commit()?;
    assert_eq!(session[kept].id.get(), Some(4));
    assert_eq!(database.ask(STORED), ["Marketing", "Engineering", "kept"]);
    Ok(())
}

#[test]
fn changes_before_a_savepoint_are_flushed_and_savepoints_have_names_that_nest() -> orm_core::Result<()> {
    // unit-of-work 105
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    session.add(Department::new("one"));
    let (done, sent) = statements(|| {
        session.savepoint(|session| {
            session.add(Department::new("two"));
            let inner = session.savepoint(|session| {
                session.add(Department::new("three"));
                session.flush()?;
                Err::<(), _>(Refusal::Unwanted)
            });
            assert!(matches!(inner, Err(Refusal::Unwanted)));
            session.add(Department::new("four"));
            Ok::<_, Error>(())
        })
    });
    done?;
    let insert = format!("INSERT INTO `departments` (`name`) VALUES (?){}", returning(database.engine(), "`id`"));
    let insert = insert.as_str();
    let expected = [
        insert,
        "SAVEPOINT `orm_1`",
        insert,
        "SAVEPOINT `orm_2`",
        insert,
        "ROLLBACK TO SAVEPOINT `orm_2`; RELEASE SAVEPOINT `orm_2`",
        insert,
        "RELEASE SAVEPOINT `orm_1`",
    ];
    assert_eq!(sent, expected);
    session.commit()?;
    assert_eq!(database.ask(STORED), ["one", "two", "four"]);
    Ok(())
}

#[test]
fn a_flush_that_fails_inside_is_corrected_inside() -> orm_core::Result<()> {
    // unit-of-work 102
    let (database, mut session) = company();
    let john = handle::<Employee>(&session, 1);
    session[john].firstname = "before".into();
    session.savepoint(|session| {
        let sales = session.add(Department::new("Sales"));
        let long = session.add(Department::new(&"x".repeat(60)));
        session[john].firstname = "inside".into();
        session.flush().expect_err("the name is too long");
        assert_eq!((session[sales].id.get(), session[john].firstname.as_str()), (None, "inside"));
        assert_eq!(session.attempt(), 1);
        session[long].name = "Law".into();
        session.flush()?;
        assert_eq!(departments(session)?, ["Marketing", "Engineering", "Sales", "Law"]);
        Ok::<_, Error>(())
    })?;
    session.commit()?;
    assert_eq!(database.ask(STORED), ["Marketing", "Engineering", "Sales", "Law"]);
    assert_eq!(database.ask("SELECT firstname FROM employees WHERE id = 1"), ["inside"]);
    Ok(())
}

#[test]
fn a_flush_that_fails_inside_needs_only_the_savepoint_to_go() -> orm_core::Result<()> {
    // unit-of-work 102
    let (database, mut session) = company();
    let before = session.add(Department::new("before"));
    for name in ["good", &"x".repeat(60), "better"] {
        let added = session.savepoint(|session| {
            session.add(Department::new(name));
            session.flush()
        });
        assert_eq!(added.is_err(), name.len() > 50);
    }
    // The flush that the end of a closure brings may fail as well.
    let failed = session.savepoint(|session| Ok::<_, Error>(session.add(Department::new(&"x".repeat(60)))));
    failed.expect_err("the name is too long");
    session.commit()?;
    assert_eq!(session[before].id.get(), Some(3));
    assert_eq!(database.ask(STORED), ["Marketing", "Engineering", "before", "good", "better"]);
    Ok(())
}

#[test]
fn objects_that_a_savepoint_did_not_touch_are_not_read_again() -> orm_core::Result<()> {
    // unit-of-work 103
    let (_database, mut session) = company();
    let (john, kate) = (handle::<Employee>(&session, 1), handle::<Employee>(&session, 2));
    let refused: Result<(), Refusal> = session.savepoint(|session| {
        session[john].firstname = "undone".into();
        session.flush()?;
        session.find::<Employee>(3)?;
        Err(Refusal::Unwanted)
    });
    refused.expect_err("unwanted");
    let (found, sent) = statements(|| {
        session.find::<Employee>(2)?.expect("Kate is there");
        session.get(kate).map(drop)
    });
    found?;
    assert_eq!(sent, [""; 0]);
    let (_, sent) = statements(|| session.find::<Employee>(3).expect("an answer").is_some());
    assert_eq!(sent.len(), 1, "what was read inside is read again");
    Ok(())
}

#[test]
fn rollback_ends_the_whole_transaction_from_any_depth() -> orm_core::Result<()> {
    // unit-of-work 104
    let (database, mut session) = company();
    let john = handle::<Employee>(&session, 1);
    session[john].firstname = "before".into();
    let rolled_back: Result<(), Error> = session.savepoint(|session| {
        session[john].firstname = "outer".into();
        let inner = session.savepoint(|session| {
            session[john].firstname = "inner".into();
            session.flush()?;
            session.rollback()?;
            assert_eq!(session[john].firstname, "John");
            let refused = session.query::<Employee>().count();
            assert!(matches!(refused, Err(Error::TransactionEnded { is_retryable: false, .. })), "{refused:?}");
            let refused = session.begin(orm_core::TransactionOptions::new().read_only());
            assert!(matches!(refused, Err(Error::TransactionEnded { .. })), "{refused:?}");
            session.add(Department::new("given up"));
            Ok::<_, Error>(())
        });
        assert!(matches!(inner, Err(Error::TransactionEnded { .. })), "{inner:?}");
        let refused = session.savepoint(|_| Ok::<_, Error>(()));
        assert!(matches!(refused, Err(Error::TransactionEnded { .. })), "{refused:?}");
        session[john].lastname = "given up too".into();
        session.add(Department::new("given up too"));
        Ok(())
    });
    assert!(matches!(rolled_back, Err(Error::TransactionEnded { .. })), "{rolled_back:?}");
    assert!(session.pending()?.is_empty());
    assert_eq!((session.query::<Employee>().count()?, session[john].firstname.as_str()), (5, "John"));
    session[john].lastname = "Bentham".into();
    session.commit()?;
    assert_eq!(database.ask("SELECT firstname, lastname FROM employees WHERE id = 1"), ["John | Bentham"]);
    Ok(())
}

#[test]
fn a_savepoint_is_no_place_to_end_the_transaction() -> orm_core::Result<()> {
    let (database, mut session) = company();
    session.add(Department::new("before"));
    session.savepoint(|session| {
        let error = session.commit().expect_err("not here");
        let text = "`commit` cannot be called here: a savepoint is set; the transaction is ended after its closure has returned";
        assert_eq!(error.to_string(), text);
        let error = session.execute(sql("CREATE TABLE elsewhere (id INT)")).expect_err("not here");
        assert!(matches!(error, Error::Misplaced { call: "execute", .. }), "{error}");
        let error = session.begin(orm_core::TransactionOptions::new()).expect_err("not here");
        assert!(matches!(error, Error::Misplaced { call: "begin", .. }), "{error}");
        Ok::<_, Error>(())
    })?;
    session.commit()?;
    assert_eq!(database.ask(STORED).len(), 3);
    Ok(())
}

#[test]
fn a_panic_inside_undoes_the_savepoint() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let before = session.add(Department::new("before"));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        session.savepoint(|session| {
            session[before].name = "inside".into();
            session.flush()?;
            if session[before].name == "inside" {
                panic!("a bug of the program");
            }
            Ok::<_, Error>(())
        })
    }));
    panicked.expect_err("it panicked");
    assert_eq!(session[before].name, "before");
    session.commit()?;
    assert_eq!(database.ask(STORED), ["Marketing", "Engineering", "before"]);
    Ok(())
}

#[test]
fn a_failure_of_the_whole_transaction_makes_what_savepoints_kept_wait_again() -> orm_core::Result<()> {
    // unit-of-work 23, 101
    let (database, mut session) = company();
    let john = handle::<Employee>(&session, 1);
    session[john].firstname = "one".into();
    let sales = session.add(Department::new("Sales"));
    session.savepoint(|session| {
        session[john].firstname = "two".into();
        session[john].department.set(sales);
        session.savepoint(|session| {
            session[john].lastname = "three".into();
            session.delete(handle::<Project>(session, 3));
            session.add(Employee::new("Hugo", "Reyes", sales));
            Ok::<_, Error>(())
        })
    })?;
    let long = session.add(Department::new(&"x".repeat(60)));
    session.commit().expect_err("the name is too long");
    assert_eq!(session[sales].id.get(), None);
    assert_eq!(database.ask(STORED), ["Marketing", "Engineering"]);
    session[long].name = "Law".into();
    session.commit()?;
    let stored = "SELECT e.firstname, e.lastname, d.name FROM employees e JOIN departments d ON d.id = e.department_id \
        WHERE d.name = 'Sales' ORDER BY e.id";
    assert_eq!(database.ask(stored), ["two | three | Sales", "Hugo | Reyes | Sales"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM projects"), ["2"]);
    Ok(())
}

#[test]
fn statements_for_many_rows_inside_are_undone_and_objects_read_again() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let john = handle::<Employee>(&session, 1);
    let refused: Result<(), Refusal> = session.savepoint(|session| {
        session.update_all(query::<Employee>(), [Employee::active.set(false)])?;
        assert!(!session[john].active);
        session.delete_all(query::<Project>().filter(Project::id.eq(99)))?;
        Err(Refusal::Unwanted)
    });
    refused.expect_err("unwanted");
    assert!(session[john].active);
    assert_eq!(session.query::<Employee>().filter(Employee::active.eq(true)).count()?, 5);
    session.commit()?;
    // One that fails inside is told there, and not outside.
    let failed: Result<(), Refusal> = session.savepoint(|session| {
        session.update_all(query::<Employee>(), [Employee::active.set(false)])?;
        session.add(Department::new(&"x".repeat(60)));
        session.flush().expect_err("the name is too long");
        assert!(matches!(session.flush(), Err(Error::Undone { .. })));
        Err(Refusal::Unwanted)
    });
    assert!(matches!(failed, Err(Refusal::Unwanted)));
    session.add(Department::new("after"));
    session.commit()?;
    assert!(session[john].active);
    Ok(())
}

#[test]
fn objects_first_read_inside_are_read_again_after_it() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let refused: Result<(), Refusal> = session.savepoint(|session| {
        session.execute(sql("UPDATE employees SET firstname = 'undone'"))?;
        assert_eq!(session.find::<Employee>(1)?.expect("John is there").firstname, "undone");
        Err(Refusal::Unwanted)
    });
    refused.expect_err("unwanted");
    assert_eq!(session.find::<Employee>(1)?.expect("John is there").firstname, "John");
    Ok(())
}

#[test]
fn terms_are_repeated_over_the_values_of_the_commit() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Counter>());
    let mut session = database.engine().session();
    let counter = session.add(Counter { count: 10, ..Default::default() });
    session.commit()?;
    session.assign(counter, Counter::count.set(Counter::count + 1))?;
    session.savepoint(|session| {
        session.assign(counter, Counter::count.set(Counter::count * 2))?;
        session.flush()?;
        assert_eq!(session[counter].count, 22);
        let refused: Result<(), Refusal> = session.savepoint(|session| {
            session.assign(counter, Counter::count.set(Counter::count - 7))?;
            session.flush()?;
            Err(Refusal::Unwanted)
        });
        refused.expect_err("unwanted");
        session.assign(counter, Counter::count.set(Counter::count + 3))?;
        Ok::<_, Error>(())
    })?;
    assert_eq!(session[counter].count, 25);
    let twin = session.add(Counter { id: Auto::from(1), ..Default::default() });
    session.commit().expect_err("the key is taken");
    database.run("UPDATE counters SET count = 100");
    session.delete(twin);
    session.commit()?;
    assert_eq!(database.ask("SELECT count FROM counters"), ["205"]);
    assert_eq!(session[counter].count, 205);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "counters")]
struct Counter {
    #[primary_key]
    id: Auto<i32>,
    count: i32,
}

#[test]
fn what_was_evicted_inside_is_told_when_the_transaction_fails() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    let refused: Result<(), Refusal> = session.savepoint(|session| {
        session.evict(sales)?;
        Err(Refusal::Unwanted)
    });
    refused.expect_err("unwanted");
    session.add(Department::new(&"x".repeat(60)));
    session.commit().expect_err("the name is too long");
    let error = session.commit().expect_err("a department would be lost");
    assert!(matches!(&error, Error::Undone { statements } if statements.len() == 1), "{error}");
    session.rollback()
}

#[test]
fn a_session_that_is_cleared_inside_goes_on() -> orm_core::Result<()> {
    let (database, mut session) = company();
    session.add(Department::new("before"));
    session.savepoint(|session| {
        session.add(Department::new("cleared"));
        session.flush()?;
        session.clear();
        session.add(Department::new("after"));
        Ok::<_, Error>(())
    })?;
    let refused: Result<(), Refusal> = session.savepoint(|session| {
        session.add(Department::new("undone"));
        session.flush()?;
        session.clear();
        Err(Refusal::Unwanted)
    });
    refused.expect_err("unwanted");
    session.commit()?;
    assert_eq!(database.ask(STORED), ["Marketing", "Engineering", "before", "cleared", "after"]);
    session.add(Department::new("flushed"));
    session.savepoint(|session| {
        session.clear();
        Ok::<_, Error>(())
    })?;
    session.add(Department::new(&"x".repeat(60)));
    session.commit().expect_err("the name is too long");
    let error = session.commit().expect_err("what was flushed is not there any more");
    let text = "the transaction that failed had also run what was flushed before `clear`, which is undone and does not wait: \
        roll back, and begin again";
    assert_eq!(error.to_string(), text, "it is told once");
    Ok(())
}

//! Engines are shared by threads; sessions move from one to another, with all that they have.

use std::collections::HashSet;
use std::sync::mpsc;
use std::thread;

use orm_core::prelude::*;
use orm_core::query::Sql;
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use planning_demo::schema;
use tests::{Database, company};

#[test]
fn engines_are_shared_and_sessions_move() {
    fn is_shared<T: Clone + Send + Sync>() {}
    fn moves<T: Send>() {}
    is_shared::<Engine>();
    is_shared::<Handle<Employee>>();
    is_shared::<Schema>();
    moves::<Session>();
    moves::<orm_core::Error>();
    moves::<orm_core::SessionStatistics>();
    moves::<Employee>();
}

#[test]
fn sessions_are_not_shared() {
    /// Is ambiguous for what can be shared, so that this file does not compile then.
    trait Shared<Place> {
        fn is_shared() -> bool {
            false
        }
    }
    struct Somewhere;
    impl<T> Shared<()> for T {}
    impl<T: Sync> Shared<Somewhere> for T {}
    assert!(!<Session as Shared<_>>::is_shared());
    assert!(!<Sql<&Session> as Shared<_>>::is_shared());
    assert!(!<View<'_, Employee> as Shared<_>>::is_shared());
}

#[test]
fn a_session_moves_with_its_changes_and_its_transaction() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let john = session.query::<Employee>().filter(Employee::firstname.eq("John")).one()?.handle();
    session[john].active = false;
    session.flush()?;
    session[john].lastname = "Smith".into();
    let hugo = session.add(Employee { firstname: "Hugo".into(), lastname: "Reyes".into(), ..Default::default() });
    let connection = session.sql("SELECT CONNECTION_ID()").no_autoflush().scalar::<i64>()?;

    let moved = thread::spawn(move || -> orm_core::Result<Session> {
        assert_eq!(session.sql("SELECT CONNECTION_ID()").no_autoflush().scalar::<i64>()?, connection);
        session[hugo].department = Some(BelongsTo::key(1));
        let project = session.query::<Project>().first()?.expect("a project").handle();
        session[project].employees.push(hugo);
        session.commit()?;
        Ok(session)
    });
    let session = moved.join().expect("the thread ends")?;

    assert!(session[hugo].id.get().is_some());
    assert_eq!(session[john].lastname, "Smith");
    assert_eq!(session.statistics().committed, 1);
    assert_eq!(
        database.ask("SELECT firstname, lastname, active, department_id FROM employees WHERE id IN (1, 6) ORDER BY id"),
        ["John | Smith | 0 | 1", "Hugo | Reyes | 1 | 1"]
    );
    assert_eq!(database.ask("SELECT COUNT(*) FROM projects_employees WHERE employee_id = 6"), ["1"]);
    Ok(())
}

#[test]
fn a_session_that_is_dropped_by_another_thread_is_rolled_back_there() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    session.add(Department::new("Marketing"));
    session.flush()?;
    thread::spawn(move || drop(session)).join().expect("the thread ends");
    assert_eq!(database.ask("SELECT COUNT(*) FROM departments"), ["0"]);
    assert_eq!(database.engine().statistics().in_use, 0);
    Ok(())
}

#[test]
fn a_thread_that_panics_leaves_nothing_behind() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    let engine = database.engine().clone();
    let panicked = thread::spawn(move || {
        let mut session = engine.session();
        session.add(Department::new("Marketing"));
        session.flush().expect("a flush");
        panic!("on purpose");
    });
    panicked.join().expect_err("it panics");
    let mut session = database.engine().session();
    assert_eq!(session.query::<Department>().count()?, 0);
    session.add(Department::new("Engineering"));
    session.commit()?;
    assert_eq!(database.engine().statistics().in_use, 0);
    Ok(())
}

#[test]
fn many_threads_work_with_one_engine_each_in_a_session_of_its_own() -> orm_core::Result<()> {
    const THREADS: usize = 8;
    const EACH: usize = 10;
    let database = Database::with(&schema());
    let (results, sum) = mpsc::channel();
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (engine, results) = (database.engine().clone(), results.clone());
            scope.spawn(move || {
                let work = |round: usize| -> orm_core::Result<i32> {
                    let mut session = engine.session();
                    let department = session.add(Department::new(&format!("department {number} {round}")));
                    let employee = session.add(Employee::new("John", &format!("Locke {number} {round}"), department));
                    session.add(ContactDetails::new("417 315 2531", "123 S Main ST", employee));
                    session.commit()?;
                    let read = session.get(employee)?;
                    assert_eq!(read.lastname, format!("Locke {number} {round}"));
                    assert_eq!(read.department()?.expect("a department").name, format!("department {number} {round}"));
                    Ok(read.id.get().expect("a key"))
                };
                (0..EACH).for_each(|round| results.send(work(round)).expect("somebody waits for it"));
            });
        }
    });
    drop(results);
    let keys = sum.into_iter().collect::<orm_core::Result<Vec<i32>>>()?;
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), THREADS * EACH, "each its own");
    assert_eq!(database.ask("SELECT COUNT(*) FROM contact_details"), [(THREADS * EACH).to_string()]);
    let statistics = database.engine().statistics();
    assert_eq!((statistics.committed, statistics.in_use, statistics.waiting), ((THREADS * EACH) as u64, 0, 0));
    Ok(())
}

#[test]
fn a_session_that_no_thread_has_can_wait_in_between() -> orm_core::Result<()> {
    let (_database, session) = company();
    let (give, take) = mpsc::channel::<Session>();
    let (back, done) = mpsc::channel::<Session>();
    let reader = thread::spawn(move || {
        for mut session in take {
            let names = session.query::<Employee>().order_by(Employee::id.asc()).handles().expect("an answer");
            session[names[0]].firstname.push('!');
            back.send(session).expect("somebody waits for it");
        }
    });
    let mut session = session;
    for _ in 0..3 {
        give.send(session).expect("somebody waits for it");
        session = done.recv().expect("it comes back");
    }
    drop(give);
    reader.join().expect("the thread ends");
    session.commit()?;
    assert_eq!(session.find::<Employee>(1)?.expect("John").firstname, "John!!!");
    Ok(())
}

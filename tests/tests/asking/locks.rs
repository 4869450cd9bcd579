//! Rows that stay as they are until the transaction ends.

use expect_test::expect;
use orm_core::{Error, Flavour};

use super::{Employee, company};

#[test]
fn locks_are_said_in_the_words_of_the_server() {
    // unit-of-work 139
    let (_database, session) = company();
    let query = || session.query::<Employee>().filter(Employee::id.eq(1)).select(Employee::salary);
    let end = |sql: String| sql.split_once("= ?").map(|(_, end)| end.to_owned()).unwrap_or_default();
    let share = match session.engine().dialect().flavour {
        Flavour::MariaDb => " LOCK IN SHARE MODE",
        Flavour::MySql => " FOR SHARE",
    };
    assert_eq!(end(query().for_update().to_sql()), " FOR UPDATE");
    assert_eq!(end(query().for_share().to_sql()), share);
    assert_eq!(end(query().limit(2).for_update().skip_locked().to_sql()), " LIMIT 2 FOR UPDATE SKIP LOCKED");
    assert_eq!(end(query().for_share().nowait().to_sql()), format!("{share} NOWAIT"));
    assert_eq!(end(query().skip_locked().to_sql()), " FOR UPDATE SKIP LOCKED");
}

#[test]
fn a_locked_row_is_left_out_or_an_error() -> orm_core::Result<()> {
    // unit-of-work 139
    let (database, session) = company();
    session.query::<Employee>().filter(Employee::id.eq(1)).for_update().one()?;
    let other = database.engine().session();
    let free = other.query::<Employee>().order_by(Employee::id).for_update().skip_locked().pluck(Employee::id)?;
    assert_eq!(free, [2, 3, 4, 5]);
    let locked = other.query::<Employee>().filter(Employee::id.eq(1)).for_share().nowait().all();
    assert!(matches!(locked, Err(Error::Server { code: 1205 | 3572, .. })), "{locked:?}");
    Ok(())
}

#[test]
fn an_object_that_is_locked_has_the_values_of_now() -> orm_core::Result<()> {
    // unit-of-work 149
    let (database, mut session) = company();
    let ada = session.find::<Employee>(1)?.expect("Ada").handle();
    let cid = session.find::<Employee>(3)?.expect("Cid").handle();
    database.run("UPDATE employees SET salary = salary + 1");
    assert_eq!(session.query::<Employee>().filter(Employee::id.eq(1)).one()?.salary, 90, "read once in a transaction");
    session[cid].name = "Sid".to_owned();
    let salaries: Vec<i32> = session
        .query::<Employee>()
        .filter(Employee::id.in_([1, 3]))
        .no_autoflush()
        .for_update()
        .all()?
        .iter()
        .map(|e| e.salary)
        .collect();
    assert_eq!(salaries, [91, 95], "one with changes keeps its own values");
    assert_eq!(session[ada].salary, 91);
    assert_eq!(session[cid].name, "Sid");
    Ok(())
}

#[test]
fn objects_of_a_join_to_many_are_locked_too() -> orm_core::Result<()> {
    let (_database, session) = company();
    let on_projects = session.query::<Employee>().join(Employee::projects).order_by(Employee::id).limit(2).for_update();
    expect!["FOR UPDATE"].assert_eq(&on_projects.to_sql()[on_projects.to_sql().len() - 10..]);
    assert_eq!(on_projects.all()?.len(), 2);
    Ok(())
}

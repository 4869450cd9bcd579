//! Rows that stay as they are until the transaction ends.

use orm_core::{Error, Flavour, query};

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
    assert!(matches!(locked, Err(Error::LockTimeout { .. })), "{locked:?}");
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
    let (database, session) = company();
    let on_projects = session.query::<Employee>().join(Employee::projects).order_by(Employee::id).limit(2).for_update();
    assert_eq!(on_projects.all()?.len(), 2);
    let other = database.engine().session();
    let free = other.query::<Employee>().order_by(Employee::id).for_update().skip_locked().pluck(Employee::id)?;
    assert_eq!(free, [5], "all that the question has read is locked");
    Ok(())
}

#[test]
fn a_locked_object_is_not_read_as_it_was_before() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let all = session.query::<Employee>().order_by(Employee::id).handles()?;
    database.run("UPDATE employees SET salary = 1 WHERE id = 1");
    session.query::<Employee>().filter(Employee::id.eq(1)).for_update().one()?;
    session.refresh(all[0])?;
    assert_eq!(session[all[0]].salary, 1, "refreshed");
    session.reload()?;
    assert_eq!((session[all[0]].salary, session[all[1]].salary), (1, 60), "reloaded");
    session.update_all(query::<Employee>().filter(Employee::id.eq(2)), [Employee::salary.set(61)])?;
    assert_eq!((session[all[0]].salary, session[all[1]].salary), (1, 61), "after a statement for many rows");
    session.expire(all[0])?;
    assert_eq!(session.query::<Employee>().filter(Employee::id.eq(1)).one()?.salary, 1, "expired and asked for");
    session[all[0]].salary += 5;
    session.commit()?;
    assert_eq!(database.ask("SELECT salary FROM employees WHERE id = 1"), ["6"]);
    Ok(())
}

#[test]
fn what_a_locked_row_leads_to_is_found_though_it_is_younger() -> orm_core::Result<()> {
    let (database, session) = company();
    assert_eq!(session.query::<Employee>().count()?, 5);
    database.run("INSERT INTO departments VALUES (9, 'New')");
    database.run("UPDATE employees SET department_id = 9 WHERE id = 1");
    let ada = session.query::<Employee>().filter(Employee::id.eq(1)).for_update().one()?;
    assert_eq!(ada.department()?.map(|department| department.name.clone()), Some("New".to_owned()));
    Ok(())
}

#[test]
fn a_locked_object_is_read_with_its_lock_after_a_statement_of_the_users_own() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let all = session.query::<Employee>().order_by(Employee::id).handles()?;
    database.run("UPDATE employees SET bonus = 77 WHERE id = 1");
    session.query::<Employee>().filter(Employee::id.eq(1)).for_update().one()?;
    session.execute(orm_core::sql("UPDATE employees SET salary = 91 WHERE id = 1"))?;
    let ada = session.query::<Employee>().filter(Employee::id.eq(1)).one()?;
    assert_eq!((ada.salary, ada.bonus), (91, Some(77)));
    database.run("UPDATE employees SET salary = 1 WHERE id = 2");
    let ben = session.sql("SELECT * FROM employees WHERE id = 2 FOR UPDATE").one::<Employee>()?;
    assert_eq!(ben.salary, 1);
    session.refresh(all[1])?;
    assert_eq!(session[all[1]].salary, 1);
    Ok(())
}

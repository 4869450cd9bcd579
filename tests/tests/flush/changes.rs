//! Change tracking: what counts as changed, and what an UPDATE names.

use expect_test::expect;
use orm_core::prelude::*;
use planning_demo::models::{Department, Employee};
use planning_demo::schema;
use tests::{Database, company, returning, statements};

/// A database with one employee, committed, and a session that has loaded him.
fn john() -> (Database, Session, Handle<Employee>) {
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let marketing = session.add(Department::new("Marketing"));
    session.add(Employee::new("John", "Locke", marketing));
    session.commit().expect("John is committed");
    let session = database.engine().session();
    let john = session.find::<Employee>(1).expect("John is found").expect("he is there").handle();
    (database, session, john)
}

#[test]
fn an_update_names_only_the_changed_columns() -> orm_core::Result<()> {
    // unit-of-work 18
    let (database, mut session, john) = john();
    session[john].lastname = "Terry".into();
    let (flushed, sent) = statements(|| session.commit());
    flushed?;
    assert_eq!(sent, ["UPDATE `employees` SET `lastname` = ? WHERE `id` = ?", "COMMIT"]);
    assert_eq!(database.ask("SELECT firstname, lastname FROM employees"), ["John | Terry"]);
    Ok(())
}

#[test]
fn an_equal_value_writes_nothing() -> orm_core::Result<()> {
    // unit-of-work 18
    let (_database, mut session, john) = john();
    session[john].firstname = "John".into();
    session[john].active = true;
    session[john].department = Some(BelongsTo::key(1));
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!(sent, [""; 0]);
    Ok(())
}

#[test]
fn back_to_the_old_value_writes_nothing() -> orm_core::Result<()> {
    // unit-of-work 31
    let (_database, mut session, john) = john();
    session[john].firstname = "Jeremy".into();
    session[john].department = None;
    session[john].firstname = "John".into();
    session[john].department.set(BelongsTo::key(1));
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!(sent, [""; 0]);
    Ok(())
}

#[test]
fn changes_through_several_accesses_go_in_one_update() -> orm_core::Result<()> {
    let (database, mut session, john) = john();
    session[john].firstname = "Jeremy".into();
    let object = &mut session[john];
    object.lastname = "Bentham".into();
    object.active = false;
    session.find_mut::<Employee>(1)?.expect("he is there").department.clear();
    let (flushed, sent) = statements(|| session.commit());
    flushed?;
    expect![[r#"
        [
            "UPDATE `employees` SET `firstname` = ?, `lastname` = ?, `active` = ?, `department_id` = ? WHERE `id` = ?",
            "COMMIT",
        ]
    "#]]
    .assert_debug_eq(&sent);
    assert_eq!(
        database.ask("SELECT firstname, lastname, active, department_id FROM employees"),
        ["Jeremy | Bentham | 0 | NULL"]
    );
    Ok(())
}

#[test]
fn after_a_flush_the_new_value_is_the_old_one() -> orm_core::Result<()> {
    let (database, mut session, john) = john();
    session[john].firstname = "Jeremy".into();
    session.flush()?;
    session[john].firstname = "John".into();
    let (flushed, sent) = statements(|| session.commit());
    flushed?;
    assert_eq!(sent, ["UPDATE `employees` SET `firstname` = ? WHERE `id` = ?", "COMMIT"]);
    assert_eq!(database.ask("SELECT firstname FROM employees"), ["John"]);
    Ok(())
}

#[test]
fn reading_an_object_writes_nothing() -> orm_core::Result<()> {
    let (_database, mut session, john) = john();
    let name = session[john].firstname.clone();
    let department = session.view(john).department()?.map(|department| department.name.clone());
    assert_eq!((name.as_str(), department.as_deref()), ("John", Some("Marketing")));
    let (flushed, sent) = statements(|| session.commit());
    flushed?;
    assert_eq!(sent, ["COMMIT"]);
    Ok(())
}

#[test]
fn a_commit_without_a_transaction_sends_nothing() -> orm_core::Result<()> {
    let database = Database::empty();
    let mut session = database.engine().session();
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, [""; 0]);
    Ok(())
}

#[test]
fn a_new_object_changed_before_the_flush_is_inserted_with_the_last_values() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let department = session.add(Department::new("Marketing"));
    session[department].name = "Sales".into();
    let (flushed, sent) = statements(|| session.commit());
    flushed?;
    let insert = format!("INSERT INTO `departments` (`name`) VALUES (?){}", returning(database.engine(), "`id`"));
    assert_eq!(sent, [insert.as_str(), "COMMIT"]);
    assert_eq!(database.ask("SELECT name FROM departments"), ["Sales"]);
    Ok(())
}

#[test]
fn one_change_among_many_loaded_objects_is_one_update() -> orm_core::Result<()> {
    // unit-of-work 20
    let (_database, mut session) = company();
    for employee in session.query::<Employee>().all()? {
        employee.contact_details()?;
    }
    session.find_mut::<Employee>(1)?.expect("John is there").lastname = "Terry".into();
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, ["UPDATE `employees` SET `lastname` = ? WHERE `id` = ?", "COMMIT"]);
    Ok(())
}

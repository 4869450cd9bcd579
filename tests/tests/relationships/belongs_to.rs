//! Relationships changed from the side of the foreign key.

use orm_core::prelude::*;
use planning_demo::models::{Department, Employee};
use tests::{company, statements};

fn names(session: &Session, department: i32) -> orm_core::Result<Vec<String>> {
    let department = session.find::<Department>(department)?.expect("the department is there");
    Ok(department.employees()?.iter().map(|employee| employee.firstname.clone()).collect())
}

#[test]
fn a_new_target_shows_in_the_members_of_both_owners() -> orm_core::Result<()> {
    // unit-of-work 69
    let (_database, mut session) = company();
    assert_eq!((names(&session, 1)?.len(), names(&session, 2)?.len()), (3, 2));
    let engineering = session.find::<Department>(2)?.expect("the department is there").handle();
    session.find_mut::<Employee>(1)?.expect("John is there").department.set(engineering);
    assert_eq!(names(&session, 1)?, ["Jack", "Ben"]);
    assert_eq!(names(&session, 2)?, ["John", "Kate", "Sun"]);
    Ok(())
}

#[test]
fn a_target_set_by_key_shows_in_the_members_too() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    assert_eq!(names(&session, 2)?, ["Kate", "Sun"]);
    session.find_mut::<Employee>(1)?.expect("John is there").department.set(BelongsTo::key(2));
    assert_eq!(names(&session, 2)?, ["John", "Kate", "Sun"]);
    Ok(())
}

#[test]
fn clear_writes_null() -> orm_core::Result<()> {
    // unit-of-work 47
    let (database, mut session) = company();
    assert_eq!(names(&session, 1)?.len(), 3);
    session.find_mut::<Employee>(1)?.expect("John is there").department.clear();
    assert_eq!(names(&session, 1)?, ["Jack", "Ben"]);
    session.commit()?;
    assert_eq!(database.ask("SELECT department_id FROM employees WHERE id = 1"), ["NULL"]);
    Ok(())
}

#[test]
fn a_new_target_comes_along() -> orm_core::Result<()> {
    // unit-of-work 76
    let (database, mut session) = company();
    let sales = Department::new("Sales");
    session.find_mut::<Employee>(1)?.expect("John is there").department.set(sales);
    session.commit()?;
    let john = session.find::<Employee>(1)?.expect("John is there");
    assert_eq!(john.department()?.map(|department| department.name.clone()).as_deref(), Some("Sales"));
    assert_eq!(database.ask("SELECT department_id FROM employees WHERE id = 1"), ["3"]);
    Ok(())
}

#[test]
fn of_changes_on_both_sides_the_last_one_counts() -> orm_core::Result<()> {
    // unit-of-work 27
    let (database, mut session) = company();
    let [marketing, engineering] = [1, 2].map(|key| session.find::<Department>(key).expect("an answer"));
    let [marketing, engineering] =
        [marketing, engineering].map(|department| department.expect("the department is there").handle());
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    let kate = session.find::<Employee>(2)?.expect("Kate is there").handle();
    session[engineering].employees.push(john);
    session[john].department.clear();
    session[kate].department.clear();
    session[marketing].employees.push(kate);
    session.commit()?;
    let stored = database.ask("SELECT firstname, department_id FROM employees WHERE id < 3 ORDER BY id");
    assert_eq!(stored, ["John | NULL", "Kate | 1"]);
    Ok(())
}

#[test]
fn deleting_only_the_child_does_not_load_the_parent() -> orm_core::Result<()> {
    // unit-of-work 48
    let (database, mut session) = company();
    session.find_mut::<Employee>(1)?.expect("John is there").active = false;
    session.flush()?;
    database.run("DELETE FROM contact_details");
    let jack = session.find::<Employee>(3)?.expect("Jack is there").handle();
    session.delete(jack);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert!(!sent.iter().any(|sql| sql.starts_with("SELECT")), "{sent:#?}");
    assert_eq!(names(&session, 1)?, ["John", "Ben"]);
    Ok(())
}

#[test]
fn an_object_that_nobody_adds_is_not_written() -> orm_core::Result<()> {
    // unit-of-work 78
    let (database, mut session) = company();
    let marketing = session.find::<Department>(1)?.expect("the department is there").handle();
    let hugo = Employee::new("Hugo", "Reyes", marketing);
    assert_eq!(session.view(marketing).employees()?.len(), 3);
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM employees"), ["5"]);
    session.add(hugo);
    assert_eq!(session.view(marketing).employees()?.len(), 4);
    Ok(())
}

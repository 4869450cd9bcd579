//! What the deletion of an object does to those that refer to it.

use orm_core::prelude::*;
use orm_core::{Error, Violation};
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use tests::{company, statements};

fn department(session: &Session, key: i32) -> Handle<Department> {
    session.find::<Department>(key).expect("an answer").expect("the department is there").handle()
}

const STAFF: &str = "SELECT firstname, department_id FROM employees ORDER BY id";

#[test]
fn children_of_a_deleted_parent_lose_their_foreign_key_in_the_database_and_in_memory() -> orm_core::Result<()> {
    // unit-of-work 44
    let (database, mut session) = company();
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    let marketing = department(&session, 1);
    session.delete(marketing);
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!(
        sent,
        [
            "UPDATE `employees` SET `department_id` = NULL WHERE `employees`.`department_id` IN (?)",
            "DELETE FROM `departments` WHERE `departments`.`id` IN (?)"
        ]
    );
    assert_eq!(session[john].department.key(), None);
    assert!(session.view(john).department()?.is_none());
    session.commit()?;
    assert_eq!(database.ask(STAFF), ["John | NULL", "Kate | 2", "Jack | NULL", "Ben | NULL", "Sun | 2"]);
    Ok(())
}

#[test]
fn a_child_that_moves_while_its_parent_is_deleted_keeps_the_new_parent() -> orm_core::Result<()> {
    // unit-of-work 45
    let (database, mut session) = company();
    let [marketing, engineering] = [department(&session, 1), department(&session, 2)];
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    let jack = session.find::<Employee>(3)?.expect("Jack is there").handle();
    session.delete(marketing);
    session[john].department.set(engineering);
    session[engineering].employees.push(jack);
    session.commit()?;
    assert_eq!(database.ask(STAFF), ["John | 2", "Kate | 2", "Jack | 2", "Ben | NULL", "Sun | 2"]);
    assert_eq!((session[john].department.key(), session[jack].department.key()), (Some(2), Some(2)));
    Ok(())
}

#[test]
fn a_child_changed_while_its_parent_is_deleted_keeps_its_other_changes() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let marketing = department(&session, 1);
    session.find_mut::<Employee>(1)?.expect("John is there").firstname = "Jeremy".into();
    session.delete(marketing);
    session.commit()?;
    assert_eq!(database.ask(STAFF)[0], "Jeremy | NULL");
    let john = session.find::<Employee>(1)?.expect("John is there");
    assert_eq!((john.firstname.as_str(), john.get().department.key()), ("Jeremy", None));
    Ok(())
}

#[test]
fn a_parent_with_a_required_child_cannot_be_deleted_alone() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    session.delete(john);
    let error = session.commit().expect_err("his contact details refer to him");
    assert!(matches!(error, Error::ForeignKey { violation: Violation::StillReferred, .. }), "{error}");
    let details = session.query::<ContactDetails>().filter(ContactDetails::id.eq(1)).handles();
    assert!(details.is_err(), "the deletion is still pending, so that the query's flush fails too");
    session.rollback()?;
    let details = session.view(john).contact_details()?.expect("he has some").handle();
    session.delete(john);
    session.delete(details);
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM employees"), ["4"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM projects_employees"), ["8"]);
    Ok(())
}

#[test]
fn a_deleted_object_leaves_the_members_of_its_owners() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let marketing = department(&session, 1);
    assert_eq!(session.view(marketing).employees()?.len(), 3);
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    let details = session.view(john).contact_details()?.expect("he has some").handle();
    session.delete(details);
    assert!(session.view(john).contact_details()?.is_none());
    session.delete(john);
    assert_eq!(session.view(marketing).employees()?.len(), 2);
    Ok(())
}

#[test]
fn objects_of_both_sides_deleted_together_take_only_their_own_link_rows() -> orm_core::Result<()> {
    // unit-of-work 61
    let (database, mut session) = company();
    database.run("DELETE FROM contact_details");
    let kate = session.find::<Employee>(2)?.expect("Kate is there").handle();
    let project = session.find::<Project>(3)?.expect("the project is there").handle();
    session.delete(kate);
    session.delete(project);
    session.commit()?;
    let links = database.ask("SELECT project_id, employee_id FROM projects_employees ORDER BY 1, 2");
    assert_eq!(links, ["1 | 1", "2 | 3", "2 | 4", "2 | 5"]);
    Ok(())
}

#[test]
fn an_object_that_refers_to_a_deleted_one_is_told() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let [marketing, engineering] = [department(&session, 1), department(&session, 2)];
    session.delete(marketing);
    let hugo = session.add(Employee::new("Hugo", "Reyes", marketing));
    let error = session.commit().expect_err("his department is deleted");
    assert_eq!(error.to_string(), "`Employee.department` refers to a `Department` that was deleted or rolled back");
    session[hugo].department.set(engineering);
    session.commit()?;
    assert_eq!(database.ask(STAFF).len(), 6);
    assert_eq!(database.ask("SELECT name FROM departments"), ["Engineering"]);
    Ok(())
}

//! A rollback gives up everything since the last commit, in the database and in memory.

use orm_core::prelude::*;
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use planning_demo::schema;
use tests::{Database, company, statements};

fn handle<M: orm_core::support::Model<Key = i32>>(session: &Session, key: i32) -> Handle<M> {
    session.find::<M>(key).expect("an answer").expect("the object is there").handle()
}

fn members(session: &Session, project: Handle<Project>) -> orm_core::Result<Vec<String>> {
    Ok(session.view(project).employees()?.iter().map(|employee| employee.firstname.clone()).collect())
}

#[test]
fn changed_objects_have_their_old_values_flushed_or_not() -> orm_core::Result<()> {
    // unit-of-work 97
    let (database, mut session) = company();
    let (john, kate) = (handle::<Employee>(&session, 1), handle::<Employee>(&session, 2));
    session[john].firstname = "Jeremy".into();
    session.flush()?;
    session[john].lastname = "Bentham".into();
    session[kate].department.clear();
    session.rollback()?;
    assert_eq!((session[john].firstname.as_str(), session[john].lastname.as_str()), ("John", "Locke"));
    assert_eq!(session[kate].department.key(), Some(2));
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, [""; 0]);
    assert_eq!(database.ask("SELECT firstname FROM employees WHERE id = 1"), ["John"]);
    Ok(())
}

#[test]
fn changed_relationships_are_as_before() -> orm_core::Result<()> {
    // unit-of-work 97
    let (database, mut session) = company();
    let (marketing, engineering) = (handle::<Department>(&session, 1), handle::<Department>(&session, 2));
    let project = handle::<Project>(&session, 1);
    let (john, kate, jack) =
        (handle::<Employee>(&session, 1), handle::<Employee>(&session, 2), handle::<Employee>(&session, 3));
    session[engineering].employees.push(john);
    session[project].employees.remove(kate);
    session.flush()?;
    session[marketing].employees.clear();
    session[project].employees.push(jack);
    session.rollback()?;
    assert_eq!(members(&session, project)?, ["John", "Kate"]);
    assert_eq!(session.view(marketing).employees()?.len(), 3);
    assert_eq!(session[john].department.key(), Some(1));
    session.commit()?;
    assert_eq!(database.ask("SELECT department_id FROM employees ORDER BY id"), ["1", "2", "1", "1", "2"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM projects_employees"), ["10"]);
    Ok(())
}

#[test]
fn changed_relationships_that_nobody_flushed_are_given_up() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let (marketing, project) = (handle::<Department>(&session, 1), handle::<Project>(&session, 1));
    let sun = handle::<Employee>(&session, 5);
    session[marketing].employees.push(sun);
    session[project].employees.push(sun);
    session[project].employees.push(Employee::default());
    session.rollback()?;
    session[project].name = "changed".into();
    session[marketing].name = "changed".into();
    session.commit()?;
    assert_eq!(database.ask("SELECT department_id FROM employees WHERE id = 5"), ["2"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM projects_employees"), ["10"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM employees"), ["5"]);
    Ok(())
}

#[test]
fn added_objects_are_gone() -> orm_core::Result<()> {
    // unit-of-work 97
    let (database, mut session) = company();
    let flushed = session.add(Department::new("Flushed"));
    session.flush()?;
    let pending = session.add(Department::new("Pending"));
    session.rollback()?;
    for gone in [flushed, pending] {
        let error = session.get(gone).expect_err("it is gone");
        let reason =
            "this handle of a `Department` is of an object that was deleted, or whose addition was rolled back";
        assert_eq!(error.to_string(), reason);
    }
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM departments"), ["2"]);
    assert_eq!(session.query::<Department>().all()?.len(), 2);
    Ok(())
}

#[test]
fn deleted_objects_are_back() -> orm_core::Result<()> {
    // unit-of-work 6, 97
    let (database, mut session) = company();
    let (marketing, project) = (handle::<Department>(&session, 1), handle::<Project>(&session, 1));
    let john = handle::<Employee>(&session, 1);
    session.delete(project);
    session.delete(marketing);
    session.flush()?;
    assert!(session.get(marketing).is_err());
    session.rollback()?;
    assert_eq!(session[marketing].name, "Marketing");
    assert_eq!((session[john].department.key(), members(&session, project)?.len()), (Some(1), 2));
    assert_eq!(session.find::<Department>(1)?.map(|found| found.handle()), Some(marketing));
    session[marketing].name = "Sales".into();
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments WHERE id = 1"), ["Sales"]);
    Ok(())
}

#[test]
fn a_deletion_that_was_not_flushed_is_given_up() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let details = handle::<ContactDetails>(&session, 1);
    session[details].address = "there".into();
    session.delete(details);
    session.rollback()?;
    assert_eq!(session[details].address, "123 S Main ST");
    session.commit()?;
    assert_eq!(database.ask("SELECT address FROM contact_details WHERE id = 1"), ["123 S Main ST"]);
    Ok(())
}

#[test]
fn an_object_committed_and_then_changed_goes_back_to_the_commit() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let sales = session.add(Department::new("Sales"));
    let hugo = session.add(Employee::new("Hugo", "Reyes", sales));
    session.commit()?;
    session[hugo].firstname = "Hurley".into();
    session[hugo].department.clear();
    session.flush()?;
    session.rollback()?;
    let hugo = &session[hugo];
    assert_eq!((hugo.id.get(), hugo.firstname.as_str(), hugo.department.key()), (Some(1), "Hugo", Some(1)));
    Ok(())
}

#[test]
fn dropping_a_session_rolls_back() -> orm_core::Result<()> {
    // unit-of-work 100
    let (database, mut session) = company();
    session.add(Department::new("Sales"));
    session.flush()?;
    drop(session);
    assert_eq!(database.ask("SELECT COUNT(*) FROM departments"), ["2"]);
    let session = database.engine().session();
    let (count, sent) = statements(|| session.query::<Department>().count());
    assert_eq!((count?, sent.len()), (2, 1), "the next session has a connection without a transaction: {sent:#?}");
    Ok(())
}

#[test]
fn a_session_goes_on_after_a_rollback() -> orm_core::Result<()> {
    let (database, mut session) = company();
    session.add(Department::new("Given up"));
    session.rollback()?;
    session.rollback()?;
    let kept = session.add(Department::new("Kept"));
    session.commit()?;
    assert!(session[kept].id.get().is_some());
    assert_eq!(database.ask("SELECT name FROM departments ORDER BY id"), ["Marketing", "Engineering", "Kept"]);
    Ok(())
}

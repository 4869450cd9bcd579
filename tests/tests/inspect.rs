//! Reading one's own state: changes, states, the plan of a flush, refreshing.

use expect_test::expect;
use orm_core::prelude::*;
use orm_core::{Error, ObjectState};
use planning_demo::models::{Department, Employee, Project};
use tests::{company, statements};

fn employee(session: &Session, key: i32) -> Handle<Employee> {
    session.find::<Employee>(key).expect("the employees are read").expect("the employee is there").handle()
}

#[test]
fn a_change_has_the_column_and_both_values() -> orm_core::Result<()> {
    // unit-of-work 29, 30, 31
    let (_database, mut session) = company();
    let john = employee(&session, 1);
    assert!(!session.is_modified(john)?);
    session[john].firstname = "Jeremy".into();
    session[john].active = true;
    session[john].department = None;
    let (changes, sent) = statements(|| session.changes(john));
    expect![[r#"
        [
            Change {
                column: "firstname",
                field: "firstname",
                old: Bytes(
                    "John",
                ),
                new: Some(
                    Bytes(
                        "Jeremy",
                    ),
                ),
            },
            Change {
                column: "department_id",
                field: "department",
                old: Int(
                    1,
                ),
                new: Some(
                    Null,
                ),
            },
        ]
    "#]]
    .assert_debug_eq(&changes?);
    assert_eq!(sent, [""; 0]);
    session[john].firstname = "John".into();
    session[john].department.set(BelongsTo::key(1));
    assert!(!session.is_modified(john)?);
    Ok(())
}

#[test]
fn a_member_that_is_pushed_is_modified() -> orm_core::Result<()> {
    // unit-of-work 29, 31
    let (_database, mut session) = company();
    let (john, sales) = (employee(&session, 1), session.add(Department::new("Sales")));
    session[sales].employees.push(john);
    assert_eq!(session.changes(john)?.iter().map(|change| change.field).collect::<Vec<_>>(), ["department"]);
    assert_eq!(session.changes(john)?[0].new, None, "the department has no key yet");
    Ok(())
}

#[test]
fn an_object_goes_through_its_states() -> orm_core::Result<()> {
    // unit-of-work 7
    let (_database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    let mut states = vec![session.state(sales)?];
    session.flush()?;
    states.push(session.state(sales)?);
    session.commit()?;
    session.delete(sales);
    states.push(session.state(sales)?);
    session.flush()?;
    states.push(session.state(sales)?);
    session.rollback()?;
    states.push(session.state(sales)?);
    session.delete(sales);
    session.commit()?;
    states.push(session.state(sales)?);
    use ObjectState::{Deleted, Deleting, Gone, Pending, Persistent};
    assert_eq!(states, [Pending, Persistent, Deleting, Deleted, Persistent, Gone]);
    Ok(())
}

#[test]
fn the_plan_is_what_the_flush_sends() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let john = employee(&session, 1);
    let projects = session.query::<Project>().order_by(Project::id).handles()?;
    let sales = session.add(Department::new("Sales"));
    session[john].department.set(sales);
    session[john].projects.push(projects[1]);
    session.delete(projects[2]);
    let (plan, sent) = statements(|| session.pending());
    expect![[r#"
        insert 1 into departments (name)
        update 1 of employees (department_id)
        delete 1 from projects_employees (project_id)
        insert 1 into projects_employees (employee_id, project_id)
        delete 1 from projects (id)
    "#]]
    .assert_eq(&plan?.to_string());
    assert_eq!(sent, [""; 0]);
    let plan = session.pending()?.len();
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!(sent.len(), plan);
    assert!(session.pending()?.is_empty());
    Ok(())
}

#[test]
fn a_refresh_reads_what_others_wrote_and_gives_up_changes() -> orm_core::Result<()> {
    // unit-of-work 115
    let (database, mut session) = company();
    let john = employee(&session, 1);
    session[john].lastname = "Bentham".into();
    session.commit()?;
    session[john].firstname = "Jeremy".into();
    database.run("UPDATE employees SET active = FALSE WHERE id = 1");
    let refreshed = session.refresh(john)?;
    assert_eq!(
        (refreshed.firstname.as_str(), refreshed.lastname.as_str(), refreshed.active),
        ("John", "Bentham", false)
    );
    assert!(session.pending()?.is_empty());
    Ok(())
}

#[test]
fn a_refresh_of_a_row_that_is_gone_says_so() -> orm_core::Result<()> {
    // unit-of-work 112, 116
    let (database, mut session) = company();
    let marketing = session.find::<Department>(1)?.expect("marketing is there").handle();
    session.commit()?;
    database.run("UPDATE employees SET department_id = NULL");
    database.run("DELETE FROM departments WHERE id = 1");
    let error = session.refresh(marketing).expect_err("the row is gone");
    assert_eq!(error.to_string(), "there is no `Department` with key 1");
    let sales = session.add(Department::new("Sales"));
    assert!(matches!(session.refresh(sales), Err(Error::Handle { .. })));
    Ok(())
}

#[test]
fn a_deletion_that_is_not_flushed_can_be_taken_back() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let john = employee(&session, 1);
    session[john].firstname = "Jeremy".into();
    session.delete(john);
    session.undelete(john)?;
    assert_eq!(session.state(john)?, ObjectState::Persistent);
    session.commit()?;
    assert_eq!(database.ask("SELECT firstname FROM employees WHERE id = 1"), ["Jeremy"]);
    let error = session.undelete(john).expect_err("it is not to be deleted");
    assert_eq!(error.to_string(), "this handle of a `Employee` is of an object that is not to be deleted");
    Ok(())
}

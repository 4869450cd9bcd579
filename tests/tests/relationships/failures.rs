//! A flush that fails because of one member loses none of the others.

use orm_core::prelude::*;
use planning_demo::models::{Department, Employee, Project};
use planning_demo::schema;
use tests::Database;

fn employee(firstname: &str) -> Employee {
    Employee { firstname: firstname.into(), lastname: "x".into(), ..Default::default() }
}

/// A department, a project and two employees, committed, and an employee of another session.
struct Staff {
    database: Database,
    session: Session,
    marketing: Handle<Department>,
    hatch: Handle<Project>,
    employees: [Handle<Employee>; 2],
    stranger: Handle<Employee>,
}

fn staff() -> Staff {
    let database = Database::with(&schema());
    let stranger = database.engine().session().add(employee("Stranger"));
    let mut session = database.engine().session();
    let marketing = session.add(Department::new("Marketing"));
    let hatch = session.add(Project { name: "hatch".into(), ..Default::default() });
    let employees = session.add_all([employee("John"), employee("Jack")]);
    session.commit().expect("the staff is committed");
    Staff { database, session, marketing, hatch, employees, stranger }
}

#[test]
fn a_flush_that_failed_for_a_member_fails_again_and_loses_nothing() -> orm_core::Result<()> {
    let Staff { database, mut session, marketing, employees: [john, jack], stranger, .. } = staff();
    session[marketing].employees.extend([john, stranger, jack]);
    for _ in 0..2 {
        let error = session.commit().expect_err("the stranger is of another session");
        assert_eq!(error.to_string(), "this handle of a `Employee` belongs to another session");
    }
    session[marketing].employees.set([john, jack]);
    let second = session.commit();
    assert!(
        second.is_err() || database.ask("SELECT department_id FROM employees ORDER BY id") == ["1", "1"],
        "{second:?}"
    );
    session.rollback()?;
    session[marketing].employees.extend([john, jack]);
    session.commit()?;
    assert_eq!(database.ask("SELECT department_id FROM employees ORDER BY id"), ["1", "1"]);
    Ok(())
}

#[test]
fn a_link_that_failed_loses_no_other() -> orm_core::Result<()> {
    let Staff { database, mut session, hatch, employees: [john, jack], stranger, .. } = staff();
    session[hatch].employees.push(john);
    session[jack].projects.push(hatch);
    session[hatch].employees.push(stranger);
    let error = session.commit().expect_err("the stranger is of another session");
    assert_eq!(error.to_string(), "this handle of a `Employee` belongs to another session");
    session.rollback()?;
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM projects_employees"), ["0"], "the rollback gave all up");
    session[hatch].employees.extend([john, jack]);
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM projects_employees"), ["2"]);
    Ok(())
}

#[test]
fn a_foreign_key_to_another_session_is_told_and_can_be_corrected() -> orm_core::Result<()> {
    // unit-of-work 4, 77
    let Staff { database, mut session, marketing, employees: [john, _], .. } = staff();
    let elsewhere = database.engine().session().add(Department::new("Elsewhere"));
    session[john].department.set(elsewhere);
    let error = session.commit().expect_err("the department is of another session");
    assert_eq!(error.to_string(), "this handle of a `Department` belongs to another session");
    session[john].department.set(marketing);
    session.commit()?;
    assert_eq!(database.ask("SELECT department_id FROM employees ORDER BY id"), ["1", "NULL"]);
    Ok(())
}

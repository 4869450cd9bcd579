//! How many statements lazy loading sends.

use expect_test::expect;
use orm_core::prelude::*;
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use tests::{company, statements};

#[test]
fn peers_load_together_along_a_foreign_key() -> orm_core::Result<()> {
    // unit-of-work 123
    let (_database, session) = company();
    let employees = session.query::<Employee>().all()?;
    let (names, sent) = statements(|| -> orm_core::Result<Vec<String>> {
        let name = |employee: &View<'_, Employee>| Ok(employee.department()?.map(|it| it.name.clone()));
        employees.iter().filter_map(|employee| name(employee).transpose()).collect()
    });
    let names = names?;
    assert_eq!(names, ["Marketing", "Engineering", "Marketing", "Marketing", "Engineering"]);
    expect!["SELECT `departments`.`id`, `departments`.`name` FROM `departments` WHERE `departments`.`id` IN (?, ?)"]
        .assert_eq(&sent.join("\n"));
    Ok(())
}

#[test]
fn peers_load_together_to_one() -> orm_core::Result<()> {
    // unit-of-work 122
    let (_database, session) = company();
    let employees = session.query::<Employee>().all()?;
    let (found, sent) =
        statements(|| employees.iter().filter(|it| matches!(it.contact_details(), Ok(Some(_)))).count());
    assert_eq!(found, 5);
    expect!["SELECT `contact_details`.`id`, `contact_details`.`phone_number`, `contact_details`.`address`, `contact_details`.`employee_id` FROM `contact_details` WHERE `contact_details`.`employee_id` IN (?, ?, ?, ?, ?, ?, ?, ?)"].assert_eq(&sent.join("\n"));
    Ok(())
}

#[test]
fn peers_load_together_to_many() -> orm_core::Result<()> {
    // unit-of-work 122
    let (_database, session) = company();
    let departments = session.query::<Department>().all()?;
    let (found, sent) = statements(|| departments.iter().filter_map(|it| it.employees().ok()).flatten().count());
    assert_eq!(found, 5);
    expect!["SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees` WHERE `employees`.`department_id` IN (?, ?)"].assert_eq(&sent.join("\n"));
    Ok(())
}

#[test]
fn peers_load_together_many_to_many() -> orm_core::Result<()> {
    // unit-of-work 122
    let (_database, session) = company();
    let projects = session.query::<Project>().all()?;
    let (found, sent) = statements(|| projects.iter().filter_map(|it| it.employees().ok()).flatten().count());
    assert_eq!(found, 10);
    expect![[r#"
        SELECT `projects_employees`.`project_id`, `projects_employees`.`employee_id` FROM `projects_employees` WHERE `projects_employees`.`project_id` IN (?, ?, ?, ?)
        SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees` WHERE `employees`.`id` IN (?, ?, ?, ?, ?, ?, ?, ?)"#]].assert_eq(&sent.join("\n"));
    Ok(())
}

#[test]
fn a_second_level_loads_for_all_owners_of_the_first() -> orm_core::Result<()> {
    let (_database, session) = company();
    let (found, sent) = statements(|| -> orm_core::Result<Vec<String>> {
        let mut found = Vec::new();
        for department in session.query::<Department>().all()? {
            for employee in department.employees()? {
                for project in employee.projects()? {
                    found.push(project.name.clone());
                }
                found.extend(employee.contact_details()?.map(|details| details.phone_number.clone()));
            }
        }
        Ok(found)
    });
    assert_eq!(found?.len(), 15);
    assert_eq!(sent.len(), 5, "departments, employees, links, projects, details: {sent:#?}");
    Ok(())
}

#[test]
fn many_to_many_fetches_only_objects_that_the_session_does_not_have() -> orm_core::Result<()> {
    // unit-of-work 123
    let (_database, session) = company();
    session.query::<Employee>().all()?;
    let projects = session.query::<Project>().all()?;
    let (found, sent) = statements(|| projects[0].employees().map(|employees| employees.len()));
    assert_eq!(found?, 2);
    assert_eq!(sent.len(), 1, "the links alone: {sent:#?}");
    Ok(())
}

#[test]
fn a_foreign_key_to_an_object_of_the_session_asks_nothing() -> orm_core::Result<()> {
    // unit-of-work 119
    let (_database, session) = company();
    session.query::<Department>().all()?;
    let employees = session.query::<Employee>().all()?;
    let (found, sent) = statements(|| employees.iter().filter(|it| matches!(it.department(), Ok(Some(_)))).count());
    assert_eq!((found, sent.len()), (5, 0));
    Ok(())
}

#[test]
fn a_null_foreign_key_asks_nothing() -> orm_core::Result<()> {
    // unit-of-work 120
    let (database, session) = company();
    database.run("UPDATE employees SET department_id = NULL");
    let employees = session.query::<Employee>().all()?;
    let (found, sent) = statements(|| employees.iter().filter(|it| matches!(it.department(), Ok(None))).count());
    assert_eq!((found, sent.len()), (5, 0));
    Ok(())
}

#[test]
fn empty_answers_are_remembered() -> orm_core::Result<()> {
    // unit-of-work 124
    let (database, session) = company();
    database.run("DELETE FROM contact_details");
    database.run("DELETE FROM projects_employees");
    let employees = session.query::<Employee>().all()?;
    let (found, sent) = statements(|| {
        let empty = |it: &&View<'_, Employee>| {
            matches!(it.contact_details(), Ok(None)) && matches!(it.projects(), Ok(projects) if projects.is_empty())
        };
        employees.iter().chain(&employees).filter(empty).count()
    });
    assert_eq!((found, sent.len()), (10, 2), "{sent:#?}");
    Ok(())
}

#[test]
fn what_is_loaded_is_asked_again_after_a_commit() -> orm_core::Result<()> {
    // unit-of-work 99
    let (database, mut session) = company();
    let project = session.find::<Project>(1)?.expect("the project is there").handle();
    assert_eq!(session.view(project).employees()?.len(), 2);
    session.commit()?;
    database.run("DELETE FROM projects_employees WHERE employee_id = 1");
    assert_eq!(session.view(project).employees()?.len(), 1);
    Ok(())
}

#[test]
fn objects_added_together_are_peers() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let departments = session.add_all([Department::new("a"), Department::new("b"), Department::new("c")]);
    for department in departments {
        session.add(Employee::new("x", "y", department));
    }
    session.commit()?;
    let (found, sent) =
        statements(|| departments.iter().filter_map(|&it| session.view(it).employees().ok()).flatten().count());
    assert_eq!((found, sent.len()), (3, 1), "{sent:#?}");
    Ok(())
}

#[test]
fn contact_details_lead_back_to_the_employee_they_came_from() -> orm_core::Result<()> {
    let (_database, session) = company();
    let details = session.query::<ContactDetails>().all()?;
    let (found, sent) = statements(|| {
        details
            .iter()
            .filter_map(|it| it.employee().ok()?.contact_details().ok()?)
            .filter(|it| it.id.get() > Some(0))
            .count()
    });
    assert_eq!(found, 5);
    assert!(sent.len() <= 2, "{sent:#?}");
    Ok(())
}

#[test]
fn following_to_an_object_of_the_session_and_changing_by_turns_takes_one_update() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    session.query::<Department>().all()?;
    let employees = session.query::<Employee>().filter(Employee::department.is_not_null()).handles()?;
    let (done, sent) = statements(|| -> orm_core::Result<()> {
        for &employee in &employees {
            let department = session.view(employee).department()?.map(|department| department.name.clone());
            session[employee].lastname = department.unwrap_or_default();
        }
        session.flush()
    });
    done?;
    assert_eq!(sent.len(), 1, "{sent:#?}");
    Ok(())
}

#[test]
fn a_change_that_moves_nobody_leaves_collections_as_they_are() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    session.query::<Department>().with(Department::employees).all()?;
    let employees = session.query::<Employee>().handles()?;
    session[employees[0]].lastname = "Other".to_owned();
    session.flush()?;
    let (done, sent) = statements(|| -> orm_core::Result<usize> {
        let department = session.view(employees[0]).department()?.expect("a department");
        Ok(department.employees()?.len())
    });
    assert_eq!((done?, sent.len()), (3, 0), "{sent:#?}");
    Ok(())
}

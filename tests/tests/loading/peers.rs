//! Who is loaded together: objects of one result, those that were found one by one, and new ones after a flush; and what one
//! side of a relationship tells of the other.

use expect_test::expect;
use orm_core::prelude::*;
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use tests::{company, statements};

/// How many of some objects lead somewhere.
fn led<T>(found: impl Iterator<Item = orm_core::Result<T>>) -> usize {
    found.filter(Result::is_ok).count()
}

#[test]
fn objects_found_one_by_one_are_peers() -> orm_core::Result<()> {
    let (_database, session) = company();
    let employees = (1..=5).filter_map(|id| session.find::<Employee>(id).transpose()).collect::<Result<Vec<_>, _>>()?;
    let (found, sent) = statements(|| {
        let employees = || employees.iter();
        led(employees().map(|it| it.department())) + led(employees().map(|it| it.contact_details()))
    });
    assert_eq!(found, 10);
    expect![[r#"
        SELECT `departments`.`id`, `departments`.`name` FROM `departments` WHERE `departments`.`id` IN (?, ?)
        SELECT `contact_details`.`id`, `contact_details`.`phone_number`, `contact_details`.`address`, `contact_details`.`employee_id` FROM `contact_details` WHERE `contact_details`.`employee_id` IN (?, ?, ?, ?, ?, ?, ?, ?)"#]]
    .assert_eq(&sent.join("\n"));
    Ok(())
}

#[test]
fn one_that_is_found_alone_stays_with_the_result_that_it_came_in() -> orm_core::Result<()> {
    let (_database, session) = company();
    let employees = session.query::<Employee>().all()?;
    session.find::<Employee>(3)?;
    session.query::<Employee>().filter(Employee::firstname.eq("Kate")).one()?;
    let (found, sent) = statements(|| led(employees.iter().map(|it| it.projects())));
    assert_eq!((found, sent.len()), (5, 2), "{sent:#?}");
    Ok(())
}

#[test]
fn who_was_asked_before_is_no_company_for_those_that_are_found_later() -> orm_core::Result<()> {
    let (_database, session) = company();
    for id in 1..=5 {
        let employee = session.find::<Employee>(id)?.expect("all five are there");
        let (details, sent) = statements(|| employee.contact_details());
        assert!(details?.is_some());
        assert!(sent[0].ends_with("`employee_id` IN (?)"), "{sent:#?}");
    }
    Ok(())
}

#[test]
fn what_is_found_in_the_next_transaction_is_company_of_its_own() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    session.find::<Employee>(1)?;
    session.find::<Employee>(2)?;
    session.commit()?;
    session.find::<Employee>(3)?;
    let employee = session.find::<Employee>(4)?.expect("Ben is there");
    let (_, sent) = statements(|| employee.projects());
    assert!(sent[0].ends_with("`employee_id` IN (?, ?)"), "{sent:#?}");
    Ok(())
}

#[test]
fn a_hundred_new_objects_are_peers_after_the_flush() -> orm_core::Result<()> {
    let (database, mut session) = company();
    database.run("INSERT INTO departments (id, name) VALUES (3, 'a'), (4, 'b'), (5, 'c')");
    let project = session.find::<Project>(1)?.expect("it is there").handle();
    let new = |number: i32| Employee {
        // Those with a key and those without are not inserted by the same statement.
        id: if number % 2 == 0 { Auto::unset() } else { (1000 + number).into() },
        department: Some(BelongsTo::key(number % 5 + 1)),
        projects: [project].into_iter().collect(),
        ..Employee::default()
    };
    let employees = session.add_many((0..100).map(new));
    session.flush()?;
    let employees: Vec<View<'_, Employee>> = employees.into_iter().map(|employee| session.view(employee)).collect();
    let (found, sent) = statements(|| {
        let departments = led(employees.iter().map(|it| it.department()));
        let projects = employees.iter().filter_map(|it| it.projects().ok()).flatten().count();
        let details = employees.iter().filter(|it| matches!(it.contact_details(), Ok(None))).count();
        (departments, projects, details)
    });
    assert_eq!(found, (100, 100, 100));
    assert_eq!(sent.len(), 3, "departments, links, details: {sent:#?}");
    Ok(())
}

#[test]
fn three_levels_over_a_whole_result_take_a_statement_each() -> orm_core::Result<()> {
    let (_database, session) = company();
    let projects = session.query::<Project>().all()?;
    let (names, sent) = statements(|| -> orm_core::Result<Vec<String>> {
        let mut names = Vec::new();
        for project in &projects {
            for employee in project.employees()? {
                if let Some(department) = employee.department()? {
                    names.extend(department.employees()?.iter().map(|colleague| colleague.firstname.clone()));
                }
            }
        }
        Ok(names)
    });
    assert_eq!(names?.len(), 26);
    expect![[r#"
        SELECT `projects_employees`.`project_id`, `projects_employees`.`employee_id` FROM `projects_employees` WHERE `projects_employees`.`project_id` IN (?, ?, ?, ?)
        SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees` WHERE `employees`.`id` IN (?, ?, ?, ?, ?, ?, ?, ?)
        SELECT `departments`.`id`, `departments`.`name` FROM `departments` WHERE `departments`.`id` IN (?, ?)
        SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees` WHERE `employees`.`department_id` IN (?, ?)"#]]
    .assert_eq(&sent.join("\n"));
    Ok(())
}

#[test]
fn a_collection_makes_its_members_lead_back_for_nothing() -> orm_core::Result<()> {
    let (_database, session) = company();
    let departments = session.query::<Department>().all()?;
    let employees: Vec<View<'_, Employee>> =
        departments.iter().map(|it| it.employees()).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    let (found, sent) = statements(|| employees.iter().filter(|it| matches!(it.department(), Ok(Some(_)))).count());
    assert_eq!((found, sent.len()), (5, 0), "{sent:#?}");
    Ok(())
}

#[test]
fn a_unique_foreign_key_fills_the_other_side() -> orm_core::Result<()> {
    let (_database, session) = company();
    let details = session.query::<ContactDetails>().all()?;
    let employees = details.iter().map(|it| it.employee()).collect::<Result<Vec<_>, _>>()?;
    let (found, sent) = statements(|| {
        employees.iter().filter_map(|it| it.contact_details().ok()?).map(|it| it.handle()).collect::<Vec<_>>()
    });
    assert_eq!(found, details.iter().map(|it| it.handle()).collect::<Vec<_>>());
    assert!(sent.is_empty(), "{sent:#?}");
    Ok(())
}

#[test]
fn a_unique_foreign_key_fills_the_other_side_of_an_object_that_was_there() -> orm_core::Result<()> {
    let (_database, session) = company();
    let employees = session.query::<Employee>().all()?;
    let details = session.query::<ContactDetails>().all()?;
    let (found, sent) = statements(|| {
        let there = led(details.iter().map(|it| it.employee()));
        there + employees.iter().filter(|it| matches!(it.contact_details(), Ok(Some(_)))).count()
    });
    assert_eq!((found, sent.len()), (10, 0), "{sent:#?}");
    Ok(())
}

#[test]
fn has_one_fills_the_foreign_key_at_the_other_side() -> orm_core::Result<()> {
    let (_database, session) = company();
    let employees = session.query::<Employee>().all()?;
    let details = employees.iter().filter_map(|it| it.contact_details().transpose()).collect::<Result<Vec<_>, _>>()?;
    let (found, sent) = statements(|| led(details.iter().map(|it| it.employee())));
    assert_eq!((found, sent.len()), (5, 0), "{sent:#?}");
    Ok(())
}

#[test]
fn what_the_other_side_has_told_is_forgotten_when_the_foreign_key_changes() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let johns = session.find::<ContactDetails>(1)?.expect("they are there");
    let john = johns.employee()?.handle();
    let johns = johns.handle();
    assert_eq!(session.view(john).contact_details()?.map(|it| it.handle()), Some(johns));
    let new = session.add(Employee { firstname: "Hugo".into(), ..Employee::default() });
    session[johns].employee.set(new);
    assert!(session.view(john).contact_details()?.is_none());
    assert_eq!(session.view(new).contact_details()?.map(|it| it.handle()), Some(johns));
    Ok(())
}

#[test]
fn foreign_keys_to_rows_that_are_gone_are_asked_once_for_all() -> orm_core::Result<()> {
    // unit-of-work 124
    let (database, session) = company();
    database.run("ALTER TABLE employees DROP FOREIGN KEY fk_employees_department_id");
    database.run("DELETE FROM departments");
    let employees = session.query::<Employee>().all()?;
    let (found, sent) = statements(|| employees.iter().filter(|it| matches!(it.department(), Ok(None))).count());
    assert_eq!((found, sent.len()), (5, 1), "{sent:#?}");
    Ok(())
}

#[test]
fn foreign_keys_that_the_session_knows_are_left_out_of_the_question() -> orm_core::Result<()> {
    // unit-of-work 123
    let (_database, session) = company();
    session.find::<Department>(1)?;
    let employees = session.query::<Employee>().all()?;
    let (found, sent) = statements(|| led(employees.iter().map(|it| it.department())));
    assert_eq!(found, 5);
    expect!["SELECT `departments`.`id`, `departments`.`name` FROM `departments` WHERE `departments`.`id` IN (?)"]
        .assert_eq(&sent.join("\n"));
    Ok(())
}

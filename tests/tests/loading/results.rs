//! What lazy loading finds, and in which order.

use orm_core::Error;
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use tests::company;

#[test]
fn members_are_in_the_order_of_their_keys() -> orm_core::Result<()> {
    let (database, session) = company();
    database.run("DELETE FROM projects_employees WHERE employee_id = 2 AND project_id = 3");
    database.run("INSERT INTO projects_employees VALUES (3, 2)");
    database.run("UPDATE employees SET department_id = 1");
    let project = session.find::<Project>(3)?.expect("the project is there");
    let ids: Vec<Option<i32>> = project.employees()?.iter().map(|employee| employee.id.get()).collect();
    assert_eq!(ids, [1, 2, 3, 4, 5].map(Some));
    let department = session.find::<Department>(1)?.expect("the department is there");
    let ids: Vec<Option<i32>> = department.employees()?.iter().map(|employee| employee.id.get()).collect();
    assert_eq!(ids, [1, 2, 3, 4, 5].map(Some));
    Ok(())
}

#[test]
fn integer_keys_are_ordered_as_numbers() -> orm_core::Result<()> {
    let (database, session) = company();
    database.run(
        "INSERT INTO employees (id, firstname, lastname, department_id) VALUES (10, 'a', 'b', 1), (-3, 'a', 'b', 1)",
    );
    let department = session.find::<Department>(1)?.expect("the department is there");
    let ids: Vec<Option<i32>> = department.employees()?.iter().map(|employee| employee.id.get()).collect();
    assert_eq!(ids, [-3, 1, 3, 4, 10].map(Some));
    Ok(())
}

#[test]
fn a_required_target_that_is_gone_is_not_found() -> orm_core::Result<()> {
    let (database, mut session) = company();
    database.run("SET FOREIGN_KEY_CHECKS = 0");
    let details = session.find::<ContactDetails>(1)?.expect("the details are there").handle();
    session.commit()?;
    database.run("ALTER TABLE contact_details DROP FOREIGN KEY fk_contact_details_employee_id");
    database.run("DELETE FROM employees WHERE id = 1");
    let error = session.view(details).employee().expect_err("John is gone");
    assert!(matches!(&error, Error::NotFound { model: "Employee", .. }), "{error}");
    assert_eq!(error.to_string(), "there is no `Employee` for `ContactDetails.employee`");
    Ok(())
}

#[test]
fn two_rows_for_a_to_one_side_are_told() -> orm_core::Result<()> {
    // unit-of-work 56
    let (database, session) = company();
    database.run("ALTER TABLE contact_details DROP FOREIGN KEY fk_contact_details_employee_id");
    database.run("ALTER TABLE contact_details DROP INDEX uq_contact_details_employee_id");
    database.run("UPDATE contact_details SET employee_id = 1");
    let error = session.find::<Employee>(1)?.expect("John is there").contact_details().expect_err("there are five");
    assert_eq!(error.to_string(), "more than one `ContactDetails` for `Employee.contact_details`");
    Ok(())
}

#[test]
fn a_view_is_copied_and_its_object_outlives_it() -> orm_core::Result<()> {
    let (_database, session) = company();
    let name = {
        let view = session.find::<Employee>(1)?.expect("John is there");
        let copy = view;
        assert_eq!(view.handle(), copy.handle());
        &copy.get().firstname
    };
    assert_eq!(name, "John");
    Ok(())
}

#[test]
fn a_pending_owner_is_flushed_by_following_it() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    let hugo = session.add(Employee::new("Hugo", "Reyes", sales));
    let view = session.view(hugo);
    assert_eq!(view.department()?.map(|department| department.handle()), Some(sales));
    assert_eq!(view.id.get(), Some(6));
    assert!(view.projects()?.is_empty());
    Ok(())
}

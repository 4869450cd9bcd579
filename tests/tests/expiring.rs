//! Objects whose values are not trusted any more: what reads them again, and what is asked for then.

use orm_core::prelude::*;
use orm_core::{Error, ObjectState};
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use tests::{company, statements};

const EMPLOYEES: &str = "SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, \
                         `employees`.`department_id` FROM `employees` WHERE `employees`.`id` IN";

fn employees(session: &Session) -> Vec<Handle<Employee>> {
    session.query::<Employee>().order_by(Employee::id.asc()).handles().expect("the employees are read")
}

fn department(session: &Session, key: i32) -> Handle<Department> {
    session.find::<Department>(key).expect("an answer").expect("the department is there").handle()
}

#[test]
fn get_reads_again_what_this_transaction_has_not_read() -> orm_core::Result<()> {
    // unit-of-work 99
    let (database, mut session) = company();
    let employees = employees(&session);
    session.commit()?;
    database.run("UPDATE employees SET firstname = CONCAT('New ', firstname)");
    assert_eq!(
        (session[employees[0]].firstname.as_str(), session.view(employees[0]).firstname.as_str()),
        ("John", "John")
    );
    let (john, sent) = statements(|| session.get(employees[0]).map(|john| john.firstname.clone()));
    assert_eq!((john?.as_str(), sent), ("New John", vec![format!("{EMPLOYEES} (?, ?, ?, ?, ?, ?, ?, ?)")]));
    let (names, sent) = statements(|| {
        employees
            .iter()
            .map(|&peer: &Handle<Employee>| Ok(session.get(peer)?.firstname.clone()))
            .collect::<orm_core::Result<Vec<_>>>()
    });
    assert_eq!(names?, ["New John", "New Kate", "New Jack", "New Ben", "New Sun"]);
    assert_eq!(sent, [""; 0], "the peers came along");
    Ok(())
}

#[test]
fn get_sends_nothing_for_what_was_read_or_written() -> orm_core::Result<()> {
    // unit-of-work 2
    let (_database, mut session) = company();
    let john = employees(&session)[0];
    let sales = session.add(Department::new("Sales"));
    let law = session.add(Department::new("Law"));
    session.delete(law);
    let (found, sent) = statements(|| session.get(john).is_ok() && session.get(sales).is_ok());
    assert_eq!((found, sent.len()), (true, 0));
    session.flush()?;
    let (found, sent) = statements(|| session.get(sales).is_ok());
    assert_eq!((found, sent.len()), (true, 0));
    Ok(())
}

#[test]
fn get_leaves_changes_that_wait() -> orm_core::Result<()> {
    // unit-of-work 113
    let (database, mut session) = company();
    let employees = employees(&session);
    session.commit()?;
    database.run("UPDATE employees SET firstname = 'Jeremy', lastname = 'Bentham' WHERE id IN (1, 2)");
    session[employees[0]].lastname = "changed".into();
    let (john, sent) = statements(|| session.get(employees[0]).map(|john| john.lastname.clone()));
    assert_eq!((john?.as_str(), sent.len()), ("changed", 0));
    let (kate, sent) = statements(|| session.get(employees[1]).map(|kate| kate.lastname.clone()));
    assert_eq!((kate?.as_str(), sent), ("Bentham", vec![format!("{EMPLOYEES} (?, ?, ?, ?)")]));
    assert_eq!(session[employees[0]].lastname, "changed");
    Ok(())
}

#[test]
fn get_says_when_the_row_is_gone() -> orm_core::Result<()> {
    // unit-of-work 112
    let (database, mut session) = company();
    let details = session.query::<ContactDetails>().order_by(ContactDetails::id.asc()).handles()?;
    session.commit()?;
    database.run("DELETE FROM contact_details WHERE id = 1");
    let error = session.get(details[0]).expect_err("the row is gone");
    assert!(matches!(error, Error::NotFound { model: "ContactDetails", .. }), "{error}");
    assert_eq!(error.to_string(), "there is no `ContactDetails` with key 1");
    assert_eq!(session[details[0]].address, "123 S Main ST", "the last values stay");
    let (found, sent) = statements(|| session.get(details[1]).map(|found| found.address.clone()));
    assert_eq!((found?.as_str(), sent.len()), ("124 S Main ST", 0));
    Ok(())
}

#[test]
fn the_next_question_reads_an_expired_object_again() -> orm_core::Result<()> {
    // unit-of-work 111
    let (database, mut session) = company();
    let employees = employees(&session);
    session.commit()?;
    employees.iter().try_for_each(|&employee| session.get(employee).map(drop))?;
    session[employees[0]].lastname = "Bentham".into();
    session.flush()?;
    let (expired, sent) = statements(|| session.expire(employees[0]));
    assert_eq!((expired?, sent.len()), ((), 0));
    let (found, sent) = statements(|| session.find::<Employee>(1).map(|john| john.map(|john| john.handle())));
    assert_eq!((found?, sent), (Some(employees[0]), vec![format!("{EMPLOYEES} (?)")]));
    session.expire(employees[0])?;
    let (john, sent) = statements(|| session.get(employees[0]).map(|john| john.lastname.clone()));
    assert_eq!((john?.as_str(), sent), ("Bentham", vec![format!("{EMPLOYEES} (?)")]));
    session.rollback()?;
    assert_eq!(session[employees[0]].lastname, "Locke");
    assert_eq!(database.ask("SELECT lastname FROM employees WHERE id = 1"), ["Locke"]);
    Ok(())
}

#[test]
fn expiring_gives_up_changes_that_wait() -> orm_core::Result<()> {
    // unit-of-work 111
    let (database, mut session) = company();
    let john = employees(&session)[0];
    session[john].lastname = "Bentham".into();
    session.expire(john)?;
    assert_eq!((session[john].lastname.as_str(), session.is_modified(john)?), ("Locke", false));
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, ["COMMIT"]);
    assert_eq!(database.ask("SELECT lastname FROM employees WHERE id = 1"), ["Locke"]);
    Ok(())
}

#[test]
fn setting_a_field_of_an_expired_object_does_not_read_it() -> orm_core::Result<()> {
    // unit-of-work 32, 113
    let (database, mut session) = company();
    let john = employees(&session)[0];
    session.commit()?;
    session.expire(john)?;
    let ((), sent) = statements(|| session[john].firstname = "Jeremy".into());
    assert_eq!(sent, [""; 0]);
    session.query::<Employee>().all()?;
    assert_eq!(session[john].firstname, "Jeremy");
    session.commit()?;
    assert_eq!(database.ask("SELECT firstname, lastname FROM employees WHERE id = 1"), ["Jeremy | Locke"]);
    Ok(())
}

#[test]
fn an_expired_object_has_forgotten_its_relationships() -> orm_core::Result<()> {
    // unit-of-work 118
    let (_database, mut session) = company();
    let marketing = department(&session, 1);
    let other = department(&session, 2);
    session.commit()?;
    let members = |session: &Session, department: Handle<Department>| {
        statements(|| session.view(department).employees().expect("the employees are read").len())
    };
    assert_eq!((members(&session, marketing).1.len(), members(&session, other).1.len()), (1, 0), "they are peers");
    session.expire(marketing)?;
    assert_eq!((members(&session, marketing).1.len(), members(&session, other).1.len()), (1, 0));
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    session.expire(john)?;
    let (count, sent) = members(&session, marketing);
    assert_eq!((count, sent.len()), (3, 1), "a collection that contains an expired object is asked again");
    Ok(())
}

#[test]
fn a_refreshed_object_has_forgotten_its_relationships() -> orm_core::Result<()> {
    // unit-of-work 118
    let (_database, mut session) = company();
    let marketing = department(&session, 1);
    session.commit()?;
    assert_eq!(session.view(marketing).employees()?.len(), 3);
    let (refreshed, sent) =
        statements(|| session.refresh(marketing).and_then(|view| view.employees()).map(|all| all.len()));
    assert_eq!((refreshed?, sent.len()), (3, 2), "{sent:#?}");
    Ok(())
}

#[test]
fn members_that_wait_stay_when_their_owner_is_expired() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let project = session.find::<Project>(1)?.expect("the project is there").handle();
    let sun = employees(&session)[4];
    session[project].name = "changed".into();
    session[project].employees.push(sun);
    session.expire(project)?;
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM projects WHERE id = 1"), ["Project 1"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM projects_employees WHERE project_id = 1"), ["3"]);
    Ok(())
}

#[test]
fn what_is_not_in_the_database_cannot_be_expired() -> orm_core::Result<()> {
    // unit-of-work 116
    let (_database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    let text = |result: orm_core::Result<()>| result.expect_err("it cannot be expired").to_string();
    assert_eq!(
        text(session.expire(sales)),
        "this handle of a `Department` is of an object that is not in the database"
    );
    let marketing = department(&session, 1);
    session.delete(marketing);
    let to_be_deleted = "this handle of a `Department` is of an object that is to be deleted";
    assert_eq!(text(session.expire(marketing)), to_be_deleted);
    assert_eq!(text(session.refresh(marketing).map(drop)), to_be_deleted);
    session.flush()?;
    assert_eq!(text(session.expire(marketing)), "this handle of a `Department` is of an object that was deleted");
    Ok(())
}

#[test]
fn expiring_all_gives_up_changes_but_not_additions_and_deletions() -> orm_core::Result<()> {
    // unit-of-work 111
    let (database, mut session) = company();
    let (john, marketing) = (employees(&session)[0], department(&session, 1));
    let details = session.find::<ContactDetails>(2)?.expect("the details are there").handle();
    assert_eq!(session.view(marketing).employees()?.len(), 3);
    session[john].lastname = "Bentham".into();
    session[marketing].name = "changed".into();
    let sales = session.add(Department::new("Sales"));
    session.delete(details);
    let (expired, sent) = statements(|| session.expire_all());
    assert_eq!((expired?, sent.len()), ((), 0));
    assert_eq!((session[john].lastname.as_str(), session[marketing].name.as_str()), ("Locke", "Marketing"));
    assert_eq!((session.state(sales)?, session.state(details)?), (ObjectState::Pending, ObjectState::Deleting));
    let (members, sent) = statements(|| session.view(marketing).employees().map(|members| members.len()));
    assert_eq!(members?, 3);
    assert_eq!(sent.len(), 3, "an addition, a deletion, and the members again: {sent:#?}");
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments ORDER BY id"), ["Marketing", "Engineering", "Sales"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM contact_details"), ["4"]);
    Ok(())
}

#[test]
fn what_was_flushed_and_expired_waits_again_when_the_transaction_fails() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let john = employees(&session)[0];
    session[john].lastname = "Bentham".into();
    session.flush()?;
    session.expire(john)?;
    let wrong = session.add(Department::new(&"x".repeat(51)));
    session.commit().expect_err("the name is too long");
    assert_eq!((session[john].lastname.as_str(), session.is_modified(john)?), ("Bentham", true));
    session.delete(wrong);
    session.commit()?;
    assert_eq!(database.ask("SELECT lastname FROM employees WHERE id = 1"), ["Bentham"]);
    Ok(())
}

#[test]
fn what_was_read_again_still_refers_to_new_objects_when_the_transaction_fails() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let employees = employees(&session);
    let sales = session.add(Department::new("Sales"));
    for &employee in &employees[..3] {
        session[employee].department.set(sales);
    }
    session.flush()?;
    session[employees[0]].active = false;
    session.expire(employees[0])?;
    session.refresh(employees[1])?;
    session.reload()?;
    let wrong = session.add(Department::new(&"x".repeat(51)));
    session.commit().expect_err("the name is too long");
    session.delete(wrong);
    session.commit()?;
    let department =
        "SELECT name FROM departments JOIN employees ON department_id = departments.id WHERE employees.id < 4";
    assert_eq!(database.ask(department), ["Sales", "Sales", "Sales"]);
    Ok(())
}

#[test]
fn reloading_reads_each_model_in_one_statement() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let (employees, marketing) = (employees(&session), department(&session, 1));
    session.commit()?;
    database.run("UPDATE employees SET firstname = CONCAT('New ', firstname)");
    database.run("UPDATE departments SET name = 'Sales' WHERE id = 1");
    let (reloaded, sent) = statements(|| session.reload());
    reloaded?;
    let departments =
        "SELECT `departments`.`id`, `departments`.`name` FROM `departments` WHERE `departments`.`id` IN (?)";
    assert_eq!(sent, [format!("{EMPLOYEES} (?, ?, ?, ?, ?, ?, ?, ?)"), departments.to_owned()]);
    let names: Vec<&str> = employees.iter().map(|&employee| session[employee].firstname.as_str()).collect();
    assert_eq!(names, ["New John", "New Kate", "New Jack", "New Ben", "New Sun"]);
    assert_eq!(session[marketing].name, "Sales");
    let (found, sent) = statements(|| session.get(marketing).is_ok());
    assert_eq!((found, sent.len()), (true, 0));
    Ok(())
}

#[test]
fn reloading_leaves_what_waits() -> orm_core::Result<()> {
    // unit-of-work 113
    let (database, mut session) = company();
    let employees = employees(&session);
    let [john, kate, jack] = employees[..3] else { panic!("there are five") };
    let details = session.find::<ContactDetails>(3)?.expect("the details are there").handle();
    session.commit()?;
    database.run("UPDATE employees SET firstname = 'New'");
    session[john].lastname = "Bentham".into();
    session[kate].active = true;
    session.delete(details);
    let sales = session.add(Department::new("Sales"));
    session[jack].department.set(sales);
    let (reloaded, sent) = statements(|| session.reload());
    reloaded?;
    assert_eq!(sent, [format!("{EMPLOYEES} (?, ?, ?, ?)")], "Kate, who was changed to what she was, Ben and Sun");
    let names: Vec<&str> = employees.iter().map(|&employee| session[employee].firstname.as_str()).collect();
    assert_eq!(names, ["John", "New", "Jack", "New", "New"]);
    session.commit()?;
    assert_eq!(
        database.ask("SELECT firstname, lastname, department_id FROM employees WHERE id IN (1, 3)"),
        ["New | Bentham | 1", "New | Shepherd | 3"]
    );
    assert_eq!(database.ask("SELECT COUNT(*) FROM contact_details"), ["4"]);
    Ok(())
}

#[test]
fn an_object_whose_row_is_gone_outlives_a_reload_and_get_says_so() -> orm_core::Result<()> {
    // unit-of-work 112
    let (database, mut session) = company();
    let details = session.query::<ContactDetails>().order_by(ContactDetails::id.asc()).handles()?;
    session.commit()?;
    database.run("DELETE FROM contact_details WHERE id = 1");
    session.reload()?;
    assert_eq!(session[details[0]].address, "123 S Main ST");
    assert!(matches!(session.get(details[0]), Err(Error::NotFound { .. })));
    assert!(session.get(details[1]).is_ok());
    Ok(())
}

#[test]
fn a_thousand_and_one_objects_are_reloaded_in_two_statements() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let departments = session.add_many((0..999).map(|number| Department::new(&number.to_string())));
    session.query::<Department>().all()?;
    session.commit()?;
    database.run("UPDATE departments SET name = CONCAT('New ', name)");
    let (reloaded, sent) = statements(|| session.reload());
    reloaded?;
    assert_eq!(sent.iter().map(|sql| sql.matches('?').count()).collect::<Vec<_>>(), [1000, 1]);
    assert_eq!(session[departments[998]].name, "New 998");
    Ok(())
}

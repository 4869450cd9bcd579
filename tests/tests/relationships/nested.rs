//! New objects inside relationship fields come into the session with their owner.

use planning_demo::models::{ContactDetails, Department, Employee, Project};
use planning_demo::schema;
use tests::{Database, statements};

fn employee(firstname: &str) -> Employee {
    Employee { firstname: firstname.into(), lastname: "x".into(), ..Default::default() }
}

fn details(phone_number: &str) -> ContactDetails {
    ContactDetails { phone_number: phone_number.into(), address: "here".into(), ..Default::default() }
}

fn project(name: &str) -> Project {
    Project { name: name.into(), ..Default::default() }
}

const STAFF: &str = "SELECT d.name, e.firstname, c.phone_number, p.name FROM departments d \
    JOIN employees e ON e.department_id = d.id LEFT JOIN contact_details c ON c.employee_id = e.id \
    LEFT JOIN projects_employees l ON l.employee_id = e.id LEFT JOIN projects p ON p.id = l.project_id \
    ORDER BY e.id, p.id";

#[test]
fn objects_nested_several_levels_deep_come_along() -> orm_core::Result<()> {
    // unit-of-work 76
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let mut john = employee("John");
    john.contact_details.set(details("1"));
    john.projects.extend([project("hatch"), project("numbers")]);
    let mut marketing = Department::new("Marketing");
    marketing.employees.push(john);
    marketing.employees.push(employee("Jack"));
    let marketing = session.add(marketing);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    let stored = database.ask(STAFF);
    assert_eq!(
        stored,
        ["Marketing | John | 1 | hatch", "Marketing | John | 1 | numbers", "Marketing | Jack | NULL | NULL"]
    );
    assert_eq!(sent.len(), 6, "one insert for each table, and a commit: {sent:#?}");
    let names: Vec<String> =
        session.view(marketing).employees()?.iter().map(|employee| employee.firstname.clone()).collect();
    assert_eq!(names, ["John", "Jack"]);
    Ok(())
}

#[test]
fn objects_nested_after_add_come_along() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let marketing = session.add(Department::new("Marketing"));
    session[marketing].employees.push(employee("John"));
    session.flush()?;
    let mut jack = employee("Jack");
    jack.contact_details.set(details("2"));
    session[marketing].employees.push(jack);
    session.commit()?;
    assert_eq!(database.ask(STAFF), ["Marketing | John | NULL | NULL", "Marketing | Jack | 2 | NULL"]);
    Ok(())
}

#[test]
fn a_new_parent_inside_a_new_child_comes_along_with_what_is_inside_it() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let mut marketing = Department::new("Marketing");
    marketing.employees.push(employee("Jack"));
    let john = Employee { department: Some(marketing.into()), ..employee("John") };
    session.add(ContactDetails { employee: john.into(), ..details("1") });
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM departments"), ["1"]);
    let mut stored = database.ask(STAFF);
    stored.sort();
    assert_eq!(stored, ["Marketing | Jack | NULL | NULL", "Marketing | John | 1 | NULL"]);
    Ok(())
}

#[test]
fn one_new_parent_of_several_children_is_one_row() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let marketing = session.add(Department::new("Marketing"));
    let [john, _] =
        session.add_all(["John", "Jack"].map(|name| Employee { department: marketing.into(), ..employee(name) }));
    session[marketing].employees.push(john);
    session.commit()?;
    assert_eq!(database.ask(STAFF), ["Marketing | John | NULL | NULL", "Marketing | Jack | NULL | NULL"]);
    Ok(())
}

#[test]
fn a_pending_child_taken_out_again_is_inserted_without_owner() -> orm_core::Result<()> {
    // unit-of-work 76
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let marketing = session.add(Department::new("Marketing"));
    let john = session.add(employee("John"));
    session[marketing].employees.push(john);
    session[marketing].employees.remove(john);
    session.commit()?;
    assert_eq!(database.ask("SELECT firstname, department_id FROM employees"), ["John | NULL"]);
    Ok(())
}

#[test]
fn a_new_member_deleted_before_the_flush_is_not_missed() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let marketing = session.add(Department::new("Marketing"));
    let [john, hatch] = [session.add(employee("John")), session.add(employee("Hatch"))];
    session[marketing].employees.extend([john, hatch]);
    session.delete(hatch);
    session.commit()?;
    assert_eq!(database.ask(STAFF), ["Marketing | John | NULL | NULL"]);
    Ok(())
}

#[test]
fn a_handle_of_another_session_inside_a_new_object_is_told() -> orm_core::Result<()> {
    // unit-of-work 4, 77
    let database = Database::with(&schema());
    let mut other = database.engine().session();
    let stranger = other.add(employee("Stranger"));
    let mut session = database.engine().session();
    let mut marketing = Department::new("Marketing");
    marketing.employees.push(stranger);
    marketing.employees.push(employee("John"));
    session.add(marketing);
    let error = session.commit().expect_err("the stranger is of another session");
    assert_eq!(error.to_string(), "this handle of a `Employee` belongs to another session");
    Ok(())
}

//! A failed commit loses nothing: correct it and commit again.

use orm_core::prelude::*;
use orm_core::{Error, Violation};
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use planning_demo::schema;
use tests::{Database, statements};

fn empty() -> (Database, Session) {
    let database = Database::with(&schema());
    let session = database.engine().session();
    (database, session)
}

#[test]
fn a_duplicate_key_is_corrected_and_everything_arrives_once() -> orm_core::Result<()> {
    // unit-of-work 3, 23
    let (database, mut session) = empty();
    database.run("INSERT INTO projects (id, name) VALUES (5, 'taken')");
    let sales = session.add(Department::new("Sales"));
    let hugo = session.add(Employee::new("Hugo", "Reyes", sales));
    let project = session.add(Project { id: 5.into(), name: "mine".into(), ..Default::default() });
    session[project].employees.push(hugo);
    let error = session.commit().expect_err("the key is taken");
    assert!(matches!(error, Error::Duplicate { .. }), "{error}");
    assert_eq!((session[sales].id.get(), session[hugo].id.get()), (None, None));
    assert_eq!(session[hugo].department.key(), None);
    assert_eq!(session[project].id.get(), Some(5));
    session[project].id = Auto::unset();
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments"), ["Sales"]);
    assert_eq!(session[hugo].department.key(), session[sales].id.get());
    let joined = "SELECT d.name, e.firstname, p.name FROM departments d JOIN employees e ON e.department_id = d.id \
        JOIN projects_employees l ON l.employee_id = e.id JOIN projects p ON p.id = l.project_id";
    assert_eq!(database.ask(joined), ["Sales | Hugo | mine"]);
    Ok(())
}

#[test]
fn earlier_flushes_of_the_transaction_wait_again_too() -> orm_core::Result<()> {
    // unit-of-work 23
    let (database, mut session) = empty();
    let sales = session.add(Department::new("Sales"));
    session.flush()?;
    assert_eq!(session[sales].id.get(), Some(1));
    let hugo = session.add(Employee::new("Hugo", "Reyes", sales));
    let project = session.add(Project { name: "p".into(), ..Default::default() });
    session[project].employees.push(hugo);
    session.flush()?;
    session[sales].name = "Selling".into();
    session.flush()?;
    let details = session.add(ContactDetails::new("much longer than twelve", "here", hugo));
    let error = session.commit().expect_err("the number is too long");
    assert!(matches!(error, Error::TooLong { .. }), "{error}");
    assert_eq!((session[sales].id.get(), session[hugo].id.get()), (None, None));
    assert_eq!(session[sales].name, "Selling");
    session[details].phone_number = "short".into();
    session.commit()?;
    let joined = "SELECT d.name, e.firstname, c.phone_number FROM departments d \
        JOIN employees e ON e.department_id = d.id JOIN contact_details c ON c.employee_id = e.id";
    assert_eq!(database.ask(joined), ["Selling | Hugo | short"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM departments"), ["1"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM projects_employees"), ["1"]);
    assert_eq!(session[details].employee.key(), session[hugo].id.get());
    Ok(())
}

#[test]
fn changes_and_deletions_of_loaded_objects_wait_again() -> orm_core::Result<()> {
    let (database, mut session) = empty();
    let [sales, law] = session.add_all([Department::new("Sales"), Department::new("Law")]);
    let [hugo, claire] =
        session.add_all([Employee::new("Hugo", "Reyes", sales), Employee::new("Claire", "Littleton", law)]);
    session.commit()?;
    session[hugo].firstname = "Hurley".into();
    session.flush()?;
    session[hugo].department.set(law);
    session.delete(claire);
    session.flush()?;
    session.delete(sales);
    session[law].name = "x".repeat(60);
    session.commit().expect_err("the name is too long");
    assert_eq!(session[hugo].firstname, "Hurley");
    let stored = "SELECT firstname, department_id FROM employees ORDER BY id";
    assert_eq!(database.ask(stored), ["Hugo | 1", "Claire | 2"]);
    session[law].name = "Lawyers".into();
    session.commit()?;
    assert_eq!(database.ask(stored), ["Hurley | 2"]);
    assert_eq!(database.ask("SELECT name FROM departments"), ["Lawyers"]);
    Ok(())
}

#[test]
fn after_a_failure_rollback_gives_up() -> orm_core::Result<()> {
    // unit-of-work 98
    let (database, mut session) = empty();
    let sales = session.add(Department::new("Sales"));
    session.commit()?;
    session[sales].name = "x".repeat(60);
    let law = session.add(Department::new("Law"));
    session.commit().expect_err("the name is too long");
    session.rollback()?;
    assert_eq!(session[sales].name, "Sales");
    assert!(session.get(law).is_err());
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments"), ["Sales"]);
    Ok(())
}

#[test]
fn a_foreign_key_to_nothing_is_corrected() -> orm_core::Result<()> {
    let (database, mut session) = empty();
    let hugo = session.add(Employee { department: Some(BelongsTo::key(99)), ..Default::default() });
    let error = session.commit().expect_err("there is no such department");
    assert!(matches!(error, Error::ForeignKey { violation: Violation::TargetMissing, .. }), "{error}");
    session[hugo].department.set(Department::new("Sales"));
    session.commit()?;
    assert_eq!(database.ask("SELECT department_id FROM employees"), ["1"]);
    Ok(())
}

#[test]
fn a_failed_autoflush_loses_nothing() -> orm_core::Result<()> {
    // unit-of-work 108
    let (database, mut session) = empty();
    let sales = session.add(Department::new("Sales"));
    let law = session.add(Department::new(&"x".repeat(60)));
    assert!(session.query::<Employee>().count().is_err());
    assert_eq!(session[sales].id.get(), None);
    session[law].name = "Law".into();
    assert_eq!(session.query::<Department>().count()?, 2);
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments ORDER BY id"), ["Sales", "Law"]);
    Ok(())
}

#[test]
fn a_required_foreign_key_that_is_not_set_is_told_before_anything_is_sent() -> orm_core::Result<()> {
    // unit-of-work 24
    let (database, mut session) = empty();
    let hugo = session.add(Employee { firstname: "Hugo".into(), ..Default::default() });
    let details = session.add(ContactDetails { phone_number: "1".into(), ..Default::default() });
    let (committed, sent) = statements(|| session.commit());
    let error = committed.expect_err("the details have no employee");
    assert!(matches!(error, Error::Unset { model: "ContactDetails", field: "employee", key: None }), "{error}");
    assert_eq!(sent, [""; 0]);
    session[details].employee.set(hugo);
    session.commit()?;
    assert_eq!(database.ask("SELECT employee_id FROM contact_details"), ["1"]);
    Ok(())
}

#[test]
fn a_query_that_fails_leaves_the_transaction_as_it_is() -> orm_core::Result<()> {
    let (database, mut session) = empty();
    let sales = session.add(Department::new("Sales"));
    session.flush()?;
    database.run("CREATE TABLE elsewhere (id INT)");
    let error = session.query::<Missing>().count().expect_err("there is no such table");
    assert!(matches!(error, Error::MissingTable { .. }), "{error}");
    assert_eq!(session[sales].id.get(), Some(1));
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments"), ["Sales"]);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "missing")]
struct Missing {
    #[primary_key]
    id: Auto<i32>,
}

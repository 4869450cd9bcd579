//! Where nothing may be loaded because a relationship is followed.

use orm_core::Error;
use orm_core::prelude::*;
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use tests::{Database, company, statements};

#[derive(Debug, Model)]
#[model(table = "orders")]
struct Order {
    #[primary_key]
    id: Auto<i32>,
    #[has_many(cascade, delete_orphan)]
    lines: HasMany<Line>,
}

#[derive(Debug, Model)]
#[model(table = "lines")]
struct Line {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    order: Option<BelongsTo<Order>>,
}

/// The model and relationship of an error, and the file and line that it names.
fn not_loaded<T>(result: orm_core::Result<T>) -> (String, String, u32) {
    match result.map(|_| ()).expect_err("it is not loaded") {
        Error::NotLoaded { model, relationship, at } => {
            (format!("{model}.{relationship}"), at.file().to_owned(), at.line())
        }
        other => panic!("{other}"),
    }
}

#[test]
fn following_what_is_not_loaded_is_an_error_at_the_line_that_does() -> orm_core::Result<()> {
    // unit-of-work 128
    let (_database, session) = company();
    let employees = session.query::<Employee>().lazy(Lazy::Strict).all()?;
    let details = session.query::<ContactDetails>().lazy(Lazy::Strict).filter(ContactDetails::id.eq(1)).one()?;
    let here = (file!().to_owned(), line!());
    let (errors, sent) = statements(|| {
        [
            not_loaded(employees[0].department()),
            not_loaded(employees[0].projects()),
            not_loaded(session.query::<Project>().lazy(Lazy::Strict).all().and_then(|all| all[0].employees())),
        ]
    });
    let at = |name: &str, below: u32| (name.to_owned(), here.0.clone(), here.1 + below);
    assert_eq!(errors, [at("Employee.department", 3), at("Employee.projects", 4), at("Project.employees", 5)]);
    assert_eq!(sent.len(), 1, "the projects alone: {sent:#?}");
    assert!(details.employee().is_ok(), "the session has John");
    Ok(())
}

#[test]
fn the_error_says_what_to_write() -> orm_core::Result<()> {
    let (_database, session) = company();
    let employee = session.query::<Employee>().lazy(Lazy::Strict).filter(Employee::id.eq(1)).one()?;
    let (line, error) = (line!(), employee.department().expect_err("it is not loaded"));
    let expected = format!(
        "`Employee.department` is not loaded, and a strict query or session loads nothing when it is followed, as at \
         {}:{line}:44: load it before, `.with(Employee::department)`",
        file!(),
    );
    assert_eq!(error.to_string(), expected);
    Ok(())
}

#[test]
fn what_is_in_memory_is_found() -> orm_core::Result<()> {
    // unit-of-work 128
    let (database, session) = company();
    database.run("UPDATE employees SET department_id = NULL WHERE id = 1");
    session.find::<Department>(1)?;
    session.query::<Project>().with(Project::employees).all()?;
    let (found, sent) = statements(|| -> orm_core::Result<Vec<bool>> {
        let query = session.query::<Employee>().lazy(Lazy::Strict).order_by(Employee::id);
        query.all()?.iter().map(|employee| Ok(employee.department().is_ok())).collect()
    });
    assert_eq!(found?, [true, false, true, true, false], "NULL, and the department of the session");
    assert_eq!(sent.len(), 1, "{sent:#?}");
    Ok(())
}

#[test]
fn it_holds_for_what_is_loaded_along() -> orm_core::Result<()> {
    // unit-of-work 128, 129
    let (_database, session) = company();
    let projects = session.query::<Project>().with(Project::employees).lazy(Lazy::Strict).all()?;
    let employee = projects[0].employees()?[0];
    assert_eq!(not_loaded(employee.department()).0, "Employee.department");
    let employees = session.query::<Employee>().with_joined(Employee::department).lazy(Lazy::Strict).all()?;
    let department = employees[0].department()?.expect("John has one");
    assert_eq!(not_loaded(department.employees()).0, "Department.employees");
    Ok(())
}

#[test]
fn the_same_object_of_another_query_may_load() -> orm_core::Result<()> {
    let (_database, session) = company();
    let strict = session.query::<Employee>().lazy(Lazy::Strict).all()?;
    let free = session.query::<Employee>().all()?;
    not_loaded(strict[0].department());
    assert!(free[0].department()?.is_some());
    assert!(strict[0].department()?.is_some(), "now it is there");
    Ok(())
}

#[test]
fn a_session_is_strict_until_a_query_says_otherwise() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    session.set_lazy(Lazy::Strict);
    let john = session.find::<Employee>(1)?.expect("find asks in so many words");
    not_loaded(john.department());
    not_loaded(session.view(john.handle()).projects());
    let free = session.query::<Employee>().lazy(Lazy::Allowed).all()?;
    assert_eq!(free[0].projects()?.len(), 2);
    session.set_lazy(Lazy::Allowed);
    assert!(session.find::<Employee>(1)?.expect("John is there").department()?.is_some());
    Ok(())
}

#[test]
fn what_has_changed_is_flushed_all_the_same() -> orm_core::Result<()> {
    let (database, mut session) = company();
    session.set_lazy(Lazy::Strict);
    let hugo = session.add(Employee { firstname: "Hugo".into(), ..Employee::default() });
    assert!(session.view(hugo).department()?.is_none());
    assert_eq!(database.ask("SELECT COUNT(*) FROM employees"), ["5"], "in the transaction alone");
    session.commit()?;
    assert_eq!(database.ask("SELECT firstname FROM employees WHERE id = 6"), ["Hugo"]);
    Ok(())
}

#[test]
fn a_flush_reads_what_it_needs() -> orm_core::Result<()> {
    // unit-of-work 53, 128
    let database = Database::with(&Schema::of::<Order>());
    database.run("INSERT INTO orders VALUES (1), (2)");
    database.run("INSERT INTO `lines` VALUES (1, 1), (2, 1), (3, 2)");
    let mut session = database.engine().session();
    session.set_lazy(Lazy::Strict);
    let orders = session.query::<Order>().lazy(Lazy::Strict).handles()?;
    session.delete(orders[0]);
    session[orders[1]].lines.clear();
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM `lines`"), ["0"]);
    assert_eq!(database.ask("SELECT id FROM orders"), ["2"]);
    Ok(())
}

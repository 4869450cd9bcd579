//! Values instead of objects: columns, tuples, structs, and which of them may be `NULL`.

use expect_test::expect;
use orm_core::prelude::*;
use orm_core::{Error, func};
use tests::statements;

use super::{Department, Employee, Manager, Project, company};

#[derive(Debug, PartialEq, Row)]
struct Person {
    name: String,
    #[row(name = "department_name")]
    department: Option<String>,
    bonus: Option<i32>,
}

#[test]
fn a_column_is_selected_as_its_own_type() -> orm_core::Result<()> {
    let (_database, session) = company();
    let names: Vec<String> = session.query::<Employee>().order_by(Employee::id).select(Employee::name).rows()?;
    assert_eq!(names, ["Ada", "Ben", "Cid", "Dan", "Eve"]);
    let bonuses: Vec<Option<i32>> = session.query::<Employee>().order_by(Employee::id).pluck(Employee::bonus)?;
    assert_eq!(bonuses, [Some(5), None, Some(10), None, Some(0)]);
    Ok(())
}

#[test]
fn a_column_of_a_left_joined_model_is_an_option() -> orm_core::Result<()> {
    let (_database, session) = company();
    let query = session
        .query::<Employee>()
        .left_join(Employee::department)
        .order_by(Employee::id)
        .select((Employee::name, Department::name));
    expect!["SELECT `employees`.`name`, `departments`.`name` FROM `employees` LEFT JOIN `departments` ON `employees`.`department_id` = `departments`.`id` ORDER BY `employees`.`id`"]
    .assert_eq(&query.to_sql());
    let rows: Vec<(String, Option<String>)> = query.limit(1).rows()?;
    assert_eq!(rows, [("Ada".to_owned(), Some("Marketing".to_owned()))]);
    let eve: Vec<(String, Option<String>)> = session
        .query::<Employee>()
        .left_join(Employee::department)
        .filter(Department::id.is_null())
        .select((Employee::name, Department::name))
        .rows()?;
    assert_eq!(eve, [("Eve".to_owned(), None)]);
    Ok(())
}

#[test]
fn a_column_of_a_joined_model_is_none() -> orm_core::Result<()> {
    let (_database, session) = company();
    let rows: Vec<(String, String)> = session
        .query::<Project>()
        .join(Project::employees)
        .join(Employee::department)
        .filter(Department::name.eq("Marketing"))
        .order_by(Project::id)
        .order_by(Employee::id)
        .select((Project::name, Employee::name))
        .rows()?;
    let rows: Vec<String> = rows.into_iter().map(|(project, employee)| format!("{project} {employee}")).collect();
    assert_eq!(rows, ["Boat Ada", "Boat Ben", "Plane Ada", "Car Ada"]);
    Ok(())
}

#[test]
fn a_struct_is_selected_by_the_names_of_its_fields() -> orm_core::Result<()> {
    let (_database, session) = company();
    let people: Vec<Person> = session
        .query::<Employee>()
        .left_join(Employee::department)
        .filter(Employee::id.in_([2, 5]))
        .order_by(Employee::id)
        .select(PersonColumns { bonus: Employee::bonus, name: Employee::name, department: Department::name })
        .rows()?;
    let ben = Person { name: "Ben".to_owned(), department: Some("Marketing".to_owned()), bonus: None };
    assert_eq!(people, [ben, Person { name: "Eve".to_owned(), department: None, bonus: Some(0) }]);
    Ok(())
}

#[test]
fn tuples_are_made_of_columns_terms_conditions_tuples_and_structs() -> orm_core::Result<()> {
    let (_database, session) = company();
    let person = PersonColumns { name: Employee::name, department: Department::name, bonus: Employee::bonus };
    let row: (i32, (Person, Option<bool>), Option<i32>, String) = session
        .query::<Employee>()
        .left_join(Employee::department)
        .filter(Employee::id.eq(1))
        .select((
            Employee::salary * 2,
            (person, Employee::salary.gt(50)),
            Employee::salary + Employee::bonus,
            func::value("x"),
        ))
        .one()?;
    let ada = Person { name: "Ada".to_owned(), department: Some("Marketing".to_owned()), bonus: Some(5) };
    assert_eq!(row, (180, (ada, Some(true)), Some(95), "x".to_owned()));
    Ok(())
}

#[test]
fn the_key_of_a_foreign_key_is_selected() -> orm_core::Result<()> {
    let (_database, session) = company();
    let keys: Vec<Option<i32>> =
        session.query::<Employee>().order_by(Employee::id).pluck(Employee::department.key())?;
    assert_eq!(keys, [Some(1), Some(1), Some(2), Some(2), None]);
    Ok(())
}

#[test]
fn equal_rows_come_once_where_they_shall_be_distinct() -> orm_core::Result<()> {
    let (_database, session) = company();
    let query = || session.query::<Employee>().order_by(Employee::salary).select(Employee::salary).distinct();
    expect!["SELECT DISTINCT `employees`.`salary` FROM `employees` ORDER BY `employees`.`salary`"]
        .assert_eq(&query().to_sql());
    assert_eq!(query().rows()?, [40, 60, 90, 95]);
    assert_eq!(query().count()?, 4);
    Ok(())
}

#[test]
fn first_one_scalar_count_and_exists_speak_of_rows() -> orm_core::Result<()> {
    let (_database, session) = company();
    let names = || session.query::<Employee>().order_by(Employee::id).select(Employee::name);
    assert_eq!(names().first()?, Some("Ada".to_owned()));
    assert_eq!(names().filter(Employee::id.eq(9)).first()?, None);
    assert_eq!(names().filter(Employee::id.eq(2)).one()?, "Ben");
    assert_eq!(names().filter(Employee::id.eq(9)).one_or_none()?, None);
    assert!(matches!(names().one(), Err(Error::TooMany { model: "Employee", .. })));
    assert!(matches!(names().filter(Employee::id.eq(9)).one(), Err(Error::NotFound { model: "Employee", .. })));
    assert_eq!(names().scalar()?, Some("Ada".to_owned()));
    let bonus = |id: i32| session.query::<Employee>().filter(Employee::id.eq(id)).select(Employee::bonus).scalar();
    assert_eq!((bonus(1)?, bonus(2)?, bonus(9)?), (Some(5), None, None));
    assert_eq!(names().count()?, 5);
    assert_eq!(names().limit(2).count()?, 2);
    assert!(names().exists()?);
    assert!(!names().filter(Employee::id.eq(9)).exists()?);
    let joined = session.query::<Project>().join(Project::employees).select(Project::name);
    assert_eq!(joined.count()?, 6, "rows, not projects");
    Ok(())
}

#[test]
fn rows_come_from_the_changes_of_the_session_too() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let ada = session.query::<Employee>().filter(Employee::id.eq(1)).handles()?[0];
    session[ada].salary = 91;
    let (salary, sent) =
        statements(|| session.query::<Employee>().filter(Employee::id.eq(1)).select(Employee::salary).one());
    assert_eq!(salary?, 91);
    assert_eq!(
        sent,
        [
            "UPDATE `employees` SET `salary` = ? WHERE `id` = ?",
            "SELECT `employees`.`salary` FROM `employees` WHERE `employees`.`id` = ? LIMIT 2"
        ]
    );
    Ok(())
}

#[test]
fn a_value_that_the_type_cannot_hold_is_told_with_its_column() {
    let (_database, session) = company();
    let square =
        session.query::<Employee>().filter(Employee::id.eq(1)).select((Employee::name, Employee::salary * 50_000_000));
    let error = square.rows().expect_err("4.5 billion is no i32");
    expect!["value 2 of a row cannot be read: 4500000000 is not in the range of i32 (-2147483648 to 2147483647)"]
        .assert_eq(&error.to_string());
}

#[test]
fn whole_objects_are_selected_as_handles() -> orm_core::Result<()> {
    let (_database, session) = company();
    let rows: Vec<(Handle<Department>, i64)> = session
        .query::<Department>()
        .left_join(Department::employees)
        .select((model::<Department>(), func::count_of(Employee::id)))
        .group_by(model::<Department>())
        .order_by(Department::id)
        .rows()?;
    let counts: Vec<(&str, i64)> =
        rows.iter().map(|&(department, count)| (&*session[department].name, count)).collect();
    assert_eq!(counts, [("Marketing", 2), ("Engineering", 2), ("Archive", 0)]);
    let (employees, sent) = statements(|| {
        rows.iter().map(|&(department, _)| session.view(department).employees().map(|found| found.len())).collect()
    });
    let employees: orm_core::Result<Vec<usize>> = employees;
    assert_eq!((employees?, sent.len()), (vec![2, 2, 0], 1), "they are peers");
    Ok(())
}

#[test]
fn an_object_of_a_left_joined_model_may_be_missing() -> orm_core::Result<()> {
    let (_database, session) = company();
    let rows: Vec<(Handle<Employee>, Option<Handle<Employee>>, Option<Handle<Department>>)> = session
        .query::<Employee>()
        .left_join(Employee::manager.to::<Manager>())
        .left_join(Employee::department)
        .order_by(Employee::id)
        .select((model::<Employee>(), model::<Manager>(), model::<Department>()))
        .rows()?;
    let name = |employee: Option<Handle<Employee>>| employee.map(|employee| &*session[employee].name);
    let managers: Vec<Option<&str>> = rows.iter().map(|row| name(row.1)).collect();
    assert_eq!(managers, [None, Some("Ada"), Some("Ada"), Some("Ben"), None]);
    assert_eq!(rows[1].1, Some(rows[0].0), "one row, one object");
    assert!(rows[4].2.is_none());
    Ok(())
}

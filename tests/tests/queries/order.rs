//! Order, limit and offset.

use expect_test::expect;
use orm_core::prelude::*;
use planning_demo::models::{Department, Employee};
use tests::company;

fn firstnames(employees: &[View<'_, Employee>]) -> Vec<String> {
    employees.iter().map(|employee| employee.firstname.clone()).collect()
}

#[test]
fn by_several_columns() -> orm_core::Result<()> {
    let (_database, session) = company();
    let query = session
        .query::<Employee>()
        .join(Employee::department)
        .order_by(Department::name.desc())
        .order_by(Employee::lastname.asc());
    expect!["SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees` INNER JOIN `departments` ON `employees`.`department_id` = `departments`.`id` ORDER BY `departments`.`name` DESC, `employees`.`lastname`"].assert_eq(&query.to_sql());
    assert_eq!(firstnames(&query.all()?), ["Ben", "John", "Jack", "Kate", "Sun"]);
    Ok(())
}

#[test]
fn limit_and_offset() -> orm_core::Result<()> {
    let (_database, session) = company();
    let query = || session.query::<Employee>().order_by(Employee::id.asc());
    assert_eq!(firstnames(&query().limit(2).all()?), ["John", "Kate"]);
    assert_eq!(firstnames(&query().limit(2).offset(3).all()?), ["Ben", "Sun"]);
    assert_eq!(firstnames(&query().offset(4).all()?), ["Sun"]);
    assert_eq!(firstnames(&query().limit(0).all()?), [""; 0]);
    assert_eq!((query().limit(2).count()?, query().offset(4).count()?, query().offset(9).count()?), (2, 1, 0));
    assert_eq!((query().limit(9).exists()?, query().offset(5).exists()?), (true, false));
    expect!["SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees` ORDER BY `employees`.`id` LIMIT 18446744073709551615 OFFSET 4"].assert_eq(&query().offset(4).to_sql());
    Ok(())
}

#[test]
fn nulls_come_first_ascending_and_last_descending() -> orm_core::Result<()> {
    let (database, session) = company();
    database.run("UPDATE projects SET due_date = NULL WHERE id = 2");
    let query = || session.query::<planning_demo::models::Project>();
    let column = planning_demo::models::Project::due_date;
    let ids = |found: Vec<View<'_, planning_demo::models::Project>>| {
        found.iter().filter_map(|project| project.id.get()).collect::<Vec<_>>()
    };
    assert_eq!(ids(query().order_by(column.asc()).all()?), [2, 1, 3]);
    assert_eq!(ids(query().order_by(column.desc()).all()?), [3, 1, 2]);
    Ok(())
}

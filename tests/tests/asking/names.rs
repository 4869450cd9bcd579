//! A model under other names, and models that no relationship leads to.

use expect_test::expect;
use orm_core::func;
use orm_core::prelude::*;

use super::{Department, Employee, Grade, Manager, company};

alias!(Home = Department);
alias!(Top = Employee);

#[test]
fn a_model_is_joined_to_itself_under_another_name() -> orm_core::Result<()> {
    let (_database, session) = company();
    let query = session
        .query::<Employee>()
        .join(Employee::manager.to::<Manager>())
        .filter(Employee::salary.gt(Employee::salary.of::<Manager>()));
    expect!["SELECT `employees`.`id`, `employees`.`name`, `employees`.`salary`, `employees`.`bonus`, `employees`.`born`, `employees`.`department_id`, `employees`.`manager_id` FROM `employees` INNER JOIN `employees` AS `Manager` ON `employees`.`manager_id` = `Manager`.`id` WHERE `employees`.`salary` > `Manager`.`salary`"]
    .assert_eq(&query.to_sql());
    let names: Vec<String> = query.all()?.iter().map(|employee| employee.name.clone()).collect();
    assert_eq!(names, ["Cid"]);
    Ok(())
}

#[test]
fn a_relationship_goes_on_from_another_name() -> orm_core::Result<()> {
    let (_database, session) = company();
    let rows: Vec<(String, String, Option<String>, Option<String>)> = session
        .query::<Employee>()
        .join(Employee::manager.to::<Manager>())
        .left_join(Employee::manager.of::<Manager>().to::<Top>())
        .left_join(Employee::department.of::<Manager>().to::<Home>())
        .left_join(Employee::department)
        .filter(Department::id.ne(Department::id.of::<Home>()))
        .order_by(Employee::id)
        .select((
            Employee::name,
            Employee::name.of::<Manager>(),
            Employee::name.of::<Top>(),
            Department::name.of::<Home>(),
        ))
        .rows()?;
    let text = |text: &str| Some(text.to_owned());
    let cid = ("Cid".to_owned(), "Ada".to_owned(), None, text("Marketing"));
    assert_eq!(rows, [cid, ("Dan".to_owned(), "Ben".to_owned(), text("Ada"), text("Marketing"))]);
    Ok(())
}

#[test]
fn a_relationship_of_another_name_is_asked() -> orm_core::Result<()> {
    let (_database, session) = company();
    let names = session
        .query::<Employee>()
        .join(Employee::manager.to::<Manager>())
        .filter(Employee::projects.of::<Manager>().exists() & Employee::manager.of::<Manager>().is_null())
        .order_by(Employee::id)
        .pluck(Employee::name)?;
    assert_eq!(names, ["Ben", "Cid"]);
    Ok(())
}

#[test]
fn a_model_is_joined_on_any_condition() -> orm_core::Result<()> {
    let (_database, session) = company();
    let query = session
        .query::<Employee>()
        .join_on(model::<Grade>(), Employee::salary.between(Grade::lowest, Grade::highest))
        .order_by(Employee::id)
        .select((Employee::name, Grade::name));
    expect!["SELECT `employees`.`name`, `grades`.`name` FROM `employees` INNER JOIN `grades` ON `employees`.`salary` BETWEEN `grades`.`lowest` AND `grades`.`highest` ORDER BY `employees`.`id`"]
    .assert_eq(&query.to_sql());
    let grades: Vec<i32> = query.rows()?.into_iter().map(|(_, grade)| grade).collect();
    assert_eq!(grades, [3, 2, 3, 2, 1]);
    Ok(())
}

#[test]
fn a_left_join_on_a_condition_keeps_objects_without_a_counterpart() -> orm_core::Result<()> {
    let (_database, session) = company();
    let paid_more = Employee::salary.of::<Manager>().gt(Employee::salary) & Employee::salary.ge(60);
    let rows: Vec<(String, i64, Option<i32>)> = session
        .query::<Employee>()
        .left_join_on(model::<Manager>(), paid_more)
        .select((Employee::name, func::count_of(Employee::id.of::<Manager>()), func::max(Employee::id.of::<Manager>())))
        .group_by((Employee::id, Employee::name))
        .order_by(Employee::id)
        .rows()?;
    let counts: Vec<(i64, Option<i32>)> = rows.into_iter().map(|(_, count, last)| (count, last)).collect();
    assert_eq!(counts, [(1, Some(3)), (2, Some(3)), (0, None), (2, Some(3)), (0, None)]);
    Ok(())
}

#[test]
fn a_query_for_objects_joined_on_a_condition_gives_each_once() -> orm_core::Result<()> {
    let (_database, session) = company();
    let query = || {
        session
            .query::<Employee>()
            .join_on(model::<Manager>(), Employee::salary.of::<Manager>().gt(Employee::salary))
            .order_by(Employee::id)
    };
    let ids = |objects: Vec<View<'_, Employee>>| objects.iter().map(|employee| employee.id).collect::<Vec<_>>();
    assert_eq!(ids(query().all()?), [1, 2, 4, 5]);
    assert_eq!(ids(query().limit(2).all()?), [1, 2]);
    assert_eq!(query().count()?, 4);
    Ok(())
}

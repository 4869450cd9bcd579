//! Questions inside of questions.

use expect_test::expect;
use orm_core::func;
use orm_core::prelude::*;

use super::{Department, Employee, Manager, Project, company};

#[test]
fn a_value_of_another_question_is_compared_with() -> orm_core::Result<()> {
    let (_database, session) = company();
    let average = query::<Employee>().select(func::avg(Employee::salary)).as_term();
    let query = session
        .query::<Employee>()
        .filter(func::number::<f64, _>(Employee::salary).gt(average))
        .order_by(Employee::id)
        .select(Employee::name);
    expect!["SELECT `employees`.`name` FROM `employees` WHERE `employees`.`salary` > (SELECT AVG(`employees_1`.`salary`) FROM `employees` AS `employees_1`) ORDER BY `employees`.`id`"]
    .assert_eq(&query.to_sql());
    assert_eq!(query.rows()?, ["Ada", "Cid"]);
    Ok(())
}

#[test]
fn a_list_comes_from_another_question() -> orm_core::Result<()> {
    let (_database, session) = company();
    let on_cars = query::<Project>().join(Project::employees).filter(Project::name.eq("Car")).select(Employee::id);
    let query = session.query::<Department>().filter(Department::employees.any(Employee::id.in_(on_cars)));
    expect!["SELECT `departments`.`id`, `departments`.`name` FROM `departments` WHERE EXISTS (SELECT 1 FROM `employees` WHERE `employees`.`department_id` = `departments`.`id` AND `employees`.`id` IN (SELECT `employees_1`.`id` FROM `projects` INNER JOIN `employees_projects` ON `employees_projects`.`project_id` = `projects`.`id` INNER JOIN `employees` AS `employees_1` ON `employees_1`.`id` = `employees_projects`.`employee_id` WHERE `projects`.`name` = ?))"]
    .assert_eq(&query.to_sql());
    assert_eq!(query.count()?, 2);
    Ok(())
}

#[test]
fn a_list_may_be_limited() -> orm_core::Result<()> {
    let (_database, session) = company();
    let best_paid = query::<Employee>().order_by(Employee::salary.desc()).limit(2).select(Employee::id);
    let names = session
        .query::<Employee>()
        .filter(!Employee::id.in_(best_paid))
        .order_by(Employee::id)
        .pluck(Employee::name)?;
    assert_eq!(names, ["Ben", "Dan", "Eve"]);
    Ok(())
}

#[test]
fn a_question_inside_may_speak_of_the_one_around_it() -> orm_core::Result<()> {
    let (_database, session) = company();
    let in_department =
        || query::<Employee>().correlate::<Department>().filter(Employee::department.key().eq(Department::id));
    let query = session
        .query::<Department>()
        .filter(func::exists(in_department().filter(Employee::salary.gt(90))))
        .select((Department::name, in_department().select(func::max(Employee::salary)).as_term()));
    expect!["SELECT `departments`.`name`, (SELECT MAX(`employees`.`salary`) FROM `employees` WHERE `employees`.`department_id` = `departments`.`id`) FROM `departments` WHERE EXISTS (SELECT 1 FROM `employees` WHERE `employees`.`department_id` = `departments`.`id` AND `employees`.`salary` > ?)"]
    .assert_eq(&query.to_sql());
    assert_eq!(query.rows()?, [("Engineering".to_owned(), Some(95))]);
    Ok(())
}

#[test]
fn a_question_inside_reads_the_same_model_under_another_name() -> orm_core::Result<()> {
    let (_database, session) = company();
    let reports =
        query::<Employee>().correlate::<Manager>().filter(Employee::manager.key().eq(Employee::id.of::<Manager>()));
    let rows: Vec<(String, Option<i64>)> = session
        .query::<Department>()
        .join_on(model::<Manager>(), Employee::department.of::<Manager>().key().eq(Department::id))
        .order_by(Employee::id.of::<Manager>())
        .select((Employee::name.of::<Manager>(), reports.select(func::count()).as_term()))
        .rows()?;
    let counts: Vec<Option<i64>> = rows.into_iter().map(|(_, count)| count).collect();
    assert_eq!(counts, [Some(2), Some(1), Some(0), Some(0)]);
    Ok(())
}

#[test]
fn an_update_sets_a_column_to_the_value_of_a_question() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let projects = query::<Project>().select(func::count()).as_term();
    let eve = query::<Employee>().filter(Employee::name.eq("Eve"));
    session.update_all(eve, [Employee::salary.set(func::number::<i32, _>(projects) * 10)])?;
    let salary = session.query::<Employee>().filter(Employee::name.eq("Eve")).select(Employee::salary).one()?;
    assert_eq!(salary, 40);
    let rich = query::<Employee>().filter(Employee::salary.gt(70)).select(Employee::id);
    let deleted = session.delete_all(query::<Employee>().filter(Employee::salary.lt(50) & !Employee::id.in_(rich)))?;
    assert_eq!(deleted, 1);
    Ok(())
}

#[test]
fn an_object_is_among_the_related_ones() -> orm_core::Result<()> {
    let (_database, session) = company();
    let car = session.find::<Project>(3)?.expect("a car");
    let names = |query: Query<'_>| query.order_by(Employee::id).pluck(Employee::name);
    assert_eq!(names(session.query().filter(Employee::projects.contains(car)))?, ["Ada", "Cid", "Dan"]);
    assert_eq!(names(session.query().filter(!Employee::projects.contains(car.handle())))?, ["Ben", "Eve"]);
    assert_eq!(names(session.query().filter(Employee::reports.contains(BelongsTo::key(4))))?, ["Ben"]);
    Ok(())
}

#[test]
fn a_list_that_the_protocol_cannot_send_is_told_before() {
    let (_database, session) = company();
    let error = session.query::<Employee>().filter(Employee::id.in_(0..70_000)).all().expect_err("too many");
    let text = error.to_string();
    expect!["a statement has 70000 values, and 65,535 are the most: give a shorter list, or a query in its place, in: SELECT"]
        .assert_eq(&text[..text.find("SELECT").map_or(0, |place| place + 6)]);
    assert_eq!(session.query::<Employee>().count().expect("the session goes on"), 5);
}

type Query<'s> =
    orm_core::query::Query<Employee, orm_core::query::Reading<Employee, orm_core::query::Nothing>, &'s Session>;

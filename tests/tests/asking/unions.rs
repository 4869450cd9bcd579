//! The rows of several questions.

use expect_test::expect;
use orm_core::func;
use orm_core::prelude::*;

use tests::statements;

use super::common_tables::{Chain, below};
use super::{Department, Employee, Project, company};

#[test]
fn the_rows_of_two_questions_come_together() -> orm_core::Result<()> {
    let (_database, session) = company();
    let names = || {
        session.query::<Department>().select((func::value("department"), Department::name)).union_all(
            query::<Project>().filter(Project::due.is_not_null()).select((func::value("project"), Project::name)),
        )
    };
    let query = names().order_by(func::position(2)).limit(3);
    expect!["SELECT ?, `departments`.`name` FROM `departments` UNION ALL SELECT ?, `projects`.`name` FROM `projects` WHERE `projects`.`due` IS NOT NULL ORDER BY 2 LIMIT 3"]
    .assert_eq(&query.to_sql());
    let rows: Vec<String> = query.rows()?.into_iter().map(|(kind, name)| format!("{kind} {name}")).collect();
    assert_eq!(rows, ["department Archive", "project Boat", "project Car"]);
    assert_eq!(names().count()?, 6);
    Ok(())
}

#[test]
fn equal_rows_come_once() -> orm_core::Result<()> {
    let (_database, session) = company();
    let salaries = |least: i32| query::<Employee>().filter(Employee::salary.ge(least)).select(Employee::salary);
    let all = salaries(90).union_all(salaries(60)).on(&session);
    assert_eq!(all.rows()?.len(), 6);
    let once = salaries(90).union(salaries(60)).order_by(func::position(1).desc()).on(&session);
    assert_eq!(once.rows()?, [95, 90, 60]);
    Ok(())
}

#[test]
fn a_question_with_a_limit_of_its_own_stands_in_parentheses() -> orm_core::Result<()> {
    let (_database, session) = company();
    let lowest = query::<Employee>().order_by(Employee::salary).limit(1).select(Employee::name);
    let highest = query::<Employee>().order_by(Employee::salary.desc()).limit(1).select(Employee::name);
    let names = query::<Employee>().filter(Employee::id.eq(1)).select(Employee::name).union(lowest).union(highest);
    let mut names = names.on(&session).rows()?;
    names.sort_unstable();
    assert_eq!(names, ["Ada", "Cid", "Eve"]);
    Ok(())
}

#[test]
fn objects_of_two_questions_come_once() -> orm_core::Result<()> {
    let (_database, session) = company();
    let paid = |least: i32| query::<Employee>().filter(Employee::salary.ge(least));
    let both = || paid(90).union(paid(60)).on(&session);
    assert_eq!(both().all()?.len(), 4);
    assert_eq!(both().count()?, 4);
    assert!(both().exists()?);
    Ok(())
}

fn paid(least: i32) -> orm_core::query::Query<Employee> {
    query::<Employee>().filter(Employee::salary.ge(least))
}

#[test]
fn objects_of_a_union_are_filtered_ordered_limited_and_selected_from() -> orm_core::Result<()> {
    let (_database, session) = company();
    let both = || paid(90).union(paid(60)).on(&session);
    let ordered = both().filter(Employee::id.lt(4)).order_by(Employee::id.desc()).limit(2);
    expect!["SELECT `employees`.`id`, `employees`.`name`, `employees`.`salary`, `employees`.`bonus`, `employees`.`born`, `employees`.`department_id`, `employees`.`manager_id` FROM (SELECT `employees_1`.`id`, `employees_1`.`name`, `employees_1`.`salary`, `employees_1`.`bonus`, `employees_1`.`born`, `employees_1`.`department_id`, `employees_1`.`manager_id` FROM `employees` AS `employees_1` WHERE `employees_1`.`salary` >= ? UNION SELECT `employees_1`.`id`, `employees_1`.`name`, `employees_1`.`salary`, `employees_1`.`bonus`, `employees_1`.`born`, `employees_1`.`department_id`, `employees_1`.`manager_id` FROM `employees` AS `employees_1` WHERE `employees_1`.`salary` >= ?) AS `employees` WHERE `employees`.`id` < ? ORDER BY `employees`.`id` DESC LIMIT 2"].assert_eq(&ordered.to_sql());
    let ids: Vec<i32> = ordered.all()?.iter().map(|employee| employee.id).collect();
    assert_eq!(ids, [3, 2]);
    assert_eq!(both().order_by(Employee::id).pluck(Employee::id)?, [1, 2, 3, 4]);
    assert_eq!(both().keyset((Employee::id,), Some((2,))).pluck(Employee::id)?, [3, 4]);
    let departments =
        both().join(Employee::department).select((Department::name, func::count())).group_by(Department::name);
    assert_eq!(departments.rows()?.len(), 2);
    assert_eq!(paid(95).union(paid(90)).union(paid(60)).on(&session).count()?, 4);
    Ok(())
}

#[test]
fn what_was_said_before_a_union_is_said_of_its_part() -> orm_core::Result<()> {
    let (_database, session) = company();
    let lowest = query::<Employee>().order_by(Employee::salary).limit(1);
    let highest = query::<Employee>().order_by(Employee::salary.desc()).limit(1);
    let found = lowest.union(highest).order_by(Employee::id).on(&session).pluck(Employee::id)?;
    assert_eq!(found, [3, 5]);
    Ok(())
}

#[test]
fn the_objects_of_a_union_are_locked() -> orm_core::Result<()> {
    let (database, session) = company();
    let one = |id: i32| query::<Employee>().filter(Employee::id.eq(id));
    assert_eq!(one(1).union(one(3)).for_update().on(&session).all()?.len(), 2);
    let other = database.engine().session();
    assert_eq!(
        other.query::<Employee>().order_by(Employee::id).for_update().skip_locked().pluck(Employee::id)?,
        [2, 4, 5]
    );
    Ok(())
}

#[test]
fn what_its_parts_load_along_a_union_loads_along() -> orm_core::Result<()> {
    let (_database, session) = company();
    let both = paid(90).with_joined(Employee::manager).union(paid(60).with(Employee::department)).lazy(Lazy::Strict);
    let (names, sent) = statements(|| -> orm_core::Result<Vec<(Option<String>, Option<String>)>> {
        let found = both.order_by(Employee::id).on(&session).all()?;
        let names = |employee: &View<'_, Employee>| {
            let department = employee.department()?.map(|department| department.name.clone());
            Ok((department, employee.manager()?.map(|manager| manager.name.clone())))
        };
        found.iter().map(names).collect()
    });
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(names?[..2], [(text("Marketing"), None), (text("Marketing"), text("Ada"))]);
    assert_eq!(sent.len(), 2, "{sent:#?}");
    Ok(())
}

#[test]
fn parts_of_a_union_read_questions_with_a_name() -> orm_core::Result<()> {
    let (_database, session) = company();
    let chain = |first: i32| below(first).query().select(Chain::id);
    let mut rows = paid(90).select(Employee::id).union_all(chain(2)).on(&session).rows()?;
    rows.sort_unstable();
    assert_eq!(rows, [1, 2, 3, 4]);
    assert_eq!(chain(1).union(chain(1)).on(&session).rows()?.len(), 4);
    Ok(())
}

#[test]
fn unions_stand_in_unions_and_in_conditions() -> orm_core::Result<()> {
    let (_database, session) = company();
    let ids = |least: i32| paid(least).select(Employee::id);
    let all = || ids(95).union(ids(90).union(ids(60)));
    assert_eq!(all().on(&session).count()?, 4);
    let first = all().order_by(func::position(1)).limit(2);
    assert_eq!(
        session.query::<Employee>().filter(Employee::id.in_(first)).order_by(Employee::id).pluck(Employee::id)?,
        [1, 2]
    );
    assert_eq!(session.query::<Employee>().filter(!Employee::id.in_(all())).pluck(Employee::id)?, [5]);
    assert_eq!(session.query::<Department>().filter(func::exists(all())).count()?, 3);
    Ok(())
}

#[test]
fn rows_of_a_union_are_not_changed_at_once() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let changed = session.update_all(paid(95).union(paid(60)), [Employee::bonus.set(1)]);
    let error = changed.expect_err("the servers know no such UPDATE").to_string();
    expect!["`update_all` of `Employee` cannot be of a union: combine the conditions with `|`"].assert_eq(&error);
    Ok(())
}

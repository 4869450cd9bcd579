//! The rows of several questions.

use expect_test::expect;
use orm_core::func;
use orm_core::prelude::*;

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

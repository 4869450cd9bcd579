//! Questions that have a name, and questions that read themselves.

use expect_test::expect;
use orm_core::func::{self, Over};
use orm_core::prelude::*;

use super::{Department, Employee, company};

/// A chain of command.
#[derive(Debug, PartialEq, Row)]
pub(super) struct Chain {
    pub(super) id: i32,
    name: String,
    pub(super) depth: i32,
    path: String,
}

#[derive(Debug, PartialEq, Row)]
struct Ranked {
    id: i32,
    rank: i64,
}

pub(super) fn below(first: i32) -> orm_core::query::Cte<Chain> {
    recursive(
        query::<Employee>().filter(Employee::id.eq(first)).select(ChainColumns {
            id: Employee::id,
            name: Employee::name,
            depth: func::value(0),
            path: func::text(Employee::name, 200),
        }),
        |chain| {
            query::<Employee>().join_on(chain, Employee::manager.key().eq(Chain::id)).select(ChainColumns {
                id: Employee::id,
                name: Employee::name,
                depth: Chain::depth + 1,
                path: func::concat((Chain::path, "/", Employee::name)),
            })
        },
    )
}

#[test]
fn a_question_reads_itself_until_nothing_new_comes() -> orm_core::Result<()> {
    let (_database, session) = company();
    let query = below(1).query().order_by(Chain::path).on(&session);
    expect!["WITH RECURSIVE `#chain` (`id`, `name`, `depth`, `path`) AS (SELECT `employees`.`id`, `employees`.`name`, ?, CAST(`employees`.`name` AS CHAR(200)) FROM `employees` WHERE `employees`.`id` = ? UNION ALL SELECT `employees`.`id`, `employees`.`name`, `#chain`.`depth` + ?, CONCAT(`#chain`.`path`, ?, `employees`.`name`) FROM `employees` INNER JOIN `#chain` ON `employees`.`manager_id` = `#chain`.`id`) SELECT `#chain`.`id`, `#chain`.`name`, `#chain`.`depth`, `#chain`.`path` FROM `#chain` ORDER BY `#chain`.`path`"]
    .assert_eq(&query.to_sql());
    let paths: Vec<String> = query.rows()?.into_iter().map(|chain| format!("{} {}", chain.depth, chain.path)).collect();
    assert_eq!(paths, ["0 Ada", "1 Ada/Ben", "2 Ada/Ben/Dan", "1 Ada/Cid"]);
    Ok(())
}

#[test]
fn objects_are_joined_to_the_rows_of_a_question() -> orm_core::Result<()> {
    let (_database, session) = company();
    let query = session.query::<Employee>().join_on(below(2), Employee::id.eq(Chain::id)).order_by(Chain::depth.desc());
    let names: Vec<String> = query.all()?.iter().map(|employee| employee.name.clone()).collect();
    assert_eq!(names, ["Dan", "Ben"]);
    Ok(())
}

#[test]
fn a_condition_on_a_window_is_one_on_a_question_with_a_name() -> orm_core::Result<()> {
    let (_database, session) = company();
    let ranked = cte(query::<Employee>().select(RankedColumns {
        id: Employee::id,
        rank: func::row_number()
            .over(func::window().partition_by(Employee::department.key()).order_by(Employee::salary.desc())),
    }));
    let rows: Vec<(String, String)> = session
        .query::<Employee>()
        .join_on(ranked, Employee::id.eq(Ranked::id))
        .join(Employee::department)
        .filter(Ranked::rank.le(1))
        .order_by(Department::id)
        .select((Department::name, Employee::name))
        .rows()?;
    let rows: Vec<String> = rows.into_iter().map(|(department, employee)| format!("{department} {employee}")).collect();
    assert_eq!(rows, ["Marketing Ada", "Engineering Cid"]);
    Ok(())
}

#[test]
fn a_question_with_a_name_is_counted_filtered_and_selected_from() -> orm_core::Result<()> {
    let (_database, session) = company();
    assert_eq!(below(1).query().on(&session).count()?, 4);
    let names: Vec<String> =
        below(1).query().filter(Chain::depth.eq(1)).order_by(Chain::id).select(Chain::name).on(&session).rows()?;
    assert_eq!(names, ["Ben", "Cid"]);
    let deepest = session
        .query::<Employee>()
        .filter(Employee::id.in_(below(1).query().filter(Chain::depth.eq(2)).select(Chain::id)));
    assert_eq!(deepest.one()?.name, "Dan");
    Ok(())
}

/// Its name is that of a table too.
#[derive(Debug, PartialEq, Row)]
struct Departments {
    id: i32,
    name: String,
}

#[test]
fn rows_with_the_name_of_a_table_do_not_hide_it() -> orm_core::Result<()> {
    let (_database, session) = company();
    let renamed = query::<Department>()
        .select(DepartmentsColumns { id: Department::id, name: func::concat(("the ", Department::name)) });
    let rows = session
        .query::<Department>()
        .join_on(cte(renamed), Departments::id.eq(Department::id))
        .filter(Department::id.eq(1))
        .select((Department::name, Departments::name));
    assert_eq!(rows.one()?, ("Marketing".to_owned(), "the Marketing".to_owned()));
    Ok(())
}

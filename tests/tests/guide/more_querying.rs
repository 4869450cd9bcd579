//! `guide/more-querying.md`

use orm_core::func::Over;
use orm_core::prelude::*;

use super::{Department, Employee, Project, company, names, sent};

#[test]
fn subqueries() -> orm_core::Result<()> {
    let (_database, session) = company();
    let average = query::<Employee>().select(func::avg(Employee::salary)).as_term();
    let on_boats = query::<Project>().join(Project::employees).filter(Project::name.eq("Boat")).select(Employee::id);
    let found = session
        .query::<Employee>()
        .filter(func::number::<f64, _>(Employee::salary).lt(average))
        .filter(Employee::id.in_(on_boats))
        .all()?;
    sent(
        "
        SELECT … FROM `employees`
        WHERE `employees`.`salary` < (SELECT AVG(`employees_1`.`salary`) FROM `employees` AS `employees_1`)
          AND `employees`.`id` IN (
            SELECT `employees_1`.`id`
            FROM `projects`
            INNER JOIN `employees_projects` ON `employees_projects`.`project_id` = `projects`.`id`
            INNER JOIN `employees` AS `employees_1` ON `employees_1`.`id` = `employees_projects`.`employee_id`
            WHERE `projects`.`name` = ?
          )
        ",
    );
    assert_eq!(names(&found), ["Ben"]);
    Ok(())
}

#[test]
fn correlated_subqueries() -> orm_core::Result<()> {
    let (_database, session) = company();
    let highest = query::<Employee>()
        .correlate::<Department>()
        .filter(Employee::department.key().eq(Department::id))
        .select(func::max(Employee::salary));
    let rows: Vec<(String, Option<i32>)> =
        session.query::<Department>().order_by(Department::id).select((Department::name, highest.as_term())).rows()?;
    sent(
        "
        SELECT `departments`.`name`, (
          SELECT MAX(`employees`.`salary`)
          FROM `employees`
          WHERE `employees`.`department_id` = `departments`.`id`
        )
        FROM `departments`
        ORDER BY `departments`.`id`
        ",
    );
    assert_eq!(rows.into_iter().map(|row| row.1).collect::<Vec<_>>(), [Some(90), Some(95), None]);
    Ok(())
}

#[derive(Debug, Row)]
#[expect(dead_code, reason = "the server alone reads these rows")]
struct Ranked {
    id: i32,
    place: i64,
}

#[test]
fn windows_and_common_tables() -> orm_core::Result<()> {
    let (_database, session) = company();
    let by_salary = func::window().partition_by(Employee::department.key()).order_by(Employee::salary.desc());
    let ranked =
        cte(query::<Employee>().select(RankedColumns { id: Employee::id, place: func::row_number().over(by_salary) }));
    let best_paid = session
        .query::<Employee>()
        .join_on(ranked, Ranked::id.eq(Employee::id))
        .filter(Ranked::place.le(1))
        .order_by(Employee::name)
        .all()?;
    sent(
        "
        WITH `#ranked` (`id`, `place`) AS (
          SELECT `employees`.`id`, ROW_NUMBER() OVER (PARTITION BY `employees`.`department_id` ORDER BY `employees`.`salary` DESC)
          FROM `employees`
        )
        SELECT … FROM `employees`
        INNER JOIN `#ranked` ON `#ranked`.`id` = `employees`.`id`
        WHERE `#ranked`.`place` <= ?
        ORDER BY `employees`.`name`
        ",
    );
    assert_eq!(names(&best_paid), ["Ada", "Cid", "Eve"]);
    Ok(())
}

#[derive(Debug, PartialEq, Row)]
struct Chain {
    id: i32,
    name: String,
    depth: i32,
}

#[test]
fn recursive_questions() -> orm_core::Result<()> {
    let (_database, session) = company();
    let ada = query::<Employee>().filter(Employee::name.eq("Ada")).select(ChainColumns {
        id: Employee::id,
        name: Employee::name,
        depth: func::value(0),
    });
    let below = recursive(ada, |chain| {
        query::<Employee>().join_on(chain, Employee::manager.key().eq(Chain::id)).select(ChainColumns {
            id: Employee::id,
            name: Employee::name,
            depth: Chain::depth + 1,
        })
    });
    let chain: Vec<Chain> = below.query().order_by(Chain::depth).order_by(Chain::id).on(&session).rows()?;
    sent(
        "
        WITH RECURSIVE `#chain` (`id`, `name`, `depth`) AS (
          SELECT `employees`.`id`, `employees`.`name`, ?
          FROM `employees`
          WHERE `employees`.`name` = ?
          UNION ALL
          SELECT `employees`.`id`, `employees`.`name`, `#chain`.`depth` + ?
          FROM `employees`
          INNER JOIN `#chain` ON `employees`.`manager_id` = `#chain`.`id`
        )
        SELECT `#chain`.`id`, `#chain`.`name`, `#chain`.`depth`
        FROM `#chain`
        ORDER BY `#chain`.`depth`, `#chain`.`id`
        ",
    );
    let chain: Vec<String> = chain.into_iter().map(|one| format!("{} {} {}", one.id, one.name, one.depth)).collect();
    assert_eq!(chain, ["1 Ada 0", "2 Ben 1", "3 Cid 1", "4 Dan 2"]);
    Ok(())
}

#[test]
fn unions() -> orm_core::Result<()> {
    let (_database, session) = company();
    let dated = query::<Project>().filter(Project::due.is_not_null()).select((func::value("project"), Project::name));
    let rows: Vec<(String, String)> = session
        .query::<Department>()
        .select((func::value("department"), Department::name))
        .union_all(dated)
        .order_by(func::position(2))
        .limit(3)
        .rows()?;
    sent(
        "
        SELECT ?, `departments`.`name`
        FROM `departments`
        UNION ALL
        SELECT ?, `projects`.`name`
        FROM `projects`
        WHERE `projects`.`due` IS NOT NULL
        ORDER BY 2 LIMIT 3
        ",
    );
    assert_eq!(rows.into_iter().map(|row| row.1).collect::<Vec<_>>(), ["Archive", "Boat", "Car"]);
    Ok(())
}

#[test]
fn statements_for_many_rows() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let without_bonus = query::<Employee>().filter(Employee::bonus.is_null());
    let raised = session.update_all(
        without_bonus,
        [Employee::salary.set(Employee::salary + 5), Employee::bonus.set(Employee::salary.div_whole(10))],
    )?;
    let deleted = session.delete_all(query::<Department>().filter(!Department::employees.exists()))?;
    session.commit()?;
    sent(
        "
        UPDATE `employees`
        SET `employees`.`salary` = `employees`.`salary` + ?, `employees`.`bonus` = `employees`.`salary` DIV ?
        WHERE `employees`.`bonus` IS NULL;
        DELETE FROM `departments`
        WHERE NOT (EXISTS (
          SELECT 1 FROM `employees`
          WHERE `employees`.`department_id` = `departments`.`id`
        ));
        COMMIT
        ",
    );
    assert_eq!((raised, deleted), (2, 1));
    let bonuses = session.query::<Employee>().order_by(Employee::id).pluck(Employee::bonus)?;
    assert_eq!(bonuses, [Some(5), Some(6), Some(10), Some(6), Some(0)]);
    Ok(())
}

#[test]
fn locks() -> orm_core::Result<()> {
    let (_database, session) = company();
    let next = session
        .query::<Project>()
        .filter(Project::due.is_not_null())
        .order_by(Project::due)
        .for_update()
        .skip_locked()
        .first()?;
    sent(
        "
        SELECT … FROM `projects`
        WHERE `projects`.`due` IS NOT NULL
        ORDER BY `projects`.`due` LIMIT 1 FOR UPDATE SKIP LOCKED
        ",
    );
    assert_eq!(next.map(|project| project.id.get()), Some(Some(1)));
    Ok(())
}

#[test]
fn hints() -> orm_core::Result<()> {
    let (_database, session) = company();
    let count = session
        .query::<Employee>()
        .use_index("ix_employees_department_id")
        .comment("monthly report")
        .filter(Employee::department.eq(BelongsTo::key(1)))
        .count()?;
    sent(
        "
        SELECT /* monthly report */ COUNT(*) FROM `employees` USE INDEX (`ix_employees_department_id`)
        WHERE `employees`.`department_id` = ?
        ",
    );
    assert_eq!(count, 2);
    Ok(())
}

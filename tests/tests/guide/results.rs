//! `guide/results.md`

use std::io::Write;

use expect_test::expect;
use orm_core::Error;
use orm_core::prelude::*;
use orm_core::query::Composed;

use super::{Department, Employee, Project, company, day, names, sent};

#[test]
fn ends() -> orm_core::Result<()> {
    let (_database, session) = company();
    let paid = |least: i32| session.query::<Employee>().filter(Employee::salary.ge(least)).order_by(Employee::id);
    assert_eq!(names(&paid(90).all()?), ["Ada", "Cid"]);
    assert_eq!(paid(90).first()?.map(|first| first.salary), Some(90));
    assert_eq!(paid(95).one()?.name, "Cid");
    assert!(paid(99).one_or_none()?.is_none());
    assert_eq!((paid(60).count()?, paid(99).exists()?), (4, false));
    assert_eq!(paid(90).pluck(Employee::name)?, ["Ada", "Cid"]);
    assert!(matches!(paid(99).one(), Err(Error::NotFound { .. })));
    assert!(matches!(paid(60).one(), Err(Error::TooMany { .. })));
    sent(
        "
        SELECT … FROM `employees` WHERE `employees`.`salary` >= ? ORDER BY `employees`.`id`;
        SELECT … FROM `employees` WHERE `employees`.`salary` >= ? ORDER BY `employees`.`id` LIMIT 1;
        SELECT … FROM `employees` WHERE `employees`.`salary` >= ? ORDER BY `employees`.`id` LIMIT 2;
        SELECT … FROM `employees` WHERE `employees`.`salary` >= ? ORDER BY `employees`.`id` LIMIT 2;
        SELECT COUNT(*) FROM `employees` WHERE `employees`.`salary` >= ?;
        SELECT 1 FROM `employees` WHERE `employees`.`salary` >= ? LIMIT 1;
        SELECT `employees`.`name` FROM `employees` WHERE `employees`.`salary` >= ? ORDER BY `employees`.`id`;
        SELECT … FROM `employees` WHERE `employees`.`salary` >= ? ORDER BY `employees`.`id` LIMIT 2;
        SELECT … FROM `employees` WHERE `employees`.`salary` >= ? ORDER BY `employees`.`id` LIMIT 2
        ",
    );
    Ok(())
}

#[test]
fn one_row_is_one_object() -> orm_core::Result<()> {
    let (_database, session) = company();
    let ada = session.find::<Employee>(1)?.expect("Ada is there");
    let ben = session.find::<Employee>(2)?.expect("Ben is there");
    assert_eq!(ben.manager()?.map(|manager| manager.handle()), Some(ada.handle()));
    assert!(session.find::<Employee>(1)?.is_some());
    sent(
        "
        SELECT … FROM `employees` WHERE `employees`.`id` IN (?);
        SELECT … FROM `employees` WHERE `employees`.`id` IN (?)
        ",
    );
    Ok(())
}

#[test]
fn changing_what_is_found() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    if let Some(eve) = session.find_mut::<Employee>(5)? {
        eve.salary = 45;
    }
    session.for_each_mut(query::<Employee>().filter(Employee::bonus.is_null()), |employee| employee.bonus = Some(1))?;
    for employee in session.query::<Employee>().filter(Employee::salary.lt(50)).handles()? {
        session[employee].salary += 5;
    }
    session.commit()?;
    let salaries = session.query::<Employee>().order_by(Employee::id).pluck(Employee::salary)?;
    assert_eq!(salaries, [90, 60, 95, 60, 50]);
    Ok(())
}

#[derive(Debug, PartialEq, Row)]
struct Headcount {
    department: String,
    employees: i64,
    paid: Option<i64>,
}

#[test]
fn rows() -> orm_core::Result<()> {
    let (_database, session) = company();
    let counted = session
        .query::<Department>()
        .join(Department::employees)
        .select(HeadcountColumns {
            department: Department::name,
            employees: func::count(),
            paid: func::sum(Employee::salary),
        })
        .group_by((Department::id, Department::name))
        .order_by(Department::id)
        .rows()?;
    assert_eq!(counted[0], Headcount { department: "Marketing".into(), employees: 2, paid: Some(150) });
    let total: Option<i64> = session.query::<Employee>().select(func::sum(Employee::salary)).scalar()?;
    assert_eq!(total, Some(345));
    Ok(())
}

#[test]
fn objects_beside_values() -> orm_core::Result<()> {
    let (_database, session) = company();
    let counted: Vec<(Handle<Department>, i64)> = session
        .query::<Department>()
        .left_join(Department::employees)
        .select((model::<Department>(), func::count_of(Employee::id)))
        .group_by(model::<Department>())
        .order_by(Department::id)
        .rows()?;
    for (department, count) in counted {
        println!("{}: {count} of {}", session[department].name, session.view(department).employees()?.len());
    }
    sent(
        "
        SELECT `departments`.`id`, `departments`.`name`, COUNT(`employees`.`id`)
        FROM `departments`
        LEFT JOIN `employees` ON `employees`.`department_id` = `departments`.`id`
        GROUP BY `departments`.`id`, `departments`.`name`
        ORDER BY `departments`.`id`;
        SELECT … FROM `employees`
        WHERE `employees`.`department_id` IN (?, ?, ?, ?)
        ORDER BY `employees`.`name`, `employees`.`id`
        ",
    );
    Ok(())
}

#[test]
fn maps() -> orm_core::Result<()> {
    let (_database, session) = company();
    let by_key = session.query::<Employee>().all_by(Employee::id)?;
    let by_salary = session.query::<Employee>().order_by(Employee::name).all_grouped_by(Employee::salary)?;
    assert_eq!(by_key[&3].name, "Cid");
    assert_eq!(names(&by_salary[&60]), ["Ben", "Dan"]);
    Ok(())
}

#[test]
fn streams() -> orm_core::Result<()> {
    let (_database, session) = company();
    let mut file = Vec::new();
    session.query::<Employee>().order_by(Employee::id).stream(|employee| {
        writeln!(file, "{};{}", employee.name, employee.salary)?;
        Ok(())
    })?;
    session.query::<Project>().order_by(Project::id).select((Project::name, Project::due)).stream(|(name, due)| {
        writeln!(file, "{name};{due:?}")?;
        Ok(())
    })?;
    sent(
        "
        SELECT … FROM `employees` ORDER BY `employees`.`id`;
        SELECT `projects`.`name`, `projects`.`due` FROM `projects` ORDER BY `projects`.`id`
        ",
    );
    assert!(String::from_utf8_lossy(&file).starts_with("Ada;90\nBen;60\n"));
    Ok(())
}

#[test]
fn chunks() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let mut chunks = query::<Employee>().filter(Employee::salary.lt(90)).chunks(2);
    while let Some(employees) = chunks.next(&mut session)? {
        for employee in employees {
            session[employee].bonus = Some(1);
        }
        session.commit()?;
    }
    sent(
        "
        SELECT … FROM `employees` WHERE `employees`.`salary` < ? ORDER BY `employees`.`id` LIMIT 2;
        UPDATE `employees` INNER JOIN (SELECT …) AS `new` ON `employees`.`id` = `new`.`k0`
        SET `employees`.`bonus` = `new`.`v0`;
        COMMIT;
        SELECT … FROM `employees` WHERE `employees`.`salary` < ? AND `employees`.`id` > ?
        ORDER BY `employees`.`id` LIMIT 2;
        UPDATE `employees` SET `bonus` = ? WHERE `id` = ?;
        COMMIT
        ",
    );
    let bonuses = session.query::<Employee>().order_by(Employee::id).pluck(Employee::bonus)?;
    assert_eq!(bonuses, [5, 1, 10, 1, 1].map(Some));
    Ok(())
}

#[test]
fn sql_into_objects() -> orm_core::Result<()> {
    let (_database, session) = company();
    let found = session
        .sql("SELECT * FROM employees WHERE salary > :least AND id NOT IN (:ids) AND :condition ORDER BY RAND(?)")
        .bind_as("least", 50)
        .bind_list("ids", [2, 4])
        .splice("condition", Employee::projects.any(Project::due.lt(day(2026, 2, 1))))
        .bind(7)
        .all::<Employee>()?;
    sent(
        "
        SELECT *
        FROM employees
        WHERE salary > ?
          AND id NOT IN (?, ?)
          AND (EXISTS (
            SELECT 1 FROM `employees_projects`
            INNER JOIN `projects` ON `projects`.`id` = `employees_projects`.`project_id`
            WHERE `employees_projects`.`employee_id` = `employees`.`id` AND `projects`.`due` < ?
          ))
        ORDER BY RAND(?)
        ",
    );
    assert_eq!(names(&found), ["Ada"]);
    Ok(())
}

#[test]
fn sql_into_rows() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let counted: Vec<Headcount> = session
        .sql(
            "SELECT d.name AS department, COUNT(*) AS employees, SUM(e.salary) AS paid
             FROM departments d JOIN employees e ON e.department_id = d.id GROUP BY d.id, d.name ORDER BY d.id",
        )
        .rows()?;
    let pairs: Vec<(i32, String)> = session.sql("SELECT id, name FROM projects ORDER BY id").rows()?;
    let newest: Option<NaiveDate> = session.sql("SELECT MAX(hired) FROM employees").scalar()?;
    let changed = session.execute(sql("UPDATE employees SET bonus = ? WHERE bonus IS NULL").bind(0))?;
    assert_eq!(counted[1], Headcount { department: "Engineering".into(), employees: 2, paid: Some(155) });
    assert_eq!((pairs[3].1.as_str(), newest, changed), ("Idea", Some(day(2025, 3, 1)), 2));
    Ok(())
}

#[test]
fn composed_sql() -> orm_core::Result<()> {
    let (_database, session) = company();
    let mut counts = Vec::new();
    for table in ["departments", "employees", "projects"] {
        counts.push(session.sql(Composed(format!("SELECT COUNT(*) FROM {table}"))).scalar::<u64>()?);
    }
    assert_eq!(counts, [3, 5, 4]);
    Ok(())
}

#[test]
fn values_that_do_not_fit_are_told() {
    let (_database, session) = company();
    let told = |result: orm_core::Result<Vec<(String, i32)>>| result.expect_err("it does not fit").to_string();
    let missing = told(session.sql("SELECT name FROM projects").rows());
    let null = told(session.sql("SELECT name, NULL AS year FROM projects").rows());
    expect![[r#"
        the columns of a result do not fit: `(String, i32)` takes 2 columns of a row, and the result has: name; in: SELECT name FROM projects
        the column `year` of a result cannot be read: NULL is not allowed: it is not read as an `Option`
    "#]].assert_eq(&format!("{missing}\n{null}\n"));
}

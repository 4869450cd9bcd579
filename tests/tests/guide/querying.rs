//! `guide/querying.md`

use orm_core::prelude::*;
use orm_core::query::{One, Predicate, Query};

use super::{Department, Employee, Project, company, day, names, sent};

#[test]
fn conditions() -> orm_core::Result<()> {
    let (_database, session) = company();
    let found = session
        .query::<Employee>()
        .filter(Employee::salary.ge(60) & !Employee::name.starts_with("B"))
        .filter(Employee::bonus.gt(5) | Employee::hired.ge(day(2024, 1, 1)))
        .order_by(Employee::salary.desc())
        .order_by(Employee::name)
        .all()?;
    sent(
        "
        SELECT … FROM `employees`
        WHERE `employees`.`salary` >= ?
          AND NOT (`employees`.`name` LIKE ?)
          AND (`employees`.`bonus` > ? OR `employees`.`hired` >= ?)
        ORDER BY `employees`.`salary` DESC, `employees`.`name`
        ",
    );
    assert_eq!(names(&found), ["Cid", "Dan"]);
    Ok(())
}

#[test]
fn conditions_on_relationships() -> orm_core::Result<()> {
    let (_database, session) = company();
    let found = session
        .query::<Employee>()
        .filter(Employee::department.has(Department::name.eq("Marketing")))
        .filter(Employee::projects.any(Project::name.eq("Car")))
        .all()?;
    sent(
        "
        SELECT … FROM `employees`
        WHERE EXISTS (
          SELECT 1 FROM `departments`
          WHERE `employees`.`department_id` = `departments`.`id` AND `departments`.`name` = ?
        )
          AND EXISTS (
            SELECT 1 FROM `employees_projects`
            INNER JOIN `projects` ON `projects`.`id` = `employees_projects`.`project_id`
            WHERE `employees_projects`.`employee_id` = `employees`.`id` AND `projects`.`name` = ?
          )
        ",
    );
    assert_eq!(names(&found), ["Ada"]);
    Ok(())
}

#[test]
fn conditions_of_the_program() -> orm_core::Result<()> {
    let (_database, session) = company();
    let (letters, least) = (["A", "D"], Some(80));
    let mut query = session.query::<Employee>();
    query = query.filter(Predicate::any(letters.map(|letter| Employee::name.starts_with(letter))));
    if let Some(least) = least {
        query = query.filter(Employee::salary.ge(least));
    }
    let found = query.all()?;
    sent(
        "
        SELECT … FROM `employees`
        WHERE (`employees`.`name` LIKE ? OR `employees`.`name` LIKE ?) AND `employees`.`salary` >= ?
        ",
    );
    assert_eq!(names(&found), ["Ada"]);
    Ok(())
}

fn is_new() -> Predicate<One<Employee>> {
    (Employee::hired.ge(day(2024, 1, 1)) & Employee::projects.exists()).on()
}

fn best_paid() -> Query<Employee> {
    query::<Employee>().order_by(Employee::salary.desc()).order_by(Employee::id)
}

#[test]
fn questions_as_values() -> orm_core::Result<()> {
    let (_database, session) = company();
    let found = best_paid().filter(!is_new()).limit(2).on(&session).all()?;
    sent(
        "
        SELECT … FROM `employees`
        WHERE NOT (`employees`.`hired` >= ? AND EXISTS (
          SELECT 1 FROM `employees_projects`
          INNER JOIN `projects` ON `projects`.`id` = `employees_projects`.`project_id`
          WHERE `employees_projects`.`employee_id` = `employees`.`id`
        ))
        ORDER BY `employees`.`salary` DESC, `employees`.`id` LIMIT 2
        ",
    );
    assert_eq!(names(&found), ["Cid", "Ada"]);
    Ok(())
}

#[test]
fn joins() -> orm_core::Result<()> {
    let (_database, session) = company();
    let projects = session
        .query::<Project>()
        .join(Project::employees)
        .join(Employee::department)
        .filter(Department::name.eq("Marketing"))
        .order_by(Project::name)
        .all()?;
    sent(
        "
        SELECT … FROM `projects`
        INNER JOIN `employees_projects` ON `employees_projects`.`project_id` = `projects`.`id`
        INNER JOIN `employees` ON `employees`.`id` = `employees_projects`.`employee_id`
        INNER JOIN `departments` ON `employees`.`department_id` = `departments`.`id`
        WHERE `departments`.`name` = ?
        ORDER BY `projects`.`name`
        ",
    );
    assert_eq!(projects.iter().map(|project| project.name.as_str()).collect::<Vec<_>>(), ["Boat", "Car", "Plane"]);
    Ok(())
}

alias!(Manager = Employee);

#[test]
fn other_names() -> orm_core::Result<()> {
    let (_database, session) = company();
    let found = session
        .query::<Employee>()
        .join(Employee::manager.to::<Manager>())
        .filter(Employee::salary.gt(Employee::salary.of::<Manager>()))
        .all()?;
    sent(
        "
        SELECT … FROM `employees`
        INNER JOIN `employees` AS `Manager` ON `employees`.`manager_id` = `Manager`.`id`
        WHERE `employees`.`salary` > `Manager`.`salary`
        ",
    );
    assert_eq!(names(&found), ["Cid"]);
    Ok(())
}

#[test]
fn joins_on_conditions() -> orm_core::Result<()> {
    let (_database, session) = company();
    let earlier: Vec<(String, i64)> = session
        .query::<Employee>()
        .left_join_on(model::<Manager>(), Employee::hired.of::<Manager>().lt(Employee::hired))
        .select((Employee::name, func::count_of(Employee::id.of::<Manager>())))
        .group_by((Employee::id, Employee::name))
        .order_by(Employee::hired)
        .rows()?;
    sent(
        "
        SELECT `employees`.`name`, COUNT(`Manager`.`id`)
        FROM `employees`
        LEFT JOIN `employees` AS `Manager` ON `Manager`.`hired` < `employees`.`hired`
        GROUP BY `employees`.`id`, `employees`.`name`
        ORDER BY `employees`.`hired`
        ",
    );
    let counts: Vec<String> = earlier.into_iter().map(|(name, count)| format!("{name} {count}")).collect();
    assert_eq!(counts, ["Ada 0", "Cid 1", "Ben 2", "Dan 3", "Eve 4"]);
    Ok(())
}

#[derive(Debug, PartialEq, Row)]
struct Person {
    name: String,
    department: Option<String>,
    yearly: i32,
}

#[test]
fn selections() -> orm_core::Result<()> {
    let (_database, session) = company();
    let people: Vec<Person> = session
        .query::<Employee>()
        .left_join(Employee::department)
        .filter(Employee::salary.lt(90))
        .order_by(Employee::name)
        .select(PersonColumns {
            name: Employee::name,
            department: Department::name,
            yearly: Employee::salary * 12 + func::coalesce(Employee::bonus, 0),
        })
        .rows()?;
    sent(
        "
        SELECT `employees`.`name`, `departments`.`name`, `employees`.`salary` * ? + COALESCE(`employees`.`bonus`, ?)
        FROM `employees`
        LEFT JOIN `departments` ON `employees`.`department_id` = `departments`.`id`
        WHERE `employees`.`salary` < ?
        ORDER BY `employees`.`name`
        ",
    );
    let person = |name: &str, department: Option<&str>, yearly| Person {
        name: name.into(),
        department: department.map(Into::into),
        yearly,
    };
    let expected =
        [person("Ben", Some("Marketing"), 720), person("Dan", Some("Engineering"), 720), person("Eve", None, 480)];
    assert_eq!(people, expected);
    Ok(())
}

#[test]
fn functions() -> orm_core::Result<()> {
    let (_database, session) = company();
    let rows: Vec<(String, i32, String)> = session
        .query::<Employee>()
        .filter(func::lower(Employee::name).ne("eve"))
        .order_by(func::years_between(Employee::hired, func::current_date()).desc())
        .order_by(Employee::id)
        .limit(2)
        .select((
            func::upper(Employee::name),
            func::year(func::months(6).after(Employee::hired)),
            func::when(Employee::salary.ge(90), "high").when(Employee::salary.ge(50), "middle").otherwise("low"),
        ))
        .rows()?;
    sent(
        "
        SELECT UPPER(`employees`.`name`), YEAR(`employees`.`hired` + INTERVAL ? MONTH), CASE WHEN `employees`.`salary` >= ? THEN ? WHEN `employees`.`salary` >= ? THEN ? ELSE ? END
        FROM `employees`
        WHERE LOWER(`employees`.`name`) <> ?
        ORDER BY TIMESTAMPDIFF(YEAR, `employees`.`hired`, CURRENT_DATE) DESC, `employees`.`id` LIMIT 2
        ",
    );
    assert_eq!(rows, [("ADA".into(), 2015, "high".into()), ("CID".into(), 2018, "high".into())]);
    Ok(())
}

#[test]
fn groups() -> orm_core::Result<()> {
    let (_database, session) = company();
    let rows: Vec<(String, i64, Option<f64>, Option<String>)> = session
        .query::<Department>()
        .left_join(Department::employees)
        .select((
            Department::name,
            func::count_of(Employee::id),
            func::avg(Employee::salary),
            func::group_concat(Employee::name).order_by(Employee::name).separator(" "),
        ))
        .group_by((Department::id, Department::name))
        .having(func::count_of(Employee::id).ne(1))
        .order_by(Department::id)
        .rows()?;
    sent(
        "
        SELECT `departments`.`name`, COUNT(`employees`.`id`), AVG(`employees`.`salary`), GROUP_CONCAT(`employees`.`name` ORDER BY `employees`.`name` SEPARATOR ' ')
        FROM `departments`
        LEFT JOIN `employees` ON `employees`.`department_id` = `departments`.`id`
        GROUP BY `departments`.`id`, `departments`.`name`
        HAVING COUNT(`employees`.`id`) <> ?
        ORDER BY `departments`.`id`
        ",
    );
    let row =
        |name: &str, count, average, names: Option<&str>| (name.to_owned(), count, average, names.map(str::to_owned));
    let expected = [
        row("Marketing", 2, Some(75.0), Some("Ada Ben")),
        row("Engineering", 2, Some(77.5), Some("Cid Dan")),
        row("Archive", 0, None, None),
    ];
    assert_eq!(rows, expected);
    Ok(())
}

#[test]
fn pages() -> orm_core::Result<()> {
    let (_database, session) = company();
    let page =
        |after| session.query::<Employee>().keyset((Employee::salary.desc(), Employee::id), after).limit(2).all();
    let first = page(None)?;
    let second = page(first.last().and_then(|last| Some((last.salary, last.id.get()?))))?;
    sent(
        "
        SELECT … FROM `employees` ORDER BY `employees`.`salary` DESC, `employees`.`id` LIMIT 2;
        SELECT … FROM `employees`
        WHERE `employees`.`salary` <= ? AND (`employees`.`salary` < ? OR `employees`.`id` > ?)
        ORDER BY `employees`.`salary` DESC, `employees`.`id` LIMIT 2
        ",
    );
    assert_eq!((names(&first), names(&second)), (vec!["Cid".into(), "Ada".into()], vec!["Ben".into(), "Dan".into()]));
    Ok(())
}

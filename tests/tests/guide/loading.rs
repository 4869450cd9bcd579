//! `guide/loading.md`

use expect_test::expect;
use orm_core::prelude::*;
use orm_core::{Error, Lazy};
use tests::{Database, record, statements};

use super::{Department, Employee, Project, company, names, sent};

#[test]
fn peers() -> orm_core::Result<()> {
    let (_database, session) = company();
    let mut lines = Vec::new();
    for employee in session.query::<Employee>().order_by(Employee::id).all()? {
        let department = employee.department()?.map(|department| department.name.clone());
        let projects = employee.projects()?.len();
        lines.push(format!("{} ({}): {projects} projects", employee.name, department.unwrap_or_default()));
    }
    sent(
        "
        SELECT … FROM `employees` ORDER BY `employees`.`id`;
        SELECT … FROM `departments` WHERE `departments`.`id` IN (?, ?);
        SELECT `employees_projects`.`employee_id`, `employees_projects`.`project_id`
        FROM `employees_projects`
        WHERE `employees_projects`.`employee_id` IN (?, ?, ?, ?, ?, ?, ?, ?);
        SELECT … FROM `projects` WHERE `projects`.`id` IN (?, ?, ?, ?)
        ",
    );
    assert_eq!(lines[0], "Ada (Marketing): 3 projects");
    assert_eq!(lines[4], "Eve (): 0 projects");
    Ok(())
}

#[test]
fn first_followed_then_changed() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let mut projects = Vec::new();
    for employee in session.query::<Employee>().order_by(Employee::id).all()? {
        projects.push((employee.handle(), employee.projects()?.len()));
    }
    for (employee, count) in projects {
        session[employee].bonus = Some(count as i32);
    }
    session.commit()?;
    sent(
        "
        SELECT … FROM `employees` ORDER BY `employees`.`id`;
        SELECT `employees_projects`.`employee_id`, `employees_projects`.`project_id`
        FROM `employees_projects`
        WHERE `employees_projects`.`employee_id` IN (?, ?, ?, ?, ?, ?, ?, ?);
        SELECT … FROM `projects` WHERE `projects`.`id` IN (?, ?, ?, ?);
        UPDATE `employees` INNER JOIN (SELECT …) AS `new` ON `employees`.`id` = `new`.`k0`
        SET `employees`.`bonus` = `new`.`v0`;
        COMMIT
        ",
    );
    let bonuses = session.query::<Employee>().order_by(Employee::id).pluck(Employee::bonus)?;
    assert_eq!(bonuses, [3, 1, 1, 1, 0].map(Some));
    Ok(())
}

#[test]
fn loading_along() -> orm_core::Result<()> {
    let (_database, session) = company();
    let projects = session
        .query::<Project>()
        .with(Project::employees.then(Employee::department))
        .with(Project::employees.then(Employee::manager))
        .all()?;
    sent(
        "
        SELECT … FROM `projects`;
        SELECT `employees_projects`.`project_id`, `employees_projects`.`employee_id`
        FROM `employees_projects`
        WHERE `employees_projects`.`project_id` IN (?, ?, ?, ?);
        SELECT … FROM `employees` WHERE `employees`.`id` IN (?, ?, ?, ?);
        SELECT … FROM `departments` WHERE `departments`.`id` IN (?, ?)
        ",
    );
    let department = projects[0].employees()?[0].department()?;
    assert_eq!(department.map(|department| department.name.clone()).as_deref(), Some("Marketing"));
    sent("");
    Ok(())
}

#[test]
fn joined() -> orm_core::Result<()> {
    let (_database, session) = company();
    let employees = session.query::<Employee>().with_joined(Employee::department).limit(2).all()?;
    sent(
        "
        SELECT …, `departments`.`id`, `departments`.`name`
        FROM `employees`
        LEFT JOIN `departments` ON `employees`.`department_id` = `departments`.`id` LIMIT 2
        ",
    );
    assert!(employees[0].department()?.is_some());
    sent("");
    Ok(())
}

#[test]
fn to_itself() -> orm_core::Result<()> {
    let (_database, session) = company();
    let ada = session.query::<Employee>().filter(Employee::name.eq("Ada")).with(Employee::reports.recursive()).one()?;
    sent(
        "
        SELECT … FROM `employees` WHERE `employees`.`name` = ? LIMIT 2;
        SELECT … FROM `employees` WHERE `employees`.`manager_id` IN (?);
        SELECT … FROM `employees` WHERE `employees`.`manager_id` IN (?, ?);
        SELECT … FROM `employees` WHERE `employees`.`manager_id` IN (?)
        ",
    );
    assert_eq!(names(&ada.reports()?), ["Ben", "Cid"]);
    assert_eq!(names(&ada.reports()?[0].reports()?), ["Dan"]);
    sent("");
    Ok(())
}

#[test]
fn strict() -> orm_core::Result<()> {
    let (_database, session) = company();
    let departments = session.query::<Department>().with(Department::employees).lazy(Lazy::Strict).all()?;
    let employees = departments[0].employees()?;
    let error = employees[0].projects().expect_err("they are not loaded");
    sent(
        "
        SELECT … FROM `departments`;
        SELECT … FROM `employees`
        WHERE `employees`.`department_id` IN (?, ?, ?, ?)
        ORDER BY `employees`.`name`, `employees`.`id`
        ",
    );
    let Error::NotLoaded { at, .. } = &error else { panic!("{error}") };
    let told = error.to_string().replace(&at.to_string(), "src/main.rs:7:30");
    expect![[r#"
        `Employee.projects` is not loaded, and a strict query or session loads nothing when it is followed, as at src/main.rs:7:30: load it before, `.with(Employee::projects)`
    "#]].assert_eq(&format!("{told}\n"));
    Ok(())
}

#[test]
fn declared_order() -> orm_core::Result<()> {
    let (_database, session) = company();
    let departments = session.query::<Department>().order_by(Department::id).all()?;
    record();
    let employees = departments[1].employees()?;
    sent(
        "
        SELECT … FROM `employees`
        WHERE `employees`.`department_id` IN (?, ?, ?, ?)
        ORDER BY `employees`.`name`, `employees`.`id`
        ",
    );
    assert_eq!(names(&employees), ["Cid", "Dan"]);
    Ok(())
}

#[test]
fn parts() -> orm_core::Result<()> {
    let (_database, session) = company();
    let mut lines = Vec::new();
    for department in session.query::<Department>().order_by(Department::id).all()? {
        let best_paid = department.related(Department::employees).order_by(Employee::salary.desc()).limit(1).all()?;
        let on_projects = department.related(Department::employees).filter(Employee::projects.exists()).count()?;
        lines.push(format!("{}: {:?}, {on_projects} on projects", department.name, names(&best_paid)));
    }
    sent(
        "
        SELECT … FROM `departments` ORDER BY `departments`.`id`;
        SELECT … FROM (
          SELECT …, ROW_NUMBER() OVER (PARTITION BY `employees`.`department_id` ORDER BY `employees`.`salary` DESC, `employees`.`id`) AS `#position`
          FROM `employees`
          WHERE `employees`.`department_id` IN (?, ?, ?, ?)
        ) AS `numbered`
        WHERE `#position` <= ?
        ORDER BY `#position`;
        SELECT `employees`.`department_id`, COUNT(*)
        FROM `employees`
        WHERE `employees`.`department_id` IN (?, ?, ?, ?)
          AND EXISTS (
            SELECT 1 FROM `employees_projects`
            INNER JOIN `projects` ON `projects`.`id` = `employees_projects`.`project_id`
            WHERE `employees_projects`.`employee_id` = `employees`.`id`
          )
        GROUP BY `employees`.`department_id`
        ",
    );
    assert_eq!(
        lines,
        ["Marketing: [\"Ada\"], 2 on projects", "Engineering: [\"Cid\"], 2 on projects", "Archive: [], 0 on projects"]
    );
    Ok(())
}

#[test]
fn members() -> orm_core::Result<()> {
    let (_database, session) = company();
    let boat = session.query::<Project>().filter(Project::name.eq("Boat")).one()?;
    let ada = session.find::<Employee>(1)?.expect("Ada");
    record();
    let is_on_it = boat.related(Project::employees).contains(ada)?;
    let second_page = boat.related(Project::employees).order_by(Employee::name).page(1, 1)?;
    sent(
        "
        SELECT `employees_projects`.`project_id`, COUNT(*)
        FROM `employees`
        INNER JOIN `employees_projects` ON `employees_projects`.`employee_id` = `employees`.`id`
        WHERE `employees_projects`.`project_id` IN (?) AND `employees`.`id` = ?
        GROUP BY `employees_projects`.`project_id`;
        SELECT …, `employees_projects`.`project_id` AS `#owner_0`
        FROM `employees`
        INNER JOIN `employees_projects` ON `employees_projects`.`employee_id` = `employees`.`id`
        WHERE `employees_projects`.`project_id` IN (?)
        ORDER BY `employees`.`name`, `employees`.`id` LIMIT 1 OFFSET 1
        ",
    );
    assert!(is_on_it);
    assert_eq!(names(&second_page), ["Ben"]);
    Ok(())
}

#[test]
fn large_collections() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let car = session.query::<Project>().filter(Project::name.eq("Car")).one()?.handle();
    let eve = session.find::<Employee>(5)?.expect("Eve is there").handle();
    session[car].employees.push(eve);
    session[eve].department = Some(BelongsTo::key(3));
    session.commit()?;
    sent(
        "
        SELECT … FROM `projects` WHERE `projects`.`name` = ? LIMIT 2;
        SELECT … FROM `employees` WHERE `employees`.`id` IN (?);
        UPDATE `employees` SET `department_id` = ? WHERE `id` = ?;
        INSERT INTO `employees_projects` (`project_id`, `employee_id`)
        VALUES (?, ?)
        ON DUPLICATE KEY UPDATE `project_id` = `project_id`;
        COMMIT
        ",
    );
    assert_eq!(session.view(eve).projects()?.len(), 1);
    Ok(())
}

#[test]
fn a_thousand_owners_take_a_statement() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Department>());
    database.engine().bulk_insert((0..1500).map(|_| Department::default()), drop)?;
    let session = database.engine().session();
    let departments = session.query::<Department>().all()?;
    let (found, sent) = statements(|| departments.iter().filter(|department| department.employees().is_ok()).count());
    assert_eq!((found, sent.len()), (1500, 2));
    Ok(())
}

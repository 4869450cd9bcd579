//! Joins along the four kinds of relationship, and objects that come once however many rows they have.

use expect_test::expect;
use orm_core::prelude::*;
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use tests::{Database, company};

fn names(projects: &[View<'_, Project>]) -> Vec<String> {
    projects.iter().map(|project| project.name.clone()).collect()
}

#[test]
fn along_a_foreign_key() -> orm_core::Result<()> {
    // unit-of-work 138
    let (_database, session) = company();
    let query = session.query::<Employee>().join(Employee::department).filter(Department::name.eq("Engineering"));
    expect!["SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees` INNER JOIN `departments` ON `employees`.`department_id` = `departments`.`id` WHERE `departments`.`name` = ?"].assert_eq(&query.to_sql());
    assert_eq!(query.count()?, 2);
    Ok(())
}

#[test]
fn along_has_one_and_has_many() -> orm_core::Result<()> {
    // unit-of-work 138
    let (_database, session) = company();
    let query = session
        .query::<Department>()
        .join(Department::employees)
        .join(Employee::contact_details)
        .filter(ContactDetails::phone_number.like("%2531") & Employee::active.eq(true) & Department::id.gt(0));
    expect!["SELECT `departments`.`id`, `departments`.`name` FROM `departments` INNER JOIN `employees` ON `employees`.`department_id` = `departments`.`id` INNER JOIN `contact_details` ON `contact_details`.`employee_id` = `employees`.`id` WHERE `contact_details`.`phone_number` LIKE ? AND `employees`.`active` = ? AND `departments`.`id` > ?"].assert_eq(&query.to_sql());
    assert_eq!(query.one()?.name, "Marketing");
    Ok(())
}

#[test]
fn through_an_association_table() -> orm_core::Result<()> {
    // unit-of-work 138
    let (_database, session) = company();
    let query = session
        .query::<Project>()
        .join(Project::employees)
        .join(Employee::department)
        .filter(Department::name.eq("Marketing"))
        .filter(Employee::firstname.ne("John"))
        .order_by(Project::name.desc());
    expect!["SELECT `projects`.`id`, `projects`.`name`, `projects`.`description`, `projects`.`due_date` FROM `projects` INNER JOIN `projects_employees` ON `projects_employees`.`project_id` = `projects`.`id` INNER JOIN `employees` ON `employees`.`id` = `projects_employees`.`employee_id` INNER JOIN `departments` ON `employees`.`department_id` = `departments`.`id` WHERE `departments`.`name` = ? AND `employees`.`firstname` <> ? ORDER BY `projects`.`name` DESC"].assert_eq(&query.to_sql());
    assert_eq!(names(&query.all()?), ["Project 3", "Project 2"]);
    Ok(())
}

#[test]
fn a_left_join_keeps_objects_without_a_counterpart() -> orm_core::Result<()> {
    let (database, session) = company();
    database.run("INSERT INTO projects (id, name) VALUES (4, 'lonely')");
    let query = session.query::<Project>().left_join(Project::employees).filter(Employee::id.is_null());
    expect!["SELECT `projects`.`id`, `projects`.`name`, `projects`.`description`, `projects`.`due_date` FROM `projects` LEFT JOIN `projects_employees` ON `projects_employees`.`project_id` = `projects`.`id` LEFT JOIN `employees` ON `employees`.`id` = `projects_employees`.`employee_id` WHERE `employees`.`id` IS NULL"].assert_eq(&query.to_sql());
    assert_eq!(names(&query.all()?), ["lonely"]);
    Ok(())
}

#[test]
fn an_object_comes_once_in_the_order_of_its_first_row() -> orm_core::Result<()> {
    // rule 10 of the design
    let (_database, session) = company();
    let query =
        || session.query::<Project>().join(Project::employees).order_by(Employee::firstname).order_by(Project::id);
    assert_eq!(names(&query().all()?), ["Project 2", "Project 3", "Project 1"]);
    assert_eq!(names(&query().limit(2).all()?), ["Project 2", "Project 3"]);
    assert_eq!(names(&query().limit(2).offset(1).all()?), ["Project 3", "Project 1"]);
    assert_eq!(names(&query().offset(2).all()?), ["Project 1"]);
    assert_eq!(query().first()?.map(|project| project.name.clone()).as_deref(), Some("Project 2"));
    expect!["SELECT `id`, `name`, `description`, `due_date` FROM (SELECT `projects`.`id`, `projects`.`name`, `projects`.`description`, `projects`.`due_date`, ROW_NUMBER() OVER (ORDER BY `employees`.`firstname`, `projects`.`id`) AS `#position` FROM `projects` INNER JOIN `projects_employees` ON `projects_employees`.`project_id` = `projects`.`id` INNER JOIN `employees` ON `employees`.`id` = `projects_employees`.`employee_id`) AS `numbered` GROUP BY `id`, `name`, `description`, `due_date` ORDER BY MIN(`#position`) LIMIT 2 OFFSET 1"].assert_eq(&query().limit(2).offset(1).to_sql());
    Ok(())
}

#[test]
fn count_and_exists_speak_of_objects() -> orm_core::Result<()> {
    // rule 10 of the design
    let (_database, session) = company();
    let query = || session.query::<Project>().join(Project::employees);
    assert_eq!((query().count()?, query().limit(2).count()?, query().offset(2).count()?), (3, 2, 1));
    assert_eq!((query().exists()?, query().offset(2).exists()?, query().offset(3).exists()?), (true, true, false));
    assert!(!query().limit(0).exists()?);
    assert!(!query().filter(Employee::firstname.eq("Nobody")).exists()?);
    Ok(())
}

#[test]
fn one_is_the_only_object_not_the_only_row() -> orm_core::Result<()> {
    let (_database, session) = company();
    let project = session.query::<Project>().join(Project::employees).filter(Project::id.eq(3)).one()?;
    assert_eq!(project.name, "Project 3");
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "nodes")]
struct Node {
    #[primary_key]
    id: i32,
    #[belongs_to]
    parent: Option<BelongsTo<Node>>,
    #[has_many(inverse = parent)]
    children: HasMany<Node>,
}

#[test]
fn a_join_to_the_same_model_gives_it_another_name() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Node>());
    database.run("INSERT INTO nodes VALUES (1, NULL), (2, 1), (3, 2), (4, 2)");
    let session = database.engine().session();
    let query = session.query::<Node>().join(Node::children);
    expect!["SELECT `nodes`.`id`, `nodes`.`parent_id` FROM `nodes` INNER JOIN `nodes` AS `nodes_1` ON `nodes_1`.`parent_id` = `nodes`.`id`"].assert_eq(&query.to_sql());
    let ids: Vec<i32> = query.all()?.iter().map(|node| node.id).collect();
    assert_eq!(ids, [1, 2]);
    Ok(())
}

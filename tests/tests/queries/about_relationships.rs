//! Conditions on relationships: `any`, `has`, `exists`, `eq`, `is_null`.

use expect_test::expect;
use orm_core::prelude::*;
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use planning_demo::{company, schema};
use tests::Database;

fn company() -> (Database, Session) {
    let database = Database::with(&schema());
    company::load(&mut database.engine().session()).expect("the company is loaded");
    database.run("INSERT INTO employees (firstname, lastname) VALUES ('Hugo', 'Reyes')");
    database.run("INSERT INTO departments (name) VALUES ('Law')");
    let session = database.engine().session();
    (database, session)
}

fn firstnames(employees: &[View<'_, Employee>]) -> Vec<String> {
    employees.iter().map(|employee| employee.firstname.clone()).collect()
}

#[test]
fn any_of_has_many() -> orm_core::Result<()> {
    // unit-of-work 137
    let (_database, session) = company();
    let query = session.query::<Department>().filter(Department::employees.any(Employee::firstname.eq("Kate")));
    expect!["SELECT `departments`.`id`, `departments`.`name` FROM `departments` WHERE EXISTS (SELECT 1 FROM `employees` WHERE `employees`.`department_id` = `departments`.`id` AND `employees`.`firstname` = ?)"].assert_eq(&query.to_sql());
    assert_eq!(query.one()?.name, "Engineering");
    Ok(())
}

#[test]
fn any_of_many_to_many_with_two_conditions_on_one_row() -> orm_core::Result<()> {
    // unit-of-work 137
    let (_database, session) = company();
    let john = Employee::firstname.eq("John") & Employee::lastname.eq("Locke");
    let query = session.query::<Project>().filter(Project::employees.any(john));
    expect!["SELECT `projects`.`id`, `projects`.`name`, `projects`.`description`, `projects`.`due_date` FROM `projects` WHERE EXISTS (SELECT 1 FROM `projects_employees` INNER JOIN `employees` ON `employees`.`id` = `projects_employees`.`employee_id` WHERE `projects_employees`.`project_id` = `projects`.`id` AND (`employees`.`firstname` = ? AND `employees`.`lastname` = ?))"].assert_eq(&query.to_sql());
    assert_eq!(query.count()?, 2);
    let nobody = Employee::firstname.eq("John") & Employee::lastname.eq("Austin");
    assert_eq!(session.query::<Project>().filter(Project::employees.any(nobody)).count()?, 0);
    let either = Employee::firstname.eq("Kate") | Employee::firstname.eq("Jack");
    let query = session.query::<Project>().filter(Project::employees.any(either) & Project::id.lt(3));
    expect!["SELECT `projects`.`id`, `projects`.`name`, `projects`.`description`, `projects`.`due_date` FROM `projects` WHERE EXISTS (SELECT 1 FROM `projects_employees` INNER JOIN `employees` ON `employees`.`id` = `projects_employees`.`employee_id` WHERE `projects_employees`.`project_id` = `projects`.`id` AND (`employees`.`firstname` = ? OR `employees`.`firstname` = ?)) AND `projects`.`id` < ?"].assert_eq(&query.to_sql());
    assert_eq!(query.count()?, 2);
    Ok(())
}

#[test]
fn has_of_belongs_to_and_has_one() -> orm_core::Result<()> {
    // unit-of-work 137
    let (_database, session) = company();
    let query = session.query::<Employee>().filter(
        Employee::department.has(Department::name.eq("Marketing"))
            & Employee::contact_details.has(ContactDetails::phone_number.like("8%")),
    );
    expect!["SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees` WHERE EXISTS (SELECT 1 FROM `departments` WHERE `employees`.`department_id` = `departments`.`id` AND `departments`.`name` = ?) AND EXISTS (SELECT 1 FROM `contact_details` WHERE `contact_details`.`employee_id` = `employees`.`id` AND `contact_details`.`phone_number` LIKE ?)"].assert_eq(&query.to_sql());
    assert_eq!(firstnames(&query.all()?), ["Jack"]);
    Ok(())
}

#[test]
fn exists_of_all_kinds() -> orm_core::Result<()> {
    // unit-of-work 137
    let (_database, session) = company();
    let employees = || session.query::<Employee>();
    assert_eq!(employees().filter(Employee::department.exists()).count()?, 5);
    assert_eq!(firstnames(&employees().filter(!Employee::contact_details.exists()).all()?), ["Hugo"]);
    assert_eq!(firstnames(&employees().filter(!Employee::projects.exists()).all()?), ["Hugo"]);
    let empty = session.query::<Department>().filter(!Department::employees.exists());
    expect!["SELECT `departments`.`id`, `departments`.`name` FROM `departments` WHERE NOT (EXISTS (SELECT 1 FROM `employees` WHERE `employees`.`department_id` = `departments`.`id`))"].assert_eq(&empty.to_sql());
    assert_eq!(empty.one()?.name, "Law");
    Ok(())
}

#[test]
fn nested_and_back_to_the_same_model() -> orm_core::Result<()> {
    // unit-of-work 137
    let (_database, session) = company();
    let with_kate = Project::employees.any(Employee::firstname.eq("Kate"));
    let query = session
        .query::<Employee>()
        .filter(Employee::projects.any(with_kate & Project::id.eq(1)) & Employee::firstname.ne("Kate"));
    expect!["SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees` WHERE EXISTS (SELECT 1 FROM `projects_employees` INNER JOIN `projects` ON `projects`.`id` = `projects_employees`.`project_id` WHERE `projects_employees`.`employee_id` = `employees`.`id` AND (EXISTS (SELECT 1 FROM `projects_employees` AS `projects_employees_1` INNER JOIN `employees` AS `employees_1` ON `employees_1`.`id` = `projects_employees_1`.`employee_id` WHERE `projects_employees_1`.`project_id` = `projects`.`id` AND `employees_1`.`firstname` = ?) AND `projects`.`id` = ?)) AND `employees`.`firstname` <> ?"].assert_eq(&query.to_sql());
    assert_eq!(firstnames(&query.all()?), ["John"]);
    Ok(())
}

#[test]
fn a_condition_on_a_relationship_of_a_joined_model() -> orm_core::Result<()> {
    let (_database, session) = company();
    let query = session
        .query::<Project>()
        .join(Project::employees)
        .filter(Employee::department.has(Department::name.eq("Engineering")) & Employee::firstname.eq("Sun"));
    assert_eq!(query.count()?, 2);
    Ok(())
}

#[test]
fn a_foreign_key_is_compared_with_handle_view_and_key() -> orm_core::Result<()> {
    // unit-of-work 137
    let (_database, mut session) = company();
    let marketing = session.find::<Department>(1)?.expect("the department is there");
    let query = session.query::<Employee>().filter(Employee::department.eq(marketing));
    assert_eq!(query.count()?, 3);
    let marketing = marketing.handle();
    assert_eq!(session.query::<Employee>().filter(Employee::department.eq(marketing)).count()?, 3);
    let query = session.query::<Employee>().filter(Employee::department.eq(BelongsTo::key(2)));
    expect!["SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees` WHERE `employees`.`department_id` = ?"].assert_eq(&query.to_sql());
    assert_eq!(query.count()?, 2);
    let new = session.add(Department::new("New"));
    session.add(Employee::new("Claire", "Littleton", new));
    let found = session.query::<Employee>().filter(Employee::department.eq(new)).all()?;
    assert_eq!(firstnames(&found), ["Claire"]);
    Ok(())
}

#[test]
fn ne_of_a_foreign_key_is_true_of_null() -> orm_core::Result<()> {
    let (_database, session) = company();
    let query = session.query::<Employee>().filter(Employee::department.ne(BelongsTo::key(1)));
    assert_eq!(firstnames(&query.order_by(Employee::id.asc()).all()?), ["Kate", "Sun", "Hugo"]);
    Ok(())
}

#[test]
fn a_foreign_key_is_null_or_not() -> orm_core::Result<()> {
    // unit-of-work 137
    let (_database, session) = company();
    let query = session.query::<Employee>().filter(Employee::department.is_null());
    expect!["SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees` WHERE `employees`.`department_id` IS NULL"].assert_eq(&query.to_sql());
    assert_eq!(firstnames(&query.all()?), ["Hugo"]);
    assert_eq!(session.query::<Employee>().filter(Employee::department.is_not_null()).count()?, 5);
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
    #[many_to_many(through = "follows", from = "follower_id", to = "followee_id", inverse = followers)]
    following: ManyToMany<Node>,
    #[many_to_many(through = "follows", from = "followee_id", to = "follower_id", inverse = following)]
    followers: ManyToMany<Node>,
}

#[test]
fn relationships_to_the_same_model() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Node>());
    database.run("INSERT INTO nodes VALUES (1, NULL), (2, 1), (3, 2), (4, 2)");
    database.run("INSERT INTO follows (follower_id, followee_id) VALUES (1, 2), (2, 3), (3, 1)");
    let session = database.engine().session();
    let ids = |found: Vec<View<'_, Node>>| found.iter().map(|node| node.id).collect::<Vec<_>>();
    let grandparents = session.query::<Node>().filter(Node::children.any(Node::children.any(Node::id.eq(4))));
    expect!["SELECT `nodes`.`id`, `nodes`.`parent_id` FROM `nodes` WHERE EXISTS (SELECT 1 FROM `nodes` AS `nodes_1` WHERE `nodes_1`.`parent_id` = `nodes`.`id` AND EXISTS (SELECT 1 FROM `nodes` AS `nodes_2` WHERE `nodes_2`.`parent_id` = `nodes_1`.`id` AND `nodes_2`.`id` = ?))"].assert_eq(&grandparents.to_sql());
    assert_eq!(ids(grandparents.all()?), [1]);
    let grandchildren = session.query::<Node>().filter(Node::parent.has(Node::parent.has(Node::id.eq(1))));
    assert_eq!(ids(grandchildren.all()?), [3, 4]);
    let followed_by_1 = session.query::<Node>().filter(Node::followers.any(Node::id.eq(1)) & Node::id.gt(0));
    expect!["SELECT `nodes`.`id`, `nodes`.`parent_id` FROM `nodes` WHERE EXISTS (SELECT 1 FROM `follows` INNER JOIN `nodes` AS `nodes_1` ON `nodes_1`.`id` = `follows`.`follower_id` WHERE `follows`.`followee_id` = `nodes`.`id` AND `nodes_1`.`id` = ?) AND `nodes`.`id` > ?"].assert_eq(&followed_by_1.to_sql());
    assert_eq!(ids(followed_by_1.all()?), [2]);
    let second_hand = session.query::<Node>().filter(Node::following.any(Node::following.any(Node::id.eq(1))));
    assert_eq!(ids(second_hand.all()?), [2]);
    Ok(())
}

//! Loading along with a query, level by level.

use expect_test::expect;
use orm_core::prelude::*;
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use tests::{Database, company, statements};

#[derive(Debug, Model)]
#[model(table = "nodes")]
struct Node {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    parent: Option<BelongsTo<Node>>,
    #[has_many]
    children: HasMany<Node>,
}

/// Nodes by the keys of their parents: 1 is the root of 2 and 3, and so on.
fn nodes() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Node>());
    database.run("INSERT INTO nodes VALUES (1, NULL), (2, 1), (3, 1), (4, 2), (5, 3), (6, 5)");
    let session = database.engine().session();
    (database, session)
}

/// The keys of a node's children, theirs, and so on.
fn below(node: View<'_, Node>) -> orm_core::Result<Vec<i32>> {
    let mut keys = Vec::new();
    for child in node.children()? {
        keys.extend(child.id.get());
        keys.extend(below(child)?);
    }
    Ok(keys)
}

#[test]
fn each_relationship_on_the_way_takes_a_statement() -> orm_core::Result<()> {
    // unit-of-work 129
    let (_database, session) = company();
    let path = Project::employees.then(Employee::department);
    let (projects, sent) = statements(|| session.query::<Project>().with(path).all());
    expect![[r#"
        SELECT `projects`.`id`, `projects`.`name`, `projects`.`description`, `projects`.`due_date` FROM `projects`
        SELECT `projects_employees`.`project_id`, `projects_employees`.`employee_id` FROM `projects_employees` WHERE `projects_employees`.`project_id` IN (?, ?, ?, ?)
        SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees` WHERE `employees`.`id` IN (?, ?, ?, ?, ?, ?, ?, ?)
        SELECT `departments`.`id`, `departments`.`name` FROM `departments` WHERE `departments`.`id` IN (?, ?)"#]].assert_eq(&sent.join("\n"));
    let (names, sent) = statements(|| -> orm_core::Result<Vec<String>> {
        let mut names = Vec::new();
        for employee in projects?.iter().map(|it| it.employees()).collect::<Result<Vec<_>, _>>()?.into_iter().flatten()
        {
            names.extend(employee.department()?.map(|department| department.name.clone()));
        }
        Ok(names)
    });
    assert_eq!((names?.len(), sent.len()), (10, 0), "{sent:#?}");
    Ok(())
}

#[test]
fn several_paths_share_their_beginning() -> orm_core::Result<()> {
    let (_database, session) = company();
    let query = session
        .query::<Department>()
        .with(Department::employees.then(Employee::contact_details))
        .with(Department::employees.then(Employee::projects));
    let (departments, sent) = statements(|| query.all());
    assert_eq!((departments?.len(), sent.len()), (2, 5), "departments, employees, details, links, projects: {sent:#?}");
    Ok(())
}

#[test]
fn empty_answers_and_null_are_loaded_too() -> orm_core::Result<()> {
    // unit-of-work 124
    let (database, session) = company();
    database.run("DELETE FROM contact_details");
    database.run("DELETE FROM projects_employees");
    database.run("UPDATE employees SET department_id = NULL");
    let query = session.query::<Employee>().with(Employee::department).with(Employee::contact_details);
    let (employees, sent) = statements(|| query.with(Employee::projects).all());
    assert_eq!(sent.len(), 3, "employees, details, links: {sent:#?}");
    let (found, sent) = statements(|| {
        let is_bare = |it: &View<'_, Employee>| {
            matches!(it.department(), Ok(None))
                && matches!(it.contact_details(), Ok(None))
                && matches!(it.projects(), Ok(projects) if projects.is_empty())
        };
        employees.map(|employees| employees.into_iter().filter(is_bare).count())
    });
    assert_eq!((found?, sent.len()), (5, 0), "{sent:#?}");
    Ok(())
}

#[test]
fn what_the_session_has_is_not_loaded_again() -> orm_core::Result<()> {
    // unit-of-work 123, 131
    let (_database, session) = company();
    let marketing = session.find::<Department>(1)?.expect("it is there");
    let names = |session: &Session| -> orm_core::Result<usize> {
        let path = Employee::department.then(Department::employees);
        Ok(session.query::<Employee>().with(path).all()?.len())
    };
    marketing.employees()?;
    let (found, sent) = statements(|| names(&session));
    assert_eq!(found?, 5);
    expect![[r#"
        SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees`
        SELECT `departments`.`id`, `departments`.`name` FROM `departments` WHERE `departments`.`id` IN (?)
        SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees` WHERE `employees`.`department_id` IN (?)"#]].assert_eq(&sent.join("\n"));
    let (found, sent) = statements(|| names(&session));
    assert_eq!((found?, sent.len()), (5, 1), "the employees alone: {sent:#?}");
    Ok(())
}

#[test]
fn objects_that_were_there_are_filled_and_keep_their_changes() -> orm_core::Result<()> {
    // unit-of-work 131
    let (database, mut session) = company();
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    session[john].firstname = "Jon".into();
    session[john].department = Some(BelongsTo::key(2));
    session.query::<Employee>().no_autoflush().with(Employee::projects).with(Employee::department).all()?;
    assert_eq!(database.ask("SELECT firstname FROM employees WHERE id = 1"), ["John"], "nothing was flushed");
    assert_eq!(session[john].firstname, "Jon");
    session.flush()?;
    let (found, sent) = statements(|| -> orm_core::Result<(usize, Option<String>)> {
        let john = session.view(john);
        Ok((john.projects()?.len(), john.department()?.map(|department| department.name.clone())))
    });
    assert_eq!((found?, sent.len()), ((2, Some("Engineering".to_owned())), 0), "{sent:#?}");
    Ok(())
}

#[test]
fn one_object_takes_what_it_leads_to_along() -> orm_core::Result<()> {
    let (_database, session) = company();
    let query = session.query::<Employee>().filter(Employee::id.eq(2)).with(Employee::projects);
    let (kate, sent) = statements(|| query.one());
    assert_eq!(sent.len(), 3, "{sent:#?}");
    let (found, sent) = statements(|| kate.and_then(|kate| kate.projects()));
    assert_eq!((found?.len(), sent.len()), (2, 0));
    Ok(())
}

#[test]
fn handles_take_along_what_they_lead_to() -> orm_core::Result<()> {
    let (_database, session) = company();
    let handles = session.query::<Department>().with(Department::employees).handles()?;
    let (found, sent) =
        statements(|| handles.iter().filter_map(|&it| session.view(it).employees().ok()).flatten().count());
    assert_eq!((found, sent.len()), (5, 0), "{sent:#?}");
    Ok(())
}

#[test]
fn what_is_loaded_along_is_one_result() -> orm_core::Result<()> {
    let (_database, session) = company();
    session.find::<Employee>(4)?;
    let projects = session.query::<Project>().with(Project::employees).all()?;
    let employees = projects.iter().filter_map(|it| it.employees().ok()).flatten();
    let (found, sent) = statements(|| employees.filter(|it| matches!(it.contact_details(), Ok(Some(_)))).count());
    assert_eq!((found, sent.len()), (10, 1), "{sent:#?}");
    Ok(())
}

#[test]
fn a_limit_counts_the_objects_asked_for() -> orm_core::Result<()> {
    // unit-of-work 126
    let (_database, session) = company();
    let query = session.query::<Project>().order_by(Project::id).offset(1).limit(2).with(Project::employees);
    let members: Vec<usize> = query.all()?.iter().filter_map(|it| Some(it.employees().ok()?.len())).collect();
    assert_eq!(members, [3, 5]);
    Ok(())
}

#[test]
fn nothing_found_asks_nothing_more() -> orm_core::Result<()> {
    let (_database, session) = company();
    let nobody = session.query::<Project>().filter(Project::name.eq("nothing"));
    let (found, sent) = statements(|| nobody.with(Project::employees.then(Employee::department)).all());
    assert_eq!((found?.len(), sent.len()), (0, 1), "{sent:#?}");
    Ok(())
}

#[test]
fn a_relationship_to_its_own_model_is_followed_as_often_as_said() -> orm_core::Result<()> {
    // unit-of-work 130
    let (_database, session) = nodes();
    let root = || session.query::<Node>().filter(Node::id.eq(1));
    let (_, sent) = statements(|| root().with(Node::children.levels(2)).one().map(|root| root.handle()));
    assert_eq!(sent.len(), 3, "the root, its children, and theirs: {sent:#?}");
    let (found, sent) = statements(|| below(root().one()?));
    assert_eq!(found?, [2, 4, 3, 5, 6]);
    assert_eq!(sent.len(), 3, "the root, and two more levels: {sent:#?}");
    Ok(())
}

#[test]
fn a_relationship_to_its_own_model_is_followed_to_the_end() -> orm_core::Result<()> {
    // unit-of-work 130
    let (_database, session) = nodes();
    let query = session.query::<Node>().filter(Node::id.eq(1)).with(Node::children.recursive());
    let (root, sent) = statements(|| query.one());
    expect![[r#"
        SELECT `nodes`.`id`, `nodes`.`parent_id` FROM `nodes` WHERE `nodes`.`id` = ? LIMIT 2
        SELECT `nodes`.`id`, `nodes`.`parent_id` FROM `nodes` WHERE `nodes`.`parent_id` IN (?)
        SELECT `nodes`.`id`, `nodes`.`parent_id` FROM `nodes` WHERE `nodes`.`parent_id` IN (?, ?)
        SELECT `nodes`.`id`, `nodes`.`parent_id` FROM `nodes` WHERE `nodes`.`parent_id` IN (?, ?)
        SELECT `nodes`.`id`, `nodes`.`parent_id` FROM `nodes` WHERE `nodes`.`parent_id` IN (?)"#]]
    .assert_eq(&sent.join("\n"));
    let (found, sent) = statements(|| root.and_then(below));
    assert_eq!((found?, sent.len()), (vec![2, 4, 3, 5, 6], 0), "{sent:#?}");
    Ok(())
}

#[test]
fn a_path_goes_on_from_all_levels() -> orm_core::Result<()> {
    let (_database, session) = nodes();
    let leaf = session.query::<Node>().filter(Node::id.eq(6));
    let (leaf, sent) = statements(|| leaf.with(Node::parent.recursive().then(Node::children)).one());
    assert_eq!(sent.len(), 5, "6, 5, 3, 1, and the children of these three: {sent:#?}");
    let (found, sent) = statements(|| -> orm_core::Result<Vec<Option<i32>>> {
        let mut keys = Vec::new();
        let mut next = leaf?.parent()?;
        while let Some(node) = next {
            keys.extend(node.children()?.iter().map(|child| child.id.get()));
            next = node.parent()?;
        }
        Ok(keys)
    });
    assert_eq!((found?, sent.len()), ([6, 5, 2, 3].map(Some).to_vec(), 0), "{sent:#?}");
    Ok(())
}

#[test]
fn a_ring_is_followed_once() -> orm_core::Result<()> {
    let (database, session) = nodes();
    database.run("UPDATE nodes SET parent_id = 6 WHERE id = 1");
    let (found, sent) =
        statements(|| session.query::<Node>().filter(Node::id.eq(1)).with(Node::parent.recursive()).all());
    assert_eq!((found?.len(), sent.len()), (1, 4), "1, 6, 5 and 3: {sent:#?}");
    Ok(())
}

#[test]
fn a_thousand_keys_are_a_statement() -> orm_core::Result<()> {
    // unit-of-work 122
    let (_database, mut session) = nodes();
    session.add_many((0..2500).map(|_| Node { parent: Some(BelongsTo::key(1)), ..Node::default() }));
    session.commit()?;
    let (found, sent) = statements(|| session.query::<Node>().with(Node::children).with(Node::parent).all());
    assert_eq!((found?.len(), sent.len()), (2506, 2), "{sent:#?}");
    assert!(sent[1].ends_with("FROM `nodes` WHERE `nodes`.`parent_id` IS NOT NULL"), "all have all: {}", sent[1]);
    session.clear();
    let some = || session.query::<Node>().filter(Node::id.gt(0));
    let (found, sent) = statements(|| some().with(Node::children).with(Node::parent).all());
    assert_eq!((found?.len(), sent.len()), (2506, 4), "children a thousand at a time: {}", sent.len());
    let root = session.find::<Node>(1)?.expect("it is there");
    assert_eq!(root.children()?.len(), 2502);
    Ok(())
}

#[test]
fn links_of_all_are_asked_for_without_a_list() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    session.add_many((0..1_000).map(|number| Project { name: format!("Project {number}"), ..Default::default() }));
    session.commit()?;
    let (found, sent) = statements(|| session.query::<Project>().with(Project::employees).all());
    let members: usize = found?.iter().filter_map(|project| project.employees().ok()).map(|found| found.len()).sum();
    assert_eq!((members, sent.len()), (10, 3), "{sent:#?}");
    assert!(sent[1].ends_with(" FROM `projects_employees`"), "{}", sent[1]);
    Ok(())
}

#[test]
fn a_path_prints_its_way() {
    let path = Department::employees.then(Employee::contact_details).then(ContactDetails::employee);
    assert_eq!(format!("{path:?}"), "Department.employees.contact_details.employee");
}

//! The listings of the planning demo: what they print, and the statements that they send, few for any size of the company.

use expect_test::expect;
use orm_core::prelude::*;
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use planning_demo::{company, listings, schema};
use tests::{Database, statements};

/// What the listings print, and the statements that they send.
fn listings_of(database: &Database) -> (String, Vec<String>) {
    let mut printed = Vec::new();
    let (listed, sent) = statements(|| listings::print(&database.engine().session(), &mut printed));
    listed.expect("the listings are printed");
    let reads = |sql: &String| sql.starts_with("SELECT");
    (String::from_utf8(printed).expect("the listings are text"), sent.into_iter().filter(reads).collect())
}

#[test]
fn the_output_of_the_tutorial() {
    let database = Database::with(&schema());
    company::load(&mut database.engine().session()).expect("the company is loaded");
    expect![[r#"
        ### Employees ###
          - John Locke, phone: 417 315 2531
          - Kate Austin, phone: 212 315 2533
          - Jack Shepherd, phone: 816 315 2534
          - Ben Linus, phone: 913 315 2535
          - Sun Kwan, phone: 773 315 2536
        ### Projects ###
        Project 1
          - John Locke (Marketing)
          - Kate Austin (Engineering)
        Project 2
          - Jack Shepherd (Marketing)
          - Ben Linus (Marketing)
          - Sun Kwan (Engineering)
        Project 3
          - John Locke (Marketing)
          - Kate Austin (Engineering)
          - Jack Shepherd (Marketing)
          - Ben Linus (Marketing)
          - Sun Kwan (Engineering)
        ### Departments ###
        Marketing
          - John Locke
          - Jack Shepherd
          - Ben Linus
        Engineering
          - Kate Austin
          - Sun Kwan
        ### John Locke projects ###
        - Project 1
        - Project 3
    "#]]
    .assert_eq(&listings_of(&database).0);
}

#[test]
fn the_statements_of_the_listings() {
    let database = Database::with(&schema());
    company::load(&mut database.engine().session()).expect("the company is loaded");
    let (_, sent) = listings_of(&database);
    expect![[r#"
        SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees`
        SELECT `contact_details`.`id`, `contact_details`.`phone_number`, `contact_details`.`address`, `contact_details`.`employee_id` FROM `contact_details` WHERE `contact_details`.`employee_id` IN (?, ?, ?, ?, ?, ?, ?, ?)
        SELECT `projects`.`id`, `projects`.`name`, `projects`.`description`, `projects`.`due_date` FROM `projects`
        SELECT `projects_employees`.`project_id`, `projects_employees`.`employee_id` FROM `projects_employees` WHERE `projects_employees`.`project_id` IN (?, ?, ?, ?)
        SELECT `departments`.`id`, `departments`.`name` FROM `departments` WHERE `departments`.`id` IN (?, ?)
        SELECT `departments`.`id`, `departments`.`name` FROM `departments`
        SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees` WHERE `employees`.`department_id` IN (?, ?)
        SELECT `projects`.`id`, `projects`.`name`, `projects`.`description`, `projects`.`due_date` FROM `projects` INNER JOIN `projects_employees` ON `projects_employees`.`project_id` = `projects`.`id` INNER JOIN `employees` ON `employees`.`id` = `projects_employees`.`employee_id` WHERE `employees`.`firstname` = ? AND `employees`.`lastname` = ?"#]].assert_eq(&sent.join("\n"));
    assert!(sent.len() <= 8, "{}", sent.len());
}

#[test]
fn an_empty_company_takes_no_more_than_one_statement_for_each_listing() {
    let database = Database::with(&schema());
    let (printed, sent) = listings_of(&database);
    assert_eq!(printed.lines().count(), 4, "{printed}");
    assert_eq!(sent.len(), 4, "{sent:#?}");
}

#[test]
fn a_thousand_employees_take_no_more_than_eight_statements() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let departments: [Handle<Department>; 10] =
        std::array::from_fn(|number| session.add(Department::new(&format!("Department {number}"))));
    let projects: [Handle<Project>; 100] =
        std::array::from_fn(|number| session.add(Project::new(&format!("Project {number}"), "", NaiveDate::default())));
    for number in 0..1000 {
        let firstname = if number == 500 { "John" } else { "Jack" };
        let employee = session.add(Employee::new(firstname, "Locke", departments[number % 10]));
        session.add(ContactDetails::new(&number.to_string(), "123 S Main ST", employee));
        session[projects[number % 100]].employees.push(employee);
        session[employee].projects.push(projects[number * 7 % 100]);
    }
    session.commit()?;
    let (printed, sent) = listings_of(&database);
    assert!(sent.len() <= 8, "{}", sent.len());
    let linked: usize = database.ask("SELECT COUNT(*) FROM projects_employees")[0].parse().expect("a number");
    assert_eq!(printed.lines().count(), 4 + 1000 + 100 + linked + 10 + 1000 + 1);
    assert!(printed.ends_with("### John Locke projects ###\n- Project 0\n"), "{}", &printed[printed.len() - 60..]);
    Ok(())
}

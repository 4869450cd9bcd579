//! The seed's job: load the small company, list it through its relationships.

use std::collections::HashMap;
use std::io::Write;

use anyhow::Result;
use mysql::{Conn, Value};
use planning_demo::{company, listings};

use crate::floor::{self, ContactDetails, Department, Employee, Project, each, insert, run, take};
use crate::world::World;
use crate::{Job, Workload, job};

pub(super) const WORKLOADS: [Workload; 1] = [Workload {
    name: "seed",
    about: "the seed's whole job: load the company, commit, list it",
    target: Some(1.1),
    objects: 25,
    framework,
    driver,
}];

fn framework(world: &World) -> Result<Job<'_>> {
    let seed = world.seed()?;
    seed.restore()?;
    job(move || {
        let mut session = seed.engine.session();
        company::load(&mut session)?;
        drop(session);
        let (session, mut listing) = (seed.engine.session(), Vec::new());
        listings::print(&session, &mut listing)?;
        Ok(sum(&listing))
    })
}

fn driver(world: &World) -> Result<Job<'_>> {
    let seed = world.seed()?;
    seed.restore()?;
    job(move || {
        let (mut driver, mut listing) = (seed.driver(), Vec::new());
        floor::transaction(&mut seed.writer(), load)?;
        print(&mut driver, &mut listing)?;
        Ok(sum(&listing))
    })
}

fn sum(listing: &[u8]) -> u64 {
    listing.iter().map(|&byte| u64::from(byte)).sum()
}

const PROJECTS: [(&str, &str, (u16, u8, u8)); 3] = [
    ("Project 1", "Project 1 description", (2021, 5, 31)),
    ("Project 2", "Project 2 description", (2021, 4, 30)),
    ("Project 3", "Project 3 description", (2021, 6, 15)),
];

/// First name, last name, place of the department, phone, address.
const EMPLOYEES: [(&str, &str, usize, &str, &str); 5] = [
    ("John", "Locke", 0, "417 315 2531", "123 S Main ST"),
    ("Kate", "Austin", 1, "212 315 2533", "124 S Main ST"),
    ("Jack", "Shepherd", 0, "816 315 2534", "125 S Main ST"),
    ("Ben", "Linus", 0, "913 315 2535", "126 S Main ST"),
    ("Sun", "Kwan", 1, "773 315 2536", "127 S Main ST"),
];

/// Places of a project and an employee.
const LINKS: [(usize, usize); 10] = [(0, 0), (0, 1), (1, 2), (1, 3), (1, 4), (2, 0), (2, 1), (2, 2), (2, 3), (2, 4)];

fn load(driver: &mut Conn) -> Result<()> {
    let departments = insert(driver, "departments", "name", &["Marketing", "Engineering"], |name, values| {
        values.push((*name).into());
    })?;
    let projects = insert(driver, "projects", "name, description, due_date", &PROJECTS, |project, values| {
        let (name, description, (year, month, day)) = *project;
        values.extend([name.into(), description.into(), Value::Date(year, month, day, 0, 0, 0, 0)]);
    })?;
    let rows = EMPLOYEES.map(|(first, last, department, ..)| (first, last, departments[department]));
    let columns = "firstname, lastname, active, department_id";
    let employees = insert(driver, "employees", columns, &rows, |(first, last, department), values| {
        values.extend([(*first).into(), (*last).into(), true.into(), (*department).into()]);
    })?;
    let details: Vec<(&str, &str, i32)> =
        EMPLOYEES.iter().zip(&employees).map(|((.., phone, address), &key)| (*phone, *address, key)).collect();
    let columns = "phone_number, address, employee_id";
    insert(driver, "contact_details", columns, &details, |(phone, address, employee), values| {
        values.extend([(*phone).into(), (*address).into(), (*employee).into()]);
    })?;
    let links: Vec<Value> =
        LINKS.iter().flat_map(|&(project, employee)| [projects[project].into(), employees[employee].into()]).collect();
    let tuples = vec!["(?, ?)"; LINKS.len()].join(", ");
    let text = format!("INSERT INTO projects_employees (project_id, employee_id) VALUES {tuples}");
    run(driver, &text, links)?;
    Ok(())
}

/// The listings, each by itself, as functions of a program are.
fn print(driver: &mut Conn, out: &mut impl Write) -> Result<()> {
    print_employees(driver, out)?;
    print_projects(driver, out)?;
    print_departments(driver, out)?;
    let text = "SELECT name FROM projects WHERE id IN (SELECT project_id FROM projects_employees \
        JOIN employees ON employees.id = employee_id WHERE firstname = ? AND lastname = ?)";
    writeln!(out, "### John Locke projects ###")?;
    each(driver, text, ("John", "Locke"), |row| Ok(writeln!(out, "- {}", take::<String>(row, 0)?)?))
}

fn all_departments(driver: &mut Conn) -> Result<Vec<Department>> {
    floor::all(driver, format!("SELECT {} FROM departments", floor::DEPARTMENT), (), Department::read)
}

fn print_employees(driver: &mut Conn, out: &mut impl Write) -> Result<()> {
    let text = format!("SELECT {} FROM employees ORDER BY id", floor::EMPLOYEE);
    let employees: Vec<Employee> = floor::all(driver, text, (), Employee::read)?;
    let keys: Vec<i32> = employees.iter().map(|employee| employee.id).collect();
    let (columns, by) = (floor::CONTACT_DETAILS, "employee_id");
    let details = floor::by_keys(driver, "contact_details", columns, by, &keys, ContactDetails::read)?;
    let details: HashMap<i32, ContactDetails> = details.into_iter().map(|one| (one.employee_id, one)).collect();
    writeln!(out, "### Employees ###")?;
    for employee in &employees {
        let phone = details.get(&employee.id).map(|details| details.phone_number.as_str());
        writeln!(out, "  - {} {}, phone: {}", employee.firstname, employee.lastname, phone.unwrap_or_default())?;
    }
    Ok(())
}

fn print_projects(driver: &mut Conn, out: &mut impl Write) -> Result<()> {
    let text = format!("SELECT {} FROM projects", floor::PROJECT);
    let projects: Vec<Project> = floor::all(driver, text, (), Project::read)?;
    let text = format!(
        "SELECT id, firstname, lastname, active, department_id, project_id FROM projects_employees \
         JOIN employees ON id = employee_id WHERE project_id IN ({}) ORDER BY id",
        floor::marks(projects.len())
    );
    let keys: Vec<Value> = projects.iter().map(|project| project.id.into()).collect();
    let mut members: HashMap<i32, Vec<Employee>> = HashMap::new();
    each(driver, text, keys, |row| {
        members.entry(take(row, 5)?).or_default().push(Employee::read(row)?);
        Ok(())
    })?;
    let departments = all_departments(driver)?;
    let names: HashMap<i32, &str> = departments.iter().map(|one| (one.id, one.name.as_str())).collect();
    writeln!(out, "### Projects ###")?;
    for project in &projects {
        writeln!(out, "{}", project.name)?;
        for employee in members.get(&project.id).into_iter().flatten() {
            let department = employee.department_id.and_then(|key| names.get(&key).copied());
            writeln!(out, "  - {} {} ({})", employee.firstname, employee.lastname, department.unwrap_or_default())?;
        }
    }
    Ok(())
}

fn print_departments(driver: &mut Conn, out: &mut impl Write) -> Result<()> {
    let departments = all_departments(driver)?;
    let keys: Vec<i32> = departments.iter().map(|department| department.id).collect();
    let (columns, by) = (floor::EMPLOYEE, "department_id");
    let employees = floor::by_keys(driver, "employees", columns, by, &keys, Employee::read)?;
    let mut members: HashMap<i32, Vec<Employee>> = HashMap::new();
    for employee in employees {
        if let Some(key) = employee.department_id {
            members.entry(key).or_default().push(employee);
        }
    }
    writeln!(out, "### Departments ###")?;
    for department in &departments {
        writeln!(out, "{}", department.name)?;
        for employee in members.get(&department.id).into_iter().flatten() {
            writeln!(out, "  - {} {}", employee.firstname, employee.lastname)?;
        }
    }
    Ok(())
}

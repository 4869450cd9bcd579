//! Many small questions.

use anyhow::{Context, Result};
use mysql::prelude::Queryable;
use planning_demo::models::{Department, Employee, Project};

use crate::floor::{self, all};
use crate::world::World;
use crate::{Job, Workload, job};

pub(super) const WORKLOADS: [Workload; 3] = [
    Workload {
        name: "find",
        about: "5,000 finds by key, each new to the session",
        target: Some(1.05),
        objects: 5_000,
        framework: find,
        driver: find_by_hand,
    },
    Workload {
        name: "find-again",
        about: "5,000 finds by key of what is in the session; the driver has a hash map",
        target: None,
        objects: 5_000,
        framework: find_again,
        driver: find_again_by_hand,
    },
    Workload {
        name: "filtered-join",
        about: "500 questions for the projects of twenty employees, of whom one is in a department",
        target: Some(1.05),
        objects: 500,
        framework: filtered_join,
        driver: filtered_join_by_hand,
    },
];

/// Keys to find, in an order that is not the table's.
pub fn keys() -> impl Iterator<Item = i32> {
    (0..5_000).map(|n| n * 7919 % 10_000 + 1)
}

fn find(world: &World) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let session = company.engine.session();
        let mut sum = 0;
        for key in keys() {
            sum += session.find::<Employee>(key)?.context("there is one")?.lastname.len() as u64;
        }
        Ok(sum)
    })
}

fn find_by_hand(world: &World) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let mut driver = company.driver();
        let find = driver.prep(format!("SELECT {} FROM employees WHERE id = ?", floor::EMPLOYEE))?;
        let mut sum = 0;
        for key in keys() {
            let found = all(&mut driver, &find, (key,), floor::Employee::read)?;
            sum += found.first().context("there is one")?.lastname.len() as u64;
        }
        Ok(sum)
    })
}

fn find_again(world: &World) -> Result<Job<'_>> {
    let company = world.company()?;
    let session = company.engine.session();
    session.query::<Employee>().all()?;
    job(move || {
        let mut sum = 0;
        for key in keys() {
            sum += session.find::<Employee>(key)?.context("there is one")?.lastname.len() as u64;
        }
        Ok(sum)
    })
}

fn find_again_by_hand(world: &World) -> Result<Job<'_>> {
    let company = world.company()?;
    let text = format!("SELECT {} FROM employees", floor::EMPLOYEE);
    let employees = all(&mut company.driver(), &text, (), floor::Employee::read)?;
    let employees: std::collections::HashMap<i32, floor::Employee> =
        employees.into_iter().map(|employee| (employee.id, employee)).collect();
    job(move || {
        let mut sum = 0;
        for key in keys() {
            sum += employees.get(&key).context("there is one")?.lastname.len() as u64;
        }
        Ok(sum)
    })
}

/// A department, and the first and last key of some employees.
pub fn ranges() -> impl Iterator<Item = (String, i32, i32)> {
    (0..500).map(|n| (format!("Department {}", n % 20 + 1), n * 20 + 1, n * 20 + 20))
}

fn filtered_join(world: &World) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let session = company.engine.session();
        let mut sum = 0;
        for (department, first, last) in ranges() {
            let projects = session
                .query::<Project>()
                .join(Project::employees)
                .join(Employee::department)
                .filter(Department::name.eq(department) & Employee::id.between(first, last))
                .all()?;
            sum += projects.iter().map(|project| project.name.len() as u64).sum::<u64>();
        }
        Ok(sum)
    })
}

fn filtered_join_by_hand(world: &World) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let mut driver = company.driver();
        let text = "SELECT projects.id, projects.name, projects.description, projects.due_date FROM projects \
            JOIN projects_employees ON projects_employees.project_id = projects.id \
            JOIN employees ON employees.id = projects_employees.employee_id \
            JOIN departments ON departments.id = employees.department_id \
            WHERE departments.name = ? AND employees.id BETWEEN ? AND ?";
        let find = driver.prep(text)?;
        let mut sum = 0;
        for range in ranges() {
            let projects = all(&mut driver, &find, range, floor::Project::read)?;
            sum += projects.iter().map(|project| project.name.len() as u64).sum::<u64>();
        }
        Ok(sum)
    })
}

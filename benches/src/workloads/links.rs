//! A many-to-many relationship.

use std::collections::HashMap;

use anyhow::Result;
use planning_demo::models::Project;

use crate::floor::{self, Employee, each, take};
use crate::world::{EMPLOYEES, PROJECTS, World};
use crate::{Job, Workload, job};

pub(super) const WORKLOADS: [Workload; 1] = [Workload {
    name: "many-to-many",
    about: "load 200 projects and the employees of each, 10,000 links",
    target: Some(1.3),
    objects: PROJECTS + EMPLOYEES,
    framework,
    driver,
}];

fn framework(world: &World) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let session = company.engine.session();
        let mut sum = 0;
        for project in session.query::<Project>().with(Project::employees).all()? {
            for employee in project.employees()? {
                sum += (project.name.len() + employee.lastname.len()) as u64;
            }
        }
        Ok(sum)
    })
}

/// The links, and then the employees, each once. A join, in which they come again for each link, takes longer.
fn driver(world: &World) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let mut driver = company.driver();
        let text = format!("SELECT {} FROM projects", floor::PROJECT);
        let projects = floor::all(&mut driver, &text, (), floor::Project::read)?;
        let mut links: Vec<(i32, i32)> = Vec::new();
        each(&mut driver, "SELECT project_id, employee_id FROM projects_employees", (), |row| {
            links.push((take(row, 0)?, take(row, 1)?));
            Ok(())
        })?;
        let text = format!(
            "SELECT {} FROM employees WHERE id IN (SELECT employee_id FROM projects_employees)",
            floor::EMPLOYEE
        );
        let employees = floor::all(&mut driver, &text, (), Employee::read)?;
        let place: HashMap<i32, usize> =
            employees.iter().enumerate().map(|(place, employee)| (employee.id, place)).collect();
        let mut members: HashMap<i32, Vec<usize>> = HashMap::new();
        for (project, employee) in links {
            members.entry(project).or_default().push(place[&employee]);
        }
        let mut sum = 0;
        for project in &projects {
            for &employee in members.get(&project.id).into_iter().flatten() {
                sum += (project.name.len() + employees[employee].lastname.len()) as u64;
            }
        }
        Ok(sum)
    })
}

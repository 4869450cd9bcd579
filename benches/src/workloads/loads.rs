//! Objects from the database: alone, and with what they are related to.

use std::collections::HashMap;

use anyhow::{Context, Result};
use mysql::prelude::Queryable;
use orm_core::Session;
use planning_demo::models::Employee;

use crate::floor::{self, ContactDetails, Department};
use crate::world::{Database, EMPLOYEES, World};
use crate::{Job, Workload, job};

pub(super) const WORKLOADS: [Workload; 4] = [
    Workload {
        name: "load",
        about: "load 10,000 employees",
        target: Some(1.15),
        objects: EMPLOYEES,
        framework: load,
        driver: load_by_hand,
    },
    Workload {
        name: "load-related",
        about: "load 10,000 employees with contact details and department",
        target: Some(1.25),
        objects: 2 * EMPLOYEES + 20,
        framework: related,
        driver: related_by_hand,
    },
    Workload {
        name: "lazy-1000",
        about: "follow one relationship of 1,000 employees; the driver asks for each",
        target: None,
        objects: 2_000,
        framework: |world| lazy(world, 1_000),
        driver: |world| lazy_by_hand(world, 1_000),
    },
    Workload {
        name: "lazy-10000",
        about: "follow one relationship of 10,000 employees; the driver asks for each",
        target: None,
        objects: 2 * EMPLOYEES,
        framework: |world| lazy(world, EMPLOYEES),
        driver: |world| lazy_by_hand(world, EMPLOYEES),
    },
];

fn load(world: &World) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let session = company.engine.session();
        let employees = session.query::<Employee>().all()?;
        Ok(employees.iter().map(|employee| employee.lastname.len() as u64).sum())
    })
}

fn load_by_hand(world: &World) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let employees = all_employees(company)?;
        Ok(employees.iter().map(|employee| employee.lastname.len() as u64).sum())
    })
}

fn all_employees(company: &Database) -> Result<Vec<floor::Employee>> {
    let text = format!("SELECT {} FROM employees", floor::EMPLOYEE);
    floor::all(&mut company.driver(), &text, (), floor::Employee::read)
}

fn related(world: &World) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let session = company.engine.session();
        let query = session.query::<Employee>().with(Employee::contact_details).with(Employee::department);
        let mut sum = 0;
        for employee in query.all()? {
            let details = employee.contact_details()?.context("each has contact details")?;
            let department = employee.department()?.context("each has a department")?;
            sum += (employee.lastname.len() + details.address.len() + department.name.len()) as u64;
        }
        Ok(sum)
    })
}

/// No list of keys: it is known that all contact details and departments are wanted.
fn related_by_hand(world: &World) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let employees = all_employees(company)?;
        let mut driver = company.driver();
        let text = format!("SELECT {} FROM contact_details", floor::CONTACT_DETAILS);
        let details = floor::all(&mut driver, &text, (), ContactDetails::read)?;
        let details: HashMap<i32, ContactDetails> = details.into_iter().map(|one| (one.employee_id, one)).collect();
        let text = format!("SELECT {} FROM departments", floor::DEPARTMENT);
        let departments = floor::all(&mut driver, &text, (), Department::read)?;
        let departments: HashMap<i32, Department> = departments.into_iter().map(|one| (one.id, one)).collect();
        let mut sum = 0;
        for employee in &employees {
            let details = details.get(&employee.id).context("each has contact details")?;
            let department = employee.department_id.and_then(|key| departments.get(&key));
            let department = department.context("each has a department")?;
            sum += (employee.lastname.len() + details.address.len() + department.name.len()) as u64;
        }
        Ok(sum)
    })
}

fn lazy(world: &World, employees: u64) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let session: Session = company.engine.session();
        let mut sum = 0;
        for employee in session.query::<Employee>().order_by(Employee::id.asc()).limit(employees).all()? {
            sum += employee.contact_details()?.context("each has contact details")?.address.len() as u64;
        }
        Ok(sum)
    })
}

fn lazy_by_hand(world: &World, employees: u64) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let mut driver = company.driver();
        let text = format!("SELECT {} FROM employees ORDER BY id LIMIT ?", floor::EMPLOYEE);
        let employees = floor::all(&mut driver, &text, (employees,), floor::Employee::read)?;
        let text = format!("SELECT {} FROM contact_details WHERE employee_id = ?", floor::CONTACT_DETAILS);
        let find = driver.prep(text)?;
        let mut sum = 0;
        for employee in employees {
            let details = floor::all(&mut driver, &find, (employee.id,), ContactDetails::read)?;
            sum += details.first().context("each has contact details")?.address.len() as u64;
        }
        Ok(sum)
    })
}

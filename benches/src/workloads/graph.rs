//! New objects that refer to each other, in one commit.

use anyhow::Result;
use mysql::Value;
use orm_core::Handle;
use planning_demo::models::{ContactDetails, Department, Employee};

use crate::floor::{self, insert};
use crate::world::{DEPARTMENTS, EMPLOYEES, World};
use crate::{Job, Workload, job};

pub(super) const WORKLOADS: [Workload; 1] = [Workload {
    name: "insert-graph",
    about: "10,000 employees with contact details in one commit, keys read back",
    target: Some(1.15),
    objects: 2 * EMPLOYEES,
    framework,
    driver,
}];

/// First name, last name, phone and address of an employee.
pub fn data(n: u64) -> (String, String, String, String) {
    (format!("First {}", n % 1_000), format!("Last {n}"), format!("{n:012}"), format!("{n} Main ST"))
}

fn framework(world: &World) -> Result<Job<'_>> {
    let seed = world.seed()?;
    seed.restore()?;
    job(move || {
        let mut session = seed.engine.session();
        let departments: Vec<Handle<Department>> =
            session.add_many((1..=DEPARTMENTS).map(|n| Department::new(&format!("Department {n}"))));
        let mut employees = Vec::new();
        for n in 0..EMPLOYEES {
            let (first, last, phone, address) = data(n);
            let department = departments[(n % DEPARTMENTS) as usize];
            let employee = session.add(Employee {
                firstname: first,
                lastname: last,
                department: Some(department.into()),
                ..Default::default()
            });
            session.add(ContactDetails {
                phone_number: phone,
                address,
                employee: employee.into(),
                ..Default::default()
            });
            employees.push(employee);
        }
        session.commit()?;
        Ok(employees
            .iter()
            .filter_map(|&employee| session[employee].id.get())
            .map(|key| u64::from(key.unsigned_abs()))
            .sum())
    })
}

fn driver(world: &World) -> Result<Job<'_>> {
    let seed = world.seed()?;
    seed.restore()?;
    job(move || {
        let departments: Vec<String> = (1..=DEPARTMENTS).map(|n| format!("Department {n}")).collect();
        let mut employees = Vec::new();
        let mut details = Vec::new();
        for n in 0..EMPLOYEES {
            let (firstname, lastname, phone_number, address) = data(n);
            employees.push(floor::Employee { id: 0, firstname, lastname, active: true, department_id: None });
            details.push(floor::ContactDetails { id: 0, phone_number, address, employee_id: 0 });
        }
        floor::transaction(&mut seed.writer(), |driver| {
            let keys = insert(driver, "departments", "name", &departments, |name, values| values.push(name.into()))?;
            for (n, employee) in employees.iter_mut().enumerate() {
                employee.department_id = Some(keys[n % keys.len()]);
            }
            let columns = "firstname, lastname, active, department_id";
            let keys = insert(driver, "employees", columns, &employees, |employee, values| {
                values.extend([
                    Value::from(&employee.firstname),
                    Value::from(&employee.lastname),
                    employee.active.into(),
                    employee.department_id.into(),
                ]);
            })?;
            for ((employee, details), key) in employees.iter_mut().zip(&mut details).zip(keys) {
                employee.id = key;
                details.employee_id = key;
            }
            let columns = "phone_number, address, employee_id";
            let keys = insert(driver, "contact_details", columns, &details, |details, values| {
                let texts = [Value::from(&details.phone_number), Value::from(&details.address)];
                values.extend(texts);
                values.push(details.employee_id.into());
            })?;
            for (details, key) in details.iter_mut().zip(keys) {
                details.id = key;
            }
            Ok(())
        })?;
        Ok(employees.iter().map(|employee| u64::from(employee.id.unsigned_abs())).sum())
    })
}

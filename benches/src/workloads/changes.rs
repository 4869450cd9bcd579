//! Loaded objects that are changed or deleted.

use std::cell::Cell;

use anyhow::Result;
use mysql::Value;
use planning_demo::models::{ContactDetails, Employee};

use crate::floor::{self, CHANGES, Prepared, ROWS, run};
use crate::world::{EMPLOYEES, World};
use crate::{Job, Workload, job};

pub(super) const WORKLOADS: [Workload; 2] = [
    Workload {
        name: "update",
        about: "change two columns of 10,000 loaded employees, commit",
        target: Some(1.0),
        objects: EMPLOYEES,
        framework: update,
        driver: update_by_hand,
    },
    Workload {
        name: "delete",
        about: "delete 10,000 loaded contact details, commit",
        target: Some(1.05),
        objects: EMPLOYEES,
        framework: delete,
        driver: delete_by_hand,
    },
];

thread_local! {
    /// So that each update finds other values.
    static ROUND: Cell<u64> = const { Cell::new(0) };
}

fn next_name() -> String {
    format!("Name {}", ROUND.replace(ROUND.get() + 1))
}

fn update(world: &World) -> Result<Job<'_>> {
    let company = world.company()?;
    let name = next_name();
    let mut session = company.engine.session();
    let employees = session.query::<Employee>().handles()?;
    job(move || {
        for &employee in &employees {
            let employee = &mut session[employee];
            employee.lastname.clone_from(&name);
            employee.active = !employee.active;
        }
        session.commit()?;
        Ok(employees.len() as u64)
    })
}

/// The statement for 128 rows at once that is the fastest on this server: `tests/examples/batch_forms.rs` compares.
fn update_by_hand(world: &World) -> Result<Job<'_>> {
    let company = world.company()?;
    let name = next_name();
    let mut driver = company.driver();
    let text = format!("SELECT {} FROM employees", floor::EMPLOYEE);
    let mut employees = floor::all(&mut driver, &text, (), floor::Employee::read)?;
    drop(driver);
    job(move || {
        for employee in &mut employees {
            employee.lastname.clone_from(&name);
            employee.active = !employee.active;
        }
        let updated = floor::transaction(&mut company.writer(), |driver| {
            let (mut updated, mut prepared) = (0, Prepared::default());
            for employees in employees.chunks(CHANGES) {
                let rows = vec!["SELECT ?, ?, ?"; employees.len() - 1].join(" UNION ALL ");
                let text = || {
                    format!(
                        "UPDATE employees JOIN (SELECT ? AS k, ? AS l, ? AS a UNION ALL {rows}) AS changes \
                     ON id = k SET lastname = l, active = a"
                    )
                };
                let values: Vec<Value> = employees
                    .iter()
                    .flat_map(|one| [one.id.into(), Value::from(&one.lastname), one.active.into()])
                    .collect();
                let statement = prepared.of(driver, employees.len(), text)?;
                updated += run(driver, statement, values)?;
            }
            Ok(updated)
        })?;
        Ok(updated)
    })
}

fn delete(world: &World) -> Result<Job<'_>> {
    let company = world.company()?;
    company.restore()?;
    let mut session = company.engine.session();
    let details = session.query::<ContactDetails>().handles()?;
    job(move || {
        for &details in &details {
            session.delete(details);
        }
        session.commit()?;
        Ok(details.len() as u64)
    })
}

fn delete_by_hand(world: &World) -> Result<Job<'_>> {
    let company = world.company()?;
    company.restore()?;
    let text = format!("SELECT {} FROM contact_details", floor::CONTACT_DETAILS);
    let details = floor::all(&mut company.driver(), &text, (), floor::ContactDetails::read)?;
    job(move || {
        floor::transaction(&mut company.writer(), |driver| {
            let (mut deleted, mut prepared) = (0, Prepared::default());
            for details in details.chunks(ROWS) {
                let text = || format!("DELETE FROM contact_details WHERE id IN ({})", floor::marks(details.len()));
                let keys: Vec<Value> = details.iter().map(|one| one.id.into()).collect();
                let statement = prepared.of(driver, details.len(), text)?;
                deleted += run(driver, statement, keys)?;
            }
            Ok(deleted)
        })
    })
}

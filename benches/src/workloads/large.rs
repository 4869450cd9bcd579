//! Many objects in a session, and more rows than memory should hold.

use anyhow::Result;
use planning_demo::models::Employee;

use crate::floor::{self, each, run};
use crate::workloads::KEPT;
use crate::world::{Database, World};
use crate::{Job, Workload, job};

/// Objects of a large session.
const MANY: u64 = 100_000;

pub(super) const WORKLOADS: [Workload; 3] = [
    Workload {
        name: KEPT,
        about: "load 100,000 employees",
        target: None,
        objects: MANY,
        framework: load,
        driver: load_by_hand,
    },
    Workload {
        name: "change-one",
        about: "a session with 100,000 loaded employees: change one, commit",
        target: None,
        objects: 1,
        framework: change_one,
        driver: change_one_by_hand,
    },
    Workload {
        name: "stream",
        about: "stream 1,000,000 employees",
        target: None,
        objects: 1_000_000,
        framework: stream,
        driver: stream_by_hand,
    },
];

/// The session stays, so that what it takes can be told.
fn load(world: &World) -> Result<Job<'_>> {
    let crowd = world.crowd()?;
    let mut loaded = None;
    job(move || {
        let session = loaded.insert(crowd.engine.session());
        let employees = session.query::<Employee>().order_by(Employee::id.asc()).limit(MANY).handles()?;
        Ok(employees.len() as u64)
    })
}

fn load_by_hand(world: &World) -> Result<Job<'_>> {
    let crowd = world.crowd()?;
    let mut loaded = None;
    job(move || Ok(loaded.insert(many(crowd)?).len() as u64))
}

fn many(crowd: &Database) -> Result<Vec<floor::Employee>> {
    let text = format!("SELECT {} FROM employees ORDER BY id LIMIT ?", floor::EMPLOYEE);
    floor::all(&mut crowd.driver(), &text, (MANY,), floor::Employee::read)
}

fn change_one(world: &World) -> Result<Job<'_>> {
    let crowd = world.crowd()?;
    let mut session = crowd.engine.session();
    let employees = session.query::<Employee>().order_by(Employee::id.asc()).limit(MANY).handles()?;
    session.commit()?;
    job(move || {
        let employee = &mut session[employees[500]];
        employee.active = !employee.active;
        session.commit()?;
        Ok(1)
    })
}

fn change_one_by_hand(world: &World) -> Result<Job<'_>> {
    let crowd = world.crowd()?;
    let mut employees = many(crowd)?;
    job(move || {
        let employee = &mut employees[500];
        employee.active = !employee.active;
        floor::transaction(&mut crowd.writer(), |driver| {
            run(driver, "UPDATE employees SET active = ? WHERE id = ?", (employee.active, employee.id))
        })
    })
}

fn stream(world: &World) -> Result<Job<'_>> {
    let crowd = world.crowd()?;
    job(move || {
        let (session, mut sum) = (crowd.engine.session(), 0);
        session.query::<Employee>().stream(|employee| {
            sum += employee.lastname.len() as u64;
            Ok(())
        })?;
        Ok(sum)
    })
}

fn stream_by_hand(world: &World) -> Result<Job<'_>> {
    let crowd = world.crowd()?;
    job(move || {
        let mut sum = 0;
        let text = format!("SELECT {} FROM employees", floor::EMPLOYEE);
        each(&mut crowd.driver(), &text, (), |row| {
            sum += floor::Employee::read(row)?.lastname.len() as u64;
            Ok(())
        })?;
        Ok(sum)
    })
}

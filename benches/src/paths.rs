//! The hot paths: what sessions do most, each with so many objects. How many statements, allocations and instructions they need is
//! exact, so that tests can hold them to it. See `tests/counts.rs` and `bin/instructions.rs`.

use std::mem::swap;

use anyhow::{Context, Result};
use mysql::prelude::Queryable;
use orm_core::{Handle, Session};
use planning_demo::models::{ContactDetails, Department, Employee, Project};

use crate::floor;
use crate::world::{Database, World};
use crate::{Job, job};

/// One of them.
#[derive(Clone, Copy, Debug)]
pub struct Path {
    /// What it is called.
    pub name: &'static str,
    /// What is done, where `n` is the number of objects.
    pub about: &'static str,
    /// Gets ready, which does not count, and gives what does, once.
    pub ready: fn(&World, u64) -> Result<Job<'_>>,
}

const fn path(name: &'static str, about: &'static str, ready: fn(&World, u64) -> Result<Job<'_>>) -> Path {
    Path { name, about, ready }
}

/// All of them, for up to 10,000 objects.
pub const ALL: [Path; 18] = [
    path("driver-load", "read n employees into plain structs with the driver alone", driver_load),
    path("driver-find", "the same, one by one by key", driver_find),
    path("stream", "stream n employees: rows become objects, which are not kept", stream),
    path("load", "load n employees: rows become objects of the session", load),
    path("load-again", "ask for n employees that the session has, in the same transaction", load_again),
    path("load-related", "load n employees with contact details and department", load_related),
    path("load-links", "load n / 50 projects, each with 50 employees", load_links),
    path("lazy", "load n employees, follow one relationship of each", lazy),
    path("follow", "follow two loaded relationships of each of n employees", follow),
    path("find", "find n employees by key, each new to the session", find),
    path("find-again", "find n employees by key, each in the session", find_again),
    path("join", "ask n times for the projects of some employees, by conditions on what is joined", join),
    path("plan-inserts", "plan the INSERTs of n employees with contact details", plan_inserts),
    path("plan-updates", "plan the UPDATEs of two columns of n loaded employees", plan_updates),
    path("insert", "make n employees with contact details, commit", insert),
    path("update", "change two columns of n loaded employees, commit", update),
    path("delete", "delete n loaded contact details, commit", delete),
    path("change-one", "change two columns of one of n loaded employees, commit", change_one),
];

fn driver_load(world: &World, n: u64) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let text = format!("SELECT {} FROM employees ORDER BY id LIMIT ?", floor::EMPLOYEE);
        Ok(floor::all(&mut company.driver(), &text, (n,), floor::Employee::read)?.len() as u64)
    })
}

fn driver_find(world: &World, n: u64) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let mut driver = company.driver();
        let find = driver.prep(format!("SELECT {} FROM employees WHERE id = ?", floor::EMPLOYEE))?;
        let mut count = 0;
        for key in keys(n) {
            count += floor::all(&mut driver, &find, (key,), floor::Employee::read)?.len() as u64;
        }
        Ok(count)
    })
}

fn stream(world: &World, n: u64) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let (session, mut count) = (company.engine.session(), 0);
        session.query::<Employee>().order_by(Employee::id.asc()).limit(n).stream(|_| {
            count += 1;
            Ok(())
        })?;
        Ok(count)
    })
}

fn load(world: &World, n: u64) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || Ok(employees(&company.engine.session(), n)?.len() as u64))
}

fn employees(session: &Session, n: u64) -> Result<Vec<Handle<Employee>>> {
    Ok(session.query::<Employee>().order_by(Employee::id.asc()).limit(n).handles()?)
}

fn load_again(world: &World, n: u64) -> Result<Job<'_>> {
    let session = world.company()?.engine.session();
    employees(&session, n)?;
    job(move || Ok(employees(&session, n)?.len() as u64))
}

fn load_related(world: &World, n: u64) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || follow_each(&related(&company.engine.session(), n)?))
}

fn related(session: &Session, n: u64) -> Result<Vec<orm_core::View<'_, Employee>>> {
    let query = session.query::<Employee>().order_by(Employee::id.asc()).limit(n);
    Ok(query.with(Employee::contact_details).with(Employee::department).all()?)
}

fn follow_each(employees: &[orm_core::View<'_, Employee>]) -> Result<u64> {
    let mut sum = 0;
    for employee in employees {
        sum += employee.contact_details()?.context("each has contact details")?.address.len() as u64;
        sum += employee.department()?.context("each has a department")?.name.len() as u64;
    }
    Ok(sum)
}

fn load_links(world: &World, n: u64) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let (session, mut sum) = (company.engine.session(), 0);
        let projects = session.query::<Project>().order_by(Project::id.asc()).limit(n / 50);
        for project in projects.with(Project::employees).all()? {
            sum += project.employees()?.len() as u64;
        }
        Ok(sum)
    })
}

fn lazy(world: &World, n: u64) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let (session, mut sum) = (company.engine.session(), 0);
        for employee in session.query::<Employee>().order_by(Employee::id.asc()).limit(n).all()? {
            sum += employee.contact_details()?.context("each has contact details")?.address.len() as u64;
        }
        Ok(sum)
    })
}

fn follow(world: &World, n: u64) -> Result<Job<'_>> {
    let session = world.company()?.engine.session();
    let handles: Vec<Handle<Employee>> = related(&session, n)?.iter().map(|employee| employee.handle()).collect();
    job(move || {
        let mut sum = 0;
        for &employee in &handles {
            let employee = session.view(employee);
            sum += employee.contact_details()?.context("each has contact details")?.address.len() as u64;
            sum += employee.department()?.context("each has a department")?.name.len() as u64;
        }
        Ok(sum)
    })
}

fn find(world: &World, n: u64) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || find_each(&company.engine.session(), n))
}

fn find_again(world: &World, n: u64) -> Result<Job<'_>> {
    let session = world.company()?.engine.session();
    employees(&session, n)?;
    job(move || find_each(&session, n))
}

fn join(world: &World, n: u64) -> Result<Job<'_>> {
    let company = world.company()?;
    job(move || {
        let (session, mut sum) = (company.engine.session(), 0);
        for first in (1..).take(n as usize) {
            let projects = session.query::<Project>().join(Project::employees).join(Employee::department);
            let some = Department::name.eq("Department 2") & Employee::id.between(first, first + 9);
            sum += projects.filter(some).all()?.len() as u64;
        }
        Ok(sum)
    })
}

/// In an order that is not the table's.
fn keys(n: u64) -> impl Iterator<Item = i32> {
    (0..n).filter_map(move |number| i32::try_from(number * 7919 % n + 1).ok())
}

fn find_each(session: &Session, n: u64) -> Result<u64> {
    let mut sum = 0;
    for key in keys(n) {
        sum += session.find::<Employee>(key)?.context("there is one")?.lastname.len() as u64;
    }
    Ok(sum)
}

fn plan_inserts(world: &World, n: u64) -> Result<Job<'_>> {
    let mut session = empty(world.seed()?)?;
    add_each(&mut session, n);
    job(move || Ok(session.pending()?.len() as u64))
}

fn insert(world: &World, n: u64) -> Result<Job<'_>> {
    let seed = world.seed()?;
    seed.restore()?;
    job(move || {
        let mut session = seed.engine.session();
        add_each(&mut session, n);
        session.commit()?;
        Ok(n)
    })
}

/// A session for tables in which there is nothing.
fn empty(seed: &Database) -> Result<Session> {
    seed.restore()?;
    Ok(seed.engine.session())
}

fn add_each(session: &mut Session, n: u64) {
    let department = session.add(Department::new("Department"));
    for number in 0..n {
        let employee = Employee::new("First", &format!("Last {number}"), department);
        let employee = session.add(employee);
        session.add(ContactDetails::new(&format!("{number:012}"), &format!("{number} Main ST"), employee));
    }
}

fn plan_updates(world: &World, n: u64) -> Result<Job<'_>> {
    let mut session = world.company()?.engine.session();
    let employees = employees(&session, n)?;
    change_each(&mut session, &employees);
    job(move || Ok(session.pending()?.len() as u64))
}

fn update(world: &World, n: u64) -> Result<Job<'_>> {
    let mut session = world.company()?.engine.session();
    let employees = employees(&session, n)?;
    job(move || {
        change_each(&mut session, &employees);
        session.commit()?;
        Ok(employees.len() as u64)
    })
}

fn change_one(world: &World, n: u64) -> Result<Job<'_>> {
    let mut session = world.company()?.engine.session();
    let employees = employees(&session, n)?;
    job(move || {
        change_each(&mut session, &employees[500..=500]);
        session.commit()?;
        Ok(1)
    })
}

/// The first time all are changed; the second time they are as they were.
fn change_each(session: &mut Session, employees: &[Handle<Employee>]) {
    for &employee in employees {
        let employee = &mut session[employee];
        swap(&mut employee.firstname, &mut employee.lastname);
    }
}

fn delete(world: &World, n: u64) -> Result<Job<'_>> {
    let mut session = empty(world.seed()?)?;
    add_each(&mut session, n);
    session.commit()?;
    session.clear();
    let details = session.query::<ContactDetails>().handles()?;
    job(move || {
        for &details in &details {
            session.delete(details);
        }
        session.commit()?;
        Ok(details.len() as u64)
    })
}

//! The workloads through Diesel.

mod models;
mod schema;

use std::cell::RefCell;
use std::collections::HashMap;

use anyhow::{Context, Result};
use benches::workloads::{finds, graph};
use benches::world::{DEPARTMENTS, EMPLOYEES, World};
use benches::{Job, Side};
use diesel::prelude::*;
use url::Url;

use self::models::{
    ContactDetails, Department, Employee, Link, NewContactDetails, NewDepartment, NewEmployee, Project,
};
use self::schema::{contact_details, departments, employees, projects, projects_employees};

pub const WORKLOADS: [(&str, Side); 8] = [
    ("insert-graph", insert_graph),
    ("load", load),
    ("load-related", load_related),
    ("many-to-many", many_to_many),
    ("update", update),
    ("delete", delete),
    ("find", find),
    ("filtered-join", filtered_join),
];

diesel::define_sql_function! {
    /// The first key of the last INSERT.
    fn last_insert_id() -> Unsigned<Bigint>;
}

thread_local! {
    /// One for each database: a connection keeps its prepared statements.
    static CONNECTIONS: RefCell<HashMap<String, MysqlConnection>> = RefCell::default();
}

/// The company's database.
fn company(world: &World) -> Result<String> {
    world.company()?;
    url(world, "bench_company")
}

/// A socket has another name in Diesel's URLs.
fn url(world: &World, database: &str) -> Result<String> {
    let mut url = Url::parse(world.url())?;
    url.set_path(database);
    let socket = url.query_pairs().find(|(name, _)| name == "socket").map(|(_, path)| path.into_owned());
    url.set_query(None);
    if let Some(path) = socket {
        url.query_pairs_mut().append_pair("unix_socket", &path);
    }
    Ok(url.into())
}

fn job<'w>(url: String, mut work: impl FnMut(&mut MysqlConnection) -> Result<u64> + 'w) -> Result<Job<'w>> {
    connected(&url, |_| Ok(()))?;
    Ok(Box::new(move || connected(&url, &mut work)))
}

fn connected<T>(url: &str, work: impl FnOnce(&mut MysqlConnection) -> Result<T>) -> Result<T> {
    CONNECTIONS.with_borrow_mut(|connections| match connections.get_mut(url) {
        Some(connection) => work(connection),
        None => work(connections.entry(url.to_owned()).or_insert(MysqlConnection::establish(url)?)),
    })
}

/// Rows of an INSERT, and keys of a list.
const ROWS: usize = 1_000;

/// Diesel tells no keys of many rows on this server. The first is known, and the others follow.
fn insert_graph(world: &World) -> Result<Job<'_>> {
    world.seed()?.restore()?;
    job(url(world, "bench_seed")?, |connection| {
        let new: Vec<NewDepartment> =
            (1..=DEPARTMENTS).map(|n| NewDepartment { name: format!("Department {n}") }).collect();
        connection.transaction(|connection| {
            diesel::insert_into(departments::table).values(&new).execute(connection)?;
            let first_department = first_key(connection)?;
            let (mut employees, mut details) = (Vec::new(), Vec::new());
            for n in 0..EMPLOYEES {
                let (firstname, lastname, phone_number, address) = graph::data(n);
                let department_id = Some(first_department + (n % DEPARTMENTS) as i32);
                employees.push(NewEmployee { firstname, lastname, active: true, department_id });
                details.push(NewContactDetails { phone_number, address, employee_id: 0 });
            }
            let mut keys = Vec::new();
            for chunk in employees.chunks(ROWS) {
                diesel::insert_into(employees::table).values(chunk).execute(connection)?;
                let first = first_key(connection)?;
                keys.extend(first..first + chunk.len() as i32);
            }
            for (details, key) in details.iter_mut().zip(&keys) {
                details.employee_id = *key;
            }
            for chunk in details.chunks(ROWS) {
                diesel::insert_into(contact_details::table).values(chunk).execute(connection)?;
                first_key(connection)?;
            }
            Ok(keys.iter().map(|key| u64::from(key.unsigned_abs())).sum())
        })
    })
}

fn first_key(connection: &mut MysqlConnection) -> Result<i32> {
    Ok(diesel::select(last_insert_id()).get_result::<u64>(connection)?.try_into()?)
}

fn load(world: &World) -> Result<Job<'_>> {
    job(company(world)?, |connection| {
        let employees = employees::table.select(Employee::as_select()).load(connection)?;
        Ok(employees.iter().map(|employee| employee.lastname.len() as u64).sum())
    })
}

/// Faster than a join of all three. There are few departments: all of them are wanted.
fn load_related(world: &World) -> Result<Job<'_>> {
    job(company(world)?, |connection| {
        let employees = employees::table.select(Employee::as_select()).load(connection)?;
        let details = ContactDetails::belonging_to(&employees)
            .select(ContactDetails::as_select())
            .load(connection)?
            .grouped_by(&employees);
        let departments = departments::table.select(Department::as_select()).load(connection)?;
        let departments: HashMap<i32, Department> = departments.into_iter().map(|one| (one.id, one)).collect();
        let mut sum = 0;
        for (employee, details) in employees.iter().zip(&details) {
            let details = details.first().context("each has contact details")?;
            let department = employee.department_id.and_then(|key| departments.get(&key));
            let department = department.context("each has a department")?;
            sum += (employee.lastname.len() + details.address.len() + department.name.len()) as u64;
        }
        Ok(sum)
    })
}

fn many_to_many(world: &World) -> Result<Job<'_>> {
    job(company(world)?, |connection| {
        let projects = projects::table.select(Project::as_select()).load(connection)?;
        let members = Link::belonging_to(&projects)
            .inner_join(employees::table)
            .select((Link::as_select(), Employee::as_select()))
            .load::<(Link, Employee)>(connection)?
            .grouped_by(&projects);
        let mut sum = 0;
        for (project, members) in projects.iter().zip(&members) {
            for (_, employee) in members {
                sum += (project.name.len() + employee.lastname.len()) as u64;
            }
        }
        Ok(sum)
    })
}

/// Diesel has no statement for many rows with a value each.
fn update(world: &World) -> Result<Job<'_>> {
    let url = company(world)?;
    let mut employees =
        connected(&url, |connection| Ok(employees::table.select(Employee::as_select()).load(connection)?))?;
    let name = if employees[0].lastname == "One" { "Other" } else { "One" };
    job(url, move |connection| {
        for employee in &mut employees {
            name.clone_into(&mut employee.lastname);
            employee.active = !employee.active;
        }
        connection.transaction(|connection| {
            let mut updated = 0;
            for employee in &employees {
                let changes = (employees::lastname.eq(&employee.lastname), employees::active.eq(employee.active));
                updated += diesel::update(employees::table.find(employee.id)).set(changes).execute(connection)?;
            }
            Ok(updated as u64)
        })
    })
}

fn delete(world: &World) -> Result<Job<'_>> {
    world.company()?.restore()?;
    let url = company(world)?;
    let details = connected(&url, |connection| {
        Ok(contact_details::table.select(ContactDetails::as_select()).load(connection)?)
    })?;
    job(url, move |connection| {
        connection.transaction(|connection| {
            let mut deleted = 0;
            for details in details.chunks(ROWS) {
                let gone = contact_details::id.eq_any(details.iter().map(|one| one.id));
                deleted += diesel::delete(contact_details::table.filter(gone)).execute(connection)?;
            }
            Ok(deleted as u64)
        })
    })
}

fn find(world: &World) -> Result<Job<'_>> {
    job(company(world)?, |connection| {
        let mut sum = 0;
        for key in finds::keys() {
            let employee = employees::table.find(key).select(Employee::as_select()).first(connection)?;
            sum += employee.lastname.len() as u64;
        }
        Ok(sum)
    })
}

fn filtered_join(world: &World) -> Result<Job<'_>> {
    job(company(world)?, |connection| {
        let mut sum = 0;
        for (department, first, last) in finds::ranges() {
            let members = projects_employees::table.inner_join(employees::table.inner_join(departments::table));
            let projects = projects::table
                .inner_join(members)
                .filter(departments::name.eq(department))
                .filter(employees::id.between(first, last))
                .select(Project::as_select())
                .load(connection)?;
            sum += projects.iter().map(|project| project.name.len() as u64).sum::<u64>();
        }
        Ok(sum)
    })
}

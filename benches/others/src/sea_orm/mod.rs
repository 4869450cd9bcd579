//! The workloads through SeaORM.

mod entities;

use std::cell::RefCell;
use std::collections::HashMap;

use anyhow::{Context, Result};
use benches::workloads::{finds, graph};
use benches::world::{DEPARTMENTS, EMPLOYEES, World};
use benches::{Job, Side};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectOptions, Database, IntoActiveModel, JoinType, LoaderTrait, QuerySelect, TransactionTrait};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use self::entities::{contact_details, department, employee, link, project};

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

thread_local! {
    /// One for each database: a connection keeps its prepared statements.
    static CONNECTIONS: RefCell<HashMap<String, Connection>> = RefCell::default();
}

/// A connection, and what drives it: on one processor a single thread is the fastest.
struct Connection {
    runtime: Runtime,
    db: DatabaseConnection,
}

impl Connection {
    /// One connection, which is not asked before each statement whether it is alive.
    fn establish(url: &str) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).test_before_acquire(false).sqlx_logging(false);
        let db = runtime.block_on(Database::connect(options))?;
        Ok(Self { runtime, db })
    }
}

/// The company's database.
fn company(world: &World) -> Result<String> {
    world.company()?;
    url(world, "bench_company")
}

fn url(world: &World, database: &str) -> Result<String> {
    let mut url = Url::parse(world.url())?;
    url.set_path(database);
    Ok(url.into())
}

fn job<'w>(url: String, mut work: impl AsyncFnMut(&DatabaseConnection) -> Result<u64> + 'w) -> Result<Job<'w>> {
    connected(&url, async |_| Ok(()))?;
    Ok(Box::new(move || connected(&url, &mut work)))
}

fn connected<T>(url: &str, work: impl AsyncFnOnce(&DatabaseConnection) -> Result<T>) -> Result<T> {
    CONNECTIONS.with_borrow_mut(|connections| {
        let Connection { runtime, db } = match connections.get_mut(url) {
            Some(connection) => connection,
            None => connections.entry(url.to_owned()).or_insert(Connection::establish(url)?),
        };
        runtime.block_on(work(db))
    })
}

/// Rows of an INSERT, and keys of a list.
const ROWS: usize = 1_000;

/// SeaORM tells no keys of many rows on this server. The first is known, and the others follow.
fn insert_graph(world: &World) -> Result<Job<'_>> {
    world.seed()?.restore()?;
    job(url(world, "bench_seed")?, async |db| {
        let transaction = db.begin().await?;
        let new = (1..=DEPARTMENTS)
            .map(|n| department::ActiveModel { name: Set(format!("Department {n}")), ..Default::default() });
        let inserted = department::Entity::insert_many(new).exec(&transaction).await?;
        let first_department = inserted.last_insert_id.context("there are departments")?;
        let (mut employees, mut details) = (Vec::new(), Vec::new());
        for n in 0..EMPLOYEES {
            let (firstname, lastname, phone_number, address) = graph::data(n);
            employees.push(employee::ActiveModel {
                firstname: Set(firstname),
                lastname: Set(lastname),
                active: Set(true),
                department_id: Set(Some(first_department + (n % DEPARTMENTS) as i32)),
                ..Default::default()
            });
            details.push(contact_details::ActiveModel {
                phone_number: Set(phone_number),
                address: Set(address),
                ..Default::default()
            });
        }
        let mut keys = Vec::new();
        for chunk in employees.chunks(ROWS) {
            let inserted = employee::Entity::insert_many(chunk.iter().cloned()).exec(&transaction).await?;
            let first = inserted.last_insert_id.context("there are employees")?;
            keys.extend(first..first + chunk.len() as i32);
        }
        for (details, key) in details.iter_mut().zip(&keys) {
            details.employee_id = Set(*key);
        }
        for chunk in details.chunks(ROWS) {
            contact_details::Entity::insert_many(chunk.iter().cloned()).exec(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(keys.iter().map(|key| u64::from(key.unsigned_abs())).sum())
    })
}

fn load(world: &World) -> Result<Job<'_>> {
    job(company(world)?, async |db| {
        let employees = employee::Entity::find().all(db).await?;
        Ok(employees.iter().map(|employee| employee.lastname.len() as u64).sum())
    })
}

fn load_related(world: &World) -> Result<Job<'_>> {
    job(company(world)?, async |db| {
        let employees = employee::Entity::find().all(db).await?;
        let details = employees.load_one(contact_details::Entity, db).await?;
        let departments = employees.load_one(department::Entity, db).await?;
        let mut sum = 0;
        for ((employee, details), department) in employees.iter().zip(details).zip(departments) {
            let details = details.context("each has contact details")?;
            let department = department.context("each has a department")?;
            sum += (employee.lastname.len() + details.address.len() + department.name.len()) as u64;
        }
        Ok(sum)
    })
}

fn many_to_many(world: &World) -> Result<Job<'_>> {
    job(company(world)?, async |db| {
        let projects = project::Entity::find().all(db).await?;
        let members = projects.load_many_to_many(employee::Entity, link::Entity, db).await?;
        let mut sum = 0;
        for (project, members) in projects.iter().zip(&members) {
            for employee in members {
                sum += (project.name.len() + employee.lastname.len()) as u64;
            }
        }
        Ok(sum)
    })
}

/// SeaORM has no statement for many rows with a value each.
fn update(world: &World) -> Result<Job<'_>> {
    let url = company(world)?;
    let mut employees = connected(&url, async |db| Ok(employee::Entity::find().all(db).await?))?;
    let name = if employees[0].lastname == "One" { "Other" } else { "One" };
    job(url, async move |db| {
        let transaction = db.begin().await?;
        for employee in &mut employees {
            let mut changed = employee.clone().into_active_model();
            changed.lastname = Set(name.to_owned());
            changed.active = Set(!employee.active);
            employee::Entity::update(changed).exec_without_returning(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(employees.len() as u64)
    })
}

fn delete(world: &World) -> Result<Job<'_>> {
    world.company()?.restore()?;
    let url = company(world)?;
    let details = connected(&url, async |db| Ok(contact_details::Entity::find().all(db).await?))?;
    job(url, async move |db| {
        let transaction = db.begin().await?;
        let mut deleted = 0;
        for details in details.chunks(ROWS) {
            let gone = contact_details::Column::Id.is_in(details.iter().map(|one| one.id));
            deleted += contact_details::Entity::delete_many().filter(gone).exec(&transaction).await?.rows_affected;
        }
        transaction.commit().await?;
        Ok(deleted)
    })
}

fn find(world: &World) -> Result<Job<'_>> {
    job(company(world)?, async |db| {
        let mut sum = 0;
        for key in finds::keys() {
            let employee = employee::Entity::find_by_id(key).one(db).await?.context("there is one")?;
            sum += employee.lastname.len() as u64;
        }
        Ok(sum)
    })
}

fn filtered_join(world: &World) -> Result<Job<'_>> {
    job(company(world)?, async |db| {
        let mut sum = 0;
        for (department, first, last) in finds::ranges() {
            let projects = project::Entity::find()
                .inner_join(employee::Entity)
                .join(JoinType::InnerJoin, employee::Relation::Department.def())
                .filter(department::Column::Name.eq(department))
                .filter(employee::Column::Id.between(first, last))
                .all(db)
                .await?;
            sum += projects.iter().map(|project| project.name.len() as u64).sum::<u64>();
        }
        Ok(sum)
    })
}

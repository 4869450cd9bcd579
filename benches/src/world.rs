//! The server and its databases, each reached by both sides.

use std::cell::{OnceCell, RefCell, RefMut};

use anyhow::{Context, Result};
use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder};
use orm_core::{Engine, Schema};
use orm_sandbox::Sandbox;
use url::Url;

use crate::workloads::diesel_bench;

/// Employees of the company that most workloads are about; each has contact details and a link to a project.
pub const EMPLOYEES: u64 = 10_000;
/// Their departments.
pub const DEPARTMENTS: u64 = 20;
/// Their projects.
pub const PROJECTS: u64 = 200;

/// A server with all that workloads need. Each database is made when it is first asked for.
#[derive(Debug)]
pub struct World {
    server: String,
    seed: OnceCell<Database>,
    company: OnceCell<Database>,
    crowd: OnceCell<Database>,
    blog: OnceCell<Database>,
    watcher: RefCell<Conn>,
    /// Ends the server when it goes.
    _sandbox: Option<Sandbox>,
}

/// One database, as both sides reach it.
#[derive(Debug)]
pub struct Database {
    /// The framework's.
    pub engine: Engine,
    driver: RefCell<Conn>,
    /// The same without autocommit: a transaction begins by itself.
    writer: RefCell<Conn>,
    /// What puts the data there.
    fill: Vec<String>,
}

impl World {
    /// On the server of a URL, or on a private one.
    ///
    /// # Errors
    /// What the server says.
    pub fn start(url: Option<&str>) -> Result<Self> {
        let sandbox = match url {
            Some(_) => None,
            // The data stays in memory, and no commit waits for a disk: what is left is what each side does.
            None => Some(
                Sandbox::builder()
                    .argument("--innodb-buffer-pool-size=1G")
                    .argument("--innodb-flush-log-at-trx-commit=0")
                    .start()?,
            ),
        };
        let server = url.map(str::to_owned).or_else(|| sandbox.as_ref().map(Sandbox::url)).unwrap_or_default();
        let watcher = RefCell::new(Conn::new(Opts::from_url(&server)?)?);
        let [seed, company, crowd, blog] = [const { OnceCell::new() }; 4];
        Ok(Self { server, seed, company, crowd, blog, watcher, _sandbox: sandbox })
    }

    /// The server's URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.server
    }

    /// The seed's tables, empty.
    ///
    /// # Errors
    /// What the server says.
    pub fn seed(&self) -> Result<&Database> {
        self.once(&self.seed, "bench_seed", planning_demo::schema, Vec::new)
    }

    /// A company of [`EMPLOYEES`].
    ///
    /// # Errors
    /// What the server says.
    pub fn company(&self) -> Result<&Database> {
        self.once(&self.company, "bench_company", planning_demo::schema, company)
    }

    /// Employees alone, 1,000,000.
    ///
    /// # Errors
    /// What the server says.
    pub fn crowd(&self) -> Result<&Database> {
        self.once(&self.crowd, "bench_crowd", planning_demo::schema, || vec![employees(1_000_000)])
    }

    /// What `diesel_bench` measures.
    ///
    /// # Errors
    /// What the server says.
    pub fn blog(&self) -> Result<&Database> {
        self.once(&self.blog, "bench_blog", diesel_bench::schema, diesel_bench::data)
    }

    fn once<'w>(
        &self,
        cell: &'w OnceCell<Database>,
        name: &str,
        schema: fn() -> Schema,
        fill: fn() -> Vec<String>,
    ) -> Result<&'w Database> {
        if let Some(database) = cell.get() {
            return Ok(database);
        }
        let made = Database::make(&self.server, name, &schema(), fill())?;
        Ok(cell.get_or_init(|| made))
    }

    /// The number of statements that the server has been sent, on all connections.
    ///
    /// # Errors
    /// What the server says.
    pub fn statements(&self) -> Result<u64> {
        let status: Option<(String, u64)> =
            self.watcher.borrow_mut().query_first("SHOW GLOBAL STATUS LIKE 'Questions'")?;
        Ok(status.context("the server counts its statements")?.1)
    }
}

impl Database {
    fn make(server: &str, name: &str, schema: &Schema, fill: Vec<String>) -> Result<Self> {
        Engine::connect(server)?.create_database(name)?;
        let mut url = Url::parse(server)?;
        url.set_path(name);
        let engine = Engine::connect(url.as_str())?;
        engine.drop_all(schema)?;
        engine.create_all(schema)?;
        let options = OptsBuilder::from_opts(Opts::from_url(url.as_str())?);
        let options = options.prefer_socket(false);
        let driver = RefCell::new(Conn::new(options.clone())?);
        let writer = RefCell::new(Conn::new(options.init(vec!["SET autocommit = 0"]))?);
        let database = Self { engine, driver, writer, fill };
        database.restore()?;
        Ok(database)
    }

    /// The driver's connection for transactions.
    pub fn writer(&self) -> RefMut<'_, Conn> {
        self.writer.borrow_mut()
    }

    /// The driver's connection.
    pub fn driver(&self) -> RefMut<'_, Conn> {
        self.driver.borrow_mut()
    }

    /// Puts the data there anew.
    ///
    /// # Errors
    /// What the server says.
    pub fn restore(&self) -> Result<()> {
        let mut driver = self.driver();
        driver.query_drop("SET foreign_key_checks = 0")?;
        for table in driver.query::<String, _>("SHOW TABLES")? {
            driver.query_drop(format!("TRUNCATE TABLE `{table}`"))?;
        }
        for statement in &self.fill {
            driver.query_drop(statement)?;
        }
        driver.query_drop("SET foreign_key_checks = 1")?;
        Ok(())
    }
}

/// The rows of the company's tables.
fn company() -> Vec<String> {
    let (employees_of, projects) = (numbers(EMPLOYEES), numbers(1_000));
    vec![
        format!(
            "INSERT INTO departments (id, name) \
             SELECT n, CONCAT('Department ', n) FROM {employees_of} WHERE n <= {DEPARTMENTS}"
        ),
        employees(EMPLOYEES),
        format!(
            "INSERT INTO contact_details (id, phone_number, address, employee_id) \
             SELECT n, LPAD(n, 12, '0'), CONCAT(n, ' Main ST'), n FROM {employees_of} ORDER BY n"
        ),
        format!(
            "INSERT INTO projects (id, name, description, due_date) \
             SELECT n, CONCAT('Project ', n), CONCAT('Project ', n, ' description'), '2021-05-31' + INTERVAL n DAY \
             FROM {projects} WHERE n <= {PROJECTS} ORDER BY n"
        ),
        // Fifty of each project, and no two the same.
        format!(
            "INSERT INTO projects_employees (project_id, employee_id) \
             SELECT (n - 1) % {PROJECTS} + 1, (n * 7919) % {EMPLOYEES} + 1 FROM {employees_of}"
        ),
    ]
}

/// So many employees, a power of ten. Their departments have the numbers up to [`DEPARTMENTS`].
fn employees(count: u64) -> String {
    let numbers = numbers(count);
    format!(
        "INSERT INTO employees (id, firstname, lastname, active, department_id) \
         SELECT n, CONCAT('First ', n % 1000), CONCAT('Last ', n), n % 2, n % {DEPARTMENTS} + 1 FROM {numbers} ORDER BY n"
    )
}

/// The numbers from 1 to a power of ten, in a form that both servers know.
pub(crate) fn numbers(count: u64) -> String {
    let digits = (0..10).map(|digit| format!("SELECT {digit} AS d")).collect::<Vec<_>>().join(" UNION ALL ");
    let places = count.ilog10().max(1);
    let sum: Vec<String> = (0..places).map(|place| format!("{} * p{place}.d", 10_u64.pow(place))).collect();
    let tables: Vec<String> = (0..places).map(|place| format!("({digits}) p{place}")).collect();
    format!("(SELECT 1 + {} AS n FROM {}) numbers", sum.join(" + "), tables.join(", "))
}

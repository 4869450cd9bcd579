//! A database for one test, on the private server of the test binary or on the server of `DATABASE_URL`.

use std::env;
use std::sync::atomic::{AtomicU32, Ordering};

use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder, Row};
use orm_core::{Engine, Schema};
use orm_sandbox::Sandbox;
use url::Url;

/// An empty database, which is dropped with this.
#[derive(Debug)]
pub struct Database {
    engine: Engine,
    url: String,
    name: String,
}

impl Database {
    /// A new database without tables.
    ///
    /// # Panics
    /// There is no server.
    #[must_use]
    pub fn empty() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("orm_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        server().create_database(&name).expect("the server creates a database");
        let url = url_for(&name);
        let engine = Engine::connect(&url).expect("the new database can be used");
        Self { engine, url, name }
    }

    /// A new database with the tables of a schema.
    ///
    /// # Panics
    /// The tables cannot be created.
    #[must_use]
    pub fn with(schema: &Schema) -> Self {
        let database = Self::empty();
        database.engine.create_all(schema).expect("the tables can be created");
        database
    }

    /// The engine for this database.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The URL of this database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the database answers to SQL, asked past the ORM: a line for each row, with values as SQL between bars.
    ///
    /// # Panics
    /// The statement fails.
    #[must_use]
    pub fn ask(&self, sql: &str) -> Vec<String> {
        let rows: Vec<Row> = self.driver().query(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let line = |row: Row| row.unwrap().iter().map(text).collect::<Vec<_>>().join(" | ");
        rows.into_iter().map(line).collect()
    }

    /// Runs SQL past the ORM, as somebody else would.
    ///
    /// # Panics
    /// The statement fails.
    pub fn run(&self, sql: &str) {
        self.driver().query_drop(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// A connection of the driver's own, past the ORM.
    ///
    /// # Panics
    /// The server cannot be reached.
    #[must_use]
    pub fn driver(&self) -> Conn {
        let url = Url::parse(&self.url).expect("the test's URL is valid");
        let socket = url.query_pairs().find(|(name, _)| name == "socket").map(|(_, path)| path.into_owned());
        let options = match socket {
            Some(path) => OptsBuilder::new().user(Some(url.username())).socket(Some(path)).db_name(Some(&self.name)),
            None => OptsBuilder::from_opts(Opts::from_url(&self.url).expect("the test's URL is valid")),
        };
        Conn::new(options.prefer_socket(false)).expect("the test's database can be reached")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A test that failed may have left the server unreachable; the message that counts is its own.
        let _ = server().drop_database(&self.name);
    }
}

fn server() -> Engine {
    Engine::connect(&url_for("")).expect("there is a server for the tests")
}

fn url_for(database: &str) -> String {
    match env::var("DATABASE_URL") {
        Ok(url) => {
            let mut url = Url::parse(&url).expect("DATABASE_URL is a URL");
            url.set_path(database);
            url.into()
        }
        Err(_) => Sandbox::shared().expect("a private server starts").url_for(database),
    }
}

fn text(value: &mysql::Value) -> String {
    match value {
        mysql::Value::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => other.as_sql(true),
    }
}

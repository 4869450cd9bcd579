//! The engine: a server, and the connections to it.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use crate::connection::open::Server;
use crate::connection::pool::{Connector, Pool, PoolState};
use crate::connection::settings::Settings;
use crate::connection::watch::Watch;
use crate::connection::{EngineBuilder, Link, Pooled, Trust};
use crate::error::Result;
use crate::schema::{Creation, Schema};
use crate::sql::{self, Dialect, existing_tables};
use crate::value::Value;

/// A database server with a pool of connections. Cloning it is cheap; all clones share the pool.
///
/// ```no_run
/// use orm_core::Engine;
///
/// let engine = Engine::connect("mysql://app_user:Password123!@127.0.0.1:3306/planning")?;
/// let mut session = engine.session();
/// # Ok::<(), orm_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    pool: Pool<Server>,
    dialect: Dialect,
}

impl Engine {
    /// Connects to the server of a URL: `mysql://user:password@host:port/database`, or `mariadb://…`. Options follow a `?`, with
    /// `&` between them: [`EngineBuilder`] has the table of them.
    ///
    /// # Errors
    /// As of [`EngineBuilder::connect`].
    pub fn connect(url: &str) -> Result<Self> {
        Self::builder(url).connect()
    }

    /// Begins with the server of a URL; what else is to be said of its connections is said by the builder's methods.
    ///
    /// ```no_run
    /// use orm_core::Engine;
    ///
    /// let engine = Engine::builder("mysql://app_user@127.0.0.1/planning").password_env("DB_PASSWORD").pool_size(4).connect()?;
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    #[must_use]
    pub fn builder(url: &str) -> EngineBuilder {
        EngineBuilder::new(url)
    }

    /// The first connection is made at once, and finds out what the server is.
    pub(crate) fn open(settings: Settings) -> Result<Self> {
        let limits = settings.limits.clone();
        let server = Server::new(settings);
        let first = server.connect()?;
        let dialect = first.dialect();
        let pool = Pool::new(server.knowing(dialect), limits);
        pool.put(first);
        Ok(Self { inner: Arc::new(Inner { pool, dialect }) })
    }

    /// What the server is and can.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.inner.dialect
    }

    /// Creates the tables of a schema that the database does not have, parents first. One statement asks which exist.
    ///
    /// Foreign keys of tables that refer to each other in a loop are added when all tables of the loop are there.
    ///
    /// # Errors
    /// [`Error::Schema`](crate::Error::Schema) where two models claim one table; what the server says against a table.
    pub fn create_all(&self, schema: &Schema) -> Result<()> {
        schema.check()?;
        let mut link = self.link()?;
        let existing = existing(&mut link, schema)?;
        let missing = |table: usize| !existing.contains(&schema.tables()[table].name.to_lowercase());
        let statements = schema.creation_order().into_iter().filter_map(|creation| match creation {
            Creation::Table(table) => {
                missing(table).then(|| sql::create_table(schema.tables()[table], &schema.deferred(table)))
            }
            Creation::ForeignKey(table, relationship) => {
                missing(table).then(|| sql::create_foreign_key(schema.tables()[table], relationship))
            }
        });
        let created = statements.into_iter().try_for_each(|statement| link.define(&statement));
        created.map_err(|error| sql::trace(error, None, schema.tables()))
    }

    /// Drops the tables of a schema that the database has, children first. One statement asks which exist.
    ///
    /// # Errors
    /// What the server says, for instance that a table outside of the schema refers to one of it.
    pub fn drop_all(&self, schema: &Schema) -> Result<()> {
        let mut link = self.link()?;
        let existing = existing(&mut link, schema)?;
        let exists = |table: usize| existing.contains(&schema.tables()[table].name.to_lowercase());
        let statements = schema.creation_order().into_iter().rev().filter_map(|creation| match creation {
            Creation::Table(table) => exists(table).then(|| sql::drop_table(schema.tables()[table])),
            Creation::ForeignKey(table, relationship) => {
                exists(table).then(|| sql::drop_foreign_key(schema.tables()[table], relationship))
            }
        });
        let dropped = statements.into_iter().try_for_each(|statement| link.define(&statement));
        dropped.map_err(|error| sql::trace(error, None, schema.tables()))
    }

    /// Creates a database on the server, with utf8mb4, unless it is there.
    ///
    /// # Errors
    /// What the server says, for instance that the user may not.
    pub fn create_database(&self, name: &str) -> Result<()> {
        self.link()?.define(&sql::create_database(name))
    }

    /// Drops a database with everything in it, if it is there.
    ///
    /// # Errors
    /// What the server says, for instance that the user may not.
    pub fn drop_database(&self, name: &str) -> Result<()> {
        self.link()?.define(&sql::drop_database(name))
    }

    /// A connection without a transaction, which answers.
    pub(crate) fn link(&self) -> Result<Pooled> {
        self.link_with(Trust::Tested)
    }

    /// The same, where its user may want to find out by himself whether it answers.
    pub(crate) fn link_with(&self, trust: Trust) -> Result<Pooled> {
        self.inner.pool.get(trust)
    }

    pub(crate) fn watch(&self) -> &Watch {
        &self.inner.pool.connector().watch
    }

    pub(crate) fn pool_state(&self) -> PoolState {
        self.inner.pool.state()
    }
}

/// The names of those of the schema's tables that the database has, in lower case: so may a server keep them.
fn existing(link: &mut Link, schema: &Schema) -> Result<HashSet<String>> {
    let mut names = HashSet::new();
    link.execute(existing_tables(schema.tables()), &mut |row| {
        if let [Value::Bytes(name)] = row.as_slice() {
            names.insert(String::from_utf8_lossy(name).to_lowercase());
        }
        Ok(())
    })?;
    Ok(names)
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Engine({}, {:?})", self.inner.pool.connector().settings.place, self.dialect().flavour)
    }
}

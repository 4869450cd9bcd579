//! The engine: a server, and the connections to it.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use crate::connection::Link;
use crate::connection::address::Address;
use crate::connection::pool::{Connections, PoolState, Pooled};
use crate::connection::watch::Watch;
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
    connections: Connections,
    watch: Arc<Watch>,
}

impl Engine {
    /// Connects to the server of a URL: `mysql://user:password@host:port/database`, or `mariadb://…`. For a Unix socket add
    /// `?socket=/path/to/it`.
    ///
    /// # Errors
    /// [`Error::Url`](crate::Error::Url) says which part of the URL is wrong;
    /// [`Error::Connection`](crate::Error::Connection) that no connection could be made, and why.
    pub fn connect(url: &str) -> Result<Self> {
        let address = Address::parse(url)?;
        let watch = Arc::new(Watch::default());
        let connections = Connections::open(address, Arc::clone(&watch))?;
        Ok(Self { inner: Arc::new(Inner { connections, watch }) })
    }

    /// What the server is and can.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.inner.connections.dialect()
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

    /// A connection without a transaction.
    pub(crate) fn link(&self) -> Result<Pooled> {
        self.inner.connections.get()
    }

    pub(crate) fn watch(&self) -> &Watch {
        &self.inner.watch
    }

    pub(crate) fn pool_state(&self) -> PoolState {
        self.inner.connections.state()
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
        write!(f, "Engine({}, {:?})", self.inner.connections.server(), self.dialect().flavour)
    }
}

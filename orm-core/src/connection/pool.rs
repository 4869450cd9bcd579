//! Connections that wait for their next use. The pool is `r2d2`'s; what a connection is and when it is good is said here.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use r2d2::{ManageConnection, Pool};

use crate::connection::Link;
use crate::connection::address::Address;
use crate::connection::watch::Watch;
use crate::error::{Error, Result};
use crate::sql::Dialect;

/// A connection from the pool, which goes back there when it is dropped.
pub(crate) type Pooled = r2d2::PooledConnection<Connector>;

/// The most connections at a time.
const MAX_CONNECTIONS: u32 = 16;
/// How long to wait for a connection when all are in use or the server does not answer.
const WAIT: Duration = Duration::from_secs(10);
/// A connection that was idle for longer is asked whether the server is still there.
const TRUSTED_WHILE_IDLE: Duration = Duration::from_secs(5);

/// The connections to one server.
pub(crate) struct Connections {
    pool: Pool<Connector>,
    dialect: Dialect,
    server: String,
    last_failure: LastFailure,
    /// Threads that wait for a connection.
    waiting: AtomicU64,
}

/// How many connections there are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PoolState {
    pub(crate) in_use: u64,
    pub(crate) idle: u64,
    /// Threads that wait for one.
    pub(crate) waiting: u64,
}

/// Why the last connection could not be made: the pool itself keeps only the text.
type LastFailure = Arc<Mutex<Option<Error>>>;

/// Makes connections for the pool.
pub(crate) struct Connector {
    address: Address,
    dialect: Dialect,
    watch: Arc<Watch>,
    /// The connection with which the engine found out what the server is.
    first: Mutex<Option<Link>>,
    last_failure: LastFailure,
}

impl Connections {
    /// A pool for the server at this address; one connection is made at once, so that a wrong address is told at once.
    pub(crate) fn open(address: Address, watch: Arc<Watch>) -> Result<Self> {
        let server = address.to_string();
        let first = Link::open(&address, None, Arc::clone(&watch))?;
        let dialect = first.dialect();
        let last_failure = LastFailure::default();
        let connector =
            Connector { address, dialect, watch, first: Some(first).into(), last_failure: Arc::clone(&last_failure) };
        let pool = Pool::builder()
            .max_size(MAX_CONNECTIONS)
            .min_idle(Some(0))
            .connection_timeout(WAIT)
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build_unchecked(connector);
        Ok(Self { pool, dialect, server, last_failure, waiting: AtomicU64::new(0) })
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The server's address, without user and password.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// A connection without a transaction.
    pub(crate) fn get(&self) -> Result<Pooled> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let link = self.pool.get();
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let mut link = link.map_err(|waited| self.unavailable(&waited))?;
        link.end_transaction()?;
        Ok(link)
    }

    pub(crate) fn state(&self) -> PoolState {
        let r2d2::State { connections, idle_connections, .. } = self.pool.state();
        PoolState {
            in_use: connections.saturating_sub(idle_connections).into(),
            idle: idle_connections.into(),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    fn unavailable(&self, waited: &r2d2::Error) -> Error {
        let failure = self.last_failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        let no_reason = || Error::Connection {
            server: self.server.clone(),
            reason: format!(
                "all {MAX_CONNECTIONS} connections are in use; commit, roll back or drop a session ({waited})"
            ),
        };
        failure.unwrap_or_else(no_reason)
    }
}

impl Connector {
    fn connect_now(&self) -> Result<Link> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        match first {
            Some(link) => Ok(link),
            None => Link::open(&self.address, Some(self.dialect), Arc::clone(&self.watch)),
        }
    }
}

impl ManageConnection for Connector {
    type Connection = Link;
    type Error = Error;

    fn connect(&self) -> Result<Link> {
        let connected = self.connect_now();
        let mut last_failure = self.last_failure.lock().unwrap_or_else(PoisonError::into_inner);
        *last_failure = None;
        connected.map_err(|error| {
            let text = self.address.failed(&error);
            *last_failure = Some(error);
            text
        })
    }

    fn is_valid(&self, link: &mut Link) -> Result<()> {
        if link.last_used().elapsed() < TRUSTED_WHILE_IDLE { Ok(()) } else { link.ping() }
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.is_lost()
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Connector({})", self.address)
    }
}

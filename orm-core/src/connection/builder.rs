//! How the connections of an engine are, before there are any.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::connection::settings::{Password, Place, Settings};
use crate::connection::{Engine, SslMode, url};
use crate::error::{Error, Result};

/// An engine that is not connected yet: what is said here goes before what the URL says. Made by [`Engine::builder`].
///
/// ```no_run
/// use std::time::Duration;
///
/// use orm_core::Engine;
///
/// let engine = Engine::builder("mysql://app_user@db.example.com/planning")
///     .password_file("/run/secrets/planning")
///     .pool_size(32)
///     .read_timeout(Duration::from_secs(60))
///     .connect()?;
/// # Ok::<(), orm_core::Error>(())
/// ```
///
/// Each method has the name of an option of the URL, which has the same meaning:
///
/// | option | default | what it is |
/// | --- | --- | --- |
/// | `pool_size=8` | `16` | the most connections at a time |
/// | `wait_timeout=2s` | `10s` | how long a thread waits for a connection when all are in use |
/// | `connect_timeout=5s` | `10s` | how long it may take to make one: name, network, TLS, login and settings together |
/// | `read_timeout=1m` | `none` | how long the server may be silent before an answer or within it; then the connection is lost |
/// | `write_timeout=1m` | `none` | how long the server may take in nothing of a statement; then the connection is lost |
/// | `max_lifetime=2h` | `30m` | the age at which a connection is not used again |
/// | `idle_timeout=1m` | `10m` | how long one may be idle; it is closed when the pool is next used |
/// | `test_after=1m` | `5s` | how long one may be idle and still be used without a question whether it answers; `0s`: always asked |
/// | `ssl_mode=required` | see below | `disabled`, `required` or `verify_identity`: see [`SslMode`] |
/// | `ssl_ca=/path/ca.pem` | | certificates (PEM) that are trusted beside the public ones |
/// | `ssl_cert=/path/c.pem`, `ssl_key=/path/k.pem` | | the certificate and key (PEM) by which the server knows us |
/// | `socket=/run/mysqld/mysqld.sock` | | a Unix socket in place of host and port; the host is `localhost` or missing then |
/// | `password_env=DB_PASSWORD` | | the environment variable with the password |
/// | `password_file=/run/secrets/db` | | the file with the password; a line break at its end is no part of it |
///
/// A time is a whole number with a unit, `500ms`, `5s`, `2m` or `1h`; `none` switches a limit off. What is neither a letter nor a
/// digit is written as `%` and two digits in a user, a password, a database and a value (`%40` for `@`, `%2F` for `/`).
///
/// A host that is not this machine must have TLS, with a certificate for its name; `ssl_mode=disabled` switches that off. The
/// loopback addresses and `localhost` are not encrypted, unless one of the `ssl_` options is given.
pub struct EngineBuilder {
    settings: Result<Settings, String>,
}

impl EngineBuilder {
    pub(crate) fn new(text: &str) -> Self {
        Self { settings: url::parse(text) }
    }

    /// Connects to the server; one connection is made at once, so that what is wrong is told at once.
    ///
    /// # Errors
    /// [`Error::Url`] says which part of the URL is wrong, or which options do not fit together; [`Error::Login`] that the server
    /// does not let the user in; [`Error::Setup`] why it cannot be used as things are, such as an encryption that it does not
    /// have; [`Error::Connection`] that it cannot be reached.
    pub fn connect(self) -> Result<Engine> {
        self.check()?;
        Engine::open(self.settings.map_err(|reason| Error::Url { reason })?)
    }

    /// Whether the URL is one and the options fit together. No connection is made.
    ///
    /// # Errors
    /// [`Error::Url`]: what is wrong.
    pub fn check(&self) -> Result<()> {
        match &self.settings {
            Ok(settings) => settings.check(),
            Err(reason) => Err(Error::Url { reason: reason.clone() }),
        }
    }

    /// The user.
    #[must_use]
    pub fn user(self, name: impl Into<String>) -> Self {
        self.with(|settings| settings.user = name.into())
    }

    /// The password, in place of one that the URL names.
    #[must_use]
    pub fn password(self, password: impl Into<String>) -> Self {
        self.with(|settings| settings.password = Password::Text(password.into()))
    }

    /// The environment variable with the password. It is read anew for each connection.
    #[must_use]
    pub fn password_env(self, name: impl Into<String>) -> Self {
        self.with(|settings| settings.password = Password::Variable(name.into()))
    }

    /// The file with the password. It is read anew for each connection, so that the password may change; a line break at its end
    /// is no part of it.
    #[must_use]
    pub fn password_file(self, path: impl Into<PathBuf>) -> Self {
        self.with(|settings| settings.password = Password::File(path.into()))
    }

    /// The database.
    #[must_use]
    pub fn database(self, name: impl Into<String>) -> Self {
        self.with(|settings| settings.database = Some(name.into()).filter(|name: &String| !name.is_empty()))
    }

    /// The Unix socket, in place of host and port.
    #[must_use]
    pub fn socket(self, path: impl Into<PathBuf>) -> Self {
        self.with(|settings| settings.place = Place::Socket(path.into()))
    }

    /// The most connections at a time: 16 where nothing is said.
    #[must_use]
    pub fn pool_size(self, connections: usize) -> Self {
        self.with(|settings| settings.limits.size = connections)
    }

    /// How long a thread waits for a connection when all are in use ([`Error::Exhausted`] then): 10 seconds where nothing is said.
    #[must_use]
    pub fn wait_timeout(self, most: Duration) -> Self {
        self.with(|settings| settings.limits.wait = most)
    }

    /// How long it may take to make a connection: 10 seconds where nothing is said. The limit is for all of it: finding the
    /// host's addresses, trying them one after the other, TLS, the login, and the session's settings.
    #[must_use]
    pub fn connect_timeout(self, most: Duration) -> Self {
        self.with(|settings| settings.connect_timeout = most)
    }

    /// How long the server may be silent before an answer or within it; then the connection is lost, and with it the transaction
    /// ([`Error::TimedOut`]). Without limit where nothing is said: a statement may take its time. A server whose machine is gone
    /// is noticed all the same, after about two minutes, by TCP.
    #[must_use]
    pub fn read_timeout(self, most: impl Into<Option<Duration>>) -> Self {
        self.with(|settings| settings.read_timeout = most.into())
    }

    /// How long the server may take in nothing of a statement; otherwise as [`read_timeout`](Self::read_timeout).
    #[must_use]
    pub fn write_timeout(self, most: impl Into<Option<Duration>>) -> Self {
        self.with(|settings| settings.write_timeout = most.into())
    }

    /// The age at which a connection is not used again: 30 minutes where nothing is said.
    #[must_use]
    pub fn max_lifetime(self, most: impl Into<Option<Duration>>) -> Self {
        self.with(|settings| settings.limits.lifetime = most.into())
    }

    /// How long a connection may be idle: 10 minutes where nothing is said. It is closed when the pool is next used: there is no
    /// thread for that.
    #[must_use]
    pub fn idle_timeout(self, most: impl Into<Option<Duration>>) -> Self {
        self.with(|settings| settings.limits.idle = most.into())
    }

    /// How long a connection may be idle and still be used without being asked whether it answers: 5 seconds where nothing is
    /// said. If it has died since, a session sends its first statement again on another one.
    #[must_use]
    pub fn test_after(self, idle: Duration) -> Self {
        self.with(|settings| settings.limits.trusted = idle)
    }

    /// Whether connections are encrypted, and what is verified.
    #[must_use]
    pub fn ssl_mode(self, mode: SslMode) -> Self {
        self.with(|settings| settings.tls.mode = Some(mode))
    }

    /// A file with certificates (PEM) that are trusted beside the public ones.
    #[must_use]
    pub fn ssl_ca(self, path: impl Into<PathBuf>) -> Self {
        self.with(|settings| settings.tls.ca = Some(path.into()))
    }

    /// The file of the certificate by which the server knows us (PEM, with those between it and its CA), which needs
    /// [`ssl_key`](Self::ssl_key).
    #[must_use]
    pub fn ssl_cert(self, path: impl Into<PathBuf>) -> Self {
        self.with(|settings| settings.tls.certificate = Some(path.into()))
    }

    /// The file of that certificate's private key (PEM).
    #[must_use]
    pub fn ssl_key(self, path: impl Into<PathBuf>) -> Self {
        self.with(|settings| settings.tls.key = Some(path.into()))
    }

    fn with(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        if let Ok(settings) = &mut self.settings {
            set(settings);
        }
        self
    }
}

/// Without the password.
impl fmt::Debug for EngineBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.settings {
            Ok(settings) => f.debug_tuple("EngineBuilder").field(settings).finish(),
            Err(reason) => write!(f, "EngineBuilder({reason})"),
        }
    }
}

//! Where a server is, who we are there, and how connections to it are: what a URL or a builder has said.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::connection::pool::Limits;
use crate::connection::tls::Tls;
use crate::error::{Error, Result};

/// Everything that is known before a connection is made.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) place: Place,
    pub(crate) user: String,
    pub(crate) password: Password,
    pub(crate) database: Option<String>,
    pub(crate) tls: Tls,
    pub(crate) limits: Limits,
    /// For all of it: the name, the network, TLS, the login and the session's settings.
    pub(crate) connect_timeout: Duration,
    /// How long the server may be silent in an answer.
    pub(crate) read_timeout: Option<Duration>,
    /// How long it may take in nothing of a statement.
    pub(crate) write_timeout: Option<Duration>,
}

/// Where the server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A name or an address, which may be of IPv6 and has no brackets then.
    Host(String, u16),
    /// A Unix socket.
    Socket(PathBuf),
}

/// Where the password is. `Debug` shows no password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Password {
    None,
    Text(String),
    /// In an environment variable.
    Variable(String),
    /// In a file, with a line break at its end or without.
    File(PathBuf),
}

impl Settings {
    pub(crate) fn new(place: Place) -> Self {
        Self {
            place,
            user: String::new(),
            password: Password::None,
            database: None,
            tls: Tls::default(),
            limits: Limits {
                size: 16,
                wait: Duration::from_secs(10),
                lifetime: Some(Duration::from_secs(30 * 60)),
                idle: Some(Duration::from_secs(10 * 60)),
                trusted: Duration::from_secs(5),
            },
            connect_timeout: Duration::from_secs(10),
            read_timeout: None,
            write_timeout: None,
        }
    }

    /// Whether the settings fit together.
    ///
    /// # Errors
    /// [`Error::Url`]: they do not.
    pub(crate) fn check(&self) -> Result<()> {
        let refused = |reason: &str| Err(Error::Url { reason: reason.to_owned() });
        if self.limits.size == 0 {
            return refused("`pool_size` is 0, and one connection is the least");
        }
        let timeouts = [
            ("connect_timeout", Some(self.connect_timeout)),
            ("read_timeout", self.read_timeout),
            ("write_timeout", self.write_timeout),
        ];
        for (name, timeout) in timeouts {
            if timeout.is_some_and(|timeout| timeout.is_zero()) {
                return refused(&format!("`{name}` is 0, in which nothing can be done"));
            }
        }
        self.tls.check(&self.place)
    }

    /// The error for a connection to here that failed.
    pub(crate) fn failed(&self, reason: impl fmt::Display) -> Error {
        Error::Connection { server: self.place.to_string(), reason: reason.to_string() }
    }

    /// The error for a connection that will always fail, until something is changed.
    pub(crate) fn unusable(&self, reason: impl fmt::Display) -> Error {
        Error::Setup { server: self.place.to_string(), reason: reason.to_string() }
    }

    /// The password as it is now: what is in a file or a variable may change.
    ///
    /// # Errors
    /// [`Error::Setup`]: there is none where one should be.
    pub(crate) fn password(&self) -> Result<Option<String>> {
        match &self.password {
            Password::None => Ok(None),
            Password::Text(text) => Ok(Some(text.clone())),
            Password::Variable(name) => match std::env::var(name) {
                Ok(text) if !text.is_empty() => Ok(Some(text)),
                Ok(_) => Err(self.unusable(format!("the environment variable `{name}` of the password is empty"))),
                Err(std::env::VarError::NotPresent) => {
                    Err(self.unusable(format!("the environment variable `{name}` of the password is not set")))
                }
                Err(std::env::VarError::NotUnicode(_)) => {
                    Err(self.unusable(format!("the environment variable `{name}` of the password is not UTF-8")))
                }
            },
            Password::File(path) => self.password_in(path).map(Some),
        }
    }

    fn password_in(&self, path: &Path) -> Result<String> {
        let file = path.display();
        let text = fs::read(path)
            .map_err(|error| self.unusable(format!("the password cannot be read from `{file}`: {error}")))?;
        let text =
            String::from_utf8(text).map_err(|_| self.unusable(format!("the password in `{file}` is not UTF-8")))?;
        let line = text.strip_suffix('\n').unwrap_or(&text);
        match line.strip_suffix('\r').unwrap_or(line) {
            "" => Err(self.unusable(format!("there is no password in `{file}`: it is empty"))),
            password => Ok(password.to_owned()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(host, port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Host(host, port) => write!(f, "{host}:{port}"),
            Self::Socket(path) => write!(f, "{}", path.display()),
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Text(_) => f.write_str("given"),
            Self::Variable(name) => write!(f, "in the environment variable `{name}`"),
            Self::File(path) => write!(f, "in `{}`", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(password: Password) -> Settings {
        Settings { password, ..Settings::new(Place::Host("db".into(), 3306)) }
    }

    fn in_file(content: &[u8]) -> Result<Option<String>, String> {
        let file = tempfile::NamedTempFile::new().expect("a file can be made");
        fs::write(file.path(), content).expect("the file can be written");
        let path = file.path().to_path_buf();
        let told = with(Password::File(path)).password().map_err(|error| error.to_string());
        told.map_err(|text| text.replace(&file.path().display().to_string(), "FILE"))
    }

    #[test]
    fn a_password_in_a_file_is_what_stands_before_the_last_line_break() {
        assert_eq!(in_file(b"S3cr3t\n"), Ok(Some("S3cr3t".into())));
        assert_eq!(in_file(b"S3cr3t\r\n"), Ok(Some("S3cr3t".into())));
        assert_eq!(in_file(b" S3 cr3t\n\n"), Ok(Some(" S3 cr3t\n".into())));
        for empty in [&b""[..], b"\n", b"\r\n"] {
            assert_eq!(
                in_file(empty),
                Err("the server db:3306 cannot be used: there is no password in `FILE`: it is empty".into())
            );
        }
        let told = in_file(b"S3cr3t\xFF").expect_err("it is no text");
        assert_eq!(told, "the server db:3306 cannot be used: the password in `FILE` is not UTF-8");
    }

    #[test]
    fn a_password_that_is_not_where_it_should_be_is_told() {
        let told = with(Password::File("/nowhere/password".into())).password().expect_err("there is none").to_string();
        assert!(told.contains("the password cannot be read from `/nowhere/password`: No such file"), "{told}");
        let told = with(Password::Variable("ORM_NO_SUCH_VARIABLE".into())).password().expect_err("there is none");
        assert!(
            told.to_string().contains("the environment variable `ORM_NO_SUCH_VARIABLE` of the password is not set")
        );
    }
}

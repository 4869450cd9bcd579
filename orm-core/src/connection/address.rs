//! Where a server is and who we are there: what a database URL says.

use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use mysql::OptsBuilder;
use mysql::consts::CapabilityFlags;
use percent_encoding::percent_decode_str;
use url::Url;

use crate::error::{Error, Result};

/// The port that MariaDB and MySQL listen on where nothing else is said.
const DEFAULT_PORT: u16 = 3306;

/// A server that does not answer is not waited for longer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// `mysql://user:password@host:port/database?socket=/path`. The password appears in no text.
#[derive(Clone)]
pub(crate) struct Address {
    user: String,
    password: Option<String>,
    place: Place,
    database: Option<String>,
}

#[derive(Clone)]
enum Place {
    Host(String, u16),
    Socket(PathBuf),
}

impl Address {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let url = Url::parse(text)
            .map_err(|error| invalid(format!("{error}; write mysql://user:password@host:port/database")))?;
        if !matches!(url.scheme(), "mysql" | "mariadb") {
            return Err(invalid(format!("it begins with `{}:`, not with `mysql:` or `mariadb:`", url.scheme())));
        }
        let database = decoded(url.path().trim_start_matches('/'), "database")?;
        Ok(Self {
            user: decoded(url.username(), "user")?,
            password: url.password().map(|password| decoded(password, "password")).transpose()?,
            place: place(&url)?,
            database: Some(database).filter(|name| !name.is_empty()),
        })
    }

    /// The driver's options for each address that the host has; a Unix socket is one address.
    pub(crate) fn options(&self, max_packet: Option<usize>) -> Result<Vec<OptsBuilder>> {
        let options = OptsBuilder::default()
            .user(Some(self.user.clone()))
            .pass(self.password.clone())
            .db_name(self.database.clone())
            // The driver would leave the address that it was given for the server's own socket.
            .prefer_socket(false)
            // UPDATE then counts the rows that it finds, not only those in which it changes something.
            .additional_capabilities(CapabilityFlags::CLIENT_FOUND_ROWS)
            .tcp_connect_timeout(Some(CONNECT_TIMEOUT))
            .max_allowed_packet(max_packet);
        match &self.place {
            Place::Socket(path) => Ok(vec![options.socket(Some(path.to_string_lossy()))]),
            Place::Host(host, port) => {
                let with = |address: SocketAddr| {
                    options.clone().ip_or_hostname(Some(address.ip().to_string())).tcp_port(address.port())
                };
                Ok(self.resolve(host, *port)?.into_iter().map(with).collect())
            }
        }
    }

    fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>> {
        let addresses = (host, port).to_socket_addrs().map_err(|error| self.failed(error))?;
        Ok(addresses.collect())
    }

    /// The error for a connection to here that failed.
    pub(crate) fn failed(&self, reason: impl fmt::Display) -> Error {
        Error::Connection { server: self.to_string(), reason: reason.to_string() }
    }
}

/// Without user and password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Host(host, port) => write!(f, "{host}:{port}"),
            Place::Socket(path) => write!(f, "{}", path.display()),
        }
    }
}

fn place(url: &Url) -> Result<Place> {
    let mut socket = None;
    for (name, value) in url.query_pairs() {
        match &*name {
            "socket" => socket = Some(PathBuf::from(value.into_owned())),
            other => return Err(invalid(format!("`{other}` is not an option; the only one is `socket=/path`"))),
        }
    }
    match (socket, url.host_str()) {
        (Some(path), _) => Ok(Place::Socket(path)),
        (None, Some(host)) if !host.is_empty() => {
            Ok(Place::Host(host.trim_matches(['[', ']']).to_owned(), url.port().unwrap_or(DEFAULT_PORT)))
        }
        _ => Err(invalid("it has no host; write mysql://user:password@host:port/database".to_owned())),
    }
}

fn decoded(text: &str, part: &str) -> Result<String> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Into::into).map_err(|_| invalid(format!("the {part} is not UTF-8")))
}

fn invalid(reason: String) -> Error {
    Error::Url { reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(url: &str) -> String {
        Address::parse(url).err().expect("an invalid URL").to_string()
    }

    #[test]
    fn a_url_names_its_parts() {
        let address = Address::parse("mysql://app_user:Password123%21@127.0.0.1/planning").expect("a valid URL");
        assert_eq!(address.to_string(), "127.0.0.1:3306");
        assert_eq!(address.password.as_deref(), Some("Password123!"));
        assert_eq!(address.database.as_deref(), Some("planning"));
    }

    #[test]
    fn a_socket_takes_the_place_of_host_and_port() {
        let address = Address::parse("mariadb://root@localhost/planning?socket=%2Ftmp%2Fs.sock").expect("a valid URL");
        assert_eq!(address.to_string(), "/tmp/s.sock");
    }

    #[test]
    fn an_error_names_the_part_and_not_the_password() {
        let text = error("postgres://me:secret@host/db");
        assert_eq!(text, "the database URL is not valid: it begins with `postgres:`, not with `mysql:` or `mariadb:`");
        assert!(error("mysql://me:secret@host/db?sokcet=/x").contains("`sokcet` is not an option"));
        assert!(!error("mysql://me:secret@host:99999/db").contains("secret"));
    }
}

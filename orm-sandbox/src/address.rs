//! How a client reaches the server: a Unix socket, or a loopback port with a password.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::random;

/// The user of a sandbox that is reached through a port.
pub(crate) const TCP_USER: &str = "sandbox";

#[derive(Clone, Debug)]
pub(crate) enum Address {
    /// `root` without a password: only the owner can enter the socket's directory.
    Socket(PathBuf),
    /// A user with a password, because every user of the machine can connect to a port.
    Tcp { port: u16, password: Password },
}

impl Address {
    /// A URL of this server and, unless `database` is empty, of a database on it.
    pub(crate) fn url(&self, database: &str) -> String {
        let database = percent_encoded(database.as_bytes());
        match self {
            Self::Socket(path) => {
                let socket = percent_encoded(path.as_os_str().as_encoded_bytes());
                format!("mysql://root@localhost/{database}?socket={socket}")
            }
            Self::Tcp { port, password } => {
                let password = password.reveal();
                format!("mysql://{TCP_USER}:{password}@127.0.0.1:{port}/{database}")
            }
        }
    }

    /// The URL as it may be shown: without the password.
    pub(crate) fn url_without_password(&self) -> String {
        match self {
            Self::Socket(_) => self.url(""),
            Self::Tcp { port, .. } => format!("mysql://{TCP_USER}@127.0.0.1:{port}/"),
        }
    }
}

/// A password that is not shown by `Debug`.
#[derive(Clone)]
pub(crate) struct Password(String);

impl Password {
    pub(crate) fn random() -> Result<Self, Error> {
        random::hexadecimal::<16>().map(Self)
    }

    /// Hexadecimal digits: nothing in them needs escaping in SQL or in a URL.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// The longest path that a Unix socket can have: `sun_path` less its closing zero, on the
/// system with the shortest (104 bytes on macOS and the BSDs, 108 on Linux).
const LONGEST_SOCKET_PATH: usize = 103;

pub(crate) fn fits_a_socket(path: &Path) -> bool {
    path.as_os_str().len() <= LONGEST_SOCKET_PATH
}

/// Every byte but the unreserved characters of RFC 3986 (section 2.3) as `%XX`.
fn percent_encoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(byte.into());
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn socket(path: &str) -> Address {
        Address::Socket(path.into())
    }

    fn tcp() -> Address {
        Address::Tcp { port: 33061, password: Password("c0ffee".to_owned()) }
    }

    #[test]
    fn a_socket_url_carries_the_encoded_path() {
        assert_eq!(socket("/tmp/a b/s.sock").url(""), "mysql://root@localhost/?socket=%2Ftmp%2Fa%20b%2Fs.sock");
    }

    #[test]
    fn a_database_name_is_encoded_too() {
        assert_eq!(socket("/s").url("a/b?ü"), "mysql://root@localhost/a%2Fb%3F%C3%BC?socket=%2Fs");
    }

    #[test]
    fn a_tcp_url_carries_the_password() {
        assert_eq!(tcp().url("shop"), "mysql://sandbox:c0ffee@127.0.0.1:33061/shop");
    }

    #[test]
    fn nothing_that_is_printed_shows_the_password() {
        let shown = format!("{:?} {}", tcp(), tcp().url_without_password());
        assert!(!shown.contains("c0ffee"), "{shown}");
    }
}

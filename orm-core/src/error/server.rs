//! What a server has said against a statement.

use std::fmt;

use crate::error::words::shortened;

/// The server's own words for why it refused something: number, SQL state and message, and the statement.
///
/// It is the [`source`](std::error::Error::source) of each error that a server has sent, and [`Error::server`] finds it.
///
/// [`Error::server`]: crate::Error::server
#[derive(Clone, PartialEq, Eq)]
pub struct ServerError {
    // Behind a pointer, because results are moved much more often than errors are read.
    said: Box<Said>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    code: u16,
    state: String,
    message: String,
    statement: String,
    links: Option<[&'static str; 2]>,
}

impl ServerError {
    pub(crate) fn new(code: u16, state: String, message: String, statement: String) -> Self {
        Self { said: Box::new(Said { code, state, message, statement, links: None }) }
    }

    /// The error's number, such as 1062 for a duplicate key.
    /// (<https://mariadb.com/kb/en/mariadb-error-codes/>,
    /// <https://dev.mysql.com/doc/mysql-errors/9.0/en/server-error-reference.html>)
    #[must_use]
    pub fn code(&self) -> u16 {
        self.said.code
    }

    /// The SQL state, five characters such as `23000`.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.said.state
    }

    /// The message. It may quote a value.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.said.message
    }

    /// The whole SQL text of the statement, with `?` for every value. Empty where there was none, as at a login.
    #[must_use]
    pub fn statement(&self) -> &str {
        &self.said.statement
    }

    /// The two models whose link rows the statement wrote, in no order, where its table is an association table that no model
    /// describes.
    #[must_use]
    pub fn links(&self) -> Option<[&'static str; 2]> {
        self.said.links
    }

    pub(crate) fn set_links(&mut self, models: [&'static str; 2]) {
        self.said.links = Some(models);
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Said { code, state, message, statement, .. } = &*self.said;
        write!(f, "{message} (code {code}, state {state})")?;
        match statement.as_str() {
            "" => Ok(()),
            statement => write!(f, " in: {}", shortened(statement)),
        }
    }
}

impl fmt::Debug for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said.fmt(f)
    }
}

impl std::error::Error for ServerError {}

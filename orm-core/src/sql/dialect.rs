//! What differs between servers, and how names are quoted.

use std::fmt::{self, Write as _};

use crate::error::{Error, Result};

/// Which family a server is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// MariaDB.
    MariaDb,
    /// MySQL.
    MySql,
}

/// What a server is and can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// The family.
    pub flavour: Flavour,
    /// Major and minor version.
    pub version: (u16, u16),
    /// The step between two generated keys, `@@auto_increment_increment`.
    pub key_increment: u64,
    /// The longest packet that the server takes, in bytes.
    pub max_packet: usize,
}

impl Dialect {
    /// From [what the server tells](crate::sql::Facts).
    ///
    /// The version in the handshake is no use: MariaDB 10 says 5.5.5 there.
    pub(crate) fn from_facts(version: &str, key_increment: u64, max_packet: usize) -> Result<Self> {
        let mut numbers = version.split(['.', '-']).map(str::parse::<u16>);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok(Self {
                flavour: if version.contains("MariaDB") { Flavour::MariaDb } else { Flavour::MySql },
                version: (major, minor),
                key_increment,
                max_packet,
            }),
            _ => Err(Error::Protocol { reason: format!("`{version}` is no server version") }),
        }
    }

    /// Whether `INSERT … RETURNING` works: on MariaDB from 10.5 on.
    /// (<https://mariadb.com/kb/en/insertreturning/>)
    #[must_use]
    pub fn has_returning(&self) -> bool {
        self.flavour == Flavour::MariaDb && self.version >= (10, 5)
    }
}

impl Flavour {
    /// What MySQL knows since 8.0, MariaDB says in older words.
    /// (<https://mariadb.com/kb/en/lock-in-share-mode/>, <https://dev.mysql.com/doc/refman/9.0/en/innodb-locking-reads.html>)
    pub(crate) fn share_lock(self) -> &'static str {
        match self {
            Self::MariaDb => " LOCK IN SHARE MODE",
            Self::MySql => " FOR SHARE",
        }
    }
}

/// A name in backticks.
pub(crate) struct Quoted<'n>(pub(crate) &'n str);

impl Quoted<'_> {
    /// Writes it after a text.
    pub(crate) fn push_to(&self, text: &mut String) {
        text.push('`');
        match self.0.contains('`') {
            false => *text += self.0,
            true => *text += &self.0.replace('`', "``"),
        }
        text.push('`');
    }
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('`')?;
        match self.0.contains('`') {
            false => f.write_str(self.0)?,
            true => f.write_str(&self.0.replace('`', "``"))?,
        }
        f.write_char('`')
    }
}

/// Several names in backticks, with commas between them.
pub(crate) fn quoted_list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut text = String::new();
    for name in names {
        text += if text.is_empty() { "" } else { ", " };
        Quoted(name).push_to(&mut text);
    }
    text
}

/// Text as a comment, which the server's log of slow statements shows; nothing in it can end it, or become a command.
pub(crate) fn comment(text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| format!("/* {} */ ", text.replace("*/", "* /").replace("/*", "/ *")))
}

/// Text as an SQL literal, for DDL, where no parameter can stand. The connection's SQL mode has backslash escapes.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backtick_in_a_name_cannot_end_it() {
        assert_eq!(Quoted("a`b").to_string(), "`a``b`");
    }

    #[test]
    fn a_quote_in_a_literal_cannot_end_it() {
        assert_eq!(literal("it's a \\"), "'it''s a \\\\'");
    }

    #[test]
    fn the_version_tells_the_family() {
        let maria = Dialect::from_facts("10.11.19-MariaDB-0+deb12u1", 1, 1 << 24).expect("a version");
        assert_eq!((maria.flavour, maria.version, maria.has_returning()), (Flavour::MariaDb, (10, 11), true));
        let mysql = Dialect::from_facts("9.7.4-1", 1, 1 << 24).expect("a version");
        assert_eq!((mysql.flavour, mysql.version, mysql.has_returning()), (Flavour::MySql, (9, 7), false));
    }
}

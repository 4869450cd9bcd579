//! What every connection is set to, and whether it is.

use crate::error::{Error, Result};
use crate::sql::{Dialect, Flavour};

/// What every connection is set to: transactions begin with their first statement, times are UTC, texts any text, and a value
/// that does not fit is an error. Messages are in English, in which their details are read.
///
/// A definition waits for sessions that have read its tables, for a day where nothing is said. With `autocommit` off no statement
/// can ever take effect by itself, not even after the server has ended a transaction.
/// (<https://mariadb.com/kb/en/start-transaction/#autocommit>)
pub(crate) const SESSION_SETTINGS: &str = "SET autocommit = 0, time_zone = '+00:00', lock_wait_timeout = 30, \
    sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,\
    NO_AUTO_VALUE_ON_ZERO,ONLY_FULL_GROUP_BY', character_set_client = utf8mb4, character_set_results = utf8mb4, \
    collation_connection = utf8mb4_general_ci, lc_messages = 'en_US'";

/// Answers one row: what the server is, and how the session is.
pub(crate) const SERVER_FACTS: &str = "SELECT VERSION(), @@auto_increment_increment, @@max_allowed_packet, @@autocommit, \
    @@time_zone, @@sql_mode, @@character_set_client, @@character_set_results, @@character_set_connection, @@lc_messages";

/// The settings in the order of [`SERVER_FACTS`]. A server may give lists in an order of its own.
const WANTED: [(&str, &str); 7] = [
    ("autocommit", "0"),
    ("time_zone", "+00:00"),
    (
        "sql_mode",
        "ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,\
         ONLY_FULL_GROUP_BY,STRICT_ALL_TABLES",
    ),
    ("character_set_client", "utf8mb4"),
    ("character_set_results", "utf8mb4"),
    ("character_set_connection", "utf8mb4"),
    ("lc_messages", "en_US"),
];

/// The oldest servers that know what is sent to them, such as common table expressions, `RETURNING` and `FOR SHARE`.
const OLDEST: [(Flavour, (u16, u16)); 2] = [(Flavour::MariaDb, (10, 5)), (Flavour::MySql, (8, 0))];

/// The row of [`SERVER_FACTS`].
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) dialect: Dialect,
    settings: Vec<String>,
}

impl Facts {
    /// # Errors
    /// [`Error::Protocol`]: this is no such row.
    pub(crate) fn read(facts: Vec<String>) -> Result<Self> {
        let not_understood = |reason| Error::Protocol { reason };
        let number = |text: &str| text.parse::<u64>().map_err(|_| not_understood(format!("`{text}` is no number")));
        let [version, increment, max_packet, settings @ ..] = facts.as_slice() else {
            return Err(not_understood(format!("{} facts of the server are too few", facts.len())));
        };
        if settings.len() != WANTED.len() {
            return Err(not_understood(format!("{} settings instead of {}", settings.len(), WANTED.len())));
        }
        let max_packet = usize::try_from(number(max_packet)?).unwrap_or(usize::MAX);
        let dialect = Dialect::from_facts(version, number(increment)?, max_packet)?;
        Ok(Self { dialect, settings: settings.to_vec() })
    }

    /// Whether the server is new enough, and the session what it was set to: something in between may have changed it.
    ///
    /// # Errors
    /// What is wrong.
    pub(crate) fn check(&self) -> Result<(), String> {
        let Dialect { flavour, version, .. } = self.dialect;
        if let Some((_, oldest)) = OLDEST.iter().find(|(other, oldest)| *other == flavour && version < *oldest) {
            let ((major, minor), (least, least_minor)) = (version, oldest);
            return Err(format!(
                "it is {flavour:?} {major}.{minor}, and {least}.{least_minor} is the oldest that can be used"
            ));
        }
        let told = WANTED.iter().zip(&self.settings);
        match told.into_iter().find(|((_, wanted), is)| sorted(wanted) != sorted(is)) {
            Some(((name, wanted), is)) => Err(format!(
                "its setting `{name}` is `{is}` after it was set to `{wanted}`: a proxy or the server's own configuration has \
                 changed it"
            )),
            None => Ok(()),
        }
    }
}

fn sorted(list: &str) -> Vec<String> {
    let mut words: Vec<String> = list.split(',').map(str::to_ascii_uppercase).collect();
    words.sort();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(version: &str, changed: &[(&str, &str)]) -> Result<(), String> {
        let mut facts = vec![version.to_owned(), "1".into(), "16777216".into()];
        facts.extend(WANTED.iter().map(|(name, wanted)| {
            changed.iter().find(|(other, _)| other == name).map_or(*wanted, |(_, value)| value).to_owned()
        }));
        Facts::read(facts).expect("a row of facts").check()
    }

    #[test]
    fn a_setting_that_something_has_changed_is_told_by_name() {
        let mode = "STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,\
                    NO_AUTO_VALUE_ON_ZERO,ONLY_FULL_GROUP_BY";
        assert_eq!(check("10.11.19-MariaDB", &[("sql_mode", mode)]), Ok(()));
        assert_eq!(
            check("9.7.4", &[("time_zone", "SYSTEM")]),
            Err("its setting `time_zone` is `SYSTEM` after it was set to `+00:00`: a proxy or the server's own configuration \
                 has changed it"
                .into())
        );
        for (name, value) in [("autocommit", "1"), ("sql_mode", ""), ("character_set_results", "latin1")] {
            let told = check("11.8.9-MariaDB", &[(name, value)]).expect_err("it is changed");
            assert!(told.contains(&format!("`{name}` is `{value}`")), "{told}");
        }
        let more = format!("{mode},ANSI_QUOTES");
        assert!(check("11.8.9-MariaDB", &[("sql_mode", &more)]).is_err());
    }

    #[test]
    fn a_server_that_is_too_old_is_told() {
        let told = "it is MySql 5.7, and 8.0 is the oldest that can be used";
        assert_eq!(check("5.7.44-log", &[]), Err(told.into()));
        assert_eq!(
            check("10.4.34-MariaDB", &[]).expect_err("too old"),
            "it is MariaDb 10.4, and 10.5 is the oldest that can be used"
        );
        assert_eq!(check("8.0.11", &[]), Ok(()));
    }

    #[test]
    fn another_row_is_not_understood() {
        assert!(matches!(Facts::read(vec!["9.7.4".into()]), Err(Error::Protocol { .. })));
        assert!(matches!(Facts::read(["9.7.4", "1", "x"].map(String::from).to_vec()), Err(Error::Protocol { .. })));
    }
}

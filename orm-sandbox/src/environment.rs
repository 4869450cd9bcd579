//! The environment variables that steer a sandbox.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::error::Error;

/// The server program to use instead of looking for one.
pub(crate) const PROGRAM: &str = "ORM_SANDBOX_MARIADBD";
/// Where the fetched server and the prepared data directories are kept.
pub(crate) const CACHE: &str = "ORM_SANDBOX_CACHE";
const NO_FETCH: &str = "ORM_SANDBOX_NO_FETCH";
const TIMEOUT: &str = "ORM_SANDBOX_TIMEOUT";

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// A variable that is set to something; an empty one counts as not set.
pub(crate) fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

pub(crate) fn path(name: &str) -> Option<PathBuf> {
    variable(name).map(PathBuf::from)
}

pub(crate) fn fetching_is_forbidden() -> bool {
    variable(NO_FETCH).is_some_and(|value| value != "0")
}

pub(crate) fn timeout() -> Result<Duration, Error> {
    match variable(TIMEOUT) {
        Some(value) => seconds(value),
        None => Ok(DEFAULT_TIMEOUT),
    }
}

fn seconds(value: OsString) -> Result<Duration, Error> {
    let text = value.to_string_lossy();
    match text.parse::<u32>() {
        Ok(seconds) if seconds > 0 => Ok(Duration::from_secs(seconds.into())),
        _ => Err(Error::Setting {
            variable: TIMEOUT,
            value: text.into_owned(),
            expected: "a positive number of seconds",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_limit_is_a_positive_number_of_seconds() {
        assert_eq!(seconds("7".into()).ok(), Some(Duration::from_secs(7)));
        for nonsense in ["0", "-1", "soon", "1.5"] {
            let error = seconds(nonsense.into()).expect_err("nonsense");
            assert_eq!(
                error.to_string(),
                format!(
                    "ORM_SANDBOX_TIMEOUT is {nonsense:?}, \
                     which is not a positive number of seconds"
                )
            );
        }
    }
}

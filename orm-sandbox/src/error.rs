//! What can go wrong while a sandbox is started, stopped or restarted.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use crate::mariadbd::PACKAGE_HINT;

/// Why there is no sandbox, as one sentence for the reader of a log.
///
/// `Debug` writes the same sentence as `Display`, because `expect` in a test and `?` in `main`
/// show errors with `Debug`.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No `mariadbd` on this machine, and none may or can be fetched.
    #[error(
        "no mariadbd in ORM_SANDBOX_MARIADBD, PATH or the usual places, and none was fetched \
         because {reason}; {PACKAGE_HINT}"
    )]
    NoServer {
        /// Why it was not fetched.
        reason: &'static str,
    },

    /// A step of fetching `mariadbd` with the machine's package tools failed.
    #[error("cannot fetch mariadbd: {step} failed ({status}); {PACKAGE_HINT}{}", quoted(.output))]
    Fetch {
        /// The command that failed.
        step: &'static str,
        /// How it ended.
        status: ExitStatus,
        /// The last lines it wrote.
        output: String,
    },

    /// An environment variable holds something that it cannot mean.
    #[error("{variable} is {value:?}, which is not {expected}")]
    Setting {
        /// The variable's name.
        variable: &'static str,
        /// What it holds.
        value: String,
        /// What it should hold.
        expected: &'static str,
    },

    /// The files that belong to a `mariadbd` are not where its packages put them.
    #[error("no {file} was found for {program}, looked in {looked_in:?}")]
    Incomplete {
        /// The server's program.
        program: PathBuf,
        /// The missing file.
        file: &'static str,
        /// The directories in which it would have been.
        looked_in: Vec<PathBuf>,
    },

    /// The data directory that all sandboxes are copied from could not be made.
    #[error("{program} could not make a data directory ({status}){}", quoted(.log))]
    Bootstrap {
        /// The server's program.
        program: PathBuf,
        /// How it ended.
        status: ExitStatus,
        /// The last lines of its log.
        log: String,
    },

    /// The server ended before it answered.
    #[error("{program} ended before it answered ({status}){}", quoted(.log))]
    Ended {
        /// The server's program.
        program: PathBuf,
        /// How it ended: its exit code, or 128 and the signal's number.
        status: ExitStatus,
        /// The last lines of its log.
        log: String,
    },

    /// The server runs but did not answer in time.
    #[error("{program} did not answer within {limit:?}{}", quoted(.log))]
    TimedOut {
        /// The server's program.
        program: PathBuf,
        /// How long it was waited for.
        limit: Duration,
        /// The last lines of its log.
        log: String,
    },

    /// A file, directory or process could not be worked with.
    #[error("cannot {action} {}: {source}", .path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With which file or program.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error {
    /// Whether the server ended because another process had its port.
    pub(crate) fn is_taken_port(&self) -> bool {
        matches!(self, Self::Ended { log, .. } if log.contains("Bind on TCP/IP port"))
    }
}

/// Names the action and the file in an error of the standard library.
pub(crate) trait Doing<T> {
    fn doing(self, action: &'static str, path: &Path) -> Result<T, Error>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, action: &'static str, path: &Path) -> Result<T, Error> {
        self.map_err(|source| Error::Io { action, path: path.to_path_buf(), source })
    }
}

/// A log's last lines below the sentence that speaks of them.
fn quoted(log: &str) -> String {
    if log.trim().is_empty() {
        return "; it wrote nothing".to_owned();
    }
    let lines = log.lines().map(|line| format!("\n    {line}"));
    format!("; its last lines:{}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_log_is_quoted_below_the_sentence() {
        assert_eq!(quoted("one\ntwo\n"), "; its last lines:\n    one\n    two");
    }

    #[test]
    fn an_empty_log_is_called_empty() {
        assert_eq!(quoted("\n"), "; it wrote nothing");
    }
}

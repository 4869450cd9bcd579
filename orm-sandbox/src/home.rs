//! The directory of one sandbox: made for it alone, marked as in use, removed at its end.
//!
//! Every process that guards a sandbox holds a lock on the log file in the directory, so that
//! a directory whose log is not locked was left behind and can be removed by anybody.

use std::env;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::address::{Address, Password, TCP_USER, fits_a_socket};
use crate::error::{Doing, Error};
use crate::orphan;
use crate::random;
use crate::tree;

const PREFIX: &str = "orm-sandbox-";
/// Digits after the prefix.
const DIGITS: usize = 16;
const LOG: &str = "log";
const SOCKET: &str = "s.sock";

/// A directory this young without a log may get one in the next moment.
const YOUNG: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(crate) struct Home {
    directory: PathBuf,
    socket: PathBuf,
    log: File,
}

impl Home {
    pub(crate) fn create() -> Result<Self, Error> {
        let directory = create_directory(&parent())?;
        let log = create_locked_log(&directory).doing("create the log in", &directory)?;
        Ok(Self { socket: directory.join(SOCKET), directory, log })
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    /// The open log, which can be read even when the directory is gone.
    pub(crate) fn log(&self) -> &File {
        &self.log
    }

    /// Removes the directories of this user that nobody guards any more.
    ///
    /// What cannot be removed is left to the next start: it does no harm to this one.
    pub(crate) fn remove_leftovers_beside(&self) {
        let (Some(parent), Ok(own)) = (self.directory.parent(), self.directory.metadata()) else {
            return;
        };
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            if is_home_of(own.uid(), &entry) && is_left_behind(&entry.path()) {
                remove(&entry.path());
            }
        }
    }

    /// The file of statements that the server runs before it lets anybody in.
    pub(crate) fn first_statements(&self) -> PathBuf {
        self.directory.join("first.sql")
    }

    /// Writes the statements that make the user of `address`, if it needs one.
    pub(crate) fn write_first_statements(&self, address: &Address) -> Result<(), Error> {
        match address {
            Address::Socket(_) => Ok(()),
            Address::Tcp { password, .. } => {
                let path = self.first_statements();
                fs::write(&path, user_with(password)).doing("write", &path)
            }
        }
    }
}

/// Ends the server of an unguarded directory, if it still runs, and removes the directory.
pub(crate) fn remove(directory: &Path) {
    orphan::kill_server_of(directory);
    // Fails if something is written at the same time: then the next start removes the rest.
    let _ = tree::remove(directory);
}

/// The user who owns what this process creates.
pub(crate) fn own_user() -> Result<u32, Error> {
    let directory = create_directory(&parent())?;
    let metadata = fs::metadata(&directory).doing("read", &directory)?;
    fs::remove_dir(&directory).doing("remove", &directory)?;
    Ok(metadata.uid())
}

/// The temporary directory, or a shorter one if a socket in it would have too long a path.
fn parent() -> PathBuf {
    let longest_name = format!("{PREFIX}{}/{SOCKET}", "0".repeat(DIGITS));
    let temporary = env::temp_dir();
    if temporary.is_absolute() && fits_a_socket(&temporary.join(longest_name)) {
        return temporary;
    }
    PathBuf::from("/tmp")
}

fn create_directory(parent: &Path) -> Result<PathBuf, Error> {
    let digits = random::hexadecimal::<{ DIGITS / 2 }>()?;
    let directory = parent.join(format!("{PREFIX}{digits}"));
    DirBuilder::new().mode(0o700).create(&directory).doing("create", &directory)?;
    Ok(directory)
}

/// The log gets its name when it is locked, so that nobody sees it unlocked.
fn create_locked_log(directory: &Path) -> io::Result<File> {
    let unlocked = directory.join("log.new");
    let log = File::options().read(true).append(true).create_new(true).open(&unlocked)?;
    log.lock()?;
    fs::rename(unlocked, directory.join(LOG))?;
    Ok(log)
}

fn user_with(password: &Password) -> String {
    let password = password.reveal();
    format!(
        "CREATE USER IF NOT EXISTS '{TCP_USER}'@'127.0.0.1' IDENTIFIED BY '{password}';\n\
         GRANT ALL ON *.* TO '{TCP_USER}'@'127.0.0.1' WITH GRANT OPTION;\n"
    )
}

fn is_home_of(user: u32, entry: &fs::DirEntry) -> bool {
    is_home_name(&entry.file_name().to_string_lossy())
        && entry.metadata().is_ok_and(|metadata| metadata.is_dir() && metadata.uid() == user)
}

fn is_home_name(name: &str) -> bool {
    name.strip_prefix(PREFIX)
        .is_some_and(|digits| digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

fn is_left_behind(directory: &Path) -> bool {
    match File::open(directory.join(LOG)) {
        Ok(log) => log.try_lock().is_ok(),
        Err(_) => !is_young(directory),
    }
}

fn is_young(directory: &Path) -> bool {
    let changed = fs::metadata(directory).and_then(|metadata| metadata.modified());
    changed.is_ok_and(|changed| !changed.elapsed().is_ok_and(|age| age >= YOUNG))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_taken_for_homes() {
        assert!(is_home_name("orm-sandbox-0123456789abcdef"));
        for other in
            ["orm-sandbox-cache-1000", "orm-sandbox-", "orm-sandbox-0123456789abcdeg", "sandbox-0123456789abcdef"]
        {
            assert!(!is_home_name(other), "{other}");
        }
    }
}

//! The server program: where it is found, and the files that belong to it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::cache::Cache;
use crate::environment;
use crate::error::{Doing, Error};
use crate::fetch;

/// What to tell a user who has no server.
pub(crate) const PACKAGE_HINT: &str = "install the package mariadb-server-core (Debian, Ubuntu), \
    mariadb-server (Fedora, openSUSE) or mariadb (Arch, Alpine, Homebrew), \
    or set ORM_SANDBOX_MARIADBD to a mariadbd program";

const PROGRAM: &str = "mariadbd";

/// Outside the PATH of ordinary users, or of no user at all.
const USUAL_PLACES: [&str; 10] = [
    "/usr/sbin",
    "/usr/libexec",
    "/usr/bin",
    "/usr/local/sbin",
    "/usr/local/libexec",
    "/usr/local/bin",
    "/usr/local/mysql/bin",
    "/usr/local/mariadb/bin",
    "/opt/homebrew/opt/mariadb/bin",
    "/usr/local/opt/mariadb/bin",
];

/// Where packages put the server's messages and SQL scripts, below the prefix.
const SHARE_PLACES: [&str; 3] = ["share/mysql", "share/mariadb", "share"];
const MESSAGES: &str = "english/errmsg.sys";

/// A server program and its surroundings.
#[derive(Debug)]
pub(crate) struct Mariadbd {
    /// Absolute and without symbolic links.
    pub(crate) program: PathBuf,
    /// The directory above `bin` or `sbin`.
    pub(crate) prefix: PathBuf,
    /// The directory of messages, character sets and SQL scripts.
    pub(crate) share: PathBuf,
    /// Directories of libraries that the system lacks.
    libraries: Vec<PathBuf>,
}

impl Mariadbd {
    /// Finds a server on this machine or in the cache, or fetches one into the cache.
    pub(crate) fn find_or_fetch(cache: &Cache) -> Result<Self, Error> {
        if let Some(program) = environment::path(environment::PROGRAM) {
            return Self::chosen(&program);
        }
        if let Some(program) = installed() {
            return Self::at(&program, Vec::new());
        }
        let root = fetch::fetched(cache)?;
        Self::below(&root)
    }

    /// The program and its first arguments: all but what is to be done.
    pub(crate) fn command(&self) -> Vec<OsString> {
        let mut command = self.environment();
        command.push(self.program.clone().into());
        command.push("--no-defaults".into());
        command.push(option("--basedir", &self.prefix));
        command.push(option("--lc-messages-dir", &self.share));
        command.push(option("--character-sets-dir", &self.share.join("charsets")));
        command
    }

    /// The server that was unpacked in `root` instead of being installed.
    pub(crate) fn below(root: &Path) -> Result<Self, Error> {
        let program = root.join("usr/sbin").join(PROGRAM);
        Self::at(&program, library_directories(root)?)
    }

    fn chosen(program: &Path) -> Result<Self, Error> {
        if !is_executable(program) {
            return Err(Error::Setting {
                variable: environment::PROGRAM,
                value: program.display().to_string(),
                expected: "an executable file",
            });
        }
        Self::at(program, Vec::new())
    }

    fn at(program: &Path, libraries: Vec<PathBuf>) -> Result<Self, Error> {
        let program = program.canonicalize().doing("find", program)?;
        let prefix = prefix(&program);
        let looked_in: Vec<PathBuf> = SHARE_PLACES.iter().map(|place| prefix.join(place)).collect();
        match looked_in.iter().find(|share| share.join(MESSAGES).is_file()) {
            Some(share) => Ok(Self { share: share.clone(), program, prefix, libraries }),
            None => Err(Error::Incomplete { program, file: MESSAGES, looked_in }),
        }
    }

    /// The libraries are named to the server alone: `env` becomes the server.
    fn environment(&self) -> Vec<OsString> {
        if self.libraries.is_empty() {
            return Vec::new();
        }
        let mut setting = OsString::from("LD_LIBRARY_PATH=");
        for (position, directory) in self.libraries.iter().enumerate() {
            if position > 0 {
                setting.push(":");
            }
            setting.push(directory);
        }
        vec!["env".into(), setting]
    }
}

/// `--name=path` as one argument.
pub(crate) fn option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push("=");
    option.push(path);
    option
}

/// The first file of that name in `PATH` that can be run.
pub(crate) fn in_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    first_executable(env::split_paths(&path), program)
}

fn installed() -> Option<PathBuf> {
    let usual = || first_executable(USUAL_PLACES.iter().map(PathBuf::from), PROGRAM);
    in_path(PROGRAM).or_else(usual)
}

fn first_executable(mut directories: impl Iterator<Item = PathBuf>, program: &str) -> Option<PathBuf> {
    directories.find_map(|directory| {
        let path = directory.join(program);
        is_executable(&path).then_some(path)
    })
}

fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// `/usr` for `/usr/sbin/mariadbd`.
fn prefix(program: &Path) -> PathBuf {
    let above = program.parent().and_then(Path::parent);
    above.unwrap_or(Path::new("/")).to_path_buf()
}

/// Where Debian packages put libraries: `lib` and `usr/lib` with a directory per architecture.
fn library_directories(root: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut directories = Vec::new();
    for place in ["lib", "usr/lib"] {
        let place = root.join(place);
        if !place.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&place).doing("read", &place)? {
            let entry = entry.doing("read", &place)?;
            if entry.file_name().to_string_lossy().contains("-linux-") {
                directories.push(entry.path());
            }
        }
        directories.push(place);
    }
    Ok(directories)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_is_above_the_directory_of_programs() {
        assert_eq!(prefix(Path::new("/usr/sbin/mariadbd")), Path::new("/usr"));
        assert_eq!(prefix(Path::new("/mariadbd")), Path::new("/"));
    }
}

//! The directory that outlives a sandbox: the fetched server and the prepared data directories.

use std::env;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::environment;
use crate::error::{Doing, Error};
use crate::home;
use crate::random;
use crate::tree;

const NAME: &str = "orm-sandbox";
/// Begins the names of what is not finished yet.
const UNFINISHED: &str = "new-";
/// The file beside a finished tree that says how much the tree holds.
const EXTENT: &str = "extent";

#[derive(Clone, Debug)]
pub(crate) struct Cache {
    directory: PathBuf,
}

/// The right to change the cache, which one process at a time has; it ends with the value.
#[derive(Debug)]
pub(crate) struct Locked<'a> {
    cache: &'a Cache,
    _file: File,
}

impl Cache {
    /// Opens the first writable directory of those that the README lists.
    pub(crate) fn open() -> Result<Self, Error> {
        if let Some(directory) = environment::path(environment::CACHE) {
            make_private(&directory).doing("use the cache directory", &directory)?;
            return Self::absolute(&directory);
        }
        let usual = candidates(environment::variable);
        match usual.iter().find(|directory| is_usable(directory)) {
            Some(directory) => Self::absolute(directory),
            None => Self::temporary(),
        }
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// A finished tree of that name, if there is one and nothing of it is missing.
    pub(crate) fn find(&self, name: &str) -> Option<PathBuf> {
        let tree = self.tree(name);
        let extent = tree::extent(&tree).ok()?;
        (self.expected_extent(name)? == extent.to_string()).then_some(tree)
    }

    /// Copies a finished tree to the new directory `to`; `false` if it is missing or damaged.
    pub(crate) fn copy(&self, name: &str, to: &Path) -> Result<bool, Error> {
        let file = self.open_lock()?;
        // Shared by all who copy: else the tree could be replaced meanwhile, and two be mixed.
        file.lock_shared().doing("lock the cache", &self.directory)?;
        self.copy_while_locked(name, to)
    }

    /// Waits until no other process copies from the cache or changes it.
    pub(crate) fn lock(&self) -> Result<Locked<'_>, Error> {
        let file = self.open_lock()?;
        file.lock().doing("lock the cache", &self.directory)?;
        Ok(Locked { cache: self, _file: file })
    }

    fn open_lock(&self) -> Result<File, Error> {
        open_lock_in(&self.directory).doing("open the lock of the cache", &self.directory)
    }

    fn copy_while_locked(&self, name: &str, to: &Path) -> Result<bool, Error> {
        let Some(expected) = self.expected_extent(name) else {
            return Ok(false);
        };
        match tree::copy(&self.tree(name), to) {
            Ok(copied) if copied.to_string() == expected => return Ok(true),
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).doing("copy a data directory to", to);
            }
            _ => tree::remove(to).doing("remove", to)?,
        }
        Ok(false)
    }

    /// A directory of the temporary one for this user alone, for users without a home.
    fn temporary() -> Result<Self, Error> {
        let user = home::own_user()?;
        let directory = env::temp_dir().join(format!("{NAME}-cache-{user}"));
        create_unless_there(&directory)
            .and_then(|()| fs::symlink_metadata(&directory))
            .and_then(|metadata| belongs_only_to(user, &metadata))
            .and_then(|()| make_private(&directory))
            .doing("use the cache directory", &directory)?;
        Self::absolute(&directory)
    }

    /// The server runs in another working directory, so that relative paths would lead astray.
    fn absolute(directory: &Path) -> Result<Self, Error> {
        let directory = directory.canonicalize().doing("find", directory)?;
        Ok(Self { directory })
    }

    fn tree(&self, name: &str) -> PathBuf {
        self.directory.join(name).join("tree")
    }

    fn expected_extent(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.directory.join(name).join(EXTENT)).ok()
    }
}

impl Locked<'_> {
    /// As [`Cache::copy`].
    pub(crate) fn copy(&self, name: &str, to: &Path) -> Result<bool, Error> {
        self.cache.copy_while_locked(name, to)
    }

    /// Makes the tree `name` anew: `fill` is given the path of a directory that it creates, and
    /// what it leaves there takes the place of the old tree in one step.
    pub(crate) fn replace(&self, name: &str, fill: impl FnOnce(&Path) -> Result<(), Error>) -> Result<(), Error> {
        let unfinished = self.new_directory()?;
        let result = finish(&unfinished, fill).and_then(|()| self.put_in_place(name, &unfinished));
        // After a failure too, of this process or of an earlier one that was killed.
        let removed = self.remove_unfinished();
        result.and(removed)
    }

    /// A new empty directory, which is removed later unless it gets another name.
    pub(crate) fn new_directory(&self) -> Result<PathBuf, Error> {
        let name = format!("{UNFINISHED}{}", random::hexadecimal::<8>()?);
        let path = self.cache.directory.join(name);
        DirBuilder::new().mode(0o700).create(&path).doing("create", &path)?;
        Ok(path)
    }

    /// A directory cannot be renamed onto a full one, so the old one steps aside first.
    fn put_in_place(&self, name: &str, unfinished: &Path) -> Result<(), Error> {
        let place = self.cache.directory.join(name);
        let aside = self.new_directory()?;
        match fs::rename(&place, aside.join("old")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).doing("move away", &place),
            _ => fs::rename(unfinished, &place).doing("put in place", &place),
        }
    }

    /// What is unfinished while we hold the lock was left by a process that was killed.
    fn remove_unfinished(&self) -> Result<(), Error> {
        let directory = &self.cache.directory;
        for entry in fs::read_dir(directory).doing("read", directory)? {
            let path = entry.doing("read", directory)?.path();
            if has_unfinished_name(&path) {
                tree::remove(&path).doing("remove", &path)?;
            }
        }
        Ok(())
    }
}

/// Fills the tree of an entry and notes its extent, by which damage is noticed later.
fn finish(entry: &Path, fill: impl FnOnce(&Path) -> Result<(), Error>) -> Result<(), Error> {
    let tree = entry.join("tree");
    fill(&tree)?;
    let extent = tree::extent(&tree).doing("read", &tree)?;
    let file = entry.join(EXTENT);
    fs::write(&file, extent.to_string()).doing("write", &file)
}

fn has_unfinished_name(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes()))
}

/// The usual places in order; the XDG specification says that relative ones are to be ignored.
fn candidates(variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let xdg = variable("XDG_CACHE_HOME").map(PathBuf::from);
    let home = variable("HOME").map(|home| Path::new(&home).join(".cache"));
    [xdg, home]
        .into_iter()
        .flatten()
        .filter(|directory| directory.is_absolute())
        .map(|directory| directory.join(NAME))
        .collect()
}

fn is_usable(directory: &Path) -> bool {
    make_private(directory).is_ok()
}

/// Makes the directory unless it is there, and tries whether it can be written.
fn make_private(directory: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    open_lock_in(directory).map(drop)
}

fn open_lock_in(directory: &Path) -> io::Result<File> {
    File::options().create(true).append(true).open(directory.join("lock"))
}

fn create_unless_there(directory: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(directory) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}

/// Anybody can make a directory of our name in the temporary one, and could read or feed us.
fn belongs_only_to(user: u32, metadata: &Metadata) -> io::Result<()> {
    if metadata.is_dir() && metadata.uid() == user && metadata.mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is not a directory of this user alone"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates_with(set: &[(&str, &str)]) -> Vec<PathBuf> {
        candidates(|name| {
            let (_, value) = set.iter().find(|(set_name, _)| *set_name == name)?;
            Some(value.into())
        })
    }

    #[test]
    fn the_cache_of_the_desktop_comes_before_that_of_the_home() {
        assert_eq!(
            candidates_with(&[("HOME", "/home/ann"), ("XDG_CACHE_HOME", "/var/ann")]),
            [Path::new("/var/ann/orm-sandbox"), Path::new("/home/ann/.cache/orm-sandbox")]
        );
    }

    #[test]
    fn relative_places_are_ignored() {
        assert_eq!(
            candidates_with(&[("HOME", "/home/ann"), ("XDG_CACHE_HOME", "cache")]),
            [Path::new("/home/ann/.cache/orm-sandbox")]
        );
    }

    #[test]
    fn without_a_home_there_is_no_usual_place() {
        assert_eq!(candidates_with(&[]), [] as [PathBuf; 0]);
    }
}

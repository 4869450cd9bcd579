//! Directory trees: copying one, and counting what it holds so that damage is noticed.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// The size of a page of InnoDB.
const BLOCK: usize = 16 * 1024;
static ZEROS: [u8; BLOCK] = [0; BLOCK];

/// How many files a tree holds and how long they are together.
///
/// A file that was removed, cut off or only half written changes it; a flipped bit does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    files: u64,
    bytes: u64,
}

impl Extent {
    fn add_file(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
    }
}

impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} files, {} bytes", self.files, self.bytes)
    }
}

/// Counts the files below `directory`; symbolic links count as files and are not followed.
pub(crate) fn extent(directory: &Path) -> io::Result<Extent> {
    let mut found = Extent::default();
    count(directory, &mut found)?;
    Ok(found)
}

/// Copies the files and directories below `from` into the new directory `to`.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<Extent> {
    let mut copied = Extent::default();
    copy_counting(from, to, &mut copied)?;
    Ok(copied)
}

/// Removes a tree; one that is not there is fine.
pub(crate) fn remove(directory: &Path) -> io::Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

fn count(directory: &Path, found: &mut Extent) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            count(&entry.path(), found)?;
        } else {
            found.add_file(metadata.len());
        }
    }
    Ok(())
}

fn copy_counting(from: &Path, to: &Path, copied: &mut Extent) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_counting(&entry.path(), &target, copied)?;
        } else {
            copied.add_file(copy_file(&entry.path(), &target)?);
        }
    }
    Ok(())
}

/// Copies a file, with holes for its zeros: they are most of a new database, and holes need
/// neither time nor disk.
fn copy_file(from: &Path, to: &Path) -> io::Result<u64> {
    let mut from = File::open(from)?;
    let to = File::create_new(to)?;
    let mut block = vec![0; BLOCK];
    let mut position = 0;
    loop {
        let length = from.read(&mut block)?;
        if length == 0 {
            to.set_len(position)?;
            return Ok(position);
        }
        let read = &block[..length];
        if read != &ZEROS[..length] {
            to.write_all_at(read, position)?;
        }
        position += length as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_the_same_bytes_with_holes_or_without() {
        let place = tempfile::tempdir().expect("a temporary directory");
        let (from, to) = (place.path().join("from"), place.path().join("to"));
        fs::create_dir_all(from.join("inner")).expect("directories");
        let contents = [
            ("empty", vec![]),
            ("zeros", vec![0; 3 * BLOCK + 5]),
            ("inner/mixed", [vec![0; BLOCK], vec![7; 9], vec![0; 2 * BLOCK]].concat()),
        ];
        for (name, bytes) in &contents {
            fs::write(from.join(name), bytes).expect("a file");
        }

        let copied = copy(&from, &to).expect("a copy");

        assert_eq!(copied, extent(&from).expect("the original's extent"));
        assert_eq!(copied, extent(&to).expect("the copy's extent"));
        for (name, bytes) in contents {
            assert!(fs::read(to.join(name)).expect("a file") == bytes, "{name}");
        }
    }
}

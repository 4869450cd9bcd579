//! The prepared data directory: made once per server and kept in the cache, because making one
//! takes several times as long as copying one and starting the server on the copy.

use std::fs::{self, DirBuilder};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::cache::Cache;
use crate::error::{Doing, Error};
use crate::log;
use crate::mariadbd::Mariadbd;
use crate::options;

/// The scripts that make the system tables. Newer servers call them `mariadb_…` instead of
/// `mysql_…`; the last one has had its name all the time.
const SCRIPTS: [&[&str]; 4] = [
    &["mariadb_system_tables.sql", "mysql_system_tables.sql"],
    &["mariadb_performance_tables.sql", "mysql_performance_tables.sql"],
    &["mariadb_system_tables_data.sql", "mysql_system_tables_data.sql"],
    &["maria_add_gis_sp_bootstrap.sql"],
];

/// Without the variable, `root` would be bound to the operating system's user of that name.
const BEFORE: &str = "\
create database if not exists mysql;
use mysql;
SET @auth_root_socket=NULL;
";

/// The scripts let `root` in without a password on every address of this machine, but only the
/// socket is protected, by its directory.
const AFTER: &str = "
DELETE FROM global_priv WHERE Host <> 'localhost';
DELETE FROM proxies_priv WHERE Host <> 'localhost';
";

/// Copies the data directory of this server to the new directory `to`, and makes it before that
/// if it was never made or is damaged.
pub(crate) fn copy(server: &Mariadbd, cache: &Cache, to: &Path) -> Result<(), Error> {
    let name = name(server)?;
    if cache.copy(&name, to)? {
        return Ok(());
    }
    let locked = cache.lock()?;
    // Another process may have made it while this one waited for the lock.
    if locked.copy(&name, to)? {
        return Ok(());
    }
    locked.replace(&name, |directory| bootstrap(server, directory))?;
    match locked.copy(&name, to)? {
        true => Ok(()),
        false => Err(io::Error::other("it changed while it was copied")).doing("copy", to),
    }
}

/// The program's place, size and time of change stand for its version: asking for that means
/// running it, which would be a large part of the time of a start.
fn name(server: &Mariadbd) -> Result<String, Error> {
    let metadata = fs::metadata(&server.program).doing("read", &server.program)?;
    let mut hasher = DefaultHasher::new();
    server.program.hash(&mut hasher);
    (metadata.size(), metadata.mtime(), metadata.mtime_nsec()).hash(&mut hasher);
    (options::FILES, options::BOOTSTRAP, BEFORE, AFTER).hash(&mut hasher);
    Ok(format!("data-{:016x}", hasher.finish()))
}

fn bootstrap(server: &Mariadbd, directory: &Path) -> Result<(), Error> {
    let statements = statements(server)?;
    DirBuilder::new().mode(0o700).create(directory).doing("create", directory)?;
    let output = run(server, directory, &statements)?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Bootstrap {
        program: server.program.clone(),
        status: output.status,
        log: log::tail(&[output.stdout, output.stderr].concat()),
    })
}

fn statements(server: &Mariadbd) -> Result<Vec<u8>, Error> {
    let mut statements = BEFORE.as_bytes().to_vec();
    for names in SCRIPTS {
        let path = script(server, names)?;
        statements.extend(fs::read(&path).doing("read", &path)?);
    }
    statements.extend(AFTER.as_bytes());
    Ok(statements)
}

fn script(server: &Mariadbd, names: &[&'static str]) -> Result<PathBuf, Error> {
    let mut paths = names.iter().map(|name| server.share.join(name));
    paths.find(|path| path.is_file()).ok_or_else(|| Error::Incomplete {
        program: server.program.clone(),
        file: names[0],
        looked_in: vec![server.share.clone()],
    })
}

fn run(server: &Mariadbd, directory: &Path, statements: &[u8]) -> Result<Output, Error> {
    let words = options::bootstrap(server, directory)?;
    let mut child = Command::new(&words[0])
        .args(&words[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .doing("run", &server.program)?;
    let fed = feed(&mut child, statements);
    let output = child.wait_with_output().doing("wait for", &server.program)?;
    match fed {
        Err(error) if output.status.success() => Err(error).doing("write to", &server.program),
        // A server that ended early says more in its log than the broken pipe does.
        _ => Ok(output),
    }
}

/// Writes the statements and closes the pipe, at whose end the server ends too: also when this
/// process is killed.
fn feed(child: &mut Child, statements: &[u8]) -> io::Result<()> {
    let mut pipe = child.stdin.take().expect("standard input is piped");
    pipe.write_all(statements)
}

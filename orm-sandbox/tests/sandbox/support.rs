//! What several tests need: connections, caches of their own, and the state of processes.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder};
use orm_sandbox::Sandbox;
use tempfile::TempDir;

pub(crate) fn started() -> Sandbox {
    Sandbox::start().expect("the sandbox starts")
}

/// A short path, because a socket will lie below it.
pub(crate) fn temporary_directory() -> TempDir {
    tempfile::Builder::new().prefix("t").tempdir().expect("a temporary directory")
}

pub(crate) fn connect(sandbox: &Sandbox) -> Conn {
    let mut connection = connect_to_socket(sandbox.socket());
    assert_eq!(ask::<u8>(&mut connection, "SELECT 1"), 1);
    connection
}

pub(crate) fn connect_to_socket(socket: &Path) -> Conn {
    let options = OptsBuilder::new().socket(socket.to_str()).user(Some("root"));
    Conn::new(options).expect("root is let in through the socket")
}

pub(crate) fn connect_to_url(url: &str) -> mysql::Result<Conn> {
    let options = Opts::from_url(url).expect("the URL is one of the driver");
    // Else the driver would leave the port for the socket after the first answer.
    Conn::new(OptsBuilder::from_opts(options).prefer_socket(false))
}

pub(crate) fn ask<T: mysql::prelude::FromValue>(connection: &mut Conn, question: &str) -> T {
    let answer = connection.query_first(question).expect("an answer");
    answer.expect("a row")
}

/// A cache without data directories, but with the server that has been fetched before, if the
/// server of this machine is such a one.
pub(crate) fn cache_without_data() -> TempDir {
    let cache = temporary_directory();
    if let Some(root) = fetched_root() {
        let entry = root.parent().expect("a fetched server is in a cache");
        symlink(entry, cache.path().join("server")).expect("a link");
    }
    cache
}

/// The directory in which the server was unpacked, unless it is installed.
pub(crate) fn fetched_root() -> Option<PathBuf> {
    let program = program();
    let root = program.ancestors().nth(3)?;
    root.ends_with("server/tree").then(|| root.to_path_buf())
}

/// The server program; finding it fetches it if this machine has none.
pub(crate) fn program() -> PathBuf {
    started().program().to_path_buf()
}

/// Waits until something is true that another process is bringing about.
pub(crate) fn eventually(what: &str, is_true: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_true() {
        assert!(start.elapsed() < Duration::from_secs(20), "never: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

pub(crate) fn is_empty(directory: &Path) -> bool {
    fs::read_dir(directory).expect("the directory is there").next().is_none()
}

pub(crate) fn runs(process: u32) -> bool {
    send_signal("0", &process.to_string())
}

/// Sends a signal to a process, or to a group whose number stands behind a minus sign.
pub(crate) fn send_signal(signal: &str, to: &str) -> bool {
    Command::new("/bin/sh")
        .args(["-c", "kill -s \"$1\" -- \"$2\"", "sh", signal, to])
        .stderr(Stdio::null())
        .status()
        .expect("there is a shell")
        .success()
}

/// Writes an executable shell script.
pub(crate) fn write_script(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, format!("#!/bin/sh\n{text}")).expect("a script");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it can be run");
}

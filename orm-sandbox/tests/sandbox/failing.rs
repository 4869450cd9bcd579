//! Where there is no server, or one that does not come up, an error says what to do.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::child::{self, Role, failure};
use crate::support::{fetched_root, is_empty, program, temporary_directory, write_script};

#[test]
fn a_server_that_ends_at_once_is_reported_with_its_last_lines() {
    let server = StandIn::new("echo a first word; echo the last word >&2; exit 3");
    let message = server.failure(&mut server.child());
    assert!(message.contains("ended before it answered"), "{message}");
    assert!(message.contains("exit status: 3"), "{message}");
    assert!(message.contains("\n    a first word\n    the last word"), "{message}");
}

#[test]
fn a_server_that_does_not_answer_is_given_up() {
    let server = StandIn::new("echo still thinking; exec sleep 600");
    let message = server.failure(server.child().env("ORM_SANDBOX_TIMEOUT", "1"));
    assert!(message.contains("did not answer within 1s"), "{message}");
    assert!(message.contains("\n    still thinking"), "{message}");
}

#[test]
fn a_server_that_cannot_make_its_data_directory_is_reported() {
    let server = StandIn::whatever_is_asked("echo no space for system tables >&2; exit 1");
    let message = server.failure(&mut server.child());
    assert!(message.contains("could not make a data directory"), "{message}");
    assert!(message.contains("\n    no space for system tables"), "{message}");
}

#[test]
fn a_chosen_program_that_is_none_is_reported() {
    let temporary = temporary_directory();
    let message = failure(child::command(Role::Ask, temporary.path()).env("ORM_SANDBOX_MARIADBD", "/nonexistent"));
    assert!(message.contains("ORM_SANDBOX_MARIADBD is \"/nonexistent\", which is not an executable file"), "{message}");
}

#[test]
fn a_program_without_its_files_is_reported() {
    let server = StandIn::whatever_is_asked("exit 0");
    fs::remove_file(server.prefix.path().join("share")).expect("a link to lose");
    let message = server.failure(&mut server.child());
    assert!(message.contains("no english/errmsg.sys was found for"), "{message}");
}

#[test]
fn a_missing_server_that_must_not_be_fetched_is_named_with_its_package() {
    if fetched_root().is_none() {
        eprintln!("skipped: a server is installed on this machine");
        return;
    }
    let temporary = temporary_directory();
    let cache = temporary_directory();
    let message = failure(
        child::command(Role::Ask, temporary.path())
            .env("ORM_SANDBOX_CACHE", cache.path())
            .env("ORM_SANDBOX_NO_FETCH", "1"),
    );
    assert!(message.contains("ORM_SANDBOX_NO_FETCH forbids it"), "{message}");
    assert!(message.contains("install the package mariadb-server-core (Debian, Ubuntu)"), "{message}");
    assert!(is_empty(temporary.path()));
}

/// A script that stands where a server program would, with the real server's files around it.
struct StandIn {
    prefix: TempDir,
    cache: TempDir,
    temporary: TempDir,
}

impl StandIn {
    /// Makes its data directory as the real server does, but does something else when it is run.
    fn new(instead_of_running: &str) -> Self {
        let (libraries, server) = (libraries(), program());
        Self::whatever_is_asked(&format!(
            "case \" $* \" in *\" --bootstrap \"*)\n\
             LD_LIBRARY_PATH={libraries} exec {} \"$@\" ;;\nesac\n{instead_of_running}",
            server.display()
        ))
    }

    fn whatever_is_asked(script: &str) -> Self {
        let prefix = temporary_directory();
        fs::create_dir(prefix.path().join("sbin")).expect("a directory");
        symlink(share(), prefix.path().join("share")).expect("a link");
        write_script(&prefix.path().join("sbin/mariadbd"), script);
        Self { prefix, cache: temporary_directory(), temporary: temporary_directory() }
    }

    fn child(&self) -> Command {
        let mut command = child::command(Role::Ask, self.temporary.path());
        command
            .env("ORM_SANDBOX_CACHE", self.cache.path())
            .env("ORM_SANDBOX_MARIADBD", self.prefix.path().join("sbin/mariadbd"));
        command
    }

    /// What the child says when it fails, after which nothing of it is left.
    fn failure(&self, child: &mut Command) -> String {
        let message = failure(child);
        assert!(is_empty(self.temporary.path()));
        message
    }
}

fn share() -> PathBuf {
    let program = program();
    let prefix = program.ancestors().nth(2).expect("programs are in a prefix");
    prefix.join("share")
}

/// Directories of the libraries that the system lacks, as text.
fn libraries() -> String {
    let Some(root) = fetched_root() else {
        return String::new();
    };
    let lib = root.join("usr/lib");
    let Ok(entries) = fs::read_dir(&lib) else {
        return String::new();
    };
    let directories = entries.map(|entry| text(&entry.expect("an entry").path()));
    directories.collect::<Vec<_>>().join(":")
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

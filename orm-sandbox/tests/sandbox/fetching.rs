//! Fetching a server, played through with package tools that are scripts.
//!
//! The real tools are used by the first start on a machine without a server, and so by whichever
//! test comes first there.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::child::{self, Role, path_with};
use crate::support::{fetched_root, temporary_directory, write_script};

#[test]
fn a_missing_server_is_fetched_once() {
    let Some(machine) = Machine::without_a_server() else {
        return;
    };
    machine.start();
    machine.start();
    assert_eq!(machine.fetches(), 1);
}

#[test]
fn many_processes_fetch_a_missing_server_once() {
    let Some(machine) = Machine::without_a_server() else {
        return;
    };
    let children: Vec<_> = (0..4).map(|_| machine.child().spawn().expect("the child starts")).collect();
    let mut said = String::new();
    for child in children {
        let output = child.wait_with_output().expect("the child ends");
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{said}");
    }
    assert_eq!(machine.fetches(), 1);
    assert_eq!(said.matches("fetching the package").count(), 1, "{said}");
}

#[test]
fn a_damaged_server_is_fetched_again() {
    let Some(machine) = Machine::without_a_server() else {
        return;
    };
    machine.start();
    fs::write(machine.server(), "cut off").expect("a program to spoil");
    machine.start();
    fs::remove_file(machine.server()).expect("a program to lose");
    machine.start();
    assert_eq!(machine.fetches(), 3);
}

#[test]
fn an_unpacking_that_stopped_half_way_is_done_again() {
    let Some(machine) = Machine::without_a_server() else {
        return;
    };
    machine.write_tool("dpkg-deb", "mkdir -p \"$3/usr/sbin\"; echo no space left >&2; exit 2");
    let message = child::failure(&mut machine.child());
    assert!(message.contains("cannot fetch mariadbd: dpkg-deb --extract failed (exit status: 2)"), "{message}");
    assert!(message.contains("\n    no space left"), "{message}");

    machine.write_working_dpkg_deb();
    machine.start();
    assert_eq!(machine.fetches(), 2);
    assert_eq!(machine.unfinished(), 0);
}

#[test]
fn a_server_that_cannot_run_here_is_not_kept() {
    let Some(machine) = Machine::without_a_server() else {
        return;
    };
    machine.write_tool(
        "dpkg-deb",
        "mkdir -p \"$3/usr/sbin\" \"$3/usr/share/mysql/english\"\n\
         touch \"$3/usr/share/mysql/english/errmsg.sys\"\n\
         printf '#!/bin/sh\\necho wrong machine; exit 126\\n' >\"$3/usr/sbin/mariadbd\"\n\
         chmod +x \"$3/usr/sbin/mariadbd\"",
    );
    let message = child::failure(&mut machine.child());
    assert!(message.contains("mariadbd --version failed"), "{message}");
    assert!(message.contains("\n    wrong machine"), "{message}");
    assert!(!machine.server().exists());
}

#[test]
fn a_source_that_fails_explains_a_package_that_is_not_found() {
    let Some(machine) = Machine::without_a_server() else {
        return;
    };
    machine.write_tool("apt-get", "echo no route to the mirror >&2; exit 100");
    machine.write_tool("apt-cache", "");
    let message = child::failure(&mut machine.child());
    assert!(message.contains("apt-get update failed"), "{message}");
    assert!(message.contains("\n    no route to the mirror"), "{message}");
}

#[test]
fn a_source_that_fails_does_not_matter_if_the_package_is_found() {
    let Some(machine) = Machine::without_a_server() else {
        return;
    };
    let working = machine.tool_text("apt-get");
    machine.write_tool("apt-get", &format!("case \" $* \" in *\" update \"*) exit 100;; esac\n{working}"));
    machine.start();
}

/// A machine whose package tools are scripts, and whose cache is empty.
struct Machine {
    tools: TempDir,
    cache: TempDir,
    temporary: TempDir,
}

impl Machine {
    /// Unless a server is installed, because that would be found first.
    fn without_a_server() -> Option<Self> {
        let Some(root) = fetched_root() else {
            eprintln!("skipped: a server is installed on this machine");
            return None;
        };
        let machine =
            Self { tools: temporary_directory(), cache: temporary_directory(), temporary: temporary_directory() };
        std::os::unix::fs::symlink(root, machine.tools.path().join("root")).expect("a link");
        machine.write_working_apt();
        machine.write_working_dpkg_deb();
        Some(machine)
    }

    /// Puts a file where apt would put a package, and counts how often.
    fn write_working_apt(&self) {
        let count = self.tools.path().join("count");
        self.write_tool(
            "apt-get",
            &format!(
                "for word; do case $word in\n\
                 Dir::Cache::archives=*) archives=${{word#*=}} ;;\n\
                 install) echo fetched >>'{}'; touch \"$archives/server.deb\" ;;\n\
                 esac; done",
                count.display()
            ),
        );
        self.write_tool("apt-cache", "echo mariadb-server-core-10.6; echo mariadb-server-core");
    }

    /// "Unpacks" the server that was really fetched.
    fn write_working_dpkg_deb(&self) {
        let root = self.tools.path().join("root");
        self.write_tool("dpkg-deb", &format!("cp -R '{}/.' \"$3\"", root.display()));
    }

    fn write_tool(&self, name: &str, text: &str) {
        write_script(&self.tools.path().join(name), text);
    }

    fn tool_text(&self, name: &str) -> String {
        fs::read_to_string(self.tools.path().join(name)).expect("a script")
    }

    fn child(&self) -> Command {
        let mut command = child::command(Role::Ask, self.temporary.path());
        command.env("ORM_SANDBOX_CACHE", self.cache.path()).env("PATH", path_with(self.tools.path()));
        command
    }

    fn start(&self) {
        child::success(&mut self.child());
    }

    fn fetches(&self) -> usize {
        let count = fs::read_to_string(self.tools.path().join("count"));
        count.map_or(0, |lines| lines.lines().count())
    }

    fn server(&self) -> PathBuf {
        self.cache.path().join("server/tree/usr/sbin/mariadbd")
    }

    fn unfinished(&self) -> usize {
        let entries = fs::read_dir(self.cache.path()).expect("the cache is there");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        names.filter(|name| name.to_string_lossy().starts_with("new-")).count()
    }
}

//! The sandbox needs no rights: the other tests may run as root, this one does not.

use std::env;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use crate::child::{self, Role};
use crate::support::{fetched_root, is_empty, temporary_directory};

/// Nobody in particular.
const USER: u32 = 54321;

#[test]
fn an_ordinary_user_can_start_a_sandbox() {
    let place = temporary_directory();
    let owner = fs::metadata(place.path()).expect("it is there").uid();
    if owner != 0 {
        eprintln!("skipped: all tests run as an ordinary user anyway");
        return;
    }
    if Command::new("setpriv").arg("--version").output().is_err() {
        eprintln!("skipped: there is no setpriv to become an ordinary user with");
        return;
    }
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
    let (cache, temporary) = (place.path().join("cache"), place.path().join("tmp"));
    make_directories_of_user([&cache, &temporary]);
    copy_fetched_server(&cache);

    child::success(as_user(&copy_of_this_program(place.path()), &temporary).env("ORM_SANDBOX_CACHE", &cache));
    assert!(is_empty(&temporary));
}

fn make_directories_of_user(directories: [&Path; 2]) {
    for directory in directories {
        fs::create_dir(directory).expect("a directory");
        fs::set_permissions(directory, fs::Permissions::from_mode(0o700)).expect("it is ours");
        chown(directory, Some(USER), Some(USER)).expect("root may give it away");
    }
}

/// The cache of another user cannot be read.
fn copy_fetched_server(cache: &Path) {
    let Some(root) = fetched_root() else { return };
    let entry = root.parent().expect("a fetched server is in a cache");
    let script = "cp -R \"$1\" \"$2\" && chown -R \"$3\" \"$2\"";
    let status = Command::new("/bin/sh").args(["-c", script, "sh"]).args([entry, cache]).arg(USER.to_string()).status();
    assert!(status.expect("there is a shell").success());
}

/// Nor need the directory of this program be open to all.
fn copy_of_this_program(place: &Path) -> std::path::PathBuf {
    let copy = place.join("tests");
    let program = env::current_exe().expect("this program has a path");
    fs::copy(program, &copy).expect("a copy");
    copy
}

fn as_user(program: &Path, temporary: &Path) -> Command {
    let child = child::command_of(program, Role::Ask, temporary);
    let mut command = Command::new("setpriv");
    command.args(["--clear-groups", "--regid", &USER.to_string()]);
    command.args(["--reuid", &USER.to_string()]);
    command.arg(child.get_program()).args(child.get_args());
    for (name, value) in child.get_envs() {
        command.env(name, value.expect("only set, never removed"));
    }
    command
}

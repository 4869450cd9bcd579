//! Whatever becomes of a process, its server ends and its directory disappears.

use std::fs;
use std::path::Path;

use crate::child::{self, Role, Running};
use crate::support::{connect_to_socket, eventually, is_empty, runs, send_signal, started, temporary_directory};

#[test]
fn a_dropped_sandbox_leaves_nothing() {
    let sandbox = started();
    let home = sandbox.socket().parent().expect("a directory").to_path_buf();
    assert!(home.join("data/ibdata1").is_file());
    drop(sandbox);
    assert!(!home.exists());
}

#[test]
fn a_finished_process_leaves_nothing_when_it_has_ended() {
    check_nothing_stays(Role::Ask, Running::wait);
}

#[test]
fn a_panic_leaves_nothing() {
    check_nothing_stays(Role::Panic, Running::wait);
}

#[test]
fn an_aborted_process_leaves_nothing() {
    check_nothing_stays(Role::Abort, Running::wait);
}

#[test]
fn a_shared_sandbox_ends_with_its_process() {
    check_nothing_stays(Role::Share, Running::wait);
}

#[test]
fn a_killed_process_leaves_nothing() {
    check_nothing_stays(Role::Wait, Running::kill);
}

#[test]
fn an_interrupted_process_leaves_nothing() {
    check_nothing_stays(Role::Wait, Running::interrupt);
}

#[test]
fn a_process_killed_at_any_moment_of_its_start_leaves_nothing() {
    let temporary = temporary_directory();
    // Long enough for the whole start, which is hit at many points.
    for milliseconds in (0..200).step_by(10) {
        let mut child = child::command(Role::Wait, temporary.path()).spawn().expect("the child starts");
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        child.kill().expect("the child can be killed");
        child.wait().expect("the child ends");
    }
    // The next start takes away what had no watchdog yet.
    eventually("all is gone", || {
        child::success(&mut child::command(Role::Ask, temporary.path()));
        is_empty(temporary.path())
    });
}

#[test]
fn a_terminated_watchdog_takes_everything_along() {
    let temporary = temporary_directory();
    let mut child = Running::start(&mut child::command(Role::Wait, temporary.path()));
    let server = child.server();
    send_signal("TERM", &parent_of(server));
    eventually("the server ends", || !runs(server));
    eventually("the directory disappears", || is_empty(temporary.path()));
    child.kill();
}

#[test]
fn a_server_that_lost_its_watchdog_is_ended_by_the_next_start() {
    let temporary = temporary_directory();
    let mut child = Running::start(&mut child::command(Role::Wait, temporary.path()));
    let server = child.server();
    send_signal("KILL", &parent_of(server));
    child.kill();
    assert!(runs(server));
    assert!(child.home().exists());

    child::success(&mut child::command(Role::Ask, temporary.path()));
    eventually("the server ends", || !runs(server));
    assert!(is_empty(temporary.path()));
}

#[test]
fn a_drop_cleans_up_without_its_watchdog_too() {
    let sandbox = started();
    let home = sandbox.socket().parent().expect("a directory").to_path_buf();
    let server = noted_server(&home);
    send_signal("KILL", &parent_of(server));
    drop(sandbox);
    eventually("the server ends", || !runs(server));
    assert!(!home.exists());
}

#[test]
fn the_start_of_another_sandbox_does_not_harm_a_running_one() {
    let temporary = temporary_directory();
    let mut child = Running::start(&mut child::command(Role::Wait, temporary.path()));
    child::success(&mut child::command(Role::Ask, temporary.path()));
    connect_to_socket(&child.socket);
    child.kill();
}

#[test]
fn a_directory_of_another_kind_is_not_touched() {
    let temporary = temporary_directory();
    let kept = temporary.path().join("orm-sandbox-notes");
    fs::create_dir(&kept).expect("a directory");
    child::success(&mut child::command(Role::Ask, temporary.path()));
    assert!(kept.exists());
}

/// Starts a child, lets it end in some way, and looks for what is left of its sandbox.
fn check_nothing_stays(role: Role, end: fn(&mut Running)) {
    let temporary = temporary_directory();
    let mut child = Running::start(&mut child::command(role, temporary.path()));
    end(&mut child);
    eventually("the directory disappears", || is_empty(temporary.path()));
}

fn noted_server(home: &Path) -> u32 {
    let text = fs::read_to_string(home.join("pid")).expect("the number is noted");
    text.trim().parse().expect("a number")
}

/// The process number of a server's watchdog.
fn parent_of(process: u32) -> String {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let mut lines = status.lines();
    let parent = lines.find_map(|line| line.strip_prefix("PPid:"));
    parent.expect("every process has a parent").trim().to_owned()
}

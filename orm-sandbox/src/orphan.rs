//! A server that lost its watchdog: found by the number it left in its directory, and ended.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// The file in which the watchdog notes the number of the server's process.
const PID: &str = "pid";

/// Ends the server of an unguarded sandbox, if it still runs.
///
/// The number may belong to another process by now, so that one must name the directory.
pub(crate) fn kill_server_of(directory: &Path) {
    let Some(pid) = noted(directory) else { return };
    let Some(arguments) = arguments_of(pid) else {
        return;
    };
    if contains(&arguments, directory.as_os_str().as_encoded_bytes()) {
        kill(pid);
    }
}

fn noted(directory: &Path) -> Option<u32> {
    let text = fs::read_to_string(directory.join(PID)).ok()?;
    text.trim().parse().ok()
}

/// The command line of a process: from `/proc` where there is one, else from `ps`.
fn arguments_of(pid: u32) -> Option<Vec<u8>> {
    fs::read(format!("/proc/{pid}/cmdline")).ok().or_else(|| arguments_from_ps(pid))
}

fn arguments_from_ps(pid: u32) -> Option<Vec<u8>> {
    let output =
        Command::new("ps").args(["-ww", "-o", "args=", "-p", &pid.to_string()]).stderr(Stdio::null()).output().ok()?;
    Some(output.stdout)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// The standard library cannot signal a process that is not its child; every shell can.
fn kill(pid: u32) {
    // Fails if the process has just ended, which is what we want.
    let _ = Command::new("/bin/sh")
        .args(["-c", "kill -KILL \"$1\"", "sh", &pid.to_string()])
        .stderr(Stdio::null())
        .status();
}

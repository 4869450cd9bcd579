//! The watchdog: a small shell process that runs the server and outlives us long enough to end
//! it and to remove the directory, however we end.
//!
//! It hears of our end from a pipe, which the system closes even when we are killed. It has a
//! process group of its own, so that Ctrl-C in a terminal does not reach it.

use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};

use crate::error::{Doing, Error};
use crate::home::Home;

const SHELL: &str = "/bin/sh";
const SCRIPT: &str = include_str!("watchdog.sh");

#[derive(Debug)]
pub(crate) struct Watchdog {
    process: Child,
    /// `None` once we have closed it.
    commands: Option<ChildStdin>,
    /// A thread that ends when the server ends.
    server_end: Option<JoinHandle<()>>,
}

impl Watchdog {
    /// Guards the directory from now on; the server waits for [`Watchdog::start_server`].
    pub(crate) fn spawn(home: &Home, server: &[OsString]) -> Result<Self, Error> {
        let shell = Path::new(SHELL);
        let log = home.log().try_clone().doing("open", home.directory())?;
        let mut process = Command::new(shell)
            .args(["-c", SCRIPT, "orm-sandbox-watchdog"])
            .arg(home.directory())
            .args(server)
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .doing("run", shell)?;
        let commands = process.stdin.take();
        let stdout = process.stdout.take().expect("standard output is piped");
        let server_end = thread::Builder::new()
            .name("orm-sandbox".to_owned())
            .spawn(|| read_to_end(stdout))
            .doing("start a thread for", shell)?;
        Ok(Self { process, commands, server_end: Some(server_end) })
    }

    pub(crate) fn start_server(&mut self) -> io::Result<()> {
        self.say("start\n")
    }

    /// Kills the server and waits for its end; the data stay.
    pub(crate) fn kill_server(&mut self) -> io::Result<()> {
        self.say("kill\n")?;
        if let Some(thread) = self.server_end.take() {
            // The thread cannot panic, and if it did, the pipe would be closed as well.
            let _ = thread.join();
        }
        Ok(())
    }

    pub(crate) fn server_has_ended(&self) -> bool {
        self.server_end.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Kills the server, removes the directory and says how the server ended.
    pub(crate) fn end(&mut self) -> io::Result<ExitStatus> {
        self.commands = None;
        self.process.wait()
    }

    /// Kills the server and ends, but leaves the directory to another watchdog.
    pub(crate) fn leave(mut self) -> io::Result<()> {
        // A watchdog that was killed itself does not hear this, and has left already.
        let _ = self.say("leave\n");
        self.process.wait().map(drop)
    }

    fn say(&mut self, command: &str) -> io::Result<()> {
        match &mut self.commands {
            Some(commands) => commands.write_all(command.as_bytes()),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

/// Nothing is ever written to this pipe: it only ends.
fn read_to_end(mut pipe: ChildStdout) {
    // An error is an end too.
    let _ = io::copy(&mut pipe, &mut io::sink());
}

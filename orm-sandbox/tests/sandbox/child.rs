//! Processes of their own for the tests: this test binary again, in a role.

use std::env;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Output, Stdio};

use orm_sandbox::Sandbox;

use crate::support::{connect, send_signal};

const ROLE: &str = "ORM_SANDBOX_TEST_ROLE";
/// Begins the line in which a child tells its socket.
const SOCKET: &str = "socket: ";

/// What a child does with its sandbox after it told the socket.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Role {
    /// Asks the server something and drops the sandbox.
    Ask,
    /// Waits until its standard input ends.
    Wait,
    /// Panics while it holds the sandbox.
    Panic,
    /// Ends without dropping anything.
    Abort,
    /// Leaves the sandbox to a static, which is not dropped either.
    Share,
}

impl Role {
    const ALL: [Self; 5] = [Self::Ask, Self::Wait, Self::Panic, Self::Abort, Self::Share];

    fn name(self) -> String {
        format!("{self:?}")
    }

    fn of_this_process() -> Option<Self> {
        let name = env::var(ROLE).ok()?;
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// Not a test: what a child process does.
#[test]
#[ignore = "run by the other tests, in processes of their own"]
fn run() {
    let Some(role) = Role::of_this_process() else {
        return;
    };
    if let Role::Share = role {
        let sandbox = Sandbox::shared().expect("the sandbox starts");
        let again = Sandbox::shared().expect("the sandbox has started");
        assert!(std::ptr::eq(sandbox, again));
        return tell_socket(sandbox);
    }
    match Sandbox::start() {
        Ok(sandbox) => play(role, sandbox),
        Err(error) => {
            eprintln!("{error}");
            process::exit(1);
        }
    }
}

fn play(role: Role, sandbox: Sandbox) {
    tell_socket(&sandbox);
    match role {
        Role::Ask => drop(connect(&sandbox)),
        Role::Wait => drop(io::stdin().lines().last()),
        Role::Panic => panic!("as the test wants it"),
        Role::Abort => process::abort(),
        Role::Share => unreachable!("a shared sandbox is not owned"),
    }
}

fn tell_socket(sandbox: &Sandbox) {
    eprintln!("{SOCKET}{}", sandbox.socket().display());
}

/// A child that is not started yet. Its sandbox lies in `temporary`.
pub(crate) fn command(role: Role, temporary: &Path) -> Command {
    let program = env::current_exe().expect("this program has a path");
    command_of(&program, role, temporary)
}

pub(crate) fn command_of(program: &Path, role: Role, temporary: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(["child::run", "--exact", "--ignored", "--nocapture"])
        .env(ROLE, role.name())
        .env("TMPDIR", temporary)
        // As a shell does it, so that Ctrl-C can be sent to the child and its group alone.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// A child whose server runs.
pub(crate) struct Running {
    child: Child,
    pub(crate) socket: PathBuf,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("the child starts");
        let stderr = child.stderr.take().expect("standard error is piped");
        let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
        let socket = lines.find_map(|line| line.strip_prefix(SOCKET).map(PathBuf::from));
        Self { socket: socket.expect("the child tells its socket"), child }
    }

    pub(crate) fn home(&self) -> &Path {
        self.socket.parent().expect("the socket is in a directory")
    }

    /// The process number of the server.
    pub(crate) fn server(&self) -> u32 {
        let text = std::fs::read_to_string(self.home().join("pid")).expect("the number is noted");
        text.trim().parse().expect("a number")
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("the child can be killed");
        self.wait();
    }

    /// What a terminal does on Ctrl-C.
    pub(crate) fn interrupt(&mut self) {
        send_signal("INT", &format!("-{}", self.child.id()));
        self.wait();
    }

    pub(crate) fn wait(&mut self) {
        self.child.wait().expect("the child ends");
    }
}

/// A child that ends before it has a sandbox: what it says.
pub(crate) fn failure(command: &mut Command) -> String {
    let Output { status, stderr, .. } = command.output().expect("the child starts");
    let text = String::from_utf8_lossy(&stderr).into_owned();
    assert!(!status.success(), "it should have failed: {text}");
    text
}

/// A child that does all it should.
pub(crate) fn success(command: &mut Command) {
    let output = command.output().expect("the child starts");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
}

/// Prepends a directory to the `PATH` of a child.
pub(crate) fn path_with(directory: &Path) -> impl AsRef<OsStr> {
    let inherited = env::var_os("PATH").unwrap_or_default();
    let inherited = env::split_paths(&inherited).collect::<Vec<_>>();
    let all = [directory.to_path_buf()].into_iter().chain(inherited);
    env::join_paths(all).expect("no directory has a colon in it")
}

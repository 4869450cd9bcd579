//! A running private server, from its start to the removal of its last file.

use std::ffi::OsString;
use std::fmt;
use std::mem;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use crate::address::{Address, Password};
use crate::cache::Cache;
use crate::environment;
use crate::error::{Doing, Error};
use crate::home::{self, Home};
use crate::log;
use crate::mariadbd::Mariadbd;
use crate::options;
use crate::ready::{self, Outcome};
use crate::template;
use crate::watchdog::Watchdog;

/// A private MariaDB server, which ends with this value or with the process that made it.
///
/// The server is empty: it has the user of the [URL](Self::url) and the system databases. All
/// that is written to it is thrown away at the end.
///
/// ```no_run
/// use orm_sandbox::Sandbox;
///
/// # fn main() -> Result<(), orm_sandbox::Error> {
/// let sandbox = Sandbox::start()?;
/// println!("connect to {}", sandbox.url());
/// # Ok(())
/// # }
/// ```
pub struct Sandbox {
    home: Home,
    address: Address,
    program: PathBuf,
    command: Vec<OsString>,
    watchdog: Watchdog,
    timeout: Duration,
}

/// What a sandbox is to be like, before it is started; made by [`Sandbox::builder`].
#[derive(Clone, Debug, Default)]
pub struct Builder {
    transport: Transport,
    arguments: Vec<OsString>,
}

/// How often a port is chosen, if others take it before the server does.
const PORT_ATTEMPTS: usize = 5;

#[derive(Clone, Copy, Debug, Default)]
enum Transport {
    #[default]
    Socket,
    Tcp,
}

impl Sandbox {
    /// Starts a server that is reached through a Unix socket, and waits until it answers.
    ///
    /// The first start on a machine prepares a data directory and may have to fetch the server.
    ///
    /// # Errors
    ///
    /// Fails if there is no server and none can be fetched, or if it does not come up.
    pub fn start() -> Result<Self, Error> {
        Self::builder().start()
    }

    /// Chooses how the server is to be reached, and then starts it.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), orm_sandbox::Error> {
    /// let sandbox = orm_sandbox::Sandbox::builder().tcp().start()?;
    /// assert!(sandbox.url().contains("@127.0.0.1:"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The sandbox that all tests of this process share: the first call starts it.
    ///
    /// It ends when the process ends. Give each test a database of its own.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = orm_sandbox::Sandbox::shared()?;
    /// println!("connect to {}", sandbox.url_for("one_test"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Fails as [`Sandbox::start`] does; after a failure it fails at once and does not try again.
    pub fn shared() -> Result<&'static Self, &'static Error> {
        static SHARED: OnceLock<Result<Sandbox, Error>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    /// The URL of the server, without a database:
    /// `mysql://root@localhost/?socket=%2Ftmp%2F…%2Fs.sock`, or with
    /// [`tcp`](Builder::tcp) `mysql://sandbox:…@127.0.0.1:…/`.
    pub fn url(&self) -> String {
        self.url_for("")
    }

    /// The URL of a database on the server. The database is not created by this.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), orm_sandbox::Error> {
    /// let sandbox = orm_sandbox::Sandbox::start()?;
    /// let url = sandbox.url_for("shop");
    /// assert!(url.starts_with("mysql://root@localhost/shop?socket="));
    /// # Ok(())
    /// # }
    /// ```
    pub fn url_for(&self, database: &str) -> String {
        self.address.url(database)
    }

    /// The path of the server's Unix socket, on which `root` needs no password.
    ///
    /// There is one with [`tcp`](Builder::tcp) too. Only the user of this process can reach it.
    ///
    /// ```no_run
    /// use std::os::unix::net::UnixStream;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = orm_sandbox::Sandbox::start()?;
    /// let stream = UnixStream::connect(sandbox.socket())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn socket(&self) -> &Path {
        self.home.socket()
    }

    /// The server's program: the one that was chosen, found or fetched.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), orm_sandbox::Error> {
    /// let sandbox = orm_sandbox::Sandbox::start()?;
    /// println!("{} serves {}", sandbox.program().display(), sandbox.url());
    /// # Ok(())
    /// # }
    /// ```
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Kills the server as a crash would (`SIGKILL`) and keeps its data for
    /// [`restart`](Self::restart).
    ///
    /// ```no_run
    /// # fn main() -> Result<(), orm_sandbox::Error> {
    /// let mut sandbox = orm_sandbox::Sandbox::start()?;
    /// // … commit something …
    /// sandbox.kill()?;
    /// sandbox.restart()?;
    /// // … it is still there.
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the process that guards the server was killed by somebody else.
    pub fn kill(&mut self) -> Result<(), Error> {
        self.watchdog.kill_server().doing("kill the server of", self.home.directory())
    }

    /// Starts the server again on its data, after [`kill`](Self::kill) or instead of it: a
    /// server that runs is killed before. The URL stays the same.
    ///
    /// # Errors
    ///
    /// Fails if the server does not come up again.
    pub fn restart(&mut self) -> Result<(), Error> {
        // The new watchdog first, so that the directory is guarded all the time.
        let next = Watchdog::spawn(&self.home, &self.command)?;
        let previous = mem::replace(&mut self.watchdog, next);
        previous.leave().doing("kill the server of", self.home.directory())?;
        self.start_server()
    }

    fn start_as(wanted: &Builder) -> Result<Self, Error> {
        let timeout = environment::timeout()?;
        let cache = Cache::open()?;
        let server = Mariadbd::find_or_fetch(&cache)?;
        let home = Home::create()?;
        home.remove_leftovers_beside();
        let address = wanted.transport.address(&home)?;
        let mut command = options::run(&server, &home, &address)?;
        command.extend(wanted.arguments.iter().cloned());
        // From here on nothing stays behind, whatever happens to this process.
        let watchdog = Watchdog::spawn(&home, &command)?;
        let mut sandbox = Self { home, address, program: server.program.clone(), command, watchdog, timeout };
        template::copy(&server, &cache, &sandbox.home.data())?;
        sandbox.home.write_first_statements(&sandbox.address)?;
        sandbox.start_server()?;
        Ok(sandbox)
    }

    fn start_server(&mut self) -> Result<(), Error> {
        self.watchdog.start_server().doing("start the server of", self.home.directory())?;
        let has_ended = || self.watchdog.server_has_ended();
        match ready::wait(self.home.socket(), self.timeout, has_ended) {
            Outcome::Answered => Ok(()),
            Outcome::Ended => Err(self.ended()),
            Outcome::TimedOut => Err(self.timed_out()),
        }
    }

    /// The watchdog knows how the server ended, and tells it when it ends itself.
    fn ended(&mut self) -> Error {
        match self.watchdog.end() {
            Ok(status) => {
                Error::Ended { program: self.program.clone(), status, log: log::tail_of_file(self.home.log()) }
            }
            Err(source) => Error::Io { action: "wait for the server", path: self.program.clone(), source },
        }
    }

    fn timed_out(&self) -> Error {
        Error::TimedOut { program: self.program.clone(), limit: self.timeout, log: log::tail_of_file(self.home.log()) }
    }
}

impl Drop for Sandbox {
    /// Kills the server, because nobody will read its data, and waits until all is gone.
    fn drop(&mut self) {
        // The watchdog removes the directory, unless it was killed itself.
        let _ = self.watchdog.end();
        if self.home.directory().exists() {
            home::remove(self.home.directory());
        }
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.address.url_without_password())
            .field("program", &self.program)
            .finish_non_exhaustive()
    }
}

impl Builder {
    /// Lets clients in through a free port of 127.0.0.1 too, and names that in the URL, for
    /// clients that cannot use a Unix socket.
    ///
    /// The URL then has the user `sandbox` and a random password, since every user of the
    /// machine can connect to the port.
    #[must_use]
    pub fn tcp(mut self) -> Self {
        self.transport = Transport::Tcp;
        self
    }

    /// Gives the server a further argument, which overrules those that it has anyway.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), orm_sandbox::Error> {
    /// let sandbox = orm_sandbox::Sandbox::builder().argument("--max-connections=5").start()?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Starts the server and waits until it answers, as [`Sandbox::start`] does.
    ///
    /// # Errors
    ///
    /// Fails if there is no server and none can be fetched, or if it does not come up.
    pub fn start(self) -> Result<Sandbox, Error> {
        let mut attempts = 1..PORT_ATTEMPTS;
        loop {
            match Sandbox::start_as(&self) {
                Err(error) if error.is_taken_port() && attempts.next().is_some() => {}
                result => return result,
            }
        }
    }
}

impl Transport {
    fn address(self, home: &Home) -> Result<Address, Error> {
        Ok(match self {
            Self::Socket => Address::Socket(home.socket().to_path_buf()),
            Self::Tcp => Address::Tcp { port: free_port()?, password: Password::random()? },
        })
    }
}

/// A port that is free now; another process may take it before the server does.
fn free_port() -> Result<u16, Error> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .doing("find a free port on", Path::new("127.0.0.1"))
}

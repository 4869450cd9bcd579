//! A TCP proxy before a test's server, which breaks a connection at a packet of one's choice.

mod connection;
mod packet;
mod wire;

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use mysql::Conn;
use mysql::prelude::Queryable;
use url::Url;

use crate::Database;
use connection::Connection;
use wire::Place;

/// Which way packets go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// What the client says.
    ToServer,
    /// What the server answers.
    ToClient,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Both connections are closed in place of the packet.
    Cut,
    /// Half of the packet goes through, and then both connections are closed.
    CutInside,
    /// The client's connection is reset in place of the packet.
    Reset,
    /// The packet waits for a moment. Nothing is lost.
    Delay,
    /// From the packet on nothing goes through either way, and nothing is closed.
    Stall,
    /// The packet goes through, but what the other side says to it does not: the connections are closed then.
    DropAnswer,
    /// The server's thread is killed, and when it has ended, the packet goes on.
    KillBefore,
    /// The packet goes on, and the server's thread is killed at once: somewhere in its work.
    KillAfter,
    /// The packet goes on, and the statement that the server's thread is at is killed at once. The connection is not.
    Interrupt,
}

/// A fault, and the packet at which it happens: once.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// What goes wrong.
    pub kind: Kind,
    /// Which packets are counted.
    pub direction: Direction,
    /// The number of the packet, from 1 on.
    pub at: u64,
}

/// A proxy on a loopback port. Until it is [armed](Self::arm), everything goes through.
#[derive(Debug)]
pub struct Proxy {
    url: String,
    port: u16,
    shared: Arc<Shared>,
}

/// How long a packet waits for [`Kind::Delay`].
const DELAY: Duration = Duration::from_millis(20);

/// Nothing that a server has to end takes longer, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the threads of a proxy share.
#[derive(Debug)]
struct Shared {
    server: Place,
    is_closed: AtomicBool,
    state: Mutex<State>,
    /// Those that may be open. A stream is closed when the threads that forward have let go of it.
    connections: Mutex<Vec<Weak<Connection>>>,
    /// A connection past the proxy.
    aside: Mutex<Conn>,
}

#[derive(Debug, Default)]
struct State {
    fault: Option<Fault>,
    /// The thread of the server whose connection was hit.
    hit: Option<Option<u32>>,
    is_happening: bool,
    to_server: u64,
    to_client: u64,
    sent: Vec<(u32, String)>,
}

impl Proxy {
    /// A proxy before the server of a test's database.
    ///
    /// # Panics
    /// The database's server cannot be reached, or there is no port.
    #[must_use]
    pub fn before(database: &Database) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
        let port = listener.local_addr().expect("the listener has an address").port();
        let server = Place::of(database.url());
        let shared = Arc::new(Shared {
            server,
            is_closed: AtomicBool::new(false),
            state: Mutex::default(),
            connections: Mutex::default(),
            aside: database.driver().into(),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accept(&listener, &accepting));
        Self { url: through(database.url(), port), port, shared }
    }

    /// The URL of the database, through the proxy.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Packets and statements are counted from now on, and one packet meets the fault.
    pub fn arm(&self, fault: Option<Fault>) {
        *self.shared.state() = State { fault, ..State::default() };
    }

    /// From now on everything goes through. Gives whether the fault has happened: then it is over, and no KILL comes later.
    ///
    /// # Panics
    /// It never ends.
    pub fn heal(&self) -> bool {
        self.shared.state().fault = None;
        let started = Instant::now();
        while self.shared.state().is_happening {
            assert!(started.elapsed() < PATIENCE, "the fault does not end");
            thread::sleep(Duration::from_millis(1));
        }
        self.has_hit()
    }

    /// Whether the fault has happened.
    #[must_use]
    pub fn has_hit(&self) -> bool {
        self.shared.state().hit.is_some()
    }

    /// The packets since the proxy was armed.
    #[must_use]
    pub fn packets(&self, direction: Direction) -> u64 {
        let state = self.shared.state();
        match direction {
            Direction::ToServer => state.to_server,
            Direction::ToClient => state.to_client,
        }
    }

    /// The statements that clients have sent since the proxy was armed, whether or not they went through, each with the
    /// number of the server's thread. What sets up a connection is left out.
    #[must_use]
    pub fn sent(&self) -> Vec<(u32, String)> {
        self.shared.state().sent.clone()
    }

    /// Waits until the server has ended the connection that was hit, with its transaction.
    ///
    /// # Panics
    /// It never does.
    pub fn wait_for_its_end(&self) {
        let hit = self.shared.state().hit;
        if let Some(Some(thread)) = hit {
            self.shared.wait_for_end(thread);
        }
    }

    /// Closes all connections.
    pub fn cut_all(&self) {
        let open =
            self.shared.connections().drain(..).filter_map(|connection| connection.upgrade()).collect::<Vec<_>>();
        open.iter().for_each(|connection| connection.close());
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.is_closed.store(true, Ordering::Release);
        self.cut_all();
        // Wakes the thread that accepts, which ends.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connections(&self) -> MutexGuard<'_, Vec<Weak<Connection>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a packet of a connection to this thread of the server, and gives what happens to it.
    fn count(&self, direction: Direction, thread: Option<u32>) -> Option<Kind> {
        let mut state = self.state();
        let counted = match direction {
            Direction::ToServer => &mut state.to_server,
            Direction::ToClient => &mut state.to_client,
        };
        *counted += 1;
        let now = *counted;
        let fault = state.fault.filter(|fault| fault.direction == direction && fault.at == now)?;
        state.fault = None;
        state.hit = Some(thread);
        state.is_happening = true;
        Some(fault.kind)
    }

    /// What is killed is a `CONNECTION`, or the `QUERY` that it is at.
    fn kill(&self, what: &str, thread: Option<u32>) {
        let Some(thread) = thread else { return };
        // It may have ended by itself.
        let _ = self.aside().query_drop(format!("KILL {what} {thread}"));
    }

    fn wait_for_end(&self, thread: u32) {
        let started = Instant::now();
        let question = format!("SELECT COUNT(*) FROM information_schema.processlist WHERE id = {thread}");
        while self.aside().query_first::<u8, _>(&*question).expect("the server answers").unwrap_or_default() > 0 {
            assert!(started.elapsed() < PATIENCE, "the server's thread {thread} does not end");
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn aside(&self) -> MutexGuard<'_, Conn> {
        self.aside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for client in listener.incoming() {
        if shared.is_closed.load(Ordering::Acquire) {
            return;
        }
        // A client that is gone again, or a server that is not there: the client sees a closed connection.
        let (Ok(client), Ok(server)) = (client, shared.server.connect()) else { continue };
        let connection = Arc::new(Connection::between(client, server));
        let mut connections = shared.connections();
        connections.retain(|connection| connection.strong_count() > 0);
        connections.push(Arc::downgrade(&connection));
        drop(connections);
        for direction in [Direction::ToServer, Direction::ToClient] {
            let (connection, shared) = (Arc::clone(&connection), Arc::clone(shared));
            thread::spawn(move || connection::forward(&connection, direction, &shared));
        }
    }
}

/// The URL with this proxy in place of the server.
fn through(url: &str, port: u16) -> String {
    let mut url = Url::parse(url).expect("the test's URL is valid");
    url.set_query(None);
    url.set_host(Some("127.0.0.1")).expect("the URL can have a host");
    url.set_port(Some(port)).expect("the URL can have a port");
    url.into()
}

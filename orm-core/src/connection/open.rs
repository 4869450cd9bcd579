//! Making a connection within its time: the host's addresses one after the other, TLS, login, and the session's settings.
//!
//! Neither the search for addresses nor the driver's login can be interrupted. So a thread of its own does it, and whoever wants
//! the connection goes on when the time is over. That thread may be left behind; how many there are of them is limited.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use mysql::consts::CapabilityFlags;
use mysql::{Conn, OptsBuilder};

use crate::connection::failure::{is_permanent, is_timeout, not_connected, reason};
use crate::connection::link::set_up;
use crate::connection::pool::{Connector, Limits};
use crate::connection::settings::{Place, Settings};
use crate::connection::watch::Watch;
use crate::connection::{Link, SslMode, tls};
use crate::error::{Error, Result};
use crate::sql::Dialect;

/// The most threads that are left behind in vain attempts to connect.
const MOST_ABANDONED: usize = 64;

/// When TCP begins to ask a silent machine whether it is still there, and how often; two minutes later it is given up.
const KEEPALIVE: Duration = Duration::from_secs(60);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEPALIVE_PROBES: u32 = 6;
/// For how long a machine need not confirm what it was sent.
const UNCONFIRMED: Duration = Duration::from_secs(60);

/// Makes the connections to one server.
pub(crate) struct Server {
    pub(crate) settings: Arc<Settings>,
    pub(crate) watch: Arc<Watch>,
    /// What the first connection has found the server to be. With that a further one asks one question less.
    known: Option<Dialect>,
    abandoned: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings: Arc::new(settings), watch: Arc::default(), known: None, abandoned: Arc::default() }
    }

    /// The same server, of which it is known now what it is.
    pub(crate) fn knowing(mut self, dialect: Dialect) -> Self {
        self.known = Some(dialect);
        self
    }
}

impl Connector for Server {
    type Link = Link;

    fn connect(&self) -> Result<Link> {
        let limit = self.settings.connect_timeout;
        let too_late =
            || self.settings.failed(format!("no connection could be made within {limit:?} (`connect_timeout`)"));
        if self.abandoned.load(Ordering::Relaxed) >= MOST_ABANDONED {
            return Err(self.settings.failed(format!(
                "{MOST_ABANDONED} earlier attempts to connect still wait for an answer, so that no further one is made"
            )));
        }
        let (settings, known) = (Arc::clone(&self.settings), self.known);
        let (done, opened) = mpsc::sync_channel(1);
        let abandoned = Abandoned::new(&self.abandoned);
        thread::Builder::new()
            .name("orm connecting".into())
            .spawn(move || {
                let deadline = Instant::now() + limit;
                // Nobody may wait for it any more.
                let _ = done.send(open(&settings, known, deadline));
                drop(abandoned);
            })
            .map_err(|error| self.settings.failed(format!("no thread can be started to connect: {error}")))?;
        match opened.recv_timeout(limit) {
            Ok(opened) => {
                let (driver, dialect) = opened?;
                Ok(Link::new(driver, dialect, &self.settings, Arc::clone(&self.watch)))
            }
            Err(RecvTimeoutError::Timeout) => Err(too_late()),
            Err(RecvTimeoutError::Disconnected) => {
                Err(self.settings.failed("the driver has panicked while connecting"))
            }
        }
    }

    fn answers(&self, link: &mut Link) -> bool {
        link.ping().is_ok()
    }

    fn renew(&self, link: &mut Link) -> bool {
        link.renew(&self.settings)
    }

    fn exhausted(&self, limits: &Limits) -> Error {
        Error::Exhausted { server: self.settings.place.to_string(), size: limits.size, waited: limits.wait }
    }
}

/// Counts an attempt as long as it lasts.
struct Abandoned(Arc<AtomicUsize>);

impl Abandoned {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Connects to the first address that answers, and sets the session up.
fn open(settings: &Settings, known: Option<Dialect>, deadline: Instant) -> Result<(Conn, Dialect)> {
    let options = options(settings, known)?;
    let mut targets = targets(settings)?.into_iter();
    let mut failure = settings.failed("the host has no address");
    while let Some(target) = targets.next() {
        // One that does not answer leaves time for the others.
        let share = u32::try_from(targets.len() + target.addresses).unwrap_or(u32::MAX);
        let most = deadline.saturating_duration_since(Instant::now()) / share;
        let options = target.set(options.clone()).tcp_connect_timeout(Some(most.max(Duration::from_millis(1))));
        match Conn::new(options) {
            Ok(mut driver) => {
                let dialect = set_up(&mut driver, settings)?;
                return Ok((driver, dialect));
            }
            Err(error) => failure = told(settings, error),
        }
        // Other addresses of the host are the same server.
        if matches!(failure, Error::Setup { .. } | Error::Login { .. }) {
            break;
        }
    }
    Err(failure)
}

fn options(settings: &Settings, known: Option<Dialect>) -> Result<OptsBuilder> {
    let millis = |time: Duration| u32::try_from(time.as_millis()).ok();
    let options = OptsBuilder::default()
        .user(Some(settings.user.clone()))
        .pass(settings.password()?)
        .db_name(settings.database.clone())
        // The driver would leave the address that it was given for the server's own socket.
        .prefer_socket(false)
        // We keep them ourselves.
        .stmt_cache_size(0)
        // UPDATE then counts the rows that it finds, not only those in which it changes something.
        .additional_capabilities(CapabilityFlags::CLIENT_FOUND_ROWS)
        .ssl_opts(tls::options(settings)?)
        .read_timeout(settings.read_timeout)
        .write_timeout(settings.write_timeout)
        .tcp_keepalive_time_ms(millis(KEEPALIVE))
        .max_allowed_packet(known.map(|dialect| dialect.max_packet));
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    let options = options
        .tcp_keepalive_probe_interval_secs(u32::try_from(KEEPALIVE_INTERVAL.as_secs()).ok())
        .tcp_keepalive_probe_count(Some(KEEPALIVE_PROBES));
    #[cfg(target_os = "linux")]
    let options = options.tcp_user_timeout_ms(millis(UNCONFIRMED));
    Ok(options)
}

/// One attempt of the driver's.
struct Target {
    host: Option<(String, u16)>,
    socket: Option<String>,
    bind: Option<SocketAddr>,
    /// How many addresses it tries, each for the whole of its time.
    addresses: usize,
}

impl Target {
    fn set(self, options: OptsBuilder) -> OptsBuilder {
        let options = options.socket(self.socket).bind_address(self.bind);
        match self.host {
            Some((host, port)) => options.ip_or_hostname(Some(host)).tcp_port(port),
            None => options,
        }
    }
}

/// An attempt for each address, since the driver ends at the first one that fails. Where the certificate must be the host's, the
/// driver must know the host and finds the addresses itself; with an address of ours to come from, it tries all of one kind.
fn targets(settings: &Settings) -> Result<Vec<Target>> {
    let (host, port) = match &settings.place {
        Place::Socket(path) => {
            let socket = Some(path.to_string_lossy().into_owned());
            return Ok(vec![Target { host: None, socket, bind: None, addresses: 1 }]);
        }
        Place::Host(host, port) => (host, *port),
    };
    let found: Vec<SocketAddr> = (host.as_str(), port)
        .to_socket_addrs()
        .map_err(|error| settings.failed(format!("the address of `{host}` is not found: {error}")))?
        .collect();
    let to = |host: String, bind, addresses| Target { host: Some((host, port)), socket: None, bind, addresses };
    if settings.tls.mode(&settings.place) != SslMode::VerifyIdentity || host.parse::<IpAddr>().is_ok() {
        return Ok(found.into_iter().map(|address| to(address.ip().to_string(), None, 1)).collect());
    }
    let mut kinds: Vec<bool> = found.iter().map(SocketAddr::is_ipv4).collect();
    kinds.dedup();
    kinds.truncate(2);
    let from = |is_ipv4: bool| match is_ipv4 {
        true => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        false => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let all_of = |kind: bool| found.iter().filter(|address| address.is_ipv4() == kind).count();
    Ok(kinds.into_iter().map(|kind| to(host.clone(), Some(SocketAddr::new(from(kind), 0)), all_of(kind))).collect())
}

/// What is wrong, and for mistakes that are often made what to do.
fn told(settings: &Settings, error: mysql::Error) -> Error {
    let reason = reason(&error);
    match &error {
        mysql::Error::DriverError(mysql::DriverError::TlsNotSupported) => settings.unusable(
            "the server has no TLS, and a host that is not this machine must have it: switch it on there, or write \
             `ssl_mode=disabled` where nobody can listen",
        ),
        mysql::Error::DriverError(error) if is_permanent(error) => settings.unusable(reason),
        _ if reason.contains("invalid peer certificate") => settings.unusable(format!(
            "{reason}; a CA that is not public is given as `ssl_ca=/path`, and the certificate must be for the name in the URL"
        )),
        _ if is_timeout(&error) => settings.failed(format!("the server did not answer in time: {reason}")),
        _ => not_connected(error, &settings.place.to_string()),
    }
}

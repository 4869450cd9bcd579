//! The two ends of a connection: a TCP stream, or the server's Unix socket.

use std::fmt::Debug;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use socket2::SockRef;
use url::Url;

/// Where a server is.
#[derive(Debug, Clone)]
pub(super) enum Place {
    Socket(PathBuf),
    Port(String, u16),
}

/// A stream that two threads use, one to read and one to write.
pub(super) trait Wire: Debug + Send + Sync {
    fn reader(&self) -> Box<dyn Read + '_>;
    fn writer(&self) -> Box<dyn Write + '_>;
    /// Who reads or writes here is told that it has ended. A stream that has ended already has nothing more to end.
    fn shut(&self, how: Shutdown);
    /// Closing it will tell the other side that it was broken, as far as its kind can.
    fn break_when_closed(&self);
}

impl Place {
    pub(super) fn of(url: &str) -> Self {
        let url = Url::parse(url).expect("the test's URL is valid");
        let socket = url.query_pairs().find(|(name, _)| name == "socket").map(|(_, path)| path.into_owned());
        match socket {
            Some(path) => Self::Socket(path.into()),
            None => {
                let host = url.host_str().expect("the test's URL has a host").trim_matches(['[', ']']).to_owned();
                Self::Port(host, url.port().unwrap_or(3306))
            }
        }
    }

    pub(super) fn connect(&self) -> io::Result<Box<dyn Wire>> {
        match self {
            Self::Socket(path) => Ok(Box::new(UnixStream::connect(path)?)),
            Self::Port(host, port) => Ok(Box::new(without_delay(TcpStream::connect((&**host, *port))?)?)),
        }
    }
}

/// A stream that sends small packets at once.
pub(super) fn without_delay(stream: TcpStream) -> io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    Ok(stream)
}

impl Wire for TcpStream {
    fn reader(&self) -> Box<dyn Read + '_> {
        Box::new(self)
    }

    fn writer(&self) -> Box<dyn Write + '_> {
        Box::new(self)
    }

    fn shut(&self, how: Shutdown) {
        let _ = self.shutdown(how);
    }

    fn break_when_closed(&self) {
        // With no time to linger, a close resets the connection.
        let _ = SockRef::from(self).set_linger(Some(Duration::ZERO));
    }
}

impl Wire for UnixStream {
    fn reader(&self) -> Box<dyn Read + '_> {
        Box::new(self)
    }

    fn writer(&self) -> Box<dyn Write + '_> {
        Box::new(self)
    }

    fn shut(&self, how: Shutdown) {
        let _ = self.shutdown(how);
    }

    fn break_when_closed(&self) {}
}

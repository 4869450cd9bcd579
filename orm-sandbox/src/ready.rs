//! Waiting until a server answers: it greets whoever connects as soon as it is up.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How often the socket is tried until it is there.
const PAUSE: Duration = Duration::from_millis(1);
/// How long a greeting is waited for before the server's health is looked at again.
const PATIENCE: Duration = Duration::from_millis(200);
/// Three bytes of length and one of sequence stand before the greeting's first byte.
const HEADER: usize = 4;
const PROTOCOL_VERSION: u8 = 10;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Answered,
    Ended,
    TimedOut,
}

/// Waits until the server behind `socket` greets, `has_ended`, or `limit` is over.
pub(crate) fn wait(socket: &Path, limit: Duration, has_ended: impl Fn() -> bool) -> Outcome {
    let start = Instant::now();
    loop {
        if greets(socket).unwrap_or(false) {
            return Outcome::Answered;
        }
        if has_ended() {
            return Outcome::Ended;
        }
        if start.elapsed() >= limit {
            return Outcome::TimedOut;
        }
        thread::sleep(PAUSE);
    }
}

/// Whether the server's first packet is the greeting of the client/server protocol
/// (`Protocol::HandshakeV10`).
fn greets(socket: &Path) -> io::Result<bool> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut start = [0; HEADER + 1];
    stream.read_exact(&mut start)?;
    Ok(start[HEADER] == PROTOCOL_VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOWHERE: &str = "/nonexistent/s.sock";

    #[test]
    fn a_server_that_ended_is_not_waited_for() {
        let outcome = wait(Path::new(NOWHERE), Duration::from_secs(60), || true);
        assert_eq!(outcome, Outcome::Ended);
    }

    #[test]
    fn a_server_that_never_answers_is_given_up() {
        let outcome = wait(Path::new(NOWHERE), Duration::from_millis(5), || false);
        assert_eq!(outcome, Outcome::TimedOut);
    }
}

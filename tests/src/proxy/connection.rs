//! One connection through the proxy: its packets go on, or meet the fault.

use std::collections::HashMap;
use std::io::{BufReader, BufWriter, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use super::packet::{Command, Packet};
use super::wire::{Wire, without_delay};
use super::{DELAY, Direction, Kind, Shared};

#[derive(Debug)]
pub(super) struct Connection {
    client: Box<dyn Wire>,
    server: Box<dyn Wire>,
    /// Nothing goes through any more.
    is_silent: AtomicBool,
    /// The next packet of the other direction ends the connection.
    drops_answer: AtomicBool,
    /// It ends without a good-bye.
    is_broken: AtomicBool,
    heard: Mutex<Heard>,
}

/// What the proxy has understood.
#[derive(Debug, Default)]
struct Heard {
    thread: Option<u32>,
    /// The statement that waits for its number.
    preparing: Option<String>,
    prepared: HashMap<u32, String>,
}

/// Sends packets on until the connection ends.
pub(super) fn forward(connection: &Connection, direction: Direction, shared: &Shared) {
    // An error is an end too.
    let _ = connection.forward(direction, shared);
    connection.end();
}

impl Connection {
    pub(super) fn between(client: TcpStream, server: Box<dyn Wire>) -> Self {
        Self {
            client: Box::new(without_delay(client).expect("a TCP stream has this option")),
            server,
            is_silent: AtomicBool::new(false),
            drops_answer: AtomicBool::new(false),
            is_broken: AtomicBool::new(false),
            heard: Mutex::default(),
        }
    }

    pub(super) fn close(&self) {
        self.client.shut(Shutdown::Both);
        self.server.shut(Shutdown::Both);
    }

    fn end(&self) {
        if !self.is_broken.load(Ordering::Acquire) {
            self.close();
        }
    }

    /// Both threads come to their end, and when the second lets go of the streams, they are closed without a good-bye.
    fn reset(&self) {
        self.is_broken.store(true, Ordering::Release);
        for wire in [&self.client, &self.server] {
            wire.break_when_closed();
            wire.shut(Shutdown::Read);
        }
    }

    fn forward(&self, direction: Direction, shared: &Shared) -> std::io::Result<()> {
        let (from, to) = match direction {
            Direction::ToServer => (&self.client, &self.server),
            Direction::ToClient => (&self.server, &self.client),
        };
        let (mut reader, mut writer) = (BufReader::new(from.reader()), BufWriter::new(to.writer()));
        loop {
            let packet = Packet::read(&mut reader)?;
            self.understand(direction, &packet, shared);
            if self.is_silent.load(Ordering::Acquire) {
                continue;
            }
            if direction == Direction::ToClient && self.drops_answer.load(Ordering::Acquire) {
                return Ok(());
            }
            match shared.count(direction, self.thread()) {
                None => writer.write_all(packet.bytes())?,
                Some(kind) => {
                    let met = writer.flush().and_then(|()| self.meet(kind, &packet, &mut writer, shared));
                    shared.state().is_happening = false;
                    if let Goes::Nowhere = met? {
                        return Ok(());
                    }
                }
            }
            if reader.buffer().is_empty() {
                writer.flush()?;
            }
        }
    }

    fn meet(&self, kind: Kind, packet: &Packet, to: &mut dyn Write, shared: &Shared) -> std::io::Result<Goes> {
        match kind {
            Kind::Cut => return Ok(Goes::Nowhere),
            Kind::CutInside => {
                to.write_all(packet.half())?;
                to.flush()?;
                return Ok(Goes::Nowhere);
            }
            Kind::Reset => {
                self.reset();
                return Ok(Goes::Nowhere);
            }
            Kind::Stall => self.is_silent.store(true, Ordering::Release),
            Kind::Delay => {
                thread::sleep(DELAY);
                to.write_all(packet.bytes())?;
            }
            Kind::DropAnswer => {
                self.drops_answer.store(true, Ordering::Release);
                to.write_all(packet.bytes())?;
            }
            Kind::KillBefore => {
                shared.kill("CONNECTION", self.thread());
                self.thread().into_iter().for_each(|thread| shared.wait_for_end(thread));
                to.write_all(packet.bytes())?;
            }
            Kind::KillAfter => {
                to.write_all(packet.bytes())?;
                to.flush()?;
                shared.kill("CONNECTION", self.thread());
            }
            Kind::Interrupt => {
                to.write_all(packet.bytes())?;
                to.flush()?;
                shared.kill("QUERY", self.thread());
            }
        }
        Ok(Goes::On)
    }

    /// Takes what it needs to know from a packet: the server's thread, and the texts of statements.
    fn understand(&self, direction: Direction, packet: &Packet, shared: &Shared) {
        let mut heard = self.heard();
        if direction == Direction::ToClient {
            if heard.thread.is_none() {
                heard.thread = packet.thread();
            }
            if let Some(text) = heard.preparing.take()
                && let Some(number) = packet.prepared()
            {
                heard.prepared.insert(number, text);
            }
            return;
        }
        let sent = match packet.command() {
            Command::Query(text) => Some(String::from_utf8_lossy(text).into_owned()),
            Command::Prepare(text) => {
                heard.preparing = Some(String::from_utf8_lossy(text).into_owned());
                None
            }
            Command::Execute(number) => heard.prepared.get(&number).cloned(),
            Command::Other => None,
        };
        // Setting up a connection is no statement of a transaction.
        let sets_up = |sent: &String| sent.starts_with("SET ") && !sent.starts_with("SET TRANSACTION");
        if let Some(sent) = sent.filter(|sent| !sets_up(sent)) {
            shared.state().sent.push((heard.thread.unwrap_or_default(), sent));
        }
    }

    fn thread(&self) -> Option<u32> {
        self.heard().thread
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the connection is still one after a fault.
enum Goes {
    On,
    Nowhere,
}

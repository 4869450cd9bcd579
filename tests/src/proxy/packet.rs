//! Packets of the client/server protocol, as far as a proxy has to understand them
//! (<https://mariadb.com/kb/en/0-packet/>).

use std::io::{self, Read};

/// Three bytes of length and one of sequence.
const HEADER: usize = 4;

/// The first byte of the server's greeting.
const PROTOCOL_VERSION: u8 = 10;

/// A packet with its header.
#[derive(Debug)]
pub(super) struct Packet(Vec<u8>);

/// What a client asks for, where it matters here.
#[derive(Debug)]
pub(super) enum Command<'p> {
    Query(&'p [u8]),
    Prepare(&'p [u8]),
    /// With the number that the server has given the statement.
    Execute(u32),
    Other,
}

impl Packet {
    pub(super) fn read(from: &mut impl Read) -> io::Result<Self> {
        let mut header = [0; HEADER];
        from.read_exact(&mut header)?;
        let length = u32::from_le_bytes([header[0], header[1], header[2], 0]);
        let mut bytes = header.to_vec();
        bytes.resize(HEADER + usize::try_from(length).map_err(io::Error::other)?, 0);
        from.read_exact(&mut bytes[HEADER..])?;
        Ok(Self(bytes))
    }

    /// All of it, as it is sent on.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// A part that is neither nothing nor all.
    pub(super) fn half(&self) -> &[u8] {
        &self.0[..(self.0.len() / 2).max(1)]
    }

    fn payload(&self) -> &[u8] {
        &self.0[HEADER..]
    }

    /// The number of the server's thread, if this is its greeting: it stands behind the text of the version.
    pub(super) fn thread(&self) -> Option<u32> {
        let (&PROTOCOL_VERSION, rest) = self.payload().split_first()? else { return None };
        let end_of_version = rest.iter().position(|&byte| byte == 0)?;
        number(&rest[end_of_version + 1..])
    }

    /// What the client asks for. A packet with another sequence number goes on with an earlier one, or logs in.
    pub(super) fn command(&self) -> Command<'_> {
        match self.payload().split_first() {
            Some((0x03, text)) if self.0[3] == 0 => Command::Query(text),
            Some((0x16, text)) if self.0[3] == 0 => Command::Prepare(text),
            Some((0x17, rest)) if self.0[3] == 0 => number(rest).map_or(Command::Other, Command::Execute),
            _ => Command::Other,
        }
    }

    /// The number of a statement, if this answers a PREPARE that succeeded.
    pub(super) fn prepared(&self) -> Option<u32> {
        let (0, rest) = self.payload().split_first()? else { return None };
        number(rest)
    }
}

fn number(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

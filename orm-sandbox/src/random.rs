//! Random hexadecimal text: names that nobody else has taken, passwords that nobody can guess.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::{Doing, Error};

/// `BYTES` random bytes from the system as `2 * BYTES` hexadecimal digits.
pub(crate) fn hexadecimal<const BYTES: usize>() -> Result<String, Error> {
    let source = Path::new("/dev/urandom");
    let mut bytes = [0; BYTES];
    File::open(source).and_then(|mut file| file.read_exact(&mut bytes)).doing("read", source)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

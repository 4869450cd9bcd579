//! The server's options: as fast as a server can be whose data need not survive the machine, and
//! the same text and time on every machine.

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::address::Address;
use crate::error::{Doing, Error};
use crate::home::Home;
use crate::mariadbd::{Mariadbd, option};

/// The sizes of InnoDB's and Aria's files: one choice for making them and for using them.
pub(crate) const FILES: &[&str] = &[
    // Several times the longest packet: with a log of 4 MB, two values of 16 MB at the same time have made MariaDB 10.11
    // wait for itself.
    "--innodb-log-file-size=64M",
    "--innodb-data-file-path=ibdata1:3M:autoextend",
    "--innodb-autoextend-increment=1",
    "--aria-log-file-size=8M",
];

/// How files are written: into the system's memory, without waiting for the disk.
const WRITING: &[&str] = &[
    "--debug-no-sync",
    // InnoDB would write past that memory, and wait for the disk with each commit: it does not heed
    // the option above. This one has two names; a server knows one of them.
    "--loose-innodb-flush-method=nosync",
    "--loose-innodb-data-file-buffering",
    "--loose-innodb-log-file-buffering",
    // The kernel's asynchronous requests are counted per machine, and many servers exhaust them.
    "--skip-innodb-use-native-aio",
];

pub(crate) const BOOTSTRAP: &[&str] = &[
    "--bootstrap",
    "--silent-startup",
    "--log-warnings=0",
    "--enforce-storage-engine=",
    "--max-allowed-packet=8M",
    "--net-buffer-length=16K",
];

const RUN: &[&str] = &[
    "--innodb-temp-data-file-path=ibtmp1:3M:autoextend",
    // Memory that a small server never uses, but would prepare at each start.
    "--innodb-buffer-pool-size=16M",
    "--innodb-log-buffer-size=16M",
    "--aria-pagecache-buffer-size=8M",
    "--key-buffer-size=64K",
    "--query-cache-size=0",
    "--host-cache-size=0",
    "--innodb-buffer-pool-dump-at-shutdown=0",
    "--innodb-buffer-pool-load-at-startup=0",
    "--performance-schema=0",
    "--skip-log-bin",
    "--skip-name-resolve",
    // Since MariaDB 11.4 the server makes itself a key at each start, which takes up to a second.
    "--skip-ssl",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_unicode_ci",
    "--default-time-zone=+00:00",
    // What was committed survives a kill of the server, for which the system's memory is enough:
    // the log is written at each commit, and waiting for the disk would only help after a power cut.
    "--innodb-flush-log-at-trx-commit=1",
];

/// The command that makes the data directory `data`.
pub(crate) fn bootstrap(server: &Mariadbd, data: &Path) -> Result<Vec<OsString>, Error> {
    let mut command = on(server, data)?;
    command.extend(BOOTSTRAP.iter().map(OsString::from));
    Ok(command)
}

/// The command that runs the server of one sandbox.
pub(crate) fn run(server: &Mariadbd, home: &Home, address: &Address) -> Result<Vec<OsString>, Error> {
    let mut command = on(server, &home.data())?;
    command.extend(RUN.iter().map(OsString::from));
    command.push(option("--socket", home.socket()));
    command.push(option("--pid-file", &home.data().join("mariadbd.pid")));
    command.push(option("--tmpdir", home.directory()));
    match address {
        Address::Socket(_) => command.push("--skip-networking".into()),
        Address::Tcp { port, .. } => {
            command.push("--bind-address=127.0.0.1".into());
            command.push(format!("--port={port}").into());
            command.push(option("--init-file", &home.first_statements()));
        }
    }
    Ok(command)
}

/// What making and using a data directory have in common.
fn on(server: &Mariadbd, data: &Path) -> Result<Vec<OsString>, Error> {
    let mut command = server.command();
    command.push(option("--datadir", data));
    command.extend([FILES, WRITING].concat().iter().map(OsString::from));
    if we_are_root(data)? {
        command.push("--user=root".into());
    }
    Ok(command)
}

/// The directory was made by us, so that it belongs to the user that we are.
fn we_are_root(data: &Path) -> Result<bool, Error> {
    let above = data.parent().unwrap_or(data);
    let metadata = above.metadata().doing("read", above)?;
    Ok(metadata.uid() == 0)
}

//! A private MariaDB server for tests and demos.
//!
//! [`Sandbox::start`] gives the URL of an empty server that nobody else uses. The server and its
//! files are gone when the [`Sandbox`] is dropped, and also when the process panics, is
//! interrupted or is killed. Where no `mariadbd` is installed, it is fetched once on Debian and
//! Ubuntu; see the README for that and for the environment variables.
//!
//! ```no_run
//! use orm_sandbox::Sandbox;
//!
//! # fn main() -> Result<(), orm_sandbox::Error> {
//! let sandbox = Sandbox::start()?;
//! println!("connect to {}", sandbox.url());
//! # Ok(())
//! # }
//! ```

#[cfg(not(unix))]
compile_error!("orm-sandbox needs Unix sockets and a POSIX shell");

mod sandbox;

mod fetch;
mod mariadbd;

mod address;
mod options;
mod template;

mod home;
mod orphan;
mod ready;
mod watchdog;

mod cache;
mod environment;
mod error;
mod log;
mod random;
mod tree;

pub use error::Error;
pub use sandbox::{Builder, Sandbox};

/// Compiles the README's example.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

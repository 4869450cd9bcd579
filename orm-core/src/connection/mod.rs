//! Rows and the wire: the only place that names the driver's connection types.

mod engine;

mod builder;
mod settings;
mod tls;
mod url;

mod pool;

mod open;

mod answer;
mod failure;
mod link;
mod prepared;

mod statistics;
mod watch;

pub(crate) use answer::{Done, OnRow, Receiver, RowsAlone};
pub use builder::EngineBuilder;
pub use engine::Engine;
pub(crate) use link::Link;
pub(crate) use pool::Trust;
pub use statistics::EngineStatistics;
pub(crate) use statistics::Tally;
pub use tls::SslMode;
pub(crate) use watch::Sender;

/// A connection from the pool, which goes back there when it is dropped.
pub(crate) type Pooled = pool::Pooled<open::Server>;

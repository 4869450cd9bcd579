//! Rows and the wire: the only place that names the driver's connection types.

mod address;
mod engine;
mod failure;
mod link;
mod pool;
mod statistics;
mod watch;

pub use engine::Engine;
pub(crate) use link::{Done, Link, OnRow, Receiver, RowsAlone};
pub(crate) use pool::Pooled;
pub use statistics::EngineStatistics;
pub(crate) use statistics::Tally;
pub(crate) use watch::Sender;

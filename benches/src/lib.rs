//! What this framework costs beside the `mysql` driver used by hand: the same work through both, one after the other, on one
//! server in one run.
//!
//! `cargo bench -p benches` measures everything and writes `RESULTS.md`. The driver's side is written as a careful program would
//! be that knows what comes: prepared statements, many rows per INSERT, rows read straight into plain structs.

pub mod chart;
pub mod floor;
pub mod growth;
pub mod machine;
pub mod measure;
pub mod paths;
pub mod report;
pub mod workloads;
pub mod world;

use anyhow::Result;

use crate::world::World;

/// What is measured: the same work on two sides.
#[derive(Clone, Copy, Debug)]
pub struct Workload {
    /// What it is called, on the command line too.
    pub name: &'static str,
    /// What is done, in a line.
    pub about: &'static str,
    /// What the ratio of the medians is to be at most.
    pub target: Option<f64>,
    /// How many objects each side has to do with.
    pub objects: u64,
    /// Through this framework.
    pub framework: Side,
    /// Through the driver alone.
    pub driver: Side,
}

/// Gets ready, which is not measured, and gives what is.
pub type Side = fn(&World) -> Result<Job<'_>>;

/// What is measured, once. What it owns goes afterwards, unmeasured; what it makes goes within. It gives a number that says what it
/// found, equal on both sides.
pub type Job<'w> = Box<dyn FnMut() -> Result<u64> + 'w>;

/// A job of a closure.
pub(crate) fn job<'w>(work: impl FnMut() -> Result<u64> + 'w) -> Result<Job<'w>> {
    Ok(Box::new(work))
}

//! Counts the allocations of both sides of workloads, a line of JSON for each workload: `allocations [NAME…]`.

use std::collections::BTreeMap;

use allocation_counter::{AllocationInfo, measure};
use anyhow::Result;
use benches::measure::Memory;
use benches::workloads;
use benches::world::World;
use benches::{Side, Workload};
use clap::Parser;

/// Counts the allocations of both sides of workloads.
#[derive(Parser)]
struct Arguments {
    /// Those whose names contain one of these; all where there is none.
    names: Vec<String>,
    /// The server; a private one where none is given.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    url: Option<String>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let world = World::start(arguments.url.as_deref())?;
    let mut counted: BTreeMap<&str, (Memory, Memory)> = BTreeMap::new();
    for Workload { name, framework, driver, .. } in workloads::named(&arguments.names) {
        counted.insert(name, (count(&world, framework)?, count(&world, driver)?));
    }
    println!("{}", serde_json::to_string(&counted)?);
    Ok(())
}

/// Of the second run: the first prepares statements and fills buffers.
fn count(world: &World, side: Side) -> Result<Memory> {
    side(world)?()?;
    let mut job = side(world)?;
    let mut done = Ok(0);
    let AllocationInfo { count_total, bytes_max, bytes_current, .. } = measure(|| done = job());
    done?;
    Ok(Memory { allocations: count_total, peak: bytes_max, kept: bytes_current })
}

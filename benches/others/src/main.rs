//! The main workloads of `benches` through other ORMs, beside this one and the bare driver:
//! `cargo run --release --manifest-path benches/others/Cargo.toml`.

mod diesel;
mod page;
mod sea_orm;

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use benches::measure::{Measured, measure};
use benches::world::World;
use benches::{Side, Workload, machine, workloads};
use clap::Parser;

/// Measures the main workloads through other ORMs, each beside the bare driver.
#[derive(Parser)]
struct Arguments {
    /// Those whose names contain one of these; all where there is none.
    names: Vec<String>,
    /// The server; a private one where none is given. Databases `bench_…` are made there.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    url: Option<String>,
    /// Seconds to measure each workload through each ORM, at least.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Writes RESULTS.md.
    #[arg(long, conflicts_with = "names")]
    record: bool,
}

/// A workload through another ORM; the names are those of `benches`.
type Workloads = [(&'static str, Side)];

/// Another ORM, and what goes through it.
struct Other {
    name: &'static str,
    workloads: &'static Workloads,
}

const OTHERS: [Other; 2] =
    [Other { name: "Diesel", workloads: &diesel::WORKLOADS }, Other { name: "SeaORM", workloads: &sea_orm::WORKLOADS }];

/// A workload through each of the ORMs, this one first.
type Row = Vec<Measured>;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    // The server that is started from here on stays on the same processor.
    machine::stay_on_one_processor()?;
    let world = World::start(arguments.url.as_deref())?;
    let budget = Duration::from_secs_f64(arguments.seconds);
    let mut rows: Vec<Row> = Vec::new();
    for (name, _) in OTHERS[0].workloads {
        if arguments.names.is_empty() || arguments.names.iter().any(|part| name.contains(part.as_str())) {
            let row = measure_all(&world, name, budget).with_context(|| (*name).to_owned())?;
            println!("{}", page::line(&row));
            rows.push(row);
        }
    }
    if arguments.record {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("RESULTS.md");
        fs::write(&file, page::page(&machine::name(), &rows))?;
        println!("{} is written", file.display());
    }
    Ok(())
}

/// Each ORM takes turns with the driver.
fn measure_all(world: &World, name: &str, budget: Duration) -> Result<Row> {
    let is_it = |workload: &Workload| workload.name == name;
    let ours = workloads::all().into_iter().find(is_it).context("there is no such workload")?;
    let mut row = vec![measure(world, ours, budget)?];
    for other in &OTHERS {
        let (_, side) = other.workloads.iter().find(|(of, _)| *of == name).context("it goes through each of them")?;
        row.push(measure(world, Workload { framework: *side, ..ours }, budget).context(other.name)?);
    }
    Ok(row)
}

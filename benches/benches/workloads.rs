//! `cargo bench -p benches`: all workloads, or those whose names contain one of the given ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use benches::growth::{self, SIZES};
use benches::measure::{Measured, Memory, measure};
use benches::world::World;
use benches::{chart, machine, report, workloads};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

/// Measures workloads beside the bare driver.
#[derive(Parser)]
struct Arguments {
    /// Those whose names contain one of these; all where there is none.
    names: Vec<String>,
    /// The server; a private one where none is given. Databases `bench_…` are made there.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    url: Option<String>,
    /// Seconds to measure each workload; 101 rounds are enough, and 5 the least.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// `cargo bench` says so.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let chosen = workloads::named(&arguments.names);
    ensure!(!chosen.is_empty(), "no workload is called so; there are {}", workloads::names());
    let mut memory = memory(&arguments).context("counting allocations")?;
    // The server that is started from here on stays on the same processor.
    machine::stay_on_one_processor()?;
    let world = World::start(arguments.url.as_deref())?;
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")?;
    println!("workload: this framework / the driver by hand = ratio (target)");
    let progress = ProgressBar::new(chosen.len() as u64).with_style(style);
    let mut measured: Vec<Measured> = Vec::new();
    for workload in chosen {
        progress.set_message(workload.name);
        let mut one = measure(&world, workload, Duration::from_secs_f64(arguments.seconds))?;
        if let Some((framework, driver)) = memory.remove(workload.name) {
            (one.framework.memory, one.driver.memory) = (Some(framework), Some(driver));
        }
        progress.suspend(|| println!("{}", report::line(&one)));
        measured.push(one);
        progress.inc(1);
    }
    progress.finish_and_clear();
    if !arguments.names.is_empty() {
        return Ok(());
    }
    let mut growth = Vec::new();
    for size in SIZES {
        let times = growth::times(&world, size)?;
        println!("{size} objects: {times:.2?}");
        growth.push((size, times));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    chart::draw(&measured, &folder.join("RESULTS.svg"))?;
    fs::write(folder.join("RESULTS.md"), report::page(&machine::name(), &measured, &growth))?;
    println!("{} is written", folder.join("RESULTS.md").display());
    Ok(())
}

/// What another program has counted: one that counts is slower by that.
fn memory(arguments: &Arguments) -> Result<BTreeMap<String, (Memory, Memory)>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allocations"));
    command.args(&arguments.names);
    if let Some(url) = &arguments.url {
        command.env("DATABASE_URL", url);
    }
    let output = command.stderr(std::process::Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

//! `cargo bench -p benches`: all workloads, or those whose names contain one of the given ones.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use benches::measure::{Measured, Memory, measure};
use benches::world::World;
use benches::{report, workloads};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Measures workloads beside the bare driver.
#[derive(Parser)]
struct Arguments {
    /// Those whose names contain one of these; all where there is none.
    names: Vec<String>,
    /// The server; a private one where none is given. Databases `bench_…` are made there.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    url: Option<String>,
    /// Seconds to measure each workload, at least.
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
    stay_on_one_processor()?;
    let world = World::start(arguments.url.as_deref())?;
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")?;
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
    Ok(())
}

/// Client and server take turns on one processor, so that a client's time counts, and nobody waits for another processor to wake.
fn stay_on_one_processor() -> Result<()> {
    let allowed = sched_getaffinity(None)?;
    let last =
        (0..CpuSet::MAX_CPU).rev().find(|&processor| allowed.is_set(processor)).context("there is a processor")?;
    let mut one = CpuSet::new();
    one.set(last);
    Ok(sched_setaffinity(None, &one)?)
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

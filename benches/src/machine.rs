//! The machine that all of it is measured on.

use std::{env, fs};

use anyhow::{Context, Result};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// What times depend on.
#[must_use]
pub fn name() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(|| env::consts::ARCH.to_owned(), |(_, model)| model.to_owned())
}

/// Client and server take turns on one processor, so that a client's time counts, and nobody waits for another processor to wake.
///
/// # Errors
/// What the system says.
pub fn stay_on_one_processor() -> Result<()> {
    let allowed = sched_getaffinity(None)?;
    let last =
        (0..CpuSet::MAX_CPU).rev().find(|&processor| allowed.is_set(processor)).context("there is a processor")?;
    let mut one = CpuSet::new();
    one.set(last);
    Ok(sched_setaffinity(None, &one)?)
}

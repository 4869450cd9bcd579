//! Times and statements of a workload's two sides, interleaved.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::world::World;
use crate::{Side, Workload};

/// The fewest rounds that count.
const FEWEST: usize = 5;
/// The most.
const MOST: usize = 101;

/// What was measured of a workload.
#[derive(Debug, Clone)]
pub struct Measured {
    /// What it was.
    pub workload: Workload,
    /// Through the framework.
    pub framework: Cost,
    /// Through the driver.
    pub driver: Cost,
    /// How many times each side ran.
    pub rounds: usize,
}

impl Measured {
    /// The framework's median time to the driver's.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.framework.median.as_secs_f64() / self.driver.median.as_secs_f64()
    }
}

/// What a side costs.
#[derive(Debug, Clone, Default)]
pub struct Cost {
    /// The median time.
    pub median: Duration,
    /// Statements sent, `COMMIT` and `ROLLBACK` among them.
    pub statements: u64,
    /// Allocations, where they were counted.
    pub memory: Option<Memory>,
}

/// What a side allocates.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Memory {
    /// How often.
    pub allocations: u64,
    /// The most bytes at one time.
    pub peak: u64,
    /// The bytes that are left at the end of the job, while its result is there.
    pub kept: i64,
}

/// Runs both sides in turn, as long as that takes less than a time, and some times at least.
///
/// # Errors
/// What the server says, or that the sides found different things.
pub fn measure(world: &World, workload: Workload, budget: Duration) -> Result<Measured> {
    // The first round prepares the statements.
    let framework = statements(world, workload.framework).context("the framework's side")?;
    let driver = statements(world, workload.driver).context("the driver's side")?;
    ensure!(framework.0 == driver.0, "the sides of {} differ: {} and {}", workload.name, framework.0, driver.0);
    let (mut of_framework, mut of_driver) = (Vec::new(), Vec::new());
    let mut spent = Duration::ZERO;
    for round in 0.. {
        if round >= MOST || (round >= FEWEST && spent >= budget) {
            break;
        }
        let mut sides = [(workload.framework, &mut of_framework), (workload.driver, &mut of_driver)];
        if round % 2 == 1 {
            sides.reverse();
        }
        for (side, times) in sides {
            let took = time(world, side)?;
            spent += took;
            times.push(took);
        }
    }
    let cost = |times: &mut Vec<Duration>, statements| Cost { median: median(times), statements, memory: None };
    Ok(Measured {
        workload,
        rounds: of_framework.len(),
        framework: cost(&mut of_framework, framework.1),
        driver: cost(&mut of_driver, driver.1),
    })
}

/// The time of one side, once.
///
/// # Errors
/// What the server says.
pub fn time(world: &World, side: Side) -> Result<Duration> {
    let mut job = side(world)?;
    let started = Instant::now();
    job()?;
    Ok(started.elapsed())
}

/// What one side finds, and the number of its statements.
fn statements(world: &World, side: Side) -> Result<(u64, u64)> {
    let mut job = side(world)?;
    let before = world.statements()?;
    let found = job()?;
    // The second question for the number is counted, too.
    Ok((found, world.statements()? - before - 1))
}

/// The one in the middle.
pub fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

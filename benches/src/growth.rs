//! Whether cost grows with the number of objects, and not faster: the same work for ever more of them.

use std::time::{Duration, Instant};

use anyhow::Result;
use planning_demo::models::Employee;

use crate::world::World;

/// How many objects, from a thousand to a million.
pub const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// What is done to each object.
pub const WORK: [&str; 4] = ["insert", "load", "change", "delete"];

/// The times of each kind of [`WORK`] for so many objects, in one session.
///
/// # Errors
/// What the server says.
pub fn times(world: &World, objects: u64) -> Result<[Duration; 4]> {
    let seed = world.seed()?;
    seed.restore()?;
    let mut session = seed.engine.session();
    let inserted = timed(|| {
        session.add_many((0..objects).map(|n| Employee {
            firstname: format!("First {}", n % 1_000),
            lastname: format!("Last {n}"),
            ..Employee::default()
        }));
        Ok(session.commit()?)
    })?;
    session.clear();
    let mut employees = Vec::new();
    let loaded = timed(|| {
        employees = session.query::<Employee>().handles()?;
        Ok(())
    })?;
    let changed = timed(|| {
        for &employee in &employees {
            session[employee].active = false;
        }
        Ok(session.commit()?)
    })?;
    let deleted = timed(|| {
        employees.iter().for_each(|&employee| session.delete(employee));
        Ok(session.commit()?)
    })?;
    Ok([inserted, loaded, changed, deleted])
}

fn timed(work: impl FnOnce() -> Result<()>) -> Result<Duration> {
    let started = Instant::now();
    work()?;
    Ok(started.elapsed())
}

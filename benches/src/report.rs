//! The results as tables.

use crate::measure::{Cost, Measured};

/// A workload in a line, for a terminal.
#[must_use]
pub fn line(measured: &Measured) -> String {
    let Measured { workload, framework, driver, rounds } = measured;
    let per_object = |cost: &Cost| match cost.memory {
        Some(memory) => format!("{:.2}", memory.allocations as f64 / workload.objects as f64),
        None => "–".to_owned(),
    };
    let bytes = |cost: &Cost| cost.memory.map_or_else(|| "–".to_owned(), |memory| memory_of(memory.peak));
    let target = workload.target.map_or_else(String::new, |target| format!(" (≤ {target})"));
    format!(
        "{:<15} {:>10.3} ms / {:>10.3} ms = {:.3}{target}; {} / {} statements; {} / {} allocations per object; {} / {}; {rounds} rounds",
        workload.name,
        framework.median.as_secs_f64() * 1e3,
        driver.median.as_secs_f64() * 1e3,
        measured.ratio(),
        framework.statements,
        driver.statements,
        per_object(framework),
        per_object(driver),
        bytes(framework),
        bytes(driver),
    )
}

fn memory_of(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

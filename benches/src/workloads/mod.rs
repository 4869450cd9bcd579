//! What is measured, each with its two sides.

mod changes;
pub mod diesel_bench;
pub mod finds;
pub mod graph;
mod large;
mod links;
mod loads;
mod seed;

use crate::Workload;

/// The workload whose result is weighed while it is there.
pub const KEPT: &str = "load-100000";

/// All of them, in the order of the table.
pub fn all() -> Vec<Workload> {
    let groups: [&[Workload]; 8] = [
        &seed::WORKLOADS,
        &graph::WORKLOADS,
        &loads::WORKLOADS,
        &links::WORKLOADS,
        &changes::WORKLOADS,
        &finds::WORKLOADS,
        &large::WORKLOADS,
        &diesel_bench::WORKLOADS,
    ];
    groups.into_iter().flatten().copied().collect()
}

/// Those whose names contain one of these, or all.
pub fn named(names: &[String]) -> Vec<Workload> {
    let is_named = |workload: &Workload| names.is_empty() || names.iter().any(|name| workload.name.contains(name));
    all().into_iter().filter(is_named).collect()
}

/// The names of all of them.
pub fn names() -> String {
    all().iter().map(|workload| workload.name).collect::<Vec<_>>().join(", ")
}

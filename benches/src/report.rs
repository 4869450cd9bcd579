//! The results as tables.

use std::fmt::Write;
use std::time::Duration;

use crate::growth::{SIZES, WORK};
use crate::measure::{Cost, Measured, Memory};
use crate::workloads::KEPT;

/// A workload in a line, for a terminal.
#[must_use]
pub fn line(measured: &Measured) -> String {
    let Measured { workload, framework, driver, rounds } = measured;
    format!(
        "{:<15} {:>10} / {:>10} = {:.2}{}; statements {} / {}; allocations per object {} / {}; peak {} / {}; {rounds} rounds",
        workload.name,
        time(framework.median),
        time(driver.median),
        measured.ratio(),
        workload.target.map_or_else(String::new, |target| format!(" (at most {target})")),
        framework.statements,
        driver.statements,
        allocations(framework, workload.objects),
        allocations(driver, workload.objects),
        peak(framework),
        peak(driver),
    )
}

/// All of it, as `RESULTS.md`.
#[must_use]
pub fn page(machine: &str, measured: &[Measured], growth: &[(u64, [Duration; 4])]) -> String {
    let mut page = format!(
        "# Results\n\n\
         Written by `cargo bench -p benches`; [README.md](README.md) says what is measured. Each pair is this framework / the driver by \
         hand: median times of interleaved runs, client and server on one processor. Times are of this machine ({machine}); what \
         holds elsewhere is the ratio. Statements include COMMIT and ROLLBACK.\n\n\
         ![Ratio of this framework's time to the driver's](RESULTS.svg)\n\n\
         | workload | what | time | ratio | target | statements | allocations per object | peak memory |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |\n"
    );
    for one in measured {
        let Measured { workload, framework, driver, .. } = one;
        let target = workload.target.map_or_else(String::new, |target| format!("{target:.2}"));
        let _ = writeln!(
            page,
            "| {} | {} | {} / {} | **{:.2}** | {target} | {} / {} | {} / {} | {} / {} |",
            workload.name,
            workload.about,
            time(framework.median),
            time(driver.median),
            one.ratio(),
            framework.statements,
            driver.statements,
            allocations(framework, workload.objects),
            allocations(driver, workload.objects),
            peak(framework),
            peak(driver),
        );
    }
    page += &lazily(measured);
    page += &per_find(measured);
    page += &kept(measured);
    page += &growing(growth);
    page
}

fn lazily(measured: &[Measured]) -> String {
    let Some(lazy) = measured.iter().find(|one| one.workload.name == "lazy-1000") else { return String::new() };
    let (framework, driver) = (lazy.framework.statements, lazy.driver.statements);
    format!(
        "\nA relationship of 1,000 objects that is followed in a loop takes {framework} statements, and {driver} where each is asked for (target: a tenth of the statements).\n"
    )
}

fn per_find(measured: &[Measured]) -> String {
    let Some(found) = measured.iter().find(|one| one.workload.name == "find-again") else { return String::new() };
    let each = found.framework.median.as_nanos() / u128::from(found.workload.objects);
    format!("\nA find by key of what the session has takes {each} ns (target: less than 100).\n")
}

fn kept(measured: &[Measured]) -> String {
    let Some(loaded) = measured.iter().find(|one| one.workload.name == KEPT) else { return String::new() };
    let (Some(framework), Some(driver)) = (loaded.framework.memory, loaded.driver.memory) else { return String::new() };
    let per_object = |memory: Memory| memory.kept as f64 / loaded.workload.objects as f64;
    format!(
        "\nWhile they are loaded, {} employees take {:.0} bytes each, in a plain `Vec` {:.0}: {:.2} times as much (target: 2).\n",
        loaded.workload.objects,
        per_object(framework),
        per_object(driver),
        framework.kept as f64 / driver.kept as f64,
    )
}

fn growing(growth: &[(u64, [Duration; 4])]) -> String {
    if growth.is_empty() {
        return String::new();
    }
    let mut table = format!(
        "\n## Growth\n\nMicroseconds for each object, in one session and one commit, {} to {} employees.\n\n| objects |",
        SIZES[0],
        SIZES[SIZES.len() - 1]
    );
    WORK.iter().for_each(|work| {
        let _ = write!(table, " {work} |");
    });
    table += "\n| --- | --- | --- | --- | --- |\n";
    for (objects, times) in growth {
        let _ = write!(table, "| {objects} |");
        for time in times {
            let _ = write!(table, " {:.2} |", time.as_secs_f64() * 1e6 / *objects as f64);
        }
        table += "\n";
    }
    table
}

fn time(time: Duration) -> String {
    match time.as_secs_f64() * 1e3 {
        millis if millis < 10.0 => format!("{millis:.2} ms"),
        millis if millis < 100.0 => format!("{millis:.1} ms"),
        millis => format!("{millis:.0} ms"),
    }
}

fn allocations(cost: &Cost, objects: u64) -> String {
    cost.memory.map_or_else(|| "–".to_owned(), |memory| format!("{:.2}", memory.allocations as f64 / objects as f64))
}

fn peak(cost: &Cost) -> String {
    match cost.memory.map(|memory| memory.peak) {
        None => "–".to_owned(),
        Some(bytes @ 0..10_000) => format!("{bytes} B"),
        Some(bytes @ 10_000..10_000_000) => format!("{} kB", bytes / 1_000),
        Some(bytes) => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

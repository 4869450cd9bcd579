//! The costs as a table and as a page.

use std::time::Duration;

use crate::build::Cost;
use crate::subject::{FEW, Measured};

const HEAD: &str = "\
| library | `cargo check` of a model | processor time of all threads | ratio | release build of a model | processor time of all threads | ratio |
| --- | --- | --- | --- | --- | --- | --- |
";

/// A line for each; ratios are to the first, of processor time.
pub(crate) fn table(measured: &[Measured]) -> String {
    let line = |one: &Measured| {
        let check = cells(one.check, measured[0].check);
        let release =
            one.release.zip(measured[0].release).map_or("– | – | –".to_owned(), |(one, first)| cells(one, first));
        format!("| {} | {check} | {release} |\n", one.name)
    };
    HEAD.to_owned() + &measured.iter().map(line).collect::<String>()
}

fn cells(cost: Cost, first: Cost) -> String {
    let [wall, cpu] = [cost.wall, cost.cpu].map(millis);
    format!("{wall} | {cpu} | {:.2}", cost.cpu.as_secs_f64() / first.cpu.as_secs_f64())
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// All of it, as `COMPILE_TIME.md`.
pub(crate) fn page(rustc: &str, models: usize, rounds: u32, measured: &[Measured]) -> String {
    format!(
        "# What a model costs the compiler\n\n\
         Written by `cargo run --release -p benches --example compile_time -- --with diesel,sea-orm --rounds 3 --record`; \
         [README.md](README.md) says what is measured. What {models} models take more than {FEW}, for each model, in medians of \
         {rounds} builds by {rustc}. A model has 10 columns and 3 relationships; each fifth is used: written, changed, loaded, \
         followed, joined. Times are of this machine; what holds elsewhere is the ratio, of processor time. Target: less than 40 ms \
         of `cargo check`, and the least of the three.\n\n\
         {}",
        table(measured)
    )
}

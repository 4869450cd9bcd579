//! The times as a table and as a page.

use std::time::Duration;

use crate::{OTHERS, Row};

fn names() -> impl Iterator<Item = &'static str> {
    ["orm-core"].into_iter().chain(OTHERS.iter().map(|other| other.name))
}

/// A workload in a line, for a terminal.
pub fn line(row: &Row) -> String {
    let cells = names().zip(row).map(|(name, measured)| {
        format!(
            "{name} {} = {:.2} ({} statements)",
            millis(measured.framework.median),
            measured.ratio(),
            measured.framework.statements
        )
    });
    format!("{}: {}", row[0].workload.name, cells.collect::<Vec<_>>().join(", "))
}

/// All of it, as `RESULTS.md`.
pub fn page(machine: &str, rows: &[Row]) -> String {
    let mut page = format!(
        "# Other ORMs\n\n\
         Written by `cargo run --release --manifest-path benches/others/Cargo.toml -- --record`; [README.md](README.md) says how each of \
         them does it. Median times and, in bold, their ratio to the bare driver by hand, which took turns with each ORM; in parentheses \
         the statements. Client and server were on one processor. Times are of this machine ({machine}); what holds elsewhere is the \
         ratio.\n\n\
         | workload | what |{}\n| --- | --- |{}\n",
        names().map(|name| format!(" {name} |")).collect::<String>(),
        names().map(|_| " --- |").collect::<String>(),
    );
    for row in rows {
        page += &format!("| {} | {} |", row[0].workload.name, row[0].workload.about);
        for one in row {
            page +=
                &format!(" {}, **{:.2}** ({}) |", millis(one.framework.median), one.ratio(), one.framework.statements);
        }
        page += "\n";
    }
    page
}

fn millis(time: Duration) -> String {
    match time.as_secs_f64() * 1e3 {
        millis if millis < 10.0 => format!("{millis:.2} ms"),
        millis if millis < 100.0 => format!("{millis:.1} ms"),
        millis => format!("{millis:.0} ms"),
    }
}

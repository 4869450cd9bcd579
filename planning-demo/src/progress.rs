//! How far loading has come, for somebody who waits at a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar for so many rows, on standard error; where that is no terminal, nothing is shown.
pub(crate) fn bar(rows: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {human_pos} of {human_len} rows, {eta} left");
    ProgressBar::new(rows).with_style(style.expect("the template is one that indicatif understands"))
}

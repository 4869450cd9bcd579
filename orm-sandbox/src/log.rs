//! The end of a log, for error messages.

use std::fs::File;
use std::os::unix::fs::FileExt;

const LINES: usize = 20;
/// Long enough for the last lines, short enough to read whole.
const BYTES: u64 = 16 * 1024;

/// The last lines of a log that may be removed by now: it is read through the open `file`.
///
/// What cannot be read is left out, because the tail only illustrates another error.
pub(crate) fn tail_of_file(file: &File) -> String {
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let start = length.saturating_sub(BYTES);
    let mut bytes = vec![0; usize::try_from(length - start).unwrap_or(0)];
    match file.read_exact_at(&mut bytes, start) {
        Ok(()) => tail(&bytes),
        Err(_) => String::new(),
    }
}

/// The last lines of a text, without blank lines around them.
pub(crate) fn tail(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.trim().lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_log_is_its_own_tail() {
        assert_eq!(tail(b"one\ntwo\n\n"), "one\ntwo");
        assert_eq!(tail(b""), "");
    }

    #[test]
    fn a_long_log_keeps_its_last_lines() {
        let text: String = (1..=50).map(|line| format!("line {line}\n")).collect();
        let tail = tail(text.as_bytes());
        assert!(tail.starts_with("line 31\n"), "{tail}");
        assert!(tail.ends_with("\nline 50"), "{tail}");
    }

    #[test]
    fn bytes_that_are_no_text_do_not_hide_the_rest() {
        assert_eq!(tail(b"before\n\xff\nafter"), "before\n\u{fffd}\nafter");
    }
}

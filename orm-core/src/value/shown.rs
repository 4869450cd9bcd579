//! Values as text for people, in logs and errors: long ones are shortened, and nothing in them can begin a new line.

use std::fmt::{self, Write};

use crate::value::Value;

/// The most characters of a text, and bytes of what is none.
const MAX_LENGTH: usize = 100;
/// The most values of a statement.
const MAX_VALUES: usize = 50;

/// The values of a statement, with commas between them.
pub(crate) struct Shown<'v>(pub(crate) &'v [Value]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, value) in self.0.iter().take(MAX_VALUES).enumerate() {
            f.write_str(if place == 0 { "" } else { ", " })?;
            show(f, value)?;
        }
        match self.0.len() {
            all if all > MAX_VALUES => write!(f, ", … ({all} values)"),
            _ => Ok(()),
        }
    }
}

fn show(f: &mut fmt::Formatter<'_>, value: &Value) -> fmt::Result {
    match value {
        Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => show_text(f, text),
            Err(_) => show_bytes(f, bytes),
        },
        // Numbers, times and NULL hold nothing that would have to be escaped.
        other => f.write_str(&other.as_sql(true)),
    }
}

fn show_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let end = text.char_indices().nth(MAX_LENGTH).map(|(end, _)| end);
    f.write_char('\'')?;
    for character in text[..end.unwrap_or(text.len())].chars() {
        match character {
            '\'' => f.write_str("''")?,
            '\\' => f.write_str("\\\\")?,
            character if is_unseen(character) => write!(f, "{}", character.escape_default())?,
            character => f.write_char(character)?,
        }
    }
    match end {
        None => f.write_char('\''),
        Some(_) => write!(f, "…' ({} bytes)", text.len()),
    }
}

/// What would begin a new line in a log, or change what a terminal shows of it.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn show_bytes(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    f.write_str("x'")?;
    bytes.iter().take(MAX_LENGTH).try_for_each(|byte| write!(f, "{byte:02X}"))?;
    match bytes.len() {
        all if all > MAX_LENGTH => write!(f, "…' ({all} bytes)"),
        _ => f.write_char('\''),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(values: &[Value]) -> String {
        Shown(values).to_string()
    }

    #[test]
    fn each_value_is_shown_as_in_sql() {
        let time = Value::Date(2026, 3, 1, 12, 30, 0, 5);
        assert_eq!(
            shown(&[Value::NULL, Value::Int(-1), Value::UInt(2), Value::Double(0.5), time, Value::from("Ada")]),
            "NULL, -1, 2, 0.5, '2026-03-01 12:30:00.000005', 'Ada'"
        );
        assert_eq!(shown(&[]), "");
    }

    #[test]
    fn nothing_in_a_text_ends_it_or_begins_a_line() {
        assert_eq!(shown(&[Value::from("it's\na \\ \u{1b}[31m\u{202e}")]), r"'it''s\na \\ \u{1b}[31m\u{202e}'");
        assert_eq!(shown(&[Value::from("Grüße 🎉")]), "'Grüße 🎉'");
    }

    #[test]
    fn what_is_no_text_is_shown_as_bytes() {
        assert_eq!(shown(&[Value::Bytes(vec![0xff, 0, 0x1a])]), "x'FF001A'");
    }

    #[test]
    fn long_values_and_many_of_them_are_shortened() {
        let long = shown(&[Value::from("ä".repeat(1000)), Value::Bytes(vec![0xff; 1 << 24])]);
        assert_eq!(long, format!("'{}…' (2000 bytes), x'{}…' (16777216 bytes)", "ä".repeat(100), "FF".repeat(100)));
        let many = shown(&vec![Value::Int(7); 5000]);
        assert_eq!(many, format!("{}, … (5000 values)", ["7"; 50].join(", ")));
        assert_eq!(shown(&vec![Value::Int(7); 50]), ["7"; 50].join(", "));
        assert_eq!(shown(&[Value::from("x".repeat(100))]), format!("'{}'", "x".repeat(100)));
    }
}

//! A statement: text with a `?` for each value, and the values.

use std::fmt;
use std::sync::Arc;

use crate::sql::Flavour;
use crate::value::Value;

/// One SQL statement.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Statement {
    /// The text, with a `?` for each parameter.
    pub(crate) text: Arc<str>,
    /// The parameters, in the order of the `?`.
    pub(crate) parameters: Vec<Value>,
}

impl Statement {
    pub(crate) fn new(text: impl Into<Arc<str>>, parameters: Vec<Value>) -> Self {
        Self { text: text.into(), parameters }
    }

    /// The same question, with a lock on the rows that it finds.
    pub(crate) fn sharing(self, flavour: Flavour) -> Self {
        Self::new(format!("{}{}", self.text, flavour.share_lock()), self.parameters)
    }

    /// The length of the longest packet that it is sent in: its text is one, and all values together are one, unless they
    /// are more than the protocol puts into one; then the driver sends each text and each value of bytes by itself.
    /// (<https://mariadb.com/kb/en/com_stmt_execute/>, <https://mariadb.com/kb/en/com_stmt_send_long_data/>)
    pub(crate) fn longest_packet(&self) -> usize {
        let of = |value: &Value| usize::try_from(value.bin_len()).unwrap_or(usize::MAX);
        let together =
            12 + self.parameters.len().div_ceil(8) + self.parameters.iter().map(|value| 2 + of(value)).sum::<usize>();
        let values = match together > MAX_PAYLOAD {
            true => self.parameters.iter().map(of).max().unwrap_or(0),
            false => together,
        };
        values.max(self.text.len() + 1)
    }
}

/// The text alone: values are not for logs.
impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether a statement surely changes nothing, but for what the functions in it do.
pub(crate) fn only_reads(text: &str) -> bool {
    let after_comment = match text.strip_prefix("/*") {
        Some(rest) => rest.split_once("*/").map_or("", |(_, code)| code.trim_start()),
        None => text,
    };
    after_comment.starts_with("SELECT ")
}

/// The most that the protocol puts into one packet.
/// (<https://mariadb.com/kb/en/0-packet/>)
const MAX_PAYLOAD: usize = (1 << 24) - 1;

/// The most values of a statement: the protocol counts placeholders in 16 bits.
/// (<https://mariadb.com/kb/en/com_stmt_prepare/>)
pub(crate) const MAX_PLACEHOLDERS: usize = 65_535;

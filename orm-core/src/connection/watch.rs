//! Who wants to know what is sent: `tracing` events, warnings of slow statements, the echo on standard error, and counters.
//!
//! | target | level | what | fields |
//! | --- | --- | --- | --- |
//! | `orm_core::statement` | debug | a statement that was sent | `sql`, `rows`, `affected`, `microseconds`, `connection`, `values`, `code`, `error` |
//! | `orm_core::slow` | warn | one that took too long | the same, and `threshold` |
//! | `orm_core::connection` | debug | a connection was opened or closed | `server`, `connection` |
//! | `orm_core::connection` | warn | a connection was lost | `server`, `connection`, `reason` |

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tracing::Span;
use tracing::field::display;

use crate::connection::Engine;
use crate::connection::statistics::{Counters, Tally};
use crate::value::{Shown, Value};

/// What is told of the statements of one engine, and to whom.
#[derive(Debug)]
pub(crate) struct Watch {
    counters: Counters,
    echoes: AtomicBool,
    shows_values: AtomicBool,
    /// In nanoseconds.
    slower_than: AtomicU64,
}

/// No statement takes that long.
const NEVER: u64 = u64::MAX;

/// Whose statements a connection sends: in which span they lie, and who counts them beside the engine.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    pub(crate) span: Span,
    pub(crate) tally: Option<Arc<Tally>>,
}

/// A statement that has its answer.
#[derive(Debug)]
pub(crate) struct Sent<'s> {
    pub(crate) sql: &'s str,
    /// Its values, where they are to be shown.
    pub(crate) values: Option<&'s str>,
    /// The number that the server gave the connection.
    pub(crate) connection: u32,
    pub(crate) took: Duration,
}

/// Why a statement has failed.
pub(crate) struct Failure<'f> {
    /// The server's number, where it is the server that has refused.
    pub(crate) code: Option<u16>,
    pub(crate) reason: &'f dyn fmt::Display,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            counters: Counters::default(),
            echoes: AtomicBool::new(false),
            shows_values: AtomicBool::new(false),
            slower_than: AtomicU64::new(NEVER),
        }
    }
}

impl Default for Sender {
    /// Nobody in particular.
    fn default() -> Self {
        Self { span: Span::none(), tally: None }
    }
}

impl Watch {
    pub(crate) fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The values of a statement as text, if they are to be shown at all.
    pub(crate) fn values(&self, values: &[Value]) -> Option<String> {
        let is_wanted = !values.is_empty() && self.shows_values.load(Ordering::Relaxed);
        is_wanted.then(|| Shown(values).to_string())
    }

    /// A statement was answered with so many rows, or has written so many.
    pub(crate) fn answered(&self, sender: &Sender, sent: &Sent<'_>, rows: u64, affected: u64) {
        self.count(sender, |tally| {
            tally.statements.add(1);
            tally.rows_read.add(rows);
        });
        self.tell(sender, sent, Ok((rows, affected)));
    }

    /// A statement has failed.
    pub(crate) fn failed(&self, sender: &Sender, sent: &Sent<'_>, failure: &Failure<'_>) {
        self.count(sender, |tally| {
            tally.statements.add(1);
            tally.failed.add(1);
        });
        self.tell(sender, sent, Err(failure));
    }

    /// For the engine, and for the session.
    pub(crate) fn count(&self, sender: &Sender, count: impl Fn(&Tally)) {
        count(&self.counters.all);
        sender.tally.as_deref().into_iter().for_each(count);
    }

    pub(crate) fn opened(&self, server: &str, connection: u32) {
        // The statement that has set it up.
        self.counters.all.statements.add(1);
        self.counters.opened.add(1);
        tracing::debug!(target: "orm_core::connection", server, connection, "opened");
    }

    pub(crate) fn closed(&self, server: &str, connection: u32) {
        self.counters.closed.add(1);
        tracing::debug!(target: "orm_core::connection", server, connection, "closed");
    }

    pub(crate) fn lost(&self, server: &str, connection: u32, reason: &dyn fmt::Display) {
        self.counters.lost.add(1);
        tracing::warn!(target: "orm_core::connection", server, connection, reason = display(reason), "lost");
    }

    fn tell(&self, sender: &Sender, sent: &Sent<'_>, outcome: Outcome<'_>) {
        sender.span.in_scope(|| event(sent, outcome));
        let slower_than = self.slower_than.load(Ordering::Relaxed);
        if slower_than != NEVER && sent.took.as_nanos() > u128::from(slower_than) {
            self.counters.slow.add(1);
            sender.span.in_scope(|| warning(sent, outcome, Duration::from_nanos(slower_than)));
        }
        if self.echoes.load(Ordering::Relaxed) {
            echo(sent, outcome);
        }
    }
}

/// Rows that were read and written, or why not.
type Outcome<'o> = Result<(u64, u64), &'o Failure<'o>>;

/// An event for who listens; else it costs a comparison.
fn event(sent: &Sent<'_>, outcome: Outcome<'_>) {
    let Sent { sql, values, connection, .. } = sent;
    let (rows, affected) = (outcome.map(|(rows, _)| rows).ok(), outcome.map(|(_, affected)| affected).ok());
    let microseconds = microseconds(sent.took);
    let code = outcome.err().and_then(|failure| failure.code);
    let error = outcome.err().and_then(|failure| failure.shown(sent)).map(display);
    tracing::debug!(target: "orm_core::statement", sql, rows, affected, microseconds, connection, values, code, error);
}

fn warning(sent: &Sent<'_>, outcome: Outcome<'_>, threshold: Duration) {
    let Sent { sql, values, connection, .. } = sent;
    let (rows, affected) = (outcome.map(|(rows, _)| rows).ok(), outcome.map(|(_, affected)| affected).ok());
    let (microseconds, threshold) = (microseconds(sent.took), microseconds(threshold));
    let code = outcome.err().and_then(|failure| failure.code);
    let error = outcome.err().and_then(|failure| failure.shown(sent)).map(display);
    tracing::warn!(
        target: "orm_core::slow",
        sql, rows, affected, microseconds, threshold, connection, values, code, error, "slow statement"
    );
}

impl Failure<'_> {
    /// What the server says quotes values.
    fn shown<'s>(&'s self, sent: &Sent<'_>) -> Option<&'s dyn fmt::Display> {
        (self.code.is_none() || sent.values.is_some()).then_some(self.reason)
    }
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// On standard error, as one text, so that threads do not interrupt each other. Without a standard error nobody misses it.
fn echo(sent: &Sent<'_>, outcome: Outcome<'_>) {
    let mut text = String::new();
    let _ = write_echo(&mut text, sent, outcome);
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// The statement, and what is known of it as comments.
fn write_echo(text: &mut String, sent: &Sent<'_>, outcome: Outcome<'_>) -> fmt::Result {
    writeln!(text, "{}", sent.sql)?;
    if let Some(values) = sent.values {
        writeln!(text, "  -- values: {values}")?;
    }
    match outcome {
        Ok((rows, affected)) => write!(text, "  -- {}, {affected} affected", counted(rows, "row"))?,
        Err(failure) => write_failure(text, sent, failure)?,
    }
    writeln!(text, ", {:.3} ms, connection {}", sent.took.as_secs_f64() * 1000.0, sent.connection)
}

fn write_failure(text: &mut String, sent: &Sent<'_>, failure: &Failure<'_>) -> fmt::Result {
    text.write_str("  -- failed")?;
    if let Some(code) = failure.code {
        write!(text, " with code {code}")?;
    }
    match failure.shown(sent) {
        Some(reason) => write!(text, ": {reason}"),
        None => Ok(()),
    }
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// What is told of statements. All clones of an engine share it, and it may change at any time.
impl Engine {
    /// Whether every statement is printed on standard error, with the number of rows, the time that it took, and the server's
    /// number of the connection; its values only after [`show_values`](Self::show_values). Off by default.
    ///
    /// For more than looking at it while a program is written there are `tracing` events, whoever takes them: target
    /// `orm_core::statement`, level debug.
    ///
    /// ```no_run
    /// # fn main() -> orm_core::Result<()> {
    /// let engine = orm_core::Engine::connect("mysql://root@localhost/planning")?;
    /// engine.echo(true).show_values(true);
    /// # Ok(())
    /// # }
    /// ```
    pub fn echo(&self, on: bool) -> &Self {
        self.watch().echoes.store(on, Ordering::Relaxed);
        self
    }

    /// Whether the values of a statement are shown beside its text: in the echo, in events (field `values`), in warnings, and
    /// behind the statement in errors; and in events the server's message, which quotes values. Off by default: values are
    /// what people have entrusted to the program, and logs are kept and read by others. Long values are shortened, and of
    /// many only the first are shown.
    ///
    /// The password of the database URL is never shown. What a statement of your own has in its text instead of its values
    /// is always shown.
    pub fn show_values(&self, on: bool) -> &Self {
        self.watch().shows_values.store(on, Ordering::Relaxed);
        self
    }

    /// Warns of each statement that takes longer than this, by a `tracing` event with the target `orm_core::slow` and the
    /// level warn: its text, rows and time. `None` warns of nothing, which is the default.
    ///
    /// The time is from sending to the last row of the answer. In a [stream](crate::query::Query::stream) it includes what
    /// the program does with each row.
    ///
    /// ```no_run
    /// # fn main() -> orm_core::Result<()> {
    /// # use std::time::Duration;
    /// let engine = orm_core::Engine::connect("mysql://root@localhost/planning")?;
    /// engine.warn_slower_than(Duration::from_millis(200));
    /// # Ok(())
    /// # }
    /// ```
    pub fn warn_slower_than(&self, threshold: impl Into<Option<Duration>>) -> &Self {
        let nanoseconds = threshold.into().map(|threshold| u64::try_from(threshold.as_nanos()).unwrap_or(NEVER));
        self.watch().slower_than.store(nanoseconds.unwrap_or(NEVER), Ordering::Relaxed);
        self
    }

    /// A transaction is run once more.
    pub(crate) fn retried(&self) {
        self.watch().counters.retried.add(1);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    const SENT: Sent<'_> = Sent { sql: "SELECT 1", values: None, connection: 7, took: Duration::from_micros(1234) };

    fn echoed(sent: &Sent<'_>, outcome: Outcome<'_>) -> String {
        let mut text = String::new();
        write_echo(&mut text, sent, outcome).expect("a text takes everything");
        text
    }

    #[test]
    fn the_echo_is_a_statement_with_comments() {
        assert_eq!(echoed(&SENT, Ok((1, 0))), "SELECT 1\n  -- 1 row, 0 affected, 1.234 ms, connection 7\n");
        let with_values = Sent { values: Some("'Ada', 5"), ..SENT };
        assert_eq!(
            echoed(&with_values, Ok((0, 2))),
            "SELECT 1\n  -- values: 'Ada', 5\n  -- 0 rows, 2 affected, 1.234 ms, connection 7\n"
        );
    }

    #[test]
    fn what_the_server_says_is_shown_with_the_values_only() {
        let failure = Failure { code: Some(1062), reason: &"Duplicate entry 'Ada'" };
        assert_eq!(echoed(&SENT, Err(&failure)), "SELECT 1\n  -- failed with code 1062, 1.234 ms, connection 7\n");
        assert_eq!(
            echoed(&Sent { values: Some("'Ada'"), ..SENT }, Err(&failure)),
            "SELECT 1\n  -- values: 'Ada'\n  -- failed with code 1062: Duplicate entry 'Ada', 1.234 ms, connection 7\n"
        );
        let broken = Failure { code: None, reason: &"broken pipe" };
        assert_eq!(echoed(&SENT, Err(&broken)), "SELECT 1\n  -- failed: broken pipe, 1.234 ms, connection 7\n");
    }

    #[test]
    fn nothing_is_formatted_where_nobody_listens() {
        struct Counted<'c>(&'c Cell<u32>);

        impl fmt::Display for Counted<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.set(self.0.get() + 1);
                f.write_str("counted")
            }
        }

        let (formatted, watch) = (Cell::new(0), Watch::default());
        let reason = Counted(&formatted);
        let failure = Failure { code: None, reason: &reason };
        watch.failed(&Sender::default(), &SENT, &failure);
        watch.slower_than.store(0, Ordering::Relaxed);
        watch.failed(&Sender::default(), &SENT, &failure);
        watch.lost("somewhere", 7, &reason);
        assert_eq!(watch.values(&[Value::from("Ada")]), None);
        assert_eq!(formatted.get(), 0);
        echoed(&SENT, Err(&failure));
        assert_eq!(formatted.get(), 1, "what is echoed is formatted once");
        assert_eq!((watch.counters.all.failed.get(), watch.counters.slow.get()), (2, 1));
    }
}

//! The statements that a piece of code sends, as a program sees them: each is a `tracing` event.

use std::cell::RefCell;
use std::fmt::Debug;
use std::sync::Once;

use orm_core::{Engine, Flavour};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::told::Listener;

thread_local! {
    /// What this thread records; `None` while it does not.
    static RECORDED: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Runs some code, and gives its result with the SQL of the statements that it sent from this thread.
pub fn statements<R>(run: impl FnOnce() -> R) -> (R, Vec<String>) {
    record();
    let result = run();
    (result, recorded())
}

/// Begins to record the statements of this thread, until [`recorded`] takes them.
pub fn record() {
    install();
    RECORDED.set(Some(Vec::new()));
}

/// The SQL of the statements that were sent from this thread since [`record`], which ends.
#[must_use]
pub fn recorded() -> Vec<String> {
    RECORDED.take().unwrap_or_default()
}

/// How an INSERT ends that reads back these columns: MySQL has no RETURNING.
#[must_use]
pub fn returning(engine: &Engine, columns: &str) -> String {
    match engine.dialect().flavour {
        Flavour::MariaDb => format!(" RETURNING {columns}"),
        Flavour::MySql => String::new(),
    }
}

/// One subscriber for all threads: those that come and go with a test can miss events of the others.
pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| tracing_subscriber::registry().with(Recorder).with(Listener).init());
}

struct Recorder;

impl<S: Subscriber> Layer<S> for Recorder {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        if event.metadata().target() == "orm_core::statement" {
            RECORDED
                .with_borrow_mut(|recorded| recorded.iter_mut().for_each(|recorded| event.record(&mut Sql(recorded))));
        }
    }
}

/// Takes the field `sql` of an event.
struct Sql<'s>(&'s mut Vec<String>);

impl Visit for Sql<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "sql" {
            self.0.push(value.to_owned());
        }
    }

    fn record_debug(&mut self, _field: &Field, _value: &dyn Debug) {}
}

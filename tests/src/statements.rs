//! The statements that a piece of code sends, as a program sees them: each is a `tracing` event.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Runs some code, and gives its result with the SQL of the statements that it sent.
pub fn statements<R>(run: impl FnOnce() -> R) -> (R, Vec<String>) {
    let recorder = Recorder::default();
    let recorded = Arc::clone(&recorder.statements);
    let result = tracing::subscriber::with_default(tracing_subscriber::registry().with(recorder), run);
    let statements = std::mem::take(&mut *recorded.lock().unwrap_or_else(PoisonError::into_inner));
    (result, statements)
}

#[derive(Default)]
struct Recorder {
    statements: Arc<Mutex<Vec<String>>>,
}

impl<S: Subscriber> Layer<S> for Recorder {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        if event.metadata().target() == "orm_core::statement" {
            event.record(&mut Sql(&mut self.statements.lock().unwrap_or_else(PoisonError::into_inner)));
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

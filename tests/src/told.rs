//! What the library tells of itself: its `tracing` events and spans, as a program that listens gets them.

use std::cell::RefCell;
use std::fmt::{self, Debug};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use crate::statements::install;

/// An event; or a span, when it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// How important it is.
    pub level: Level,
    /// Which part of the library tells it.
    pub target: String,
    /// The names of the spans around it, from the outside.
    pub inside: Vec<String>,
    /// The message of an event, the name of a span.
    pub name: String,
    /// The fields that have a value.
    pub fields: Vec<(String, String)>,
}

thread_local! {
    /// What this thread has been told; `None` while nobody wants to know.
    static TOLD: RefCell<Option<Vec<Told>>> = const { RefCell::new(None) };
}

/// Runs some code, and gives its result with what the library told on this thread.
pub fn told<R>(run: impl FnOnce() -> R) -> (R, Vec<Told>) {
    install();
    TOLD.set(Some(Vec::new()));
    let result = run();
    (result, TOLD.take().unwrap_or_default())
}

impl Told {
    /// The value of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

/// In one line: with `#` for what differs from run to run.
impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { level, target, inside, name, fields } = self;
        write!(f, "{level} {}", target.trim_start_matches("orm_core::"))?;
        inside.iter().try_for_each(|span| write!(f, " {span}>"))?;
        if !name.is_empty() {
            write!(f, " {name}")?;
        }
        fields.iter().try_for_each(|(name, value)| match name.as_str() {
            "microseconds" | "connection" | "session" | "server" => write!(f, " {name}=#"),
            _ => write!(f, " {name}={value}"),
        })
    }
}

/// Tells the threads that want to know.
pub(crate) struct Listener;

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Listener {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let scope = context.event_scope(event).into_iter().flat_map(|scope| scope.from_root());
        let inside = scope.map(|span| span.name().to_owned()).collect();
        let mut fields = Fields::default();
        event.record(&mut fields);
        tell(event.metadata(), inside, fields.message, fields.all);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let around = span.parent().into_iter().flat_map(|parent| parent.scope().from_root());
        let inside = around.map(|span| span.name().to_owned()).collect();
        let fields = span.extensions_mut().remove::<Fields>().unwrap_or_default();
        tell(span.metadata(), inside, span.name().to_owned(), fields.all);
    }
}

fn tell(metadata: &Metadata<'_>, inside: Vec<String>, name: String, fields: Vec<(String, String)>) {
    if !metadata.target().starts_with("orm_core::") {
        return;
    }
    let (level, target) = (*metadata.level(), metadata.target().to_owned());
    let told = Told { level, target, inside, name, fields };
    TOLD.with_borrow_mut(|all| all.iter_mut().for_each(|all| all.push(told.clone())));
}

/// Fields with their values as text.
#[derive(Default)]
struct Fields {
    message: String,
    all: Vec<(String, String)>,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.all.push((field.name().to_owned(), value.to_owned()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            name => self.all.push((name.to_owned(), format!("{value:?}"))),
        }
    }
}

//! What a client gets: a status and JSON.

use serde_json::{Value, json};

/// An answer to a request.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    body: Option<Value>,
}

impl Answer {
    pub(crate) fn ok(body: Value) -> Self {
        Self { status: 200, body: Some(body) }
    }

    pub(crate) fn created(body: Value) -> Self {
        Self { status: 201, body: Some(body) }
    }

    pub(crate) fn done() -> Self {
        Self { status: 204, body: None }
    }

    /// An error, in words for the client.
    pub(crate) fn error(status: u16, error: &str) -> Self {
        Self { status, body: Some(json!({ "error": error })) }
    }

    pub(crate) fn body(&self) -> String {
        self.body.as_ref().map(ToString::to_string).unwrap_or_default()
    }
}

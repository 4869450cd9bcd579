//! Which request is answered by whom.

use orm_core::Engine;
use serde_json::json;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::{employees, projects};

/// The answer to a request.
pub(crate) fn answer(engine: &Engine, method: &str, path: &str, body: &[u8]) -> Answer {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let answered = match (method, parts.as_slice()) {
        ("GET", ["employees"]) => employees::all(engine),
        ("POST", ["employees"]) => employees::create(engine, body),
        ("GET", ["employees", key]) => number(key).and_then(|key| employees::one(engine, key)),
        ("DELETE", ["employees", key]) => number(key).and_then(|key| employees::delete(engine, key)),
        ("GET", ["projects"]) => projects::all(engine),
        ("POST", ["projects", key, "members"]) => number(key).and_then(|key| projects::add_member(engine, key, body)),
        ("GET", ["statistics"]) => Ok(statistics(engine)),
        (_, ["employees"] | ["employees", _] | ["projects"] | ["projects", _, "members"] | ["statistics"]) => {
            Err(Failure::Refused(405, format!("{method} is not possible here")))
        }
        _ => Err(Failure::not_found(path)),
    };
    answered.unwrap_or_else(|failure| failure.answer())
}

fn number(key: &str) -> Result<i32, Failure> {
    key.parse().map_err(|_| Failure::not_found(key))
}

fn statistics(engine: &Engine) -> Answer {
    let counted = engine.statistics();
    Answer::ok(json!({
        "statements": counted.statements,
        "failed": counted.failed,
        "rows_read": counted.rows_read,
        "transactions": {
            "committed": counted.committed,
            "rolled_back": counted.rolled_back,
            "unknown": counted.unknown,
            "retried": counted.retried,
        },
        "connections": {
            "opened": counted.opened,
            "lost": counted.lost,
            "in_use": counted.in_use,
            "idle": counted.idle,
            "waited_for": counted.waiting,
        },
    }))
}

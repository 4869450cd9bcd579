//! What goes wrong, and how a client is told.

use orm_core::{Error, Violation};
use serde::de::DeserializeOwned;

use crate::answer::Answer;

/// Why a request cannot be answered as the client wishes.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What the API itself refuses: a status, and words for the client.
    Refused(u16, String),
    /// What the database says.
    Database(Error),
}

impl Failure {
    pub(crate) fn not_found(what: &str) -> Self {
        Self::Refused(404, format!("there is no {what}"))
    }

    pub(crate) fn invalid(why: &str) -> Self {
        Self::Refused(400, why.to_owned())
    }

    pub(crate) fn answer(&self) -> Answer {
        match self {
            Self::Refused(status, words) => Answer::error(*status, words),
            Self::Database(error) => {
                let (status, words) = status(error);
                if status >= 500 {
                    eprintln!("{error}");
                }
                Answer::error(status, &words)
            }
        }
    }
}

/// `?` makes a failure of an error, in closures of transactions too.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

/// What an error of the database is to a client. What the client can change is told in words of the models; everything else
/// is for the log: neither statements nor what the server says leave the program.
fn status(error: &Error) -> (u16, String) {
    match error.innermost() {
        Error::Duplicate { model, fields, .. } => {
            (409, format!("there is {} with the same {}", a(*model), fields.join(" and ")))
        }
        Error::ForeignKey { violation: Violation::TargetMissing, model, field, target, .. } => {
            (422, format!("{} refers to {} that is not there", place(*model, *field), a(*target)))
        }
        Error::ForeignKey { model, .. } => (409, format!("{} still refers to it", a(*model))),
        Error::Restricted { member, .. } => (409, format!("{} still refers to it", a(Some(member)))),
        Error::NotNull { model, field, .. } => (400, format!("{} is missing", place(*model, *field))),
        Error::TooLong { model, field, .. } => (400, format!("{} is too long", place(*model, *field))),
        Error::OutOfRange { model, field, .. } => (400, format!("{} is out of range", place(*model, *field))),
        Error::Encode { model, field, .. } => (400, format!("{} cannot be stored", place(Some(model), Some(field)))),
        // Hooks speak to the client.
        Error::Refused { source, .. } => (400, source.to_string()),
        Error::StaleRow { .. } => (409, "somebody else has changed it".to_owned()),
        // All attempts of `engine.transaction` have met others.
        error if error.is_retryable() => (503, "too many at once, or no database; try it again".to_owned()),
        Error::CommitUnknown { .. } => {
            (500, "it is not known whether it was done; look before you try it again".to_owned())
        }
        _ => (500, "something went wrong".to_owned()),
    }
}

/// A model, or what is none.
fn a(model: Option<&str>) -> String {
    match model {
        Some(model) if model.starts_with(['A', 'E', 'I', 'O', 'U']) => format!("an {model}"),
        Some(model) => format!("a {model}"),
        None => "a row".to_owned(),
    }
}

fn place(model: Option<&str>, field: Option<&str>) -> String {
    match (model, field) {
        (Some(model), Some(field)) => format!("`{model}.{field}`"),
        _ => "a value".to_owned(),
    }
}

/// The JSON in the body of a request.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body)
        .map_err(|error| Failure::invalid(&format!("the body is not what it should be: {error}")))
}

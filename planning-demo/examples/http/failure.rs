//! What goes wrong, and how a client is told.

use orm_core::Error;
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
    let code = match error {
        Error::Server { code, .. } => Some(*code),
        _ => None,
    };
    match (error, code) {
        (_, Some(1062)) => (409, "there is one already".to_owned()),
        (_, Some(1452)) => (422, "it refers to something that is not there".to_owned()),
        (_, Some(1451)) => (409, "something refers to it".to_owned()),
        (_, Some(1406 | 1264 | 1048)) => (400, "a value does not fit".to_owned()),
        (error, _) if error.is_retryable() => (503, "too many at once; try it again".to_owned()),
        _ => (500, "something went wrong".to_owned()),
    }
}

/// The JSON in the body of a request.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body)
        .map_err(|error| Failure::invalid(&format!("the body is not what it should be: {error}")))
}

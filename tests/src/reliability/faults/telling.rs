//! Telling the story, until something fails; and what its errors mean.

use orm_core::{Engine, Error, Session};

use super::Way;
use crate::proxy::Kind;
use crate::reliability::club::{Club, IN_SAVEPOINTS, PLAIN, Size, Step};

/// The step after all others.
pub(super) const COMMIT: usize = 3;

/// Tells the story from a step on, until something fails: which step, and why.
pub(super) fn tell(way: Way, session: &mut Session, club: &mut Club, from: usize) -> Result<(), Failed> {
    let at_first = club.size();
    for (number, step) in steps(way).iter().enumerate().skip(from) {
        let before = club.size();
        if let Err(error) = step(session, club) {
            if way == Way::Savepoints {
                club.forget_since(before);
            }
            return Err(failed(number, error, at_first));
        }
    }
    session.commit().map_err(|error| failed(COMMIT, error, at_first))
}

fn steps(way: Way) -> [Step; COMMIT] {
    match way {
        Way::Savepoints => IN_SAVEPOINTS,
        Way::Plain | Way::Reconnecting | Way::Closure => PLAIN,
    }
}

pub(super) fn in_closure(engine: &Engine) -> orm_core::Result<()> {
    engine.transaction(|session| {
        let mut club = Club::load(session)?;
        steps(Way::Closure).iter().try_for_each(|step| step(session, &mut club))
    })
}

/// A step of the story that failed, and why.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) step: usize,
    pub(super) error: Box<Error>,
    /// What the club was like when the story began.
    pub(super) at_first: Size,
}

fn failed(step: usize, error: Error, at_first: Size) -> Failed {
    Failed { step, error: Box::new(error), at_first }
}

/// What a broken connection, silence and a killed thread lead to.
pub(in crate::reliability) fn is_expected(error: &Error) -> bool {
    match error.innermost() {
        Error::Connection { .. } | Error::CommitUnknown { .. } => true,
        Error::TimedOut { .. } | Error::Interrupted { .. } => true,
        // A savepoint that was undone on purpose does not tell of a connection that is lost; what follows does.
        Error::TransactionEnded { .. } => true,
        _ => false,
    }
}

/// What is asked when the fault is over. A `KILL QUERY` that came when a statement had just ended may end the next one.
pub(in crate::reliability) fn even_if_interrupted<T>(mut ask: impl FnMut() -> orm_core::Result<T>) -> T {
    let answer = match ask() {
        Err(error) if matches!(error.innermost(), Error::Interrupted { .. }) => ask(),
        answer => answer,
    };
    answer.expect("the proxy lets everything through")
}

/// Whether a fault of this kind leads to such an error. A `KILL QUERY` that comes while MariaDB looks for the rows of a DELETE
/// lets it answer, without an error, that it has deleted none. The flush counts them, and fails.
pub(super) fn comes_of(kind: Kind, error: &Error) -> bool {
    let may_be_stale = kind == Kind::Interrupt && matches!(error.innermost(), Error::StaleRow { .. });
    is_expected(error) || may_be_stale
}

pub(super) fn is_unknown(error: &Error) -> bool {
    matches!(error, Error::CommitUnknown { .. })
}

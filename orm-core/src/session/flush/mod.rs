//! The flush: what has changed in a session becomes statements, and what the server answers becomes the new state.
//!
//! 1. `absorb`: members in relationship fields become foreign keys and link rows; new objects inside come into the session.
//! 2. `collect`: which rows are new, changed or gone.
//! 3. `order`: what refers to what.
//! 4. `plan`: statements, as data that can be printed. Nothing before this has asked the server anything, except for the
//!    members of a collection that is to be cleared.
//! 5. `execute`: the only stage that writes to the server.
//! 6. `write_back`: generated keys into objects, objects into the identity map. Until then nothing counts as written.

mod absorb;
mod collect;
mod execute;
mod order;
mod plan;
mod write_back;

pub use plan::FlushPlan;

use crate::error::Result;
use crate::session::Session;

/// Writes everything that has changed; if that fails, the transaction is undone and all of it waits again.
pub(crate) fn flush(session: &Session) -> Result<()> {
    if !session.objects().has_changes() {
        return Ok(());
    }
    run(session).inspect_err(|_| session.abandon_transaction())
}

fn run(session: &Session) -> Result<()> {
    let plan = plan(session)?;
    let outcome = execute::run(&plan, session)?;
    write_back::apply(session.objects(), &plan, &outcome)
}

/// What a flush would send now.
pub(crate) fn plan(session: &Session) -> Result<FlushPlan> {
    absorb::all(session)?;
    let changes = collect::changes(session.objects())?;
    let changes = order::by_dependency(changes)?;
    Ok(plan::steps(changes, session.dialect()))
}

#[cfg(test)]
mod tests;

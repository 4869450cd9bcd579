//! The flush: what has changed in a session becomes statements, and what the server answers becomes the new state.
//!
//! 1. `absorb`: members in relationship fields become foreign keys and link rows; new objects inside come into the session.
//! 2. `cascade`: members of deleted owners and orphans go along; `places`: who takes a one-to-one place takes it from another.
//! 3. `hooks`: models that want to be asked are asked, and told in the end.
//! 4. `collect`: which rows are new, changed or gone.
//! 5. `order`: what refers to what.
//! 6. `plan`: statements, as data that can be printed. What was asked of the server before are the members of collections that
//!    are cleared, and what goes along.
//! 7. `execute`: the only stage that writes to the server.
//! 8. `write_back`: generated keys into objects, objects into the identity map. Until then nothing counts as written.

mod absorb;
mod cascade;
pub(crate) mod collect;
mod early;
mod execute;
mod hooks;
mod keys;
mod order;
pub(crate) mod places;
mod plan;
pub(crate) mod write_back;

pub use plan::FlushPlan;

use crate::error::Result;
use crate::session::Session;

/// Writes everything that has changed; if that fails, the transaction is undone and all of it waits again.
pub(crate) fn flush(session: &Session) -> Result<()> {
    session.check_not_ended()?;
    session.objects().edits.borrow().check_undone()?;
    if !session.objects().has_changes() {
        return Ok(());
    }
    session.in_flush(|| run(session)).inspect_err(|error| session.abandon(error))
}

/// Whether there is nothing to write, and nothing to complain about.
pub(crate) fn is_idle(session: &Session) -> bool {
    session.objects().edits.borrow().check_undone().is_ok() && !session.objects().has_changes()
}

fn run(session: &Session) -> Result<()> {
    absorb::all(session)?;
    cascade::all(session)?;
    hooks::before(session.objects())?;
    let mut plan = planned(session)?;
    let outcome = execute::run(&mut plan, session)?;
    write_back::apply(session.objects(), &plan, &outcome)?;
    hooks::after(session.objects(), &plan)
}

/// What a flush would send now.
pub(crate) fn plan(session: &Session) -> Result<FlushPlan> {
    absorb::all(session)?;
    let plan = cascade::all(session).and_then(|()| planned(session));
    session.objects().undo_cascades();
    plan
}

fn planned(session: &Session) -> Result<FlushPlan> {
    let changes = collect::changes(session.objects())?;
    let changes = order::by_dependency(session.objects(), changes)?;
    Ok(plan::steps(changes, session.dialect()))
}

#[cfg(test)]
mod tests;

//! What a set of models and its oracle are to the walk.

use std::collections::BTreeSet;
use std::fmt::Debug;

use orm_core::prelude::*;
use proptest::strategy::BoxedStrategy;
use proptest::test_runner::TestCaseError;

/// A step was done; or it was not, and why that must not be.
pub(crate) type Done<T = ()> = Result<T, TestCaseError>;

/// What is so, in sentences: two sets of them are compared, and what differs is printed.
pub(crate) type Facts = BTreeSet<String>;

/// Some models, the handles that a session has of them, and the oracle that says what should have become of the steps.
pub(crate) trait World: Clone + Default {
    /// What can be done with the models.
    type Step: Clone + Debug + 'static;

    fn schema() -> Schema;

    /// The tables, in an order in which they can be emptied.
    fn tables() -> &'static [&'static str];

    /// What every walk begins with, committed: without it most random steps would find nothing to change.
    fn beginning() -> Vec<Self::Step>;

    fn steps() -> BoxedStrategy<Self::Step>;

    /// Does a step in the session and in the oracle. One that is not possible is left out.
    fn step(&mut self, session: &mut Session, step: &Self::Step) -> Done;

    /// A flush has succeeded.
    fn flushed(&mut self);

    /// A commit has succeeded, after its flush.
    fn committed(&mut self);

    /// Whether one flush can write all that several have written since the last commit.
    fn can_be_repeated(&self) -> bool {
        true
    }

    /// A flush has failed: everything since the last commit waits again.
    fn failed(&mut self, session: &mut Session) -> Done;

    fn rolled_back(&mut self);

    /// A savepoint was set, after a flush: what is so now is what a failure goes back to.
    fn savepoint(&mut self) {
        self.committed();
    }

    /// What was done since a savepoint, when this was so, belongs to the transaction.
    fn kept(&mut self, before: &Self);

    /// No handle can be used any more.
    fn cleared(&mut self);

    /// Whether the transaction has run a statement for many rows, which does not wait after a failure.
    fn has_run_statements(&self) -> bool {
        false
    }

    /// What the oracle says.
    fn expected(&self) -> Facts;

    /// What the handles show, without a question.
    fn shown(&self, session: &Session) -> Facts;

    /// What queries and both sides of the relationships say. Handles that are not known are taken from there.
    fn seen(&mut self, session: &Session) -> Done<Facts>;

    /// A query whose rows are the facts.
    fn stored() -> String;
}

/// What is expected and not found, and what is found and not expected.
pub(crate) fn compare(expected: &Facts, found: &Facts, who: &str) -> Done {
    let missing: Vec<&String> = expected.difference(found).collect();
    let wrong: Vec<&String> = found.difference(expected).collect();
    match missing.is_empty() && wrong.is_empty() {
        true => Ok(()),
        false => Err(TestCaseError::fail(format!("{who} should have {missing:?}, but has {wrong:?}"))),
    }
}

/// The same for what is only a part of all.
pub(crate) fn compare_part(expected: &Facts, found: &Facts, who: &str) -> Done {
    let wrong: Vec<&String> = found.difference(expected).collect();
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(TestCaseError::fail(format!("{who} show {wrong:?}, but what is so is {expected:?}"))),
    }
}

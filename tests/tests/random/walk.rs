//! The steps that every set of models has, and the test of one.

use std::any::type_name;
use std::fmt;

use orm_core::{Error, prelude::*};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use tests::Database;

use super::traps::{self, Trap, Traps};
use super::world::{Done, World, compare, compare_part};

/// How many walks a test makes, where `PROPTEST_CASES` does not say it.
const CASES: u32 = 100;
/// Where the walks begin, where nothing is asked for.
const SEED: u64 = 1;
const MOST_STEPS: usize = 50;

/// One step of a walk.
#[derive(Clone)]
pub(crate) enum Step<S> {
    Does(S),
    Flush,
    Commit,
    Rollback,
    /// A commit that fails; the reason is taken away, and the walk goes on with what waits.
    Fail(Trap),
    /// Everything is read and compared.
    Look,
    Reload,
    /// After a flush, what was read is forgotten.
    Expire,
    /// After a commit, all objects leave the session.
    Clear,
    /// Steps in a savepoint, which ends like this.
    Savepoint(Vec<Step<S>>, Ending),
}

/// How a savepoint ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending {
    Kept,
    Undone,
    /// A flush fails in it; the reason is taken away, and what waits is kept.
    Corrected(Trap),
}

/// Why a savepoint is left without success.
enum Left {
    Undone,
    Failed(TestCaseError),
}

impl From<Error> for Left {
    fn from(error: Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<TestCaseError> for Left {
    fn from(error: TestCaseError) -> Self {
        Self::Failed(error)
    }
}

/// A step of the models' own reads like the others.
impl<S: fmt::Debug> fmt::Debug for Step<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Does(step) => step.fmt(f),
            Self::Flush => f.write_str("Flush"),
            Self::Commit => f.write_str("Commit"),
            Self::Rollback => f.write_str("Rollback"),
            Self::Fail(trap) => write!(f, "Fail({trap:?})"),
            Self::Look => f.write_str("Look"),
            Self::Reload => f.write_str("Reload"),
            Self::Expire => f.write_str("Expire"),
            Self::Clear => f.write_str("Clear"),
            Self::Savepoint(steps, ending) => write!(f, "Savepoint({steps:?}, {ending:?})"),
        }
    }
}

fn step<W: World>() -> impl Strategy<Value = Step<W::Step>> {
    let trap = prop_oneof![Just(Trap::Insert), Just(Trap::Update), Just(Trap::Delete)];
    prop_oneof![
        40 => W::steps().prop_map(Step::Does),
        2 => Just(Step::Flush),
        3 => Just(Step::Commit),
        2 => Just(Step::Rollback),
        2 => trap.prop_map(Step::Fail),
        3 => Just(Step::Look),
        1 => Just(Step::Reload),
        1 => Just(Step::Expire),
        1 => Just(Step::Clear),
        4 => savepoint::<W>(2),
    ]
}

/// A savepoint, in which there may be others as deep as this.
fn savepoint<W: World>(depth: usize) -> BoxedStrategy<Step<W::Step>> {
    // Rows to which others refer are locked until the transaction ends, so that nobody else can free them meanwhile.
    let trap = prop_oneof![Just(Trap::Insert), Just(Trap::Update)];
    let ending = prop_oneof![3 => Just(Ending::Kept), 4 => Just(Ending::Undone), 1 => trap.prop_map(Ending::Corrected)];
    let plain = prop_oneof![
        12 => W::steps().prop_map(Step::Does),
        1 => Just(Step::Flush),
        1 => Just(Step::Look),
        1 => Just(Step::Reload),
        1 => Just(Step::Expire),
    ];
    let inside = match depth {
        0 => plain.boxed(),
        _ => prop_oneof![12 => plain, 1 => savepoint::<W>(depth - 1)].boxed(),
    };
    (vec(inside, 1..8), ending).prop_map(|(steps, ending)| Step::Savepoint(steps, ending)).boxed()
}

/// Walks of random steps; one that fails is shortened and printed.
pub(crate) fn walks<W: World>() {
    let database = Database::with(&W::schema());
    database.engine().create_all(&Schema::of::<traps::Trapped>()).expect("the traps are created");
    traps::create(&database);
    let config = config();
    let RngSeed::Fixed(seed) = config.rng_seed else { unreachable!("the seed was chosen") };
    let walked = TestRunner::new(config).run(&vec(step::<W>(), 1..MOST_STEPS), |steps| {
        let (walk, session) = Walk::<W>::begin(&database)?;
        walk.all(session, &steps)
    });
    if let Err(TestError::Fail(why, steps)) = walked {
        let steps: Vec<String> = steps.iter().map(|step| format!("  {step:?}")).collect();
        let world = type_name::<W>();
        panic!("{why}\nPROPTEST_RNG_SEED={seed}, the steps of {world}:\n{}", steps.join("\n"));
    }
    walked.expect("the walks could be made");
}

/// The same walks every time, unless their number or their seed is asked for.
fn config() -> Config {
    let is_asked_for = std::env::var_os("PROPTEST_CASES").is_some();
    let cases = if is_asked_for { Config::default().cases } else { CASES };
    let rng_seed = match Config::default().rng_seed {
        RngSeed::Random if is_asked_for => RngSeed::Fixed(rand_seed()),
        RngSeed::Random => RngSeed::Fixed(SEED),
        fixed => fixed,
    };
    Config { cases, rng_seed, failure_persistence: None, max_shrink_iters: 4000, ..Config::default() }
}

fn rand_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(())
}

/// What walks in a session, and what makes it stumble.
struct Walk<'d, W> {
    database: &'d Database,
    world: W,
    traps: Traps,
}

impl<'d, W: World> Walk<'d, W> {
    fn begin(database: &'d Database) -> Done<(Self, Session)> {
        let empty: Vec<String> = W::tables().iter().map(|table| format!("DELETE FROM {table}")).collect();
        database.run(&format!("SET FOREIGN_KEY_CHECKS = 0; {}; {}", empty.join("; "), traps::restore()));
        let mut session = database.engine().session();
        let traps = Traps::load(&session, database)?;
        let mut walk = Self { database, world: W::default(), traps };
        for step in W::beginning() {
            walk.world.step(&mut session, &step)?;
        }
        walk.commit(&mut session)?;
        Ok((walk, session))
    }

    fn all(mut self, mut session: Session, steps: &[Step<W::Step>]) -> Done {
        for (place, step) in steps.iter().chain([&Step::Commit, &Step::Look]).enumerate() {
            let told = |error: TestCaseError| TestCaseError::fail(format!("step {}, {step:?}: {error}", place + 1));
            self.step(&mut session, step).map_err(told)?;
        }
        self.world.cleared();
        let fresh = self.database.engine().session();
        compare(&self.world.expected(), &self.world.seen(&fresh)?, "a new session")
    }

    fn step(&mut self, session: &mut Session, step: &Step<W::Step>) -> Done {
        match step {
            Step::Does(step) => self.world.step(session, step),
            Step::Flush => self.flush(session),
            Step::Commit => self.commit(session),
            Step::Rollback => self.rollback(session),
            Step::Fail(trap) => self.fail(session, *trap),
            Step::Look => self.look(session),
            Step::Reload => {
                self.flush(session)?;
                Ok(session.reload()?)
            }
            Step::Expire => {
                self.flush(session)?;
                Ok(session.expire_all()?)
            }
            Step::Clear => {
                self.commit(session)?;
                session.clear();
                self.world.cleared();
                self.traps = Traps::load(session, self.database)?;
                Ok(())
            }
            Step::Savepoint(steps, ending) => self.savepoint(session, steps, *ending),
        }
    }

    fn flush(&mut self, session: &mut Session) -> Done {
        session.flush()?;
        self.world.flushed();
        self.compare_shown(session)
    }

    fn commit(&mut self, session: &mut Session) -> Done {
        session.commit()?;
        self.world.flushed();
        self.world.committed();
        let pending = session.pending()?;
        prop_assert!(pending.is_empty(), "after the commit waits {pending}");
        self.compare_shown(session)?;
        self.compare_stored()
    }

    fn rollback(&mut self, session: &mut Session) -> Done {
        session.rollback()?;
        self.world.rolled_back();
        self.compare_shown(session)?;
        self.compare_stored()
    }

    fn fail(&mut self, session: &mut Session, trap: Trap) -> Done {
        if !self.world.can_be_repeated() {
            return Ok(());
        }
        if self.stumble(session, trap, Session::commit)? {
            return self.rollback(session);
        }
        self.world.failed(session)
    }

    /// Something fails, and the reason is taken away; tells whether what had run does not wait again.
    fn stumble(
        &mut self,
        session: &mut Session,
        trap: Trap,
        fails: impl Fn(&mut Session) -> orm_core::Result<()>,
    ) -> Done<bool> {
        let set = self.traps.set(trap, session);
        let failed = fails(session);
        let is_expected = failed.as_ref().is_err_and(|error| error.is_constraint() || error.is_invalid_data());
        prop_assert!(is_expected, "it was {failed:?}");
        set.take_away(session, self.database);
        let is_lost = self.world.has_run_statements();
        if is_lost {
            let undone = session.flush();
            prop_assert!(matches!(undone, Err(Error::Undone { .. })), "it was {undone:?}");
        }
        Ok(is_lost)
    }

    /// Inside of a savepoint, a failure goes back to its beginning.
    fn savepoint(&mut self, session: &mut Session, steps: &[Step<W::Step>], ending: Ending) -> Done {
        self.flush(session)?;
        let (world, traps) = (self.world.clone(), self.traps.clone());
        self.world.savepoint();
        match session.savepoint(|session| self.inside(session, steps, ending)) {
            Ok(()) => {
                self.world.flushed();
                self.world.kept(&world);
            }
            Err(Left::Undone) => (self.world, self.traps) = (world, traps),
            Err(Left::Failed(error)) => return Err(error),
        }
        self.compare_shown(session)?;
        compare(&self.world.expected(), &self.world.seen(session)?, "after a savepoint, queries and relationships")
    }

    fn inside(&mut self, session: &mut Session, steps: &[Step<W::Step>], ending: Ending) -> Result<(), Left> {
        for step in steps {
            self.step(session, step)?;
        }
        match ending {
            Ending::Kept => Ok(()),
            Ending::Undone => Err(Left::Undone),
            Ending::Corrected(_) if !self.world.can_be_repeated() => Ok(()),
            Ending::Corrected(trap) => match self.stumble(session, trap, Session::flush)? {
                true => Err(Left::Undone),
                false => Ok(self.world.failed(session)?),
            },
        }
    }

    fn look(&mut self, session: &mut Session) -> Done {
        self.flush(session)?;
        compare(&self.world.expected(), &self.world.seen(session)?, "queries and relationships")
    }

    fn compare_shown(&self, session: &Session) -> Done {
        compare_part(&self.world.expected(), &self.world.shown(session), "the handles")
    }

    fn compare_stored(&self) -> Done {
        let stored = self.database.ask(&W::stored()).into_iter().collect();
        compare(&self.world.expected(), &stored, "the database")
    }
}

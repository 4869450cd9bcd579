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
    ]
}

/// Walks of random steps; one that fails is shortened and printed.
pub(crate) fn walks<W: World>() {
    let database = Database::with(&W::schema());
    database.engine().create_all(&Schema::of::<traps::Trapped>()).expect("the traps are created");
    traps::create(&database);
    let config = config();
    let RngSeed::Fixed(seed) = config.rng_seed else { unreachable!("the seed was chosen") };
    let walked =
        TestRunner::new(config).run(&vec(step::<W>(), 1..MOST_STEPS), |steps| Walk::<W>::begin(&database)?.all(&steps));
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

/// A session, what walks in it, and what makes it stumble.
struct Walk<'d, W> {
    database: &'d Database,
    session: Session,
    world: W,
    traps: Traps,
}

impl<'d, W: World> Walk<'d, W> {
    fn begin(database: &'d Database) -> Done<Self> {
        let empty: Vec<String> = W::tables().iter().map(|table| format!("DELETE FROM {table}")).collect();
        database.run(&format!("SET FOREIGN_KEY_CHECKS = 0; {}; {}", empty.join("; "), traps::restore()));
        let session = database.engine().session();
        let traps = Traps::load(&session, database)?;
        let mut walk = Self { database, session, world: W::default(), traps };
        for step in W::beginning() {
            walk.world.step(&mut walk.session, &step)?;
        }
        walk.commit()?;
        Ok(walk)
    }

    fn all(mut self, steps: &[Step<W::Step>]) -> Done {
        for (place, step) in steps.iter().chain([&Step::Commit, &Step::Look]).enumerate() {
            let told = |error: TestCaseError| TestCaseError::fail(format!("step {}, {step:?}: {error}", place + 1));
            self.step(step).map_err(told)?;
        }
        self.world.cleared();
        let fresh = self.database.engine().session();
        compare(&self.world.expected(), &self.world.seen(&fresh)?, "a new session")
    }

    fn step(&mut self, step: &Step<W::Step>) -> Done {
        match step {
            Step::Does(step) => self.world.step(&mut self.session, step),
            Step::Flush => self.flush(),
            Step::Commit => self.commit(),
            Step::Rollback => self.rollback(),
            Step::Fail(trap) => self.fail(*trap),
            Step::Look => self.look(),
            Step::Reload => {
                self.flush()?;
                Ok(self.session.reload()?)
            }
            Step::Expire => {
                self.flush()?;
                Ok(self.session.expire_all()?)
            }
            Step::Clear => {
                self.commit()?;
                self.session.clear();
                self.world.cleared();
                self.traps = Traps::load(&self.session, self.database)?;
                Ok(())
            }
        }
    }

    fn flush(&mut self) -> Done {
        self.session.flush()?;
        self.world.flushed();
        self.compare_shown()
    }

    fn commit(&mut self) -> Done {
        self.session.commit()?;
        self.world.flushed();
        self.world.committed();
        let pending = self.session.pending()?;
        prop_assert!(pending.is_empty(), "after the commit waits {pending}");
        self.compare_shown()?;
        self.compare_stored()
    }

    fn rollback(&mut self) -> Done {
        self.session.rollback()?;
        self.world.rolled_back();
        self.compare_shown()?;
        self.compare_stored()
    }

    fn fail(&mut self, trap: Trap) -> Done {
        if !self.world.can_be_repeated() {
            return Ok(());
        }
        let set = self.traps.set(trap, &mut self.session);
        let failed = self.session.commit();
        let is_refused = |error: &Error| error.server().is_some() || matches!(error, Error::Restricted { .. });
        prop_assert!(failed.as_ref().is_err_and(is_refused), "it was {failed:?}");
        set.take_away(&mut self.session, self.database);
        if self.world.has_run_statements() {
            let undone = self.session.flush();
            prop_assert!(matches!(undone, Err(Error::Undone { .. })), "it was {undone:?}");
            return self.rollback();
        }
        self.world.failed(&mut self.session)
    }

    fn look(&mut self) -> Done {
        self.flush()?;
        compare(&self.world.expected(), &self.world.seen(&self.session)?, "queries and relationships")
    }

    fn compare_shown(&self) -> Done {
        compare_part(&self.world.expected(), &self.world.shown(&self.session), "the handles")
    }

    fn compare_stored(&self) -> Done {
        let stored = self.database.ask(&W::stored()).into_iter().collect();
        compare(&self.world.expected(), &stored, "the database")
    }
}

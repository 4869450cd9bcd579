//! One story under one fault: what the database has afterwards, what the session says, and how it goes on.

mod telling;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use mysql::Conn;
use orm_core::{Engine, Error, Session};

use super::club::{self, Club};
use super::{Amount, Tally};
use crate::Database;
use crate::proxy::{Direction, Fault, Kind, Proxy};

use telling::{COMMIT, Failed, comes_of, in_closure, is_unknown, tell};
pub(super) use telling::{even_if_interrupted, is_expected};

/// What the user does about the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Goes on, and commits.
    GoOn,
    /// Rolls back, and tells the whole story again.
    RollBack,
}

/// How the story is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// With a flush, a question and a commit.
    Plain,
    /// The same, where the idle connection has died: another one is made, which the fault may hit too.
    Reconnecting,
    /// The same in savepoints.
    Savepoints,
    /// The same in `Engine::transaction`, with all that has to be read for it.
    Closure,
}

/// What became of a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It ended before the packet of the fault.
    Missed,
    /// The user was not told of the fault: nothing was lost, or it was done again.
    Unnoticed,
    /// An error was told, and nothing had taken effect.
    Undone,
    /// [`Error::CommitUnknown`], and nothing had taken effect.
    UnknownUndone,
    /// [`Error::CommitUnknown`], and everything had taken effect.
    UnknownDone,
}

/// A database with a proxy before it, for any number of stories.
#[derive(Debug)]
pub struct Stage {
    way: Way,
    read_timeout: Option<Duration>,
    // The proxy's connection goes before the database.
    proxy: Proxy,
    driver: Conn,
    before: Vec<String>,
    after: Vec<String>,
    undisturbed: Vec<String>,
    packets: [u64; 2],
    database: Database,
}

/// Nothing takes longer on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

impl Stage {
    /// A database with the club's tables, in which the story was told once without a fault.
    ///
    /// # Panics
    /// There is no server.
    #[must_use]
    pub fn new(way: Way) -> Self {
        let database = Database::with(&Club::schema());
        let mut driver = database.driver();
        Club::reset(&mut driver);
        let before = club::facts(&database);
        let proxy = Proxy::before(&database);
        let (after, undisturbed, packets) = (Vec::new(), Vec::new(), [0, 0]);
        let mut stage = Self { way, read_timeout: None, proxy, driver, before, after, undisturbed, packets, database };
        stage.tell_undisturbed();
        stage
    }

    /// The same, with an engine that waits no longer for what the server says: else [`Kind::Stall`] has no end.
    ///
    /// # Panics
    /// There is no server.
    #[must_use]
    pub fn with_read_timeout(way: Way, read_timeout: Duration) -> Self {
        Self { read_timeout: Some(read_timeout), ..Self::new(way) }
    }

    fn tell_undisturbed(&mut self) {
        match self.way {
            Way::Closure => {
                let engine = self.engine();
                self.proxy.arm(None);
                in_closure(&engine).expect("nothing disturbs the story");
                self.keep_undisturbed();
            }
            _ => {
                let (mut session, mut club) = self.begin();
                self.arm(None);
                tell(self.way, &mut session, &mut club, 0).expect("nothing disturbs the story");
                self.keep_undisturbed();
                self.check_memory(&session, &club);
            }
        }
    }

    fn keep_undisturbed(&mut self) {
        self.undisturbed = self.proxy.sent().into_iter().map(|(_, sent)| sent).collect();
        self.packets = [Direction::ToServer, Direction::ToClient].map(|direction| self.proxy.packets(direction));
        self.after = club::facts(&self.database);
        assert_ne!(self.after, self.before);
    }

    /// How many packets the story takes without a fault.
    #[must_use]
    pub fn packets(&self, direction: Direction) -> u64 {
        match direction {
            Direction::ToServer => self.packets[0],
            Direction::ToClient => self.packets[1],
        }
    }

    /// Tells the story with a fault of one kind at one packet after the other. What the user does about it alternates, or is
    /// both where all is tried.
    ///
    /// # Panics
    /// Something does not hold.
    pub fn tell_all(&mut self, kind: Kind, direction: Direction, amount: Amount, few: u64) -> Tally {
        let mut tally = Tally::default();
        for at in amount.places(self.packets(direction), few) {
            let fault = Fault { kind, direction, at };
            let end = match (amount, at % 2) {
                (Amount::All, _) => {
                    tally.count(self.tell(fault, Then::RollBack));
                    self.tell(fault, Then::GoOn)
                }
                (_, 0) => self.tell(fault, Then::RollBack),
                _ => self.tell(fault, Then::GoOn),
            };
            tally.count(end);
            if end == End::Missed {
                break;
            }
        }
        tally
    }

    /// Tells the story with a fault in it, and checks all that must hold.
    ///
    /// # Panics
    /// Something does not hold.
    pub fn tell(&mut self, fault: Fault, then: Then) -> End {
        match self.way {
            Way::Closure => self.tell_in_closure(fault),
            _ => self.tell_in_steps(fault, then),
        }
    }

    fn tell_in_steps(&mut self, fault: Fault, then: Then) -> End {
        let (mut session, mut club) = self.begin();
        self.arm(Some(fault));
        let failed = self.watched(|| tell(self.way, &mut session, &mut club, 0)).err();
        let has_hit = self.has_hit(fault, failed.is_some());
        match failed {
            None => {
                assert_eq!(club::facts(&self.database), self.after, "the story ended without an error");
                self.check_memory(&session, &club);
                if has_hit { End::Unnoticed } else { End::Missed }
            }
            Some(failed) => {
                let Failed { step, error, .. } = &failed;
                assert!(comes_of(fault.kind, error), "an error of another kind in step {step}: {error}");
                self.after_failure(session, club, &failed, then)
            }
        }
    }

    /// A lost connection is the closure's to overcome.
    fn tell_in_closure(&mut self, fault: Fault) -> End {
        let engine = self.engine();
        self.proxy.arm(Some(fault));
        let told = self.watched(|| in_closure(&engine));
        let has_hit = self.has_hit(fault, told.is_err());
        let facts = club::facts(&self.database);
        match told {
            Ok(()) => {
                assert_eq!(facts, self.after, "the closure ended without an error");
                if has_hit { End::Unnoticed } else { End::Missed }
            }
            Err(error) if is_unknown(&error) => {
                let is_done = facts == self.after;
                assert!(is_done || facts == self.before, "{error}: a part has taken effect: {facts:#?}");
                if is_done { End::UnknownDone } else { End::UnknownUndone }
            }
            Err(error) => {
                assert!(matches!(error.innermost(), Error::Interrupted { .. }), "it could have run again: {error}");
                assert_eq!(facts, self.before, "{error}");
                End::Undone
            }
        }
    }

    fn arm(&self, fault: Option<Fault>) {
        if self.way == Way::Reconnecting {
            self.proxy.cut_all();
        }
        self.proxy.arm(fault);
    }

    /// Whether the fault has happened; the proxy is healed, and the server has ended what it ends.
    fn has_hit(&self, fault: Fault, has_failed: bool) -> bool {
        let has_hit = self.proxy.heal();
        // On a busy machine another answer may be late, too.
        assert!(
            has_hit || !has_failed || fault.kind == Kind::Stall,
            "no fault has happened, and still something failed"
        );
        assert!(fault.kind != Kind::Delay || !has_failed, "nothing was lost, and still something failed");
        match fault.kind {
            // The connection goes on.
            Kind::Delay | Kind::Interrupt => {}
            Kind::KillBefore | Kind::KillAfter => self.proxy.wait_for_its_end(),
            _ if has_failed => self.proxy.wait_for_its_end(),
            _ => {}
        }
        self.check_first_attempt();
        has_hit
    }

    /// A club at its beginning, in a session whose engine has one connection, through the proxy.
    fn begin(&mut self) -> (Session, Club) {
        let mut session = self.engine().session();
        let club = Club::load(&session).expect("the proxy lets everything through");
        session.commit().expect("the proxy lets everything through");
        (session, club)
    }

    /// An engine of its own, where the database is at its beginning.
    fn engine(&mut self) -> Engine {
        Club::reset(&mut self.driver);
        let engine = Engine::builder(self.proxy.url()).read_timeout(self.read_timeout).connect();
        engine.expect("the proxy lets everything through")
    }

    fn after_failure(&self, mut session: Session, mut club: Club, failed: &Failed, then: Then) -> End {
        let Failed { step, error, at_first } = failed;
        let is_unknown = is_unknown(error);
        let facts = club::facts(&self.database);
        let is_done = is_unknown && facts == self.after;
        assert!(is_done || facts == self.before, "{error}: a part has taken effect, or it was not told so: {facts:#?}");
        assert!(!is_unknown || *step == COMMIT, "only a COMMIT can leave the outcome open: {error}");
        self.proxy.arm(None);
        if is_done {
            session.rollback().expect("there is nothing to roll back in the database");
            club.forget_since(*at_first);
            club.read_again(&mut session).expect("the proxy lets everything through");
            self.check_memory_of_those_that_are_left(&session, &club);
            return End::UnknownDone;
        }
        let from = match (then, self.way) {
            (Then::GoOn, Way::Savepoints) => *step,
            (Then::GoOn, _) => (step + 1).min(COMMIT),
            (Then::RollBack, _) => {
                // The server may have killed the connection in a statement, and only said that this was interrupted.
                let rolled_back = session.rollback();
                assert!(rolled_back.as_ref().err().is_none_or(is_expected), "{rolled_back:?}");
                club.forget_since(*at_first);
                self.check_memory(&session, &club);
                session.rollback().expect("the questions are over");
                self.proxy.arm(None);
                0
            }
        };
        self.watched(|| tell(self.way, &mut session, &mut club, from))
            .unwrap_or_else(|again| panic!("{} in step {}, after {error}", again.error, again.step));
        self.check_second_attempt();
        assert_eq!(club::facts(&self.database), self.after, "after {error}");
        self.check_memory(&session, &club);
        if is_unknown { End::UnknownUndone } else { End::Undone }
    }

    /// Runs a part of the story. If it hangs, it ends with its connections.
    fn watched<T>(&self, part: impl FnOnce() -> T) -> T {
        let (done, is_done) = mpsc::channel::<()>();
        let has_hung = AtomicBool::new(false);
        let result = thread::scope(|scope| {
            let (proxy, has_hung) = (&self.proxy, &has_hung);
            scope.spawn(move || {
                if is_done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    has_hung.store(true, Ordering::Relaxed);
                    proxy.cut_all();
                }
            });
            let result = part();
            drop(done);
            result
        });
        assert!(!has_hung.into_inner(), "the story hangs");
        result
    }

    /// What the session has is what the database has.
    fn check_memory(&self, session: &Session, club: &Club) {
        assert_eq!(club.in_memory(session).expect("the handles are good"), club::rows(&self.database));
        assert_eq!(even_if_interrupted(|| club.links(session)), club::link_rows(&self.database));
    }

    /// The session has given up what the database has done all the same: what it has is there, but it may lack something.
    fn check_memory_of_those_that_are_left(&self, session: &Session, club: &Club) {
        let rows = club::rows(&self.database);
        let is_there = |line: &String| rows.contains(line);
        let (right, gone): (Vec<_>, Vec<_>) =
            club.in_memory(session).expect("the handles are good").into_iter().partition(is_there);
        assert_eq!(gone, ["person 3 cid 2 none", "team 2 blue 3"], "only the deleted can be left");
        assert!(right.len() > gone.len());
    }

    /// Each connection has carried a beginning of the story, and only the last one its end.
    fn check_first_attempt(&self) {
        for sent in self.by_connection() {
            let sent = sent.strip_suffix(&["ROLLBACK".to_owned()]).unwrap_or(&sent);
            assert!(self.undisturbed.starts_with(sent), "out of the transaction: {sent:#?}");
        }
    }

    /// All of it was on one connection, but for a statement that found an idle connection dead.
    fn check_second_attempt(&self) {
        let sent = self.by_connection();
        let (last, dead) = sent.split_last().expect("something was sent");
        assert_eq!(last.last().map(String::as_str), Some("COMMIT"));
        assert!(dead.iter().all(|dead| dead.len() == 1 && dead[0] == last[0]), "out of the transaction: {dead:#?}");
    }

    fn by_connection(&self) -> Vec<Vec<String>> {
        let mut groups: Vec<(u32, Vec<String>)> = Vec::new();
        for (connection, sent) in self.proxy.sent() {
            match groups.iter_mut().find(|(number, _)| *number == connection) {
                Some((_, group)) => group.push(sent),
                None => groups.push((connection, vec![sent])),
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }
}

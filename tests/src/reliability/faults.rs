//! One story under one fault: what the database has afterwards, what the session says, and how it goes on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use mysql::Conn;
use orm_core::{Engine, Error, Session};

use super::club::{self, Club, STORY};
use super::{Amount, Tally};
use crate::Database;
use crate::proxy::{Direction, Fault, Kind, Proxy};

/// What the user does about the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Goes on, and commits.
    GoOn,
    /// Rolls back, and tells the whole story again.
    RollBack,
}

/// What became of a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It ended before the packet of the fault.
    Missed,
    /// The session did not need to tell of the fault.
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
    pub fn new() -> Self {
        let database = Database::with(&Club::schema());
        let mut driver = database.driver();
        Club::reset(&mut driver);
        let before = club::facts(&database);
        let proxy = Proxy::before(&database);
        let (after, undisturbed, packets) = (Vec::new(), Vec::new(), [0, 0]);
        let mut stage = Self { proxy, driver, before, after, undisturbed, packets, database };
        let (mut session, mut club) = stage.begin();
        stage.proxy.arm(None);
        tell(&mut session, &mut club, 0).expect("nothing disturbs the story");
        stage.undisturbed = stage.proxy.sent().into_iter().map(|(_, sent)| sent).collect();
        stage.packets = [Direction::ToServer, Direction::ToClient].map(|direction| stage.proxy.packets(direction));
        stage.after = club::facts(&stage.database);
        stage.check_memory(&session, &club);
        assert_ne!(stage.after, stage.before);
        stage
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
        let (mut session, mut club) = self.begin();
        self.proxy.arm(Some(fault));
        let failed = self.watched(|| tell(&mut session, &mut club, 0)).err();
        let has_hit = self.proxy.heal();
        match fault.kind {
            // The connection goes on.
            Kind::Delay | Kind::Interrupt => {}
            Kind::KillBefore | Kind::KillAfter => self.proxy.wait_for_its_end(),
            _ if failed.is_some() => self.proxy.wait_for_its_end(),
            _ => {}
        }
        self.check_first_attempt();
        match failed {
            None => {
                assert_eq!(club::facts(&self.database), self.after, "the story ended without an error");
                self.check_memory(&session, &club);
                if has_hit { End::Unnoticed } else { End::Missed }
            }
            Some(Failed { step, error }) => {
                assert!(has_hit, "no fault has happened: {error}");
                assert!(fault.kind != Kind::Delay, "nothing was lost: {error}");
                self.after_failure(session, club, step, &error, then)
            }
        }
    }

    /// A club at its beginning, in a session whose engine has one connection, through the proxy.
    fn begin(&mut self) -> (Session, Club) {
        Club::reset(&mut self.driver);
        let engine = Engine::connect(self.proxy.url()).expect("the proxy lets everything through");
        let mut session = engine.session();
        let club = Club::load(&mut session).expect("the proxy lets everything through");
        (session, club)
    }

    fn after_failure(&self, mut session: Session, mut club: Club, step: usize, error: &Error, then: Then) -> End {
        let is_unknown = is_unknown(error);
        let facts = club::facts(&self.database);
        let is_done = is_unknown && facts == self.after;
        assert!(is_done || facts == self.before, "{error}: a part has taken effect, or it was not told so: {facts:#?}");
        assert!(!is_unknown || step == STORY.len() - 1, "only a COMMIT can leave the outcome open: {error}");
        self.proxy.arm(None);
        if is_done {
            session.rollback().expect("there is nothing to roll back in the database");
            club.forget_new();
            club.read_again(&mut session).expect("the proxy lets everything through");
            self.check_memory_of_those_that_are_left(&session, &club);
            return End::UnknownDone;
        }
        let from = match then {
            Then::GoOn => step + 1,
            Then::RollBack => {
                // The server may have killed the connection in a statement, and only said that this was interrupted.
                let rolled_back = session.rollback();
                assert!(rolled_back.as_ref().err().is_none_or(is_expected), "{rolled_back:?}");
                club.forget_new();
                self.check_memory(&session, &club);
                session.rollback().expect("the questions are over");
                self.proxy.arm(None);
                0
            }
        };
        self.watched(|| match from < STORY.len() {
            true => tell(&mut session, &mut club, from),
            false => session.commit().map_err(|error| failed(step, error)),
        })
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
        assert_eq!(club.links(session).expect("the proxy lets everything through"), club::link_rows(&self.database));
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

impl Default for Stage {
    fn default() -> Self {
        Self::new()
    }
}

/// Tells the story from a step on, until something fails: which step, and why.
fn tell(session: &mut Session, club: &mut Club, from: usize) -> Result<(), Failed> {
    for (number, step) in STORY.iter().enumerate().skip(from) {
        let told = (step.change)(session, club).and_then(|()| (step.send)(session));
        told.map_err(|error| failed(number, error))?;
    }
    Ok(())
}

/// A step of the story that failed, and why.
#[derive(Debug)]
struct Failed {
    step: usize,
    error: Box<Error>,
}

fn failed(step: usize, error: Error) -> Failed {
    assert!(is_expected(&error), "an error of another kind: {error}");
    Failed { step, error: Box::new(error) }
}

fn innermost(error: &Error) -> &Error {
    match error {
        Error::Autoflush { source } => innermost(source),
        other => other,
    }
}

/// What a broken connection and a killed thread lead to.
pub(super) fn is_expected(error: &Error) -> bool {
    match innermost(error) {
        Error::Connection { .. } | Error::CommitUnknown { .. } => true,
        Error::Interrupted { .. } => true,
        Error::Server { source } => INTERRUPTED.contains(&source.code()),
        _ => false,
    }
}

fn is_unknown(error: &Error) -> bool {
    matches!(error, Error::CommitUnknown { .. })
}

/// What the server says to a statement whose thread is killed.
const INTERRUPTED: [u16; 3] = [1053, 1317, 1927];

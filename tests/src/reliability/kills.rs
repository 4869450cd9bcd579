//! A server that is killed (`kill -9`) at random moments while threads commit: what was acknowledged is there.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};
use orm_core::prelude::*;
use orm_core::{Engine, Error};
use orm_sandbox::Sandbox;

use super::faults::is_expected;

/// What one commit writes, together with its lines.
#[derive(Debug, Model)]
#[model(table = "orders")]
pub struct Order {
    /// The key.
    #[primary_key]
    pub id: Auto<i64>,
    /// The number of the commit.
    #[column(unique)]
    pub number: u64,
    /// The lines.
    #[has_many]
    pub lines: HasMany<Line>,
}

/// A row of the second table.
#[derive(Debug, Model)]
#[model(table = "order_lines")]
pub struct Line {
    /// The key.
    #[primary_key]
    pub id: Auto<i64>,
    /// The order.
    #[belongs_to]
    pub order: BelongsTo<Order>,
    /// The place in the order.
    pub place: i32,
}

/// What became of the commits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Report {
    /// How often the server was killed.
    pub kills: usize,
    /// Commits that succeeded, each of which was there whole.
    pub acknowledged: usize,
    /// [`Error::CommitUnknown`], of commits that were there whole.
    pub unknown_done: usize,
    /// [`Error::CommitUnknown`], of commits of which nothing was there.
    pub unknown_undone: usize,
    /// Commits that were given up after another error, of which nothing was there.
    pub given_up: usize,
    /// Errors after which the same session went on to commit the same.
    pub went_on: u64,
}

/// What a thread was told of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Acknowledged,
    Unknown,
    GivenUp,
}

/// What the threads share.
struct Ledger {
    engine: Engine,
    is_over: AtomicBool,
    told: Mutex<HashMap<u64, Told>>,
    went_on: AtomicU64,
    /// How many commits each thread has had acknowledged.
    acknowledged: Vec<AtomicU64>,
}

const THREADS: u64 = 4;
const LINES: i32 = 3;

/// After so many commits a thread begins with a new session.
const COMMITS_OF_A_SESSION: u64 = 40;

/// How long the server runs between two kills, at most.
const LONGEST_RUN: u64 = 150_000;

/// Nothing takes longer on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Kills a server of its own while threads commit, and compares what they were told with what is there.
///
/// # Panics
/// A commit that was acknowledged is not there whole, another is there in parts, or nobody goes on.
pub fn kill(kills: usize) -> Report {
    let mut sandbox = Sandbox::start().expect("a private server starts");
    let server = Engine::connect(&sandbox.url()).expect("the server can be reached");
    server.create_database("shop").expect("the server creates a database");
    let engine = Engine::connect(&sandbox.url_for("shop")).expect("the new database can be used");
    engine.create_all(&Schema::of::<(Order, Line)>()).expect("the tables can be created");
    let ledger = Ledger {
        engine,
        is_over: AtomicBool::new(false),
        told: Mutex::default(),
        went_on: AtomicU64::new(0),
        acknowledged: (0..THREADS).map(|_| AtomicU64::new(0)).collect(),
    };
    thread::scope(|scope| {
        for number in 0..THREADS {
            let ledger = &ledger;
            scope.spawn(move || ledger.work(number));
        }
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for round in 0..kills {
                // Each thread goes on after each restart.
                ledger.wait_for_progress();
                thread::sleep(Duration::from_micros(random(round as u64) % LONGEST_RUN));
                sandbox.kill().expect("the server can be killed");
                sandbox.restart().expect("the server comes back");
            }
            ledger.wait_for_progress();
        }));
        // Also where something was wrong: else the threads would not end.
        ledger.is_over.store(true, Ordering::Relaxed);
        ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
    ledger.compare(&sandbox, kills)
}

impl Ledger {
    /// Commits until it is over: by sessions, or by closures.
    fn work(&self, thread: u64) {
        let mut session = self.engine.session();
        for count in 0.. {
            if self.is_over.load(Ordering::Relaxed) {
                return;
            }
            let number = thread * 1_000_000_000 + count + 1;
            let told = match thread % 2 {
                0 => self.commit(&mut session, number),
                _ => self.in_closure(number),
            };
            if told == Told::Acknowledged {
                self.acknowledged[usize::try_from(thread).expect("threads are few")].fetch_add(1, Ordering::Relaxed);
            }
            self.told.lock().expect("no thread has panicked").insert(number, told);
            if count % COMMITS_OF_A_SESSION == 0 {
                session = self.engine.session();
            }
        }
    }

    fn commit(&self, session: &mut Session, number: u64) -> Told {
        session.add(order(number));
        let started = Instant::now();
        loop {
            let error = match session.commit() {
                Ok(()) => return Told::Acknowledged,
                Err(error) => error,
            };
            assert!(is_expected(&error), "an error of another kind: {error}");
            let is_unknown = matches!(error, Error::CommitUnknown { .. });
            if is_unknown || number.is_multiple_of(2) {
                session.rollback().unwrap_or_else(|again| assert!(is_expected(&again), "{again}"));
                return if is_unknown { Told::Unknown } else { Told::GivenUp };
            }
            self.went_on.fetch_add(1, Ordering::Relaxed);
            assert!(started.elapsed() < PATIENCE, "the session does not go on: {error}");
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn in_closure(&self, number: u64) -> Told {
        let done = self.engine.transaction(|session| {
            if session.attempt() > 1 {
                self.went_on.fetch_add(1, Ordering::Relaxed);
            }
            session.add(order(number));
            Ok::<_, Error>(())
        });
        match done {
            Ok(()) => Told::Acknowledged,
            Err(Error::CommitUnknown { .. }) => Told::Unknown,
            Err(error) => {
                assert!(is_expected(&error), "an error of another kind: {error}");
                Told::GivenUp
            }
        }
    }

    /// Waits until each thread has committed once more.
    fn wait_for_progress(&self) {
        let counts = || self.acknowledged.iter().map(|count| count.load(Ordering::Relaxed));
        let before: Vec<u64> = counts().collect();
        let started = Instant::now();
        while !counts().zip(&before).all(|(now, before)| now > *before) {
            assert!(started.elapsed() < PATIENCE, "a thread does not go on after a restart");
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn compare(&self, sandbox: &Sandbox, kills: usize) -> Report {
        let told = self.told.lock().expect("no thread has panicked");
        let mut there = orders(sandbox);
        let mut report = Report { kills, went_on: self.went_on.load(Ordering::Relaxed), ..Report::default() };
        for (number, told) in told.iter() {
            let lines = there.remove(number);
            let is_whole = lines == Some(LINES);
            assert!(is_whole || lines.is_none(), "a part of {number} is there: {lines:?} lines, and it was {told:?}");
            let counted = match (told, is_whole) {
                (Told::Acknowledged, true) => &mut report.acknowledged,
                (Told::Unknown, true) => &mut report.unknown_done,
                (Told::Unknown, false) => &mut report.unknown_undone,
                (Told::GivenUp, false) => &mut report.given_up,
                (Told::Acknowledged, false) => panic!("{number} was acknowledged, and is lost"),
                (Told::GivenUp, true) => panic!("{number} failed, and is there"),
            };
            *counted += 1;
        }
        assert!(there.is_empty(), "nobody has written {there:?}");
        report
    }
}

/// The orders that are there, past the ORM: how many different lines each has. A line without an order has the number 0,
/// which no commit has written.
fn orders(sandbox: &Sandbox) -> HashMap<u64, i32> {
    let options = OptsBuilder::new().user(Some("root")).socket(sandbox.socket().to_str()).db_name(Some("shop"));
    let mut driver = Conn::new(options).expect("the server can be reached");
    let sql = "SELECT IFNULL(o.number, 0), COUNT(DISTINCT l.place) FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id \
        GROUP BY o.id UNION ALL SELECT 0, COUNT(*) FROM order_lines l LEFT JOIN orders o ON o.id = l.order_id \
        WHERE o.id IS NULL HAVING COUNT(*) > 0";
    let rows: Vec<(u64, i32)> = driver.query(sql).expect("the server answers");
    let number = rows.len();
    let there: HashMap<u64, i32> = rows.into_iter().collect();
    assert_eq!(there.len(), number, "a commit is there twice");
    there
}

fn order(number: u64) -> Order {
    let mut order = Order { number, ..Default::default() };
    order.lines.extend((0..LINES).map(|place| Line { place, ..Default::default() }));
    order
}

/// A number that looks random, made from another one (splitmix64, <https://prng.di.unimi.it/splitmix64.c>).
fn random(seed: u64) -> u64 {
    let mut mixed = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

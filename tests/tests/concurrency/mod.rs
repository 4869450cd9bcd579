//! Several threads on one database: nothing is lost or done twice, nobody hangs, and no transaction is left.
//!
//! `RELIABILITY_SECONDS=30 RELIABILITY_ROUNDS=200 cargo test --release -p tests --test main concurrency -- --nocapture` goes
//! on for longer, and prints what the threads met.

mod jobs;
mod lost_updates;
mod money;
mod pool;
mod races;
mod same_rows;

use std::env;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use mysql::prelude::Queryable;
use orm_core::{Error, Result};
use tests::Database;

/// No thread may need longer than this after the time that it was given.
const HANGS: Duration = Duration::from_secs(90);

/// How long a test with a clock goes on.
fn seconds() -> Duration {
    Duration::from_secs(number_of("RELIABILITY_SECONDS", 1))
}

/// How often a test without a clock does what it does.
fn rounds(by_default: u64) -> u64 {
    number_of("RELIABILITY_ROUNDS", by_default)
}

fn number_of(variable: &str, by_default: u64) -> u64 {
    let asked_for = env::var(variable).ok();
    asked_for.map_or(by_default, |text| text.parse().expect("a reliability variable is a number"))
}

/// What threads give, all of which must end.
fn all_end<T>(threads: Vec<JoinHandle<T>>) -> Vec<T> {
    let latest = Instant::now() + seconds() + HANGS;
    while !threads.iter().all(JoinHandle::is_finished) {
        assert!(Instant::now() < latest, "a thread hangs");
        thread::sleep(Duration::from_millis(2));
    }
    threads.into_iter().map(|thread| thread.join().expect("a thread ends without a panic")).collect()
}

/// The server has no transaction any more that has used a table of this database: each would keep the table from being locked.
/// What `information_schema.innodb_trx` tells is of no use, for it stays as it is while anybody asks again within a tenth of a
/// second (`trx_i_s_possibly_fetch_data_into_cache`).
fn no_transaction_is_left(database: &Database) {
    let tables: Vec<String> = database.ask("SHOW TABLES").iter().map(|table| format!("`{table}` WRITE")).collect();
    let mut driver = database.driver();
    for statement in [
        format!("SET lock_wait_timeout = {}", HANGS.as_secs()),
        format!("LOCK TABLES {}", tables.join(", ")),
        "UNLOCK TABLES".to_owned(),
    ] {
        driver.query_drop(statement).expect("no transaction is left");
    }
}

/// Why an attempt failed, as a reader of a report tells it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    Deadlock,
    /// A row is not as it was read.
    Stale,
    /// Another reason to try again.
    Other,
}

impl Failure {
    /// # Panics
    /// Trying again does not help.
    fn of(error: &Error) -> Self {
        assert!(error.is_retryable(), "{error}");
        match error {
            Error::Autoflush { source } => Self::of(source),
            Error::StaleRow { .. } => Self::Stale,
            Error::Deadlock { .. } => Self::Deadlock,
            _ => Self::Other,
        }
    }
}

/// What threads have met, counted by all of them.
#[derive(Debug, Default)]
struct Tally {
    done: AtomicU64,
    deadlocks: AtomicU64,
    stale: AtomicU64,
    other: AtomicU64,
    given_up: AtomicU64,
    most_attempts: AtomicU64,
}

impl Tally {
    fn failed(&self, error: &Error) {
        let counter = match Failure::of(error) {
            Failure::Deadlock => &self.deadlocks,
            Failure::Stale => &self.stale,
            Failure::Other => &self.other,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// One piece of work that has come to its end.
    fn ended(&self, attempts: u32, ended: &Result<()>) {
        let counter = if ended.is_ok() { &self.done } else { &self.given_up };
        counter.fetch_add(1, Ordering::Relaxed);
        self.most_attempts.fetch_max(attempts.into(), Ordering::Relaxed);
    }

    fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (done, failed) = (self.done(), read(&self.deadlocks) + read(&self.stale) + read(&self.other));
        let for_100 = |count: u64| count as f64 * 100.0 / (done + failed).max(1) as f64;
        write!(
            f,
            "{done} done; of 100 attempts {:.1} were deadlocks, {:.1} stale rows, {:.1} other; {} attempts at most, {} given up",
            for_100(read(&self.deadlocks)),
            for_100(read(&self.stale)),
            for_100(read(&self.other)),
            read(&self.most_attempts),
            read(&self.given_up),
        )
    }
}

/// Numbers that look random, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below this. (Marsaglia, "Xorshift RNGs", 2003.)
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % end
    }

    fn shuffled<T>(&mut self, mut all: Vec<T>) -> Vec<T> {
        for last in (1..all.len()).rev() {
            let other = self.below(last as u64 + 1);
            all.swap(last, usize::try_from(other).expect("a place in a list"));
        }
        all
    }
}

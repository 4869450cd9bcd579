//! Tells stories under faults, asks questions under faults, and kills the server under load, as often as one likes:
//!
//! `cargo run --release -p tests --example torture -- --faults 10000 --reads 10000 --stalls 100 --kills 200`
//!
//! The faults are on a private MariaDB, or on the server of `DATABASE_URL`; the server that is killed is always a private one.
//! Something that does not hold ends it with a panic. See `RELIABILITY.md`.

use std::time::{Duration, Instant};

use clap::Parser;
use tests::proxy::{Direction, Fault, Kind};
use tests::reliability::faults::{Stage, Then, Way};
use tests::reliability::kills::kill;
use tests::reliability::reads::{Library, QUESTIONS};
use tests::reliability::{End, Tally};

/// How much is to be tried.
#[derive(Debug, Parser)]
struct Arguments {
    /// Stories with a fault, over all ways of telling them, kinds of fault and packets in turn.
    #[arg(long, default_value_t = 1000)]
    faults: u64,
    /// Questions with a fault.
    #[arg(long, default_value_t = 1000)]
    reads: u64,
    /// Stories with silence, each of which takes half a second.
    #[arg(long, default_value_t = 20)]
    stalls: u64,
    /// Kills of the server.
    #[arg(long, default_value_t = 20)]
    kills: usize,
}

const KINDS: [Kind; 8] = [
    Kind::Cut,
    Kind::CutInside,
    Kind::Reset,
    Kind::DropAnswer,
    Kind::KillBefore,
    Kind::KillAfter,
    Kind::Interrupt,
    Kind::Delay,
];

fn main() {
    let Arguments { faults, reads, stalls, kills } = Arguments::parse();
    println!(
        "| what | faults | unnoticed or done again | told and undone | unknown, undone | unknown, done | seconds |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for way in [Way::Plain, Way::Reconnecting, Way::Savepoints, Way::Closure] {
        timed(&format!("{way:?}"), || stories(Stage::new(way), &KINDS, faults.div_ceil(4)));
    }
    let silence = || Stage::with_read_timeout(Way::Plain, Duration::from_millis(500));
    timed("silence", || stories(silence(), &[Kind::Stall], stalls));
    timed("questions", || questions(reads));
    if kills > 0 {
        let started = Instant::now();
        println!("\n{:#?} in {} seconds", kill(kills), started.elapsed().as_secs());
    }
}

fn timed(what: &str, run: impl FnOnce() -> Tally) {
    let started = Instant::now();
    let Tally { faults, unnoticed, undone, unknown_undone, unknown_done } = run();
    let seconds = started.elapsed().as_secs();
    println!("| {what} | {faults} | {unnoticed} | {undone} | {unknown_undone} | {unknown_done} | {seconds} |");
}

/// One packet after the other, with each kind of fault in each direction; from the first again, until there were enough.
fn stories(mut stage: Stage, kinds: &[Kind], faults: u64) -> Tally {
    let mut tally = Tally::default();
    for round in 0.. {
        for &kind in kinds {
            for direction in [Direction::ToServer, Direction::ToClient] {
                // Most of what comes to the client are rows and definitions of columns: each packet has its turn in some round.
                let step = if direction == Direction::ToServer { 1 } else { 10 };
                for at in (1..).skip(round % step).step_by(step) {
                    let then = if (at + round as u64).is_multiple_of(2) { Then::GoOn } else { Then::RollBack };
                    let end = stage.tell(Fault { kind, direction, at }, then);
                    tally.count(end);
                    if tally.faults >= faults {
                        return tally;
                    }
                    if end == End::Missed {
                        break;
                    }
                }
            }
        }
    }
    tally
}

fn questions(faults: u64) -> Tally {
    let library = Library::new();
    let questions: Vec<_> = QUESTIONS.into_iter().map(|(_, ask)| (ask, library.undisturbed(ask).0)).collect();
    let mut tally = Tally::default();
    loop {
        for (ask, whole) in &questions {
            for kind in KINDS {
                for at in 1.. {
                    let end = library.ask(*ask, whole, kind, at);
                    tally.count(end);
                    if tally.faults >= faults {
                        return tally;
                    }
                    if end == End::Missed {
                        break;
                    }
                }
            }
        }
    }
}

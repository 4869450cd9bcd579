//! More threads than connections, sessions that end in the middle, threads that panic.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Instant;

use orm_core::prelude::*;
use orm_core::{Error, Result};
use tests::Database;

use super::{Dice, HANGS, all_end, no_transaction_is_left, seconds};

const THREADS: u64 = 40;
const CONNECTIONS: usize = 8;

#[derive(Debug, Model)]
#[model(table = "notes")]
struct Note {
    #[primary_key]
    id: Auto<i32>,
    #[column(index)]
    writer: u64,
    #[column(length = 20)]
    kept: String,
}

fn note(writer: u64, kept: &str) -> Note {
    Note { writer, kept: kept.to_owned(), ..Default::default() }
}

/// How a session ends.
#[derive(Debug, Clone, Copy)]
enum End {
    Commit,
    Rollback,
    Dropped,
    Panic,
    /// With changes that were not even flushed.
    DroppedEarly,
}

/// Writes a note and reads, and ends in one of the ways; tells whether the note is to stay.
fn write(engine: &Engine, writer: u64, end: End) -> Result<bool> {
    let mut session = engine.session();
    session.add(note(writer, if matches!(end, End::Commit) { "yes" } else { "no" }));
    if matches!(end, End::DroppedEarly) {
        return Ok(false);
    }
    session.flush()?;
    assert!(session.query::<Note>().filter(Note::writer.eq(writer)).count()? > 0);
    match end {
        End::Commit => session.commit()?,
        End::Rollback => session.rollback()?,
        End::Dropped | End::DroppedEarly => drop(session),
        // As a panic does, but that nothing is printed.
        End::Panic => resume_unwind(Box::new("on purpose")),
    }
    Ok(matches!(end, End::Commit))
}

#[test]
fn more_threads_than_connections_wait_and_leave_nothing_behind() {
    let database = Database::with(&Schema::of::<Note>());
    // A machine that does much else may be slow.
    let engine = Engine::builder(database.url()).pool_size(CONNECTIONS).wait_timeout(HANGS).connect();
    let engine = engine.expect("the database can be reached");
    let end = Instant::now() + seconds();
    let writers = (0..THREADS).map(|writer| {
        let engine = engine.clone();
        thread::spawn(move || {
            let (mut dice, mut kept) = (Dice::of(writer + 1), 0_u64);
            for turn in 0.. {
                // Each does each once, however slow the machine is.
                if turn >= 5 && Instant::now() > end {
                    break;
                }
                let ways = [End::Commit, End::Rollback, End::Dropped, End::DroppedEarly, End::Panic];
                let way = ways[if turn < 5 { turn } else { usize::try_from(dice.below(4)).expect("a way") }];
                match catch_unwind(AssertUnwindSafe(|| write(&engine, writer, way))) {
                    Ok(written) => kept += u64::from(written.expect("a connection comes free in time")),
                    Err(_) => assert!(matches!(way, End::Panic), "{way:?}"),
                }
            }
            kept
        })
    });
    let kept = all_end(writers.collect());
    println!("{THREADS} threads on {CONNECTIONS} connections: {} notes were kept", kept.iter().sum::<u64>());
    assert_eq!(database.ask("SELECT COUNT(*) FROM notes WHERE kept = 'no'"), ["0"]);
    let written = database.ask("SELECT COUNT(*) FROM notes GROUP BY writer ORDER BY writer");
    assert_eq!(written, kept.iter().map(u64::to_string).collect::<Vec<_>>());
    no_transaction_is_left(&database);
}

#[test]
fn who_waits_for_a_connection_gets_the_one_that_comes_free() -> Result<()> {
    let database = Database::with(&Schema::of::<Note>());
    let engine = Engine::builder(database.url()).pool_size(CONNECTIONS).wait_timeout(HANGS).connect()?;
    let mut held: Vec<Session> = (0..CONNECTIONS).map(|_| engine.session()).collect();
    held.iter().try_for_each(|session| session.query::<Note>().count().map(drop))?;
    let (begins, begun) = mpsc::channel();
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let (engine, begins) = (engine.clone(), begins.clone());
            thread::spawn(move || {
                begins.send(()).expect("somebody waits for it");
                engine.session().query::<Note>().count()
            })
        })
        .collect();
    (0..3).for_each(|_| begun.recv().expect("a thread begins"));
    // One is dropped, one commits, one rolls back.
    held.pop();
    held[0].commit()?;
    held[1].rollback()?;
    assert_eq!(all_end(waiting).into_iter().collect::<Result<Vec<u64>>>()?, [0, 0, 0]);
    drop(held);
    no_transaction_is_left(&database);
    Ok(())
}

#[test]
fn a_closure_that_panics_leaves_no_transaction() {
    let database = Database::with(&Schema::of::<Note>());
    let engine = Arc::new(database.engine().clone());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        engine.transaction(|session| {
            session.add(note(1, "no"));
            session.flush()?;
            if session.attempt() == 1 {
                resume_unwind(Box::new("on purpose"));
            }
            Ok::<(), Error>(())
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(database.ask("SELECT COUNT(*) FROM notes"), ["0"]);
    no_transaction_is_left(&database);
}

#[test]
fn who_reads_sees_whole_commits_while_others_commit() {
    let database = Database::with(&Schema::of::<Note>());
    let end = Instant::now() + seconds();
    let writers = (0..4).map(|writer| {
        let engine = database.engine().clone();
        thread::spawn(move || {
            let mut session = engine.session();
            loop {
                session.add_many((0..10).map(|_| note(writer, "yes")));
                session.commit().expect("the notes are written");
                session.clear();
                if Instant::now() > end {
                    break;
                }
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let readers = (0..4).map(|_| {
        let engine = database.engine().clone();
        thread::spawn(move || {
            let session = &mut engine.session();
            while Instant::now() < end {
                let count = session.query::<Note>().count().expect("an answer");
                assert_eq!(count % 10, 0, "a commit is seen as a whole");
                assert_eq!(session.query::<Note>().handles().expect("an answer").len() as u64, count);
                session.rollback().expect("the session goes on");
                session.clear();
            }
        })
    });
    let readers: Vec<_> = readers.collect();
    all_end(writers);
    all_end(readers);
    no_transaction_is_left(&database);
}

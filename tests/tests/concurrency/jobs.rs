//! A table as a queue of work: each job is done once, by whoever finds it free.

use std::sync::Arc;
use std::thread;

use orm_core::prelude::*;
use orm_core::{Error, Result};
use tests::Database;

use super::{Tally, all_end, no_transaction_is_left, rounds};

const WORKERS: i32 = 8;

#[derive(Debug, Model)]
#[model(table = "jobs")]
struct Job {
    #[primary_key]
    id: Auto<i32>,
    #[column(index)]
    done: bool,
    /// How often it was done.
    times: i32,
}

#[derive(Debug, Model)]
#[model(table = "reports")]
struct Report {
    #[primary_key]
    id: Auto<i32>,
    worker: i32,
    #[belongs_to]
    job: BelongsTo<Job>,
}

/// Does some of the jobs that are free; tells how many.
fn work(session: &mut Session, worker: i32) -> Result<usize> {
    let free = session.query::<Job>().filter(Job::done.eq(false)).order_by(Job::id).limit(3);
    let jobs = free.for_update().skip_locked().handles()?;
    for &job in &jobs {
        session[job].done = true;
        session.assign(job, Job::times.set(Job::times + 1))?;
        session.add(Report { worker, job: job.into(), ..Default::default() });
    }
    session.flush()?;
    Ok(jobs.len())
}

#[test]
fn each_job_in_a_queue_is_done_once() -> Result<()> {
    let database = Database::with(&Schema::of::<Report>());
    let jobs = usize::try_from(rounds(20) * 10).expect("a number of jobs");
    let mut session = database.engine().session();
    session.insert_all((0..jobs).map(|_| Job::default()))?;
    session.commit()?;
    let tally = Arc::new(Tally::default());
    let workers = (0..WORKERS).map(|worker| {
        let (engine, tally) = (database.engine().clone(), Arc::clone(&tally));
        thread::spawn(move || {
            // What is locked may be given up again, so that only one who finds nothing at all is at the end.
            while engine.read(|session| session.query::<Job>().filter(Job::done.eq(false)).exists()).expect("an answer")
            {
                let mut attempts = 0;
                let ended = engine.transaction(|session| {
                    attempts = session.attempt();
                    work(session, worker).inspect_err(|error| tally.failed(error))
                });
                tally.ended(attempts, &ended.map(drop));
            }
        })
    });
    all_end(workers.collect());
    println!("{jobs} jobs by {WORKERS} workers: {tally}");
    assert_eq!(
        database.ask("SELECT COUNT(*), MIN(times), MAX(times) FROM jobs WHERE done"),
        [format!("{jobs} | 1 | 1")]
    );
    assert_eq!(database.ask("SELECT COUNT(*), COUNT(DISTINCT job_id) FROM reports"), [format!("{jobs} | {jobs}")]);
    no_transaction_is_left(&database);
    Ok(())
}

#[test]
fn a_job_whose_worker_fails_is_free_again() -> Result<()> {
    let database = Database::with(&Schema::of::<Report>());
    let mut session = database.engine().session();
    session.add(Job::default());
    session.commit()?;
    let failed = database.engine().transaction(|session| {
        work(session, 1)?;
        Err::<(), _>(Error::NotFound { model: "Tool", what: "for this job".to_owned() })
    });
    assert!(matches!(failed, Err(Error::NotFound { .. })), "{failed:?}");
    assert_eq!(database.engine().transaction(|session| work(session, 2))?, 1);
    assert_eq!(database.ask("SELECT worker FROM reports"), ["2"]);
    assert_eq!(database.ask("SELECT done, times FROM jobs"), ["1 | 1"]);
    Ok(())
}

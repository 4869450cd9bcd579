//! The pool with connections to nowhere: they can be made to fail, to break, and to panic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Barrier, mpsc};
use std::thread;

use super::*;

/// Longer than any test takes; what waits for so long hangs.
const LONG: Duration = Duration::from_secs(60);

#[derive(Default)]
struct Fake {
    made: AtomicUsize,
    open: Arc<AtomicUsize>,
    most_open: AtomicUsize,
    asked: AtomicUsize,
    refuses: AtomicBool,
    panics: AtomicBool,
    is_down: AtomicBool,
}

struct FakeLink {
    number: usize,
    is_broken: bool,
    open: Arc<AtomicUsize>,
}

impl Connector for Arc<Fake> {
    type Link = FakeLink;

    fn connect(&self) -> Result<FakeLink> {
        assert!(!self.panics.load(Ordering::SeqCst), "the driver panics");
        if self.refuses.load(Ordering::SeqCst) {
            return Err(Error::Connection { server: "nowhere".into(), reason: "refused".into() });
        }
        let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_open.fetch_max(open, Ordering::SeqCst);
        let number = self.made.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(FakeLink { number, is_broken: false, open: Arc::clone(&self.open) })
    }

    fn answers(&self, _link: &mut FakeLink) -> bool {
        self.asked.fetch_add(1, Ordering::SeqCst);
        !self.is_down.load(Ordering::SeqCst)
    }

    fn renew(&self, link: &mut FakeLink) -> bool {
        !link.is_broken
    }

    fn exhausted(&self, limits: &Limits) -> Error {
        Error::Connection { server: "nowhere".into(), reason: format!("all {} are in use", limits.size) }
    }
}

impl Drop for FakeLink {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }
}

fn limits(size: usize) -> Limits {
    Limits { size, wait: LONG, lifetime: None, idle: None, trusted: LONG }
}

fn pool(limits: Limits) -> (Arc<Fake>, Pool<Arc<Fake>>) {
    let fake = Arc::new(Fake::default());
    (Arc::clone(&fake), Pool::new(fake, limits))
}

fn get(pool: &Pool<Arc<Fake>>) -> Pooled<Arc<Fake>> {
    pool.get(Trust::Recent).expect("a connection")
}

fn number(pool: &Pool<Arc<Fake>>) -> usize {
    get(pool).number
}

/// Waits until this many threads wait for a connection.
fn until_waiting(pool: &Pool<Arc<Fake>>, threads: usize) {
    while pool.shared.lock().waiting.len() < threads {
        thread::yield_now();
    }
}

#[test]
fn the_connection_that_was_used_last_is_used_next() {
    let (fake, pool) = pool(limits(3));
    let [first, second, third] = [get(&pool), get(&pool), get(&pool)];
    assert_eq!([first.number, second.number, third.number], [1, 2, 3]);
    drop((first, third, second));
    assert_eq!([number(&pool), number(&pool)], [2, 2]);
    assert_eq!(fake.open.load(Ordering::SeqCst), 3);
    drop(pool);
    assert_eq!(fake.open.load(Ordering::SeqCst), 0);
}

#[test]
fn who_has_waited_longest_is_served_first() {
    let (_, pool) = pool(limits(1));
    let held = get(&pool);
    let (order, served) = mpsc::channel();
    thread::scope(|scope| {
        for waiter in 0..5 {
            let (pool, order) = (&pool, order.clone());
            scope.spawn(move || {
                let link = get(pool);
                order.send((waiter, link.number)).expect("the test listens");
            });
            until_waiting(pool, waiter + 1);
        }
        drop(held);
    });
    drop(order);
    assert_eq!(served.iter().collect::<Vec<_>>(), [(0, 1), (1, 1), (2, 1), (3, 1), (4, 1)]);
}

#[test]
fn who_waits_too_long_is_told_and_takes_nothing_with_him() {
    let (_, pool) = pool(Limits { wait: Duration::from_millis(20), ..limits(2) });
    let (one, other) = (get(&pool), get(&pool));
    let error = pool.get(Trust::Recent).err().expect("all are in use").to_string();
    assert_eq!(error, "the connection to nowhere failed: all 2 are in use");
    assert_eq!(pool.shared.lock().waiting.len(), 0);
    drop((one, other));
    assert_eq!([get(&pool).number, get(&pool).number], [2, 1]);
}

#[test]
fn a_connection_that_comes_back_broken_makes_room_for_one_who_waits() {
    let (fake, pool) = pool(limits(1));
    let mut held = get(&pool);
    thread::scope(|scope| {
        let waiter = scope.spawn(|| number(&pool));
        until_waiting(&pool, 1);
        held.is_broken = true;
        drop(held);
        assert_eq!(waiter.join().expect("it is served"), 2);
    });
    assert_eq!(fake.most_open.load(Ordering::SeqCst), 1);
}

#[test]
fn a_connection_that_cannot_be_made_is_told_at_once_to_all_who_wait() {
    let (fake, pool) = pool(limits(2));
    let (mut one, mut other) = (get(&pool), get(&pool));
    fake.refuses.store(true, Ordering::SeqCst);
    thread::scope(|scope| {
        let waiters: Vec<_> = (0..20).map(|_| scope.spawn(|| pool.get(Trust::Recent).err())).collect();
        until_waiting(&pool, 20);
        (one.is_broken, other.is_broken) = (true, true);
        drop((one, other));
        for waiter in waiters {
            let error = waiter.join().expect("it is told").expect("nothing can be made");
            assert_eq!(error.to_string(), "the connection to nowhere failed: refused");
        }
    });
    fake.refuses.store(false, Ordering::SeqCst);
    assert_eq!(number(&pool), 3);
}

#[test]
fn a_panic_while_connecting_or_in_use_costs_no_place() {
    let (fake, pool) = pool(limits(1));
    fake.panics.store(true, Ordering::SeqCst);
    assert!(catch_unwind(AssertUnwindSafe(|| pool.get(Trust::Recent).is_ok())).is_err());
    fake.panics.store(false, Ordering::SeqCst);
    let in_use = catch_unwind(AssertUnwindSafe(|| {
        let link = get(&pool);
        panic!("while {} is in use", link.number);
    }));
    assert!(in_use.is_err());
    assert_eq!(number(&pool), 2);
}

#[test]
fn what_is_too_old_or_was_idle_for_too_long_is_not_used_again() {
    let (fake, old) = pool(Limits { lifetime: Some(Duration::ZERO), ..limits(1) });
    assert_eq!([number(&old), number(&old)], [1, 2]);
    assert_eq!(fake.most_open.load(Ordering::SeqCst), 1);
    let (fake, idle) = pool(Limits { idle: Some(Duration::ZERO), ..limits(2) });
    drop((get(&idle), get(&idle)));
    assert_eq!(fake.open.load(Ordering::SeqCst), 0);
    assert_eq!(number(&idle), 3);
}

#[test]
fn one_that_was_idle_is_asked_whether_it_answers() {
    let (fake, pool) = pool(Limits { trusted: Duration::ZERO, ..limits(1) });
    assert!(!get(&pool).may_have_died());
    assert!(!get(&pool).may_have_died());
    assert_eq!(fake.asked.load(Ordering::SeqCst), 1);
    fake.is_down.store(true, Ordering::SeqCst);
    assert_eq!(number(&pool), 2);
}

#[test]
fn one_that_was_used_a_moment_ago_is_asked_only_where_it_must_answer() {
    let (fake, pool) = pool(limits(1));
    drop(get(&pool));
    assert!(get(&pool).may_have_died());
    assert_eq!(fake.asked.load(Ordering::SeqCst), 0);
    let tested = pool.get(Trust::Tested).expect("a connection");
    assert!(!tested.may_have_died());
    assert_eq!(fake.asked.load(Ordering::SeqCst), 1);
}

#[test]
fn many_threads_with_failures_of_every_kind_never_hang() {
    const THREADS: usize = 16;
    let turns = std::env::var("ORM_POOL_TURNS").ok().and_then(|turns| turns.parse().ok()).unwrap_or(300);
    let (fake, pool) = pool(limits(3));
    let begin = Barrier::new(THREADS);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (fake, pool, begin) = (&fake, &pool, &begin);
            scope.spawn(move || {
                begin.wait();
                for turn in 0..turns {
                    fake.refuses.store((thread + turn) % 11 == 0, Ordering::SeqCst);
                    fake.is_down.store((thread + turn) % 5 == 0, Ordering::SeqCst);
                    let trust = if turn % 3 == 0 { Trust::Tested } else { Trust::Recent };
                    let Ok(mut link) = pool.get(trust) else { continue };
                    link.is_broken = (thread * turn) % 7 == 1;
                    if (thread + turn) % 13 == 0 {
                        let in_use = catch_unwind(AssertUnwindSafe(move || {
                            let _link = link;
                            std::panic::resume_unwind(Box::new("while it is in use"));
                        }));
                        assert!(in_use.is_err());
                    }
                }
            });
        }
    });
    fake.refuses.store(false, Ordering::SeqCst);
    assert!(fake.most_open.load(Ordering::SeqCst) <= 3);
    let state = pool.shared.lock();
    assert_eq!((state.taken, state.waiting.len()), (0, 0));
    assert_eq!(state.idle.len(), fake.open.load(Ordering::SeqCst));
}

//! Connections that wait for their next use, and threads that wait for a connection: who has waited longest is served first,
//! and the connection that was used last is used next.
//!
//! A *place* is the right to have a connection; there are as many as the pool is large. It comes with a connection or without
//! one, and goes on to the next thread that waits whatever becomes of the connection: it is returned, it breaks, or it cannot be
//! made. No connection is made, asked or closed while the pool is locked.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// What makes the connections of a pool, and knows when they are good.
pub(crate) trait Connector: Send + Sync {
    /// A connection.
    type Link: Send;

    /// Makes one.
    fn connect(&self) -> Result<Self::Link>;

    /// Whether one that was idle still answers.
    fn answers(&self, link: &mut Self::Link) -> bool;

    /// Makes one that is returned as good as new. Where it cannot, the connection is closed.
    fn renew(&self, link: &mut Self::Link) -> bool;

    /// The error that all are in use.
    fn exhausted(&self, limits: &Limits) -> Error;
}

/// How many connections there are, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The most at a time.
    pub(crate) size: usize,
    /// How long a thread waits for one.
    pub(crate) wait: Duration,
    /// The age at which one is not used again.
    pub(crate) lifetime: Option<Duration>,
    /// How long one may be idle before it is closed.
    pub(crate) idle: Option<Duration>,
    /// How long one may be idle and still be used without being asked whether it answers.
    pub(crate) trusted: Duration,
}

/// How many connections there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PoolState {
    pub(crate) in_use: u64,
    pub(crate) idle: u64,
    /// Threads that wait for one.
    pub(crate) waiting: u64,
}

/// What is known of a connection that waits in the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// It may have died a moment ago: its user sends the first statement again if it has to.
    Recent,
    /// It must answer before it is used.
    Tested,
}

/// Connections to one server.
pub(crate) struct Pool<C: Connector> {
    shared: Arc<Shared<C>>,
}

/// A connection in use. It goes back to the pool when it is dropped.
pub(crate) struct Pooled<C: Connector> {
    link: Option<C::Link>,
    made: Instant,
    may_have_died: bool,
    place: Place<C>,
}

struct Shared<C: Connector> {
    connector: C,
    limits: Limits,
    state: Mutex<State<C::Link>>,
}

/// While threads wait, all places are taken and nothing is idle.
struct State<L> {
    /// The one that was used last is the last.
    idle: Vec<Idle<L>>,
    taken: usize,
    waiting: VecDeque<Arc<Waiter<L>>>,
}

struct Idle<L> {
    link: L,
    made: Instant,
    since: Instant,
}

/// A thread that waits, and what it is given.
struct Waiter<L> {
    given: Mutex<Option<Given<L>>>,
    bell: Condvar,
}

/// A place, with a connection or without.
type Given<L> = Option<Idle<L>>;

/// A place that is taken; whoever drops it hands it on.
struct Place<C: Connector> {
    shared: Arc<Shared<C>>,
    /// It was handed on with its connection.
    is_gone: bool,
}

impl<C: Connector> Pool<C> {
    pub(crate) fn new(connector: C, limits: Limits) -> Self {
        let state = State { idle: Vec::new(), taken: 0, waiting: VecDeque::new() };
        Self { shared: Arc::new(Shared { connector, limits, state: Mutex::new(state) }) }
    }

    pub(crate) fn connector(&self) -> &C {
        &self.shared.connector
    }

    /// Puts a connection there that was made before the pool was.
    pub(crate) fn put(&self, link: C::Link) {
        let now = Instant::now();
        self.shared.lock().idle.push(Idle { link, made: now, since: now });
    }

    pub(crate) fn state(&self) -> PoolState {
        let state = self.shared.lock();
        PoolState { in_use: state.taken as u64, idle: state.idle.len() as u64, waiting: state.waiting.len() as u64 }
    }

    /// A connection: an idle one, else a new one, else the next that is returned.
    ///
    /// # Errors
    /// What the server says to a new one; that all are in use, and were for as long as a thread waits.
    pub(crate) fn get(&self, trust: Trust) -> Result<Pooled<C>> {
        let (place, given) = self.shared.take_place()?;
        match given.filter(|idle| !self.is_old(idle)).and_then(|idle| self.tried(idle, trust)) {
            Some((idle, may_have_died)) => Ok(Pooled { link: Some(idle.link), made: idle.made, may_have_died, place }),
            None => {
                let link = self.shared.connector.connect()?;
                Ok(Pooled { link: Some(link), made: Instant::now(), may_have_died: false, place })
            }
        }
    }

    fn is_old(&self, idle: &Idle<C::Link>) -> bool {
        self.shared.limits.lifetime.is_some_and(|lifetime| idle.made.elapsed() >= lifetime)
    }

    /// An idle connection that can be used, and whether it may have died all the same.
    fn tried(&self, mut idle: Idle<C::Link>, trust: Trust) -> Option<(Idle<C::Link>, bool)> {
        if trust == Trust::Recent && idle.since.elapsed() < self.shared.limits.trusted {
            return Some((idle, true));
        }
        self.shared.connector.answers(&mut idle.link).then_some((idle, false))
    }
}

impl<C: Connector> Shared<C> {
    /// A place, at once or after others who have waited for longer.
    fn take_place(self: &Arc<Self>) -> Result<(Place<C>, Given<C::Link>)> {
        let place = || Place { shared: Arc::clone(self), is_gone: false };
        let mut state = self.lock();
        let unused = state.unused(&self.limits);
        if state.taken < self.limits.size {
            state.taken += 1;
            let given = state.idle.pop();
            drop(state);
            drop(unused);
            return Ok((place(), given));
        }
        let waiter = Arc::new(Waiter { given: Mutex::new(None), bell: Condvar::new() });
        state.waiting.push_back(Arc::clone(&waiter));
        drop(state);
        let given = waiter.wait(self.limits.wait).or_else(|| {
            // From here on nobody gives it anything.
            self.lock().waiting.retain(|other| !Arc::ptr_eq(other, &waiter));
            lock(&waiter.given).take()
        });
        given.map(|given| (place(), given)).ok_or_else(|| self.connector.exhausted(&self.limits))
    }

    /// Hands a place on, with its connection or without.
    fn give(&self, given: Given<C::Link>) {
        let mut state = self.lock();
        match state.waiting.pop_front() {
            Some(waiter) => waiter.give(given),
            None => {
                state.taken -= 1;
                state.idle.extend(given);
            }
        }
        let unused = state.unused(&self.limits);
        drop(state);
        drop(unused);
    }

    fn lock(&self) -> MutexGuard<'_, State<C::Link>> {
        lock(&self.state)
    }
}

impl<L> State<L> {
    /// Takes out those that were idle for too long. They are the first, and closed when the pool is not locked any more.
    fn unused(&mut self, limits: &Limits) -> Vec<Idle<L>> {
        let is_unused = |idle: &Idle<L>| limits.idle.is_some_and(|most| idle.since.elapsed() >= most);
        let unused = self.idle.iter().take_while(|idle| is_unused(idle)).count();
        self.idle.drain(..unused).collect()
    }
}

impl<L> Waiter<L> {
    fn wait(&self, most: Duration) -> Option<Given<L>> {
        let given = lock(&self.given);
        let waited = self.bell.wait_timeout_while(given, most, |given| given.is_none());
        waited.unwrap_or_else(PoisonError::into_inner).0.take()
    }

    fn give(&self, given: Given<L>) {
        *lock(&self.given) = Some(given);
        self.bell.notify_one();
    }
}

/// No code that can panic runs under these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<C: Connector> Pooled<C> {
    /// Whether it waited in the pool and was not asked since whether it answers.
    pub(crate) fn may_have_died(&self) -> bool {
        self.may_have_died
    }
}

impl<C: Connector> Deref for Pooled<C> {
    type Target = C::Link;

    fn deref(&self) -> &C::Link {
        self.link.as_ref().expect("a connection in use is there")
    }
}

impl<C: Connector> DerefMut for Pooled<C> {
    fn deref_mut(&mut self) -> &mut C::Link {
        self.link.as_mut().expect("a connection in use is there")
    }
}

impl<C: Connector> Drop for Pooled<C> {
    fn drop(&mut self) {
        let Some(mut link) = self.link.take() else { return };
        // Of a connection that a panic has interrupted nobody knows the state. It is closed before its place goes on, so that
        // the server never has more connections than the pool.
        if !std::thread::panicking() && self.place.shared.connector.renew(&mut link) {
            self.place.is_gone = true;
            self.place.shared.give(Some(Idle { link, made: self.made, since: Instant::now() }));
        }
    }
}

impl<C: Connector> Drop for Place<C> {
    fn drop(&mut self) {
        if !self.is_gone {
            self.shared.give(None);
        }
    }
}

#[cfg(test)]
mod tests;

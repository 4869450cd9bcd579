//! The statements that a connection has prepared, so that each text is prepared once.
//!
//! The driver keeps some too, but parses a text for named parameters whenever it is sent, before it looks it up.

use std::sync::Arc;

use lru::LruCache;
use mysql::prelude::Queryable;
use mysql::{Conn, Statement};
use rustc_hash::FxBuildHasher;

/// How many are kept. To the server each is some memory: up to 2 MB for an INSERT of a thousand rows.
const MOST: usize = 64;

/// Those that were sent last.
pub(super) struct Prepared(LruCache<Arc<str>, Statement, FxBuildHasher>);

impl Prepared {
    pub(super) fn new() -> Self {
        Self(LruCache::unbounded_with_hasher(FxBuildHasher))
    }

    /// The statement of a text. The one that was not sent for the longest time makes room for a new one.
    pub(super) fn get(&mut self, driver: &mut Conn, text: &Arc<str>) -> mysql::Result<Statement> {
        if let Some(known) = self.0.get(text) {
            return Ok(known.clone());
        }
        let statement = driver.prep(text)?;
        self.0.put(Arc::clone(text), statement.clone());
        if self.0.len() > MOST
            && let Some((_, oldest)) = self.0.pop_lru()
        {
            driver.close(oldest)?;
        }
        Ok(statement)
    }

    /// The server has forgotten all of them.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

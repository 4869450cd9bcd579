//! Reasons why a flush fails, early and late in it, each of which can be taken away again.

use orm_core::prelude::*;
use tests::Database;

/// The kind of statement that fails.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trap {
    Insert,
    Update,
    Delete,
}

#[derive(Debug, Model)]
#[model(table = "traps")]
pub(crate) struct Trapped {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 5)]
    text: String,
}

/// Rows that cannot be deleted, because others refer to them of which the models know nothing.
#[derive(Clone)]
pub(crate) struct Traps(Vec<Handle<Trapped>>);

/// A trap that was set.
pub(crate) struct Set {
    trap: Trap,
    handle: Handle<Trapped>,
}

/// How many can be deleted in one walk.
const KEPT: usize = 8;

pub(crate) fn create(database: &Database) {
    database.run("CREATE TABLE kept (trap INT NOT NULL, FOREIGN KEY (trap) REFERENCES traps (id))");
}

/// The statements that put the rows back.
pub(crate) fn restore() -> String {
    let rows: Vec<String> = (1..=KEPT).map(|id| format!("({id}, 'kept')")).collect();
    let insert = format!("INSERT INTO traps (id, text) VALUES {}", rows.join(", "));
    ["DELETE FROM kept", "DELETE FROM traps", &insert, "INSERT INTO kept SELECT id FROM traps"].join("; ")
}

impl Traps {
    pub(crate) fn load(session: &Session, database: &Database) -> orm_core::Result<Self> {
        let kept = database.ask("SELECT trap FROM kept");
        let loaded = session.query::<Trapped>().all()?;
        let is_kept = |trapped: &View<'_, Trapped>| trapped.id.get().is_some_and(|id| kept.contains(&id.to_string()));
        Ok(Self(loaded.into_iter().filter(is_kept).map(|trapped| trapped.handle()).collect()))
    }

    /// Sets a trap; where all rows are used up, another one.
    pub(crate) fn set(&mut self, trap: Trap, session: &mut Session) -> Set {
        let kept = match trap {
            Trap::Insert => None,
            Trap::Update => self.0.last().copied(),
            Trap::Delete => self.0.pop(),
        };
        let Some(handle) = kept else {
            let handle = session.add(Trapped { text: "too long".into(), ..Default::default() });
            return Set { trap: Trap::Insert, handle };
        };
        match trap {
            Trap::Delete => session.delete(handle),
            _ => session[handle].text = "too long".into(),
        }
        Set { trap, handle }
    }
}

impl Set {
    /// Takes the reason of the failure away.
    pub(crate) fn take_away(&self, session: &mut Session, database: &Database) {
        match self.trap {
            Trap::Insert => session.delete(self.handle),
            Trap::Update => session[self.handle].text = "kept".into(),
            Trap::Delete => {
                let id = session[self.handle].id.get().expect("it is in the database");
                database.run(&format!("DELETE FROM kept WHERE trap = {id}"));
            }
        }
    }
}

//! Two threads that make the same row at the same time.

use std::sync::{Arc, Barrier};
use std::thread;

use orm_core::prelude::*;
use orm_core::{Error, Result};
use tests::Database;

use super::{all_end, no_transaction_is_left, rounds};

#[derive(Debug, Model)]
#[model(table = "users")]
struct User {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 50, unique)]
    email: String,
    #[belongs_to]
    team: BelongsTo<Team>,
}

/// A team, which is its own key.
#[derive(Debug, Model)]
#[model(table = "teams")]
struct Team {
    #[primary_key]
    #[column(length = 20)]
    name: String,
    members: i32,
}

fn team(name: &str) -> Team {
    Team { name: name.to_owned(), members: 0 }
}

fn user(email: String, team: &str) -> User {
    User { email, team: BelongsTo::key(team.to_owned()), ..Default::default() }
}

/// What two threads get that begin together.
fn both<T: Send + 'static>(database: &Database, one: impl Fn(&Engine, i32) -> T + Clone + Send + 'static) -> Vec<T> {
    let together = Arc::new(Barrier::new(2));
    let threads = [1, 2].map(|number| {
        let (engine, together, one) = (database.engine().clone(), Arc::clone(&together), one.clone());
        thread::spawn(move || {
            together.wait();
            one(&engine, number)
        })
    });
    all_end(threads.into())
}

#[test]
fn of_two_who_take_the_same_unique_value_one_is_told() -> Result<()> {
    let database = Database::with(&Schema::of::<User>());
    let mut session = database.engine().session();
    session.add(team("red"));
    session.commit()?;
    let rounds = rounds(20);
    for round in 0..rounds {
        let ended = both(&database, move |engine, _| {
            let mut session = engine.session();
            session.add(user(format!("{round}@example.com"), "red"));
            session.commit()
        });
        let told: Vec<Error> = ended.into_iter().filter_map(Result::err).collect();
        assert!(matches!(told.as_slice(), [error] if error.is_constraint() && !error.is_retryable()), "{told:?}");
    }
    assert_eq!(database.ask("SELECT COUNT(*) FROM users"), [rounds.to_string()]);
    no_transaction_is_left(&database);
    Ok(())
}

#[test]
fn two_who_need_a_parent_that_is_not_there_make_one() -> Result<()> {
    let database = Database::with(&Schema::of::<User>());
    let rounds = rounds(20);
    for round in 0..rounds {
        let ended = both(&database, move |engine, number| {
            engine.transaction(|session| {
                let name = format!("team {round}");
                session.insert_ignore([team(&name)])?;
                session.add(user(format!("{number} of {round}"), &name));
                session.assign_members(&name)
            })
        });
        ended.into_iter().collect::<Result<Vec<()>>>()?;
    }
    assert_eq!(database.ask("SELECT COUNT(*), MIN(members), MAX(members) FROM teams"), [format!("{rounds} | 2 | 2")]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM users"), [(2 * rounds).to_string()]);
    no_transaction_is_left(&database);
    Ok(())
}

#[test]
fn two_who_write_the_same_new_row_with_upsert_leave_the_last_word() -> Result<()> {
    let database = Database::with(&Schema::of::<User>());
    let rounds = rounds(20);
    for round in 0..rounds {
        let ended = both(&database, move |engine, number| {
            engine.transaction(|session| session.upsert([Team { name: format!("team {round}"), members: number }]))
        });
        ended.into_iter().collect::<Result<Vec<()>>>()?;
    }
    assert_eq!(database.ask("SELECT COUNT(*) FROM teams WHERE members IN (1, 2)"), [rounds.to_string()]);
    no_transaction_is_left(&database);
    Ok(())
}

trait Members {
    /// One more member of a team.
    fn assign_members(&mut self, team: &str) -> Result<()>;
}

impl Members for Session {
    fn assign_members(&mut self, team: &str) -> Result<()> {
        let team = self.find::<Team>(team.to_owned())?.expect("the team is there").handle();
        self.assign(team, Team::members.set(Team::members + 1))
    }
}

//! What happens to the club: a commit that has a bit of everything in it, in three steps.

use orm_core::prelude::*;

use super::{Account, Club, Person, Skill, Team};

/// A part of a story: changes, and what sends them.
pub type Step = fn(&mut Session, &mut Club) -> orm_core::Result<()>;

/// A story as most programs tell it. A step that fails has made its changes, and they wait.
pub const PLAIN: [Step; 3] = [
    |session, club| {
        found_a_team(session, club);
        session.flush()
    },
    |session, club| {
        rename(session, club);
        ask_for_all(session)
    },
    reorganize,
];

/// The same story in savepoints, one of which is undone on purpose. A step that fails has changed nothing.
pub const IN_SAVEPOINTS: [Step; 3] = [
    |session, club| {
        session.savepoint(|session| {
            found_a_team(session, club);
            session.flush()
        })
    },
    |session, club| {
        session.savepoint(|session| {
            think_better_of_it(session)?;
            rename(session, club);
            ask_for_all(session)
        })
    },
    |session, club| {
        session.savepoint(|session| {
            reorganize(session, club)?;
            session.savepoint(Session::flush)
        })
    },
];

/// New parents and children, in a new row of their own kind each, and new link rows.
fn found_a_team(session: &mut Session, club: &mut Club) {
    let green = session.add(Team { name: "green".into(), ..Default::default() });
    let yoga = session.add(Skill { name: "yoga".into(), ..Default::default() });
    let dan = session.add(Person { name: "dan".into(), team: green.into(), ..Default::default() });
    let eve = Person { name: "eve".into(), team: green.into(), trainer: Some(dan.into()), ..Default::default() };
    let eve = session.add(eve);
    session[dan].skills.extend([yoga, club.skills[0]]);
    club.teams.push(green);
    club.skills.push(yoga);
    club.persons.extend([dan, eve]);
}

/// A row with a version changes.
fn rename(session: &mut Session, club: &Club) {
    session[club.teams[0]].name = "crimson".into();
}

/// A savepoint that is undone, by an error that is no mistake.
fn think_better_of_it(session: &mut Session) -> orm_core::Result<()> {
    enum End {
        Undone,
        Failed(orm_core::Error),
    }
    impl From<orm_core::Error> for End {
        fn from(error: orm_core::Error) -> Self {
            Self::Failed(error)
        }
    }
    let done = session.savepoint(|session| {
        session.add(Team { name: "grey".into(), ..Default::default() });
        session.flush()?;
        Err::<(), _>(End::Undone)
    });
    match done {
        Err(End::Failed(error)) => Err(error),
        _ => Ok(()),
    }
}

/// A question, before which what has changed is written. Its answer is complete.
fn ask_for_all(session: &mut Session) -> orm_core::Result<()> {
    let persons = session.query::<Person>().all()?;
    persons.iter().try_for_each(|person| person.skills().map(drop))?;
    assert_eq!(persons.len(), 5, "a part of an answer was taken for the whole");
    Ok(())
}

/// Changes of all kinds: foreign keys, link rows, deletions, terms, and many rows.
fn reorganize(session: &mut Session, club: &mut Club) -> orm_core::Result<()> {
    let [ann, bob, cid, dan] = club.persons[..4] else { unreachable!("there are four persons") };
    session[bob].team = club.teams[2].into();
    session[bob].trainer = Some(dan.into());
    session[ann].skills.remove(club.skills[0]);
    session[ann].skills.push(club.skills[2]);
    session[cid].skills.clear();
    session.delete(cid);
    session.delete(club.teams[1]);
    session.assign(club.accounts[0], Account::balance.set(Account::balance - 30))?;
    session.assign(club.accounts[1], Account::balance.set(Account::balance + 30))?;
    for &mark in &club.marks {
        session[mark].value = mark_value(session[mark].number);
    }
    Ok(())
}

fn mark_value(number: i32) -> i32 {
    number * 2
}

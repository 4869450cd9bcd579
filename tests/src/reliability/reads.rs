//! Questions under faults: an error or the whole answer, never a part of an answer that is taken for the whole.

use orm_core::Engine;
use orm_core::prelude::*;

use super::club::{Club, Person, Team};
use super::faults::{End, even_if_interrupted, is_expected};
use super::{Amount, Tally};
use crate::Database;
use crate::proxy::{Direction, Fault, Kind, Proxy};

/// A question: its answer as text.
pub type Ask = fn(&mut Session) -> orm_core::Result<Vec<String>>;

/// The ways of asking.
pub const QUESTIONS: [(&str, Ask); 10] = [
    ("objects", objects),
    ("a collection that is followed", members),
    ("a many-to-many that is followed", links),
    ("what is loaded along", along),
    ("what is loaded by the join", joined),
    ("rows of values", rows),
    ("text of one's own", raw),
    ("a stream", stream),
    ("chunks", chunks),
    ("a count and a map", count),
];

/// A database full of people, with a proxy before it.
#[derive(Debug)]
pub struct Library {
    // The proxy's connection goes before the database.
    proxy: Proxy,
    engine: Engine,
    _database: Database,
}

impl Library {
    /// Four teams with five persons each.
    ///
    /// # Panics
    /// There is no server.
    #[must_use]
    pub fn new() -> Self {
        let database = Database::with(&Club::schema());
        database.run("INSERT INTO teams (id, name, version) VALUES (1, 'a', 0), (2, 'b', 0), (3, 'c', 0), (4, 'd', 0)");
        database.run("INSERT INTO skills VALUES ('chess'), ('darts'), ('golf')");
        for person in 0..20 {
            let (id, team) = (person + 1, person % 4 + 1);
            let skill = ["chess", "darts", "golf"][person % 3];
            database.run(&format!("INSERT INTO persons (id, name, team_id) VALUES ({id}, 'person {id}', {team})"));
            database.run(&format!("INSERT INTO persons_skills (person_id, skill_id) VALUES ({id}, '{skill}')"));
        }
        let proxy = Proxy::before(&database);
        let engine = Engine::connect(proxy.url()).expect("the proxy lets everything through");
        Self { proxy, engine, _database: database }
    }

    /// How many packets a question takes without a fault, and its answer.
    ///
    /// # Panics
    /// Something disturbs it.
    #[must_use]
    pub fn undisturbed(&self, ask: Ask) -> (Vec<String>, u64) {
        self.proxy.arm(None);
        let answer = ask(&mut self.engine.session()).expect("nothing disturbs the question");
        // The same, with statements that are prepared by now.
        self.proxy.arm(None);
        assert_eq!(ask(&mut self.engine.session()).expect("nothing disturbs the question"), answer);
        (answer, self.proxy.packets(Direction::ToClient))
    }

    /// Asks with a fault of one kind at one packet of the answer after the other.
    ///
    /// # Panics
    /// An answer is not whole.
    pub fn ask_all(&self, ask: Ask, kind: Kind, amount: Amount, few: u64) -> Tally {
        let (whole, packets) = self.undisturbed(ask);
        let mut tally = Tally::default();
        for at in amount.places(packets, few) {
            let end = self.ask(ask, &whole, kind, at);
            tally.count(end);
            if end == End::Missed {
                break;
            }
        }
        tally
    }

    /// Asks with a fault at a packet of the answer; and if that was told, asks again.
    ///
    /// # Panics
    /// The answer is not whole.
    pub fn ask(&self, ask: Ask, whole: &[String], kind: Kind, at: u64) -> End {
        let mut session = self.engine.session();
        self.proxy.arm(Some(Fault { kind, direction: Direction::ToClient, at }));
        let answer = ask(&mut session);
        let has_hit = self.proxy.heal();
        if has_hit && matches!(kind, Kind::KillBefore | Kind::KillAfter) {
            self.proxy.wait_for_its_end();
        }
        match answer {
            Ok(answer) => {
                assert_eq!(answer, whole, "{kind:?} at packet {at}");
                if has_hit { End::Unnoticed } else { End::Missed }
            }
            Err(error) => {
                assert!(is_expected(&error), "an error of another kind: {error}");
                let again = even_if_interrupted(|| ask(&mut session));
                assert_eq!(again, whole, "asked again after {kind:?} at packet {at}");
                End::Undone
            }
        }
    }
}

impl Default for Library {
    fn default() -> Self {
        Self::new()
    }
}

fn objects(session: &mut Session) -> orm_core::Result<Vec<String>> {
    let persons = session.query::<Person>().order_by(Person::id.asc()).all()?;
    Ok(persons.iter().map(|person| person.name.clone()).collect())
}

fn members(session: &mut Session) -> orm_core::Result<Vec<String>> {
    let mut answer = Vec::new();
    for team in session.query::<Team>().order_by(Team::id.asc()).all()? {
        let mut members: Vec<String> = team.members()?.iter().map(|person| person.name.clone()).collect();
        members.sort();
        answer.push(format!("{}: {}", team.name, members.join(", ")));
    }
    Ok(answer)
}

fn links(session: &mut Session) -> orm_core::Result<Vec<String>> {
    let mut answer = Vec::new();
    for person in session.query::<Person>().order_by(Person::id.asc()).all()? {
        let skills: Vec<String> = person.skills()?.iter().map(|skill| skill.name.clone()).collect();
        answer.push(format!("{}: {}", person.name, skills.join(", ")));
    }
    Ok(answer)
}

fn along(session: &mut Session) -> orm_core::Result<Vec<String>> {
    session.query::<Team>().with(Team::members.then(Person::skills)).all()?;
    members(session)
}

fn joined(session: &mut Session) -> orm_core::Result<Vec<String>> {
    let persons = session.query::<Person>().with_joined(Person::team).order_by(Person::id.asc()).all()?;
    persons.iter().map(|person| Ok(format!("{} {}", person.name, person.team()?.name))).collect()
}

fn rows(session: &mut Session) -> orm_core::Result<Vec<String>> {
    let question = session.query::<Person>().join(Person::team).order_by(Person::id.asc());
    let rows = question.select((Person::name, Team::name)).rows()?;
    Ok(rows.into_iter().map(|(person, team)| format!("{person} {team}")).collect())
}

fn raw(session: &mut Session) -> orm_core::Result<Vec<String>> {
    let sql = "SELECT id, name FROM persons WHERE id > :least ORDER BY id";
    let rows: Vec<(i32, String)> = session.sql(sql).bind_as("least", 3).rows()?;
    Ok(rows.into_iter().map(|(id, name)| format!("{id} {name}")).collect())
}

/// Rows that came before the error have come; but none comes twice, and without an error none is missing.
fn stream(session: &mut Session) -> orm_core::Result<Vec<String>> {
    let mut answer = Vec::new();
    session.query::<Person>().order_by(Person::id.asc()).stream(|person| {
        answer.push(person.name);
        Ok(())
    })?;
    Ok(answer)
}

fn chunks(session: &mut Session) -> orm_core::Result<Vec<String>> {
    let mut answer = Vec::new();
    let mut chunks = query::<Person>().chunks(6);
    while let Some(persons) = chunks.next(session)? {
        answer.extend(persons.into_iter().map(|person| session[person].name.clone()));
    }
    Ok(answer)
}

fn count(session: &mut Session) -> orm_core::Result<Vec<String>> {
    let count = session.query::<Person>().count()?;
    let mut by_name: Vec<String> = session.query::<Person>().all_by(Person::name)?.into_keys().collect();
    by_name.sort();
    by_name.push(count.to_string());
    Ok(by_name)
}

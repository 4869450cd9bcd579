//! A club: the tables, the rows at the beginning, and what a session and the database have of it.

mod story;

use mysql::Conn;
use mysql::prelude::Queryable;
use orm_core::prelude::*;

use crate::Database;

pub use story::{IN_SAVEPOINTS, PLAIN, Step};

/// A row with a version.
#[derive(Debug, Model)]
#[model(table = "teams")]
pub struct Team {
    /// The key.
    #[primary_key]
    pub id: Auto<i32>,
    /// The name.
    #[column(length = 20, unique)]
    pub name: String,
    /// The version.
    #[version]
    pub version: u32,
    /// Who is in it.
    #[has_many]
    pub members: HasMany<Person>,
}

/// A row that refers to others, and to its own kind.
#[derive(Debug, Model)]
#[model(table = "persons")]
pub struct Person {
    /// The key.
    #[primary_key]
    pub id: Auto<i32>,
    /// The name.
    #[column(length = 20, unique)]
    pub name: String,
    /// Where this person plays.
    #[belongs_to]
    pub team: BelongsTo<Team>,
    /// Who trains this person.
    #[belongs_to]
    pub trainer: Option<BelongsTo<Person>>,
    /// Whom this person trains.
    #[has_many(inverse = trainer)]
    pub trains: HasMany<Person>,
    /// What this person can.
    #[many_to_many(through = "persons_skills")]
    pub skills: ManyToMany<Skill>,
}

/// A row with a key of its own.
#[derive(Debug, Model)]
#[model(table = "skills")]
pub struct Skill {
    /// The key.
    #[primary_key]
    #[column(length = 20)]
    pub name: String,
    /// Who has it.
    #[many_to_many(through = "persons_skills")]
    pub persons: ManyToMany<Person>,
}

/// A row to which the database adds.
#[derive(Debug, Model)]
#[model(table = "accounts")]
pub struct Account {
    /// The key.
    #[primary_key]
    pub id: Auto<i32>,
    /// The money.
    pub balance: i64,
}

/// One of more rows than one statement changes.
#[derive(Debug, Model)]
#[model(table = "marks")]
pub struct Mark {
    /// The key.
    #[primary_key]
    pub number: i32,
    /// What changes.
    pub value: i32,
}

/// One more than two UPDATEs of 128 rows can be short of: two statements.
const MARKS: i32 = 130;

/// The members of the club in a session.
#[derive(Debug)]
pub struct Club {
    teams: Vec<Handle<Team>>,
    persons: Vec<Handle<Person>>,
    skills: Vec<Handle<Skill>>,
    accounts: Vec<Handle<Account>>,
    marks: Vec<Handle<Mark>>,
}

/// How many of each kind there are.
#[derive(Debug, Clone, Copy)]
pub struct Size([usize; 3]);

impl Club {
    /// The tables.
    #[must_use]
    pub fn schema() -> Schema {
        Schema::of::<(Team, Person, Skill, Account, Mark)>()
    }

    /// Makes the database what it is at the beginning of each story.
    ///
    /// # Panics
    /// The server refuses.
    pub fn reset(driver: &mut Conn) {
        let marks: Vec<String> = (1..=MARKS).map(|number| format!("({number}, 0)")).collect();
        let marks = format!("INSERT INTO marks VALUES {}", marks.join(", "));
        let statements = [
            "BEGIN",
            "DELETE FROM persons_skills",
            "UPDATE persons SET trainer_id = NULL",
            "DELETE FROM persons",
            "DELETE FROM teams",
            "DELETE FROM skills",
            "DELETE FROM accounts",
            "DELETE FROM marks",
            "INSERT INTO teams (id, name, version) VALUES (1, 'red', 0), (2, 'blue', 3)",
            "INSERT INTO persons (id, name, team_id, trainer_id) VALUES (1, 'ann', 1, NULL), (2, 'bob', 1, 1), \
             (3, 'cid', 2, NULL)",
            "INSERT INTO skills VALUES ('chess'), ('darts'), ('golf')",
            "INSERT INTO persons_skills (person_id, skill_id) VALUES (1, 'chess'), (2, 'darts'), (3, 'golf')",
            "INSERT INTO accounts VALUES (1, 100), (2, 0)",
            &marks,
            "COMMIT",
        ];
        for statement in statements {
            driver.query_drop(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    }

    /// Reads everything.
    ///
    /// # Errors
    /// What the server says.
    pub fn load(session: &Session) -> orm_core::Result<Self> {
        let persons = session.query::<Person>().order_by(Person::id.asc()).all()?;
        persons.iter().try_for_each(|person| person.skills().map(drop))?;
        let persons: Vec<_> = persons.iter().map(View::handle).collect();
        Ok(Self {
            teams: session.query::<Team>().order_by(Team::id.asc()).handles()?,
            skills: session.query::<Skill>().order_by(Skill::name.asc()).handles()?,
            accounts: session.query::<Account>().order_by(Account::id.asc()).handles()?,
            marks: session.query::<Mark>().order_by(Mark::number.asc()).handles()?,
            persons,
        })
    }

    /// How much of it there is.
    #[must_use]
    pub fn size(&self) -> Size {
        Size([self.teams.len(), self.persons.len(), self.skills.len()])
    }

    /// Forgets what was added since it had this size.
    pub fn forget_since(&mut self, Size([teams, persons, skills]): Size) {
        self.teams.truncate(teams);
        self.persons.truncate(persons);
        self.skills.truncate(skills);
    }

    /// The objects that are in the database, as the session has them: a line for each, without asking for anything.
    ///
    /// # Errors
    /// There is none that can happen.
    pub fn in_memory(&self, session: &Session) -> orm_core::Result<Vec<String>> {
        let mut lines = Vec::new();
        for &team in there(session, &self.teams)? {
            let team = &session[team];
            lines.push(format!("team {} {} {}", key(team.id.get()), team.name, team.version));
        }
        for &person in there(session, &self.persons)? {
            let person = &session[person];
            let trainer = person.trainer.key();
            let (id, team) = (key(person.id.get()), key(person.team.key()));
            lines.push(format!("person {id} {} {team} {}", person.name, key(trainer)));
        }
        for &skill in there(session, &self.skills)? {
            lines.push(format!("skill {}", session[skill].name));
        }
        for &account in there(session, &self.accounts)? {
            let account = &session[account];
            lines.push(format!("account {} {}", key(account.id.get()), account.balance));
        }
        for &mark in there(session, &self.marks)? {
            let mark = &session[mark];
            lines.push(format!("mark {} {}", mark.number, mark.value));
        }
        lines.sort();
        Ok(lines)
    }

    /// Who has which skills: what the session does not know, it asks for.
    ///
    /// # Errors
    /// What the server says.
    pub fn links(&self, session: &Session) -> orm_core::Result<Vec<String>> {
        let mut lines = Vec::new();
        for &person in there(session, &self.persons)? {
            let person = session.view(person);
            for skill in person.skills()? {
                lines.push(format!("link {} {}", key(person.id.get()), skill.name));
            }
        }
        lines.sort();
        Ok(lines)
    }

    /// Reads all objects again.
    ///
    /// # Errors
    /// What the server says.
    pub fn read_again(&self, session: &mut Session) -> orm_core::Result<()> {
        session.query::<Team>().all()?;
        session.query::<Person>().all()?;
        session.query::<Skill>().all()?;
        session.query::<Account>().all()?;
        session.query::<Mark>().all()?;
        Ok(())
    }
}

/// Those of the objects that are in the database.
fn there<'h, M: Model>(
    session: &Session,
    handles: &'h [Handle<M>],
) -> orm_core::Result<impl Iterator<Item = &'h Handle<M>>> {
    let states = handles.iter().map(|&handle| session.state(handle)).collect::<orm_core::Result<Vec<_>>>()?;
    let is_there = |state: &orm_core::ObjectState| *state == orm_core::ObjectState::Persistent;
    Ok(handles.iter().zip(states).filter(move |(_, state)| is_there(state)).map(|(handle, _)| handle))
}

fn key(key: Option<i32>) -> String {
    key.map_or_else(|| "none".to_owned(), |key| key.to_string())
}

/// What [`Club::in_memory`] gives, from the database.
#[must_use]
pub fn rows(database: &Database) -> Vec<String> {
    sorted(database.ask(
        "SELECT CONCAT_WS(' ', 'team', id, name, version) FROM teams \
         UNION ALL SELECT CONCAT_WS(' ', 'person', id, name, team_id, IFNULL(trainer_id, 'none')) FROM persons \
         UNION ALL SELECT CONCAT_WS(' ', 'skill', name) FROM skills \
         UNION ALL SELECT CONCAT_WS(' ', 'account', id, balance) FROM accounts \
         UNION ALL SELECT CONCAT_WS(' ', 'mark', number, value) FROM marks",
    ))
}

/// What [`Club::links`] gives, from the database.
#[must_use]
pub fn link_rows(database: &Database) -> Vec<String> {
    sorted(database.ask("SELECT CONCAT_WS(' ', 'link', person_id, skill_id) FROM persons_skills"))
}

/// All that is in the database, without the keys that it has generated: they are others each time.
#[must_use]
pub fn facts(database: &Database) -> Vec<String> {
    sorted(database.ask(
        "SELECT CONCAT_WS(' ', 'team', name, version) FROM teams \
         UNION ALL SELECT CONCAT_WS(' ', 'person', p.name, t.name, IFNULL(b.name, 'none')) FROM persons p \
             LEFT JOIN teams t ON t.id = p.team_id LEFT JOIN persons b ON b.id = p.trainer_id \
         UNION ALL SELECT CONCAT_WS(' ', 'skill', name) FROM skills \
         UNION ALL SELECT CONCAT_WS(' ', 'link', p.name, l.skill_id) FROM persons_skills l \
             LEFT JOIN persons p ON p.id = l.person_id \
         UNION ALL SELECT CONCAT_WS(' ', 'account', id, balance) FROM accounts \
         UNION ALL SELECT CONCAT_WS(' ', 'mark', number, value) FROM marks",
    ))
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

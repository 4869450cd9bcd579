//! What the server refuses: each kind of refusal, by each way of writing, is an error that names model and fields; after it
//! the session is corrected, and everything arrives once.

mod duplicates;
mod foreign_keys;
mod others;
mod triggers;
mod values;

use orm_core::prelude::*;
use orm_core::{Engine, Error, Handle, Violation};
use tests::Database;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "members", unique(first, last))]
struct Member {
    #[primary_key]
    id: Auto<i32>,
    #[column(name = "mail", length = 20, unique)]
    email: Option<String>,
    #[column(length = 10)]
    first: String,
    #[column(length = 10)]
    last: String,
    #[column(check = "points >= 0")]
    points: i32,
    #[column(length = 10)]
    note: Option<String>,
    #[embed]
    address: Address,
    #[belongs_to]
    city: Option<BelongsTo<City>>,
    #[belongs_to(unique)]
    badge: Option<BelongsTo<Badge>>,
    #[many_to_many(through = "members_clubs")]
    clubs: ManyToMany<Club>,
}

#[derive(Debug, Clone, PartialEq, Embed)]
struct Address {
    #[column(length = 10, check = "`street` <> 'nowhere'")]
    street: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "cities")]
struct City {
    #[primary_key]
    id: i32,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "badges")]
struct Badge {
    #[primary_key]
    id: i32,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "clubs")]
struct Club {
    #[primary_key]
    #[column(length = 10)]
    name: String,
    #[many_to_many(through = "members_clubs")]
    members: ManyToMany<Member>,
}

/// A database with member 1, Ada Lovelace, and a session.
fn members() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Member>());
    for row in [
        "INSERT INTO cities VALUES (1)",
        "INSERT INTO badges VALUES (1), (2)",
        "INSERT INTO clubs VALUES ('chess')",
        "INSERT INTO members (id, mail, first, last, points, address_street, city_id, badge_id) \
         VALUES (1, 'ada@x', 'Ada', 'Lovelace', 1, 'Main', 1, 1)",
        "INSERT INTO members_clubs (member_id, club_id) VALUES (1, 'chess')",
    ] {
        database.run(row);
    }
    let session = database.engine().session();
    (database, session)
}

fn grace() -> Member {
    let address = Address { street: "Side".into() };
    Member { first: "Grace".into(), last: "Hopper".into(), points: 2, address, ..Default::default() }
}

/// What a program can tell of an error: its kind, whose it is, and what it is about. Keys are as on MariaDB: MySQL puts the
/// table before them.
fn told(error: &Error) -> String {
    let place = |model: &Option<&str>, field: &Option<&str>, column: &Option<String>| {
        let column = column.as_deref().map(|column| column.rsplit('.').next().unwrap_or(column));
        format!("{}.{} ({})", model.unwrap_or("?"), field.unwrap_or("?"), column.unwrap_or("?"))
    };
    match error.innermost() {
        Error::Duplicate { key, model, fields, columns, .. } => {
            let key = key.as_deref().map(|key| key.rsplit('.').next().unwrap_or(key));
            format!(
                "Duplicate {}.{} ({}) {}",
                model.unwrap_or("?"),
                fields.join("+"),
                columns.join("+"),
                key.unwrap_or("?")
            )
        }
        Error::ForeignKey { constraint, model, field, target, violation, .. } => {
            let way = match violation {
                Violation::TargetMissing => "needs",
                Violation::StillReferred => "holds",
            };
            let [model, field, target] = [model, field, target].map(|name| name.unwrap_or("?"));
            format!("ForeignKey {model}.{field} {way} {target} {}", constraint.as_deref().unwrap_or("?"))
        }
        Error::NotNull { model, field, column, .. } => format!("NotNull {}", place(model, field, column)),
        Error::TooLong { model, field, column, .. } => format!("TooLong {}", place(model, field, column)),
        Error::OutOfRange { model, field, column, .. } => format!("OutOfRange {}", place(model, field, column)),
        Error::Incorrect { model, field, column, .. } => format!("Incorrect {}", place(model, field, column)),
        Error::Check { model, field, constraint, .. } => format!("Check {}", place(model, field, constraint)),
        Error::MissingTable { model, table, .. } => format!("MissingTable {}", place(model, &None, table)),
        Error::MissingColumn { model, field, column, .. } => format!("MissingColumn {}", place(model, field, column)),
        other => format!("{other:?}").split([' ', '{']).next().unwrap_or_default().to_owned(),
    }
}

/// Each way of writing new rows, with a bad one among good ones: the refusal is the same. After it nothing is written, and
/// when the bad one is corrected, everything arrives once.
fn new_rows(bad: &dyn Fn(&mut Member), refused: &str) -> orm_core::Result<()> {
    for way in ["flush", "insert_all", "upsert", "bulk_insert"] {
        if way == "upsert" && refused.starts_with("Duplicate") {
            continue;
        }
        let (database, mut session) = members();
        let linus = Member { first: "Linus".into(), ..grace() };
        let mut wrong = grace();
        bad(&mut wrong);
        let waiting = session.add(City { id: 7 });
        let error = match way {
            "flush" => {
                session.add(linus.clone());
                let wrong = session.add(wrong);
                let error = session.commit().expect_err("a row is bad");
                session[wrong].id = Auto::unset();
                correct(&mut session[wrong], grace());
                error
            }
            way => {
                let rows = [linus, wrong];
                let error = write(&mut session, database.engine(), way, rows.to_vec()).expect_err("a row is bad");
                write(&mut session, database.engine(), way, vec![rows[0].clone(), grace()])?;
                error
            }
        };
        assert_eq!(told(&error), refused, "{way}: {error}");
        assert!(error.server().is_some_and(|said| said.statement().starts_with("INSERT INTO `members`")), "{error}");
        assert!(error.to_string().contains("`Member"), "{error}");
        session.commit()?;
        assert_eq!(session.state(waiting)?, orm_core::ObjectState::Persistent);
        let names = database.ask("SELECT first FROM members ORDER BY first");
        assert_eq!(names, ["Ada", "Grace", "Linus"], "{way}");
        assert_eq!(database.ask("SELECT id FROM cities"), ["1", "7"], "{way}");
    }
    Ok(())
}

/// Gives a member the values of another one, but for its key.
fn correct(member: &mut Member, good: Member) {
    let Member { email, first, last, points, note, address, city, badge, .. } = good;
    (member.email, member.first, member.last, member.points) = (email, first, last, points);
    (member.note, member.address, member.city, member.badge) = (note, address, city, badge);
}

fn write(session: &mut Session, engine: &Engine, way: &str, rows: Vec<Member>) -> orm_core::Result<()> {
    match way {
        "insert_all" => session.insert_all(rows).map(drop),
        "upsert" => session.upsert(rows),
        _ => engine.bulk_insert(rows, |_| {}).map(drop),
    }
}

/// An UPDATE of a loaded object, past which a rollback leads too.
fn changed(bad: &dyn Fn(&mut Member), refused: &str) -> orm_core::Result<()> {
    let (database, mut session) = members();
    let new = session.add(grace());
    let ada = find(&session);
    bad(&mut session[ada]);
    session[ada].note = Some("changed".into());
    let error = session.commit().expect_err("a value is bad");
    assert_eq!(told(&error), refused, "{error}");
    assert!(session.is_modified(ada)?);
    let address = Address { street: "Main".into() };
    let (email, city, badge) = (Some("ada@x".into()), BelongsTo::key(1).into(), BelongsTo::key(1).into());
    let (first, last, note) = ("Ada".into(), "Lovelace".into(), Some("changed".into()));
    correct(
        &mut session[ada],
        Member { email, city, badge, first, last, note, points: 1, address, ..Default::default() },
    );
    session.commit()?;
    assert_eq!(database.ask("SELECT first, note FROM members ORDER BY id"), ["Ada | changed", "Grace | NULL"]);
    bad(&mut session[ada]);
    let error = session.flush().expect_err("a value is bad again");
    assert_eq!(told(&error), refused, "{error}");
    session.rollback()?;
    assert_eq!((session[ada].note.as_deref(), session[new].first.as_str()), (Some("changed"), "Grace"));
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM members"), ["2"]);
    Ok(())
}

/// Member 1.
fn find(session: &Session) -> Handle<Member> {
    session.find::<Member>(1).expect("the database answers").expect("Ada is there").handle()
}

/// One statement of the user's own, after which the transaction goes on.
fn raw(sql: &'static str, refused: &str) -> orm_core::Result<()> {
    let (database, mut session) = members();
    let new = session.add(grace());
    session.query::<Member>().count()?;
    let error = session.execute(orm_core::sql(sql)).expect_err("the statement is refused");
    assert_eq!(told(&error), refused, "{error}");
    assert!(error.to_string().contains(sql), "{error}");
    session[new].note = Some("after".into());
    session.commit()?;
    assert_eq!(database.ask("SELECT first, note FROM members WHERE id > 1"), ["Grace | after"]);
    Ok(())
}

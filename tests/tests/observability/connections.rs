//! Connections that are opened, closed and lost.

use orm_core::prelude::*;
use tests::{Database, told};

use super::{Person, kill_connections, people};

#[test]
fn a_connection_is_told_when_it_opens_and_when_it_closes() {
    let database = Database::empty();
    let ((), told) = told(|| drop(Engine::connect(database.url()).expect("the database can be reached")));
    let lines: Vec<_> = told.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        ["DEBUG connection opened server=# connection=#", "DEBUG connection closed server=# connection=#"]
    );
    assert_eq!(told[0].fields, told[1].fields, "of the same connection");
}

#[test]
fn a_lost_connection_is_a_warning_and_is_not_closed_again() {
    let (database, engine) = people();
    let session = engine.session();
    assert!(!session.query::<Person>().exists().expect("an answer"));
    kill_connections(&database);
    let (result, told) = told(|| session.query::<Person>().exists());
    result.expect_err("the connection is gone");
    let [statement, lost] = told.as_slice() else { panic!("{told:#?}") };
    assert_eq!(statement.inside, ["session"]);
    assert_eq!((statement.field("code"), statement.field("rows")), (None, None));
    assert!(statement.field("error").is_some(), "what the driver says quotes no values");
    assert_eq!(
        (lost.level, lost.target.as_str(), lost.name.as_str()),
        (tracing::Level::WARN, "orm_core::connection", "lost")
    );
    assert_eq!(lost.field("connection"), statement.field("connection"));
    assert_eq!(lost.field("reason"), statement.field("error"));
}

#[test]
fn no_password_is_told() {
    let database = Database::empty();
    database.run("CREATE USER IF NOT EXISTS watched IDENTIFIED BY 'very-secret'");
    database.run("GRANT ALL ON *.* TO watched");
    let mut url = url::Url::parse(database.url()).expect("a URL");
    url.set_username("watched").expect("a user");
    url.set_password(Some("very-secret")).expect("a password");
    let (result, told) = told(|| -> orm_core::Result<()> {
        let engine = Engine::connect(url.as_str())?;
        engine.show_values(true);
        engine.create_all(&Schema::of::<Person>())?;
        let mut session = engine.session();
        session.add(Person::new("Ada", 36));
        session.commit()?;
        assert!(!format!("{engine:?} {session:?} {}", engine.statistics()).contains("very-secret"));
        Ok(())
    });
    result.expect("the user may do all that");
    assert!(told.len() > 5, "{told:#?}");
    assert!(!format!("{told:?}").contains("very-secret"), "{told:#?}");
}

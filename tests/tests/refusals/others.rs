//! Refusals that are about no row: locks, rights, what is not there.

use std::thread;

use mysql::prelude::Queryable;
use orm_core::{Engine, Error, Flavour, TransactionOptions};
use url::Url;

use super::{Member, find, grace, members, told};

#[test]
fn a_lock_that_others_hold_is_told() -> orm_core::Result<()> {
    let (database, mut session) = members();
    let mut other = database.engine().session();
    let ada = find(&other);
    other[ada].note = Some("other".into());
    other.flush()?;
    let locked = session.query::<Member>().for_update().nowait().all().map(drop);
    let error = locked.expect_err("the row is locked");
    assert!(matches!(error, Error::LockTimeout { .. }) && error.is_retryable(), "{error:?}");
    other.commit()?;
    session.rollback()?;
    let ada = find(&session);
    session[ada].points = 5;
    session.commit()?;
    assert_eq!(database.ask("SELECT note, points FROM members"), ["other | 5"]);
    Ok(())
}

#[test]
fn a_statement_that_somebody_stops_is_told() -> orm_core::Result<()> {
    let (database, mut session) = members();
    let ada = find(&session);
    let connection = session.sql("SELECT CONNECTION_ID()").scalar::<u64>()?;
    session[ada].points = 7;
    let mut other = database.driver();
    other.query_drop("START TRANSACTION").expect("a transaction begins");
    other.query_drop("UPDATE members SET points = 8").expect("the row is changed");
    let mut killer = database.driver();
    let error = thread::scope(|scope| {
        scope.spawn(move || {
            let waits = format!(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE id = {connection} AND info LIKE 'UPDATE%'"
            );
            while killer.query::<u64, _>(&waits).expect("the server answers") != [1] {
                thread::yield_now();
            }
            killer.query_drop(format!("KILL QUERY {connection}")).expect("the statement is stopped");
        });
        session.commit().expect_err("it is stopped while it waits for the row")
    });
    assert!(matches!(error, Error::Interrupted { .. }) && !error.is_retryable(), "{error:?}");
    other.query_drop("ROLLBACK").expect("the row is free");
    session.commit()?;
    assert_eq!(database.ask("SELECT points FROM members"), ["7"]);
    Ok(())
}

#[test]
fn a_transaction_that_only_reads_says_so() -> orm_core::Result<()> {
    let (database, mut session) = members();
    let mut reader = database.engine().session_with(TransactionOptions::new().read_only());
    let ada = find(&reader);
    reader[ada].points = 3;
    let error = reader.commit().expect_err("nothing can be written");
    assert!(matches!(error, Error::ReadOnly { .. }) && !error.is_retryable(), "{error:?}");
    assert_eq!(error.server().map(orm_core::ServerError::code), Some(1792));
    reader.rollback()?;
    session.execute(orm_core::sql("UPDATE members SET points = 3"))?;
    session.commit()?;
    assert_eq!(database.ask("SELECT points FROM members"), ["3"]);
    Ok(())
}

#[test]
fn what_a_user_may_not_do_is_told_apart_from_a_login() -> orm_core::Result<()> {
    let (database, _session) = members();
    let user =
        format!("u{}", Url::parse(database.url()).expect("a URL").path().replace(|c: char| !c.is_alphanumeric(), ""));
    let url = |password: Option<&str>| {
        let mut url = Url::parse(database.url()).expect("the test's URL is valid");
        url.set_username(&user).expect("a user has a place in it");
        url.set_password(password).expect("so has a password");
        url.to_string()
    };
    database.run(&format!("CREATE USER '{user}'@'%' IDENTIFIED BY 'secret'"));
    database.run(&format!("GRANT SELECT ON members TO '{user}'@'%'"));
    let refused = Engine::connect(&url(Some("guessed"))).expect_err("the password is wrong");
    assert!(matches!(refused, Error::Login { .. }) && !refused.is_retryable(), "{refused:?}");
    assert!(!format!("{refused} {refused:?}").contains("guessed"), "{refused}");
    let engine = Engine::connect(&url(Some("secret")))?;
    let mut session = engine.session();
    let ada = find(&session);
    session[ada].points = 9;
    let denied = session.commit().expect_err("it may only read");
    assert!(matches!(denied, Error::Denied { .. }) && !denied.is_retryable(), "{denied:?}");
    database.run(&format!("GRANT UPDATE ON members TO '{user}'@'%'"));
    session.commit()?;
    assert_eq!(database.ask("SELECT points FROM members"), ["9"]);
    database.run(&format!("DROP USER '{user}'@'%'"));
    Ok(())
}

#[test]
fn a_database_that_is_not_there_is_a_login_that_is_refused() {
    let (database, _session) = members();
    let mut url = Url::parse(database.url()).expect("the test's URL is valid");
    url.set_path("no_such_database");
    let refused = Engine::connect(url.as_str()).expect_err("there is no such database");
    assert!(matches!(refused, Error::Login { .. }), "{refused:?}");
    assert_eq!(refused.server().map(orm_core::ServerError::code), Some(1049));
}

#[test]
fn what_has_no_kind_of_its_own_has_the_servers_number() -> orm_core::Result<()> {
    let (_database, mut session) = members();
    let error = session.execute(orm_core::sql("DO NO_SUCH_FUNCTION(1)")).expect_err("there is no such function");
    let Error::Server { source } = &error else { panic!("{error:?}") };
    assert!([1305, 1630].contains(&source.code()), "{error}");
    assert_eq!((source.state(), source.statement()), ("42000", "DO NO_SUCH_FUNCTION(1)"));
    session.add(grace());
    session.commit()
}

#[test]
fn a_row_that_has_changed_since_the_snapshot_is_a_conflict_where_the_server_sees_to_it() -> orm_core::Result<()> {
    let (database, mut session) = members();
    if session.engine().dialect().flavour == Flavour::MySql {
        return Ok(()); // It has no such setting.
    }
    database.run("CREATE PROCEDURE careful() SET SESSION innodb_snapshot_isolation = ON");
    session.execute(orm_core::sql("CALL careful()"))?;
    let ada = find(&session);
    database.run("UPDATE members SET points = 6");
    session[ada].points = 7;
    let error = session.commit().expect_err("somebody else has changed the row");
    assert!(matches!(error, Error::SnapshotConflict { .. }) && error.is_retryable(), "{error:?}");
    session.rollback()?;
    session[ada].points = 8;
    session.commit()?;
    assert_eq!(database.ask("SELECT points FROM members"), ["8"]);
    Ok(())
}

#[test]
fn what_the_models_need_and_is_not_there_is_named() -> orm_core::Result<()> {
    let (database, mut session) = members();
    let new = session.add(grace());
    database.run("ALTER TABLE members RENAME COLUMN note TO remark");
    let error = session.commit().expect_err("a column is missing");
    assert_eq!(told(&error), "MissingColumn Member.note (note)", "{error}");
    database.run("ALTER TABLE members RENAME COLUMN remark TO note");
    session.commit()?;
    database.run("RENAME TABLE members TO persons");
    session[new].points = 3;
    let error = session.commit().expect_err("the table is missing");
    assert_eq!(told(&error), "MissingTable Member.? (members)", "{error}");
    database.run("RENAME TABLE persons TO members");
    session.commit()?;
    assert_eq!(database.ask("SELECT points FROM members WHERE id > 1"), ["3"]);
    Ok(())
}

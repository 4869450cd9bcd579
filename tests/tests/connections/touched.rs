//! What SQL of the user's own does to a session on the server, and that nobody after him finds it.

use orm_core::{Engine, Flavour, sql};
use orm_sandbox::Sandbox;
use tests::Database;

use crate::connections::engine;

#[test]
fn what_a_session_has_set_is_gone_for_the_next_one() -> orm_core::Result<()> {
    let database = Database::empty();
    let engine = engine(&database, "pool_size=1");
    for own in ["SET @mine = 1", "SET sql_mode = '', time_zone = '+05:00', character_set_results = latin1"] {
        let mut session = engine.session();
        let own_connection = session.sql("SELECT CONNECTION_ID()").scalar::<i64>()?;
        session.execute(sql(own))?;
        session.execute(sql("CREATE TEMPORARY TABLE leftovers (a INT)"))?;
        assert_eq!(session.sql("SELECT GET_LOCK('mine', 0)").scalar::<i32>()?, 1);
        session.commit()?;
        let next = engine.session();
        assert_eq!(next.sql("SELECT CONNECTION_ID()").scalar::<i64>()?, own_connection);
        assert_eq!(next.sql("SELECT @mine").scalar::<Option<i64>>()?, None);
        assert_eq!(next.sql("SELECT IS_FREE_LOCK('mine')").scalar::<i32>()?, 1);
        let settings =
            "SELECT @@autocommit, @@time_zone, @@character_set_results, @@sql_mode LIKE '%STRICT_ALL_TABLES%'";
        let (autocommit, zone, results, is_strict) = next.sql(settings).row::<(i64, String, String, i64)>()?;
        assert_eq!((autocommit, zone.as_str(), results.as_str(), is_strict), (0, "+00:00", "utf8mb4", 1));
        assert!(next.sql("SELECT a FROM leftovers").rows::<(i32,)>().is_err());
    }
    assert_eq!(engine.statistics().opened, 1);
    Ok(())
}

#[test]
fn plain_statements_cost_no_reset() -> orm_core::Result<()> {
    let database = Database::empty();
    database.run("CREATE TABLE t (a INT)");
    let engine = engine(&database, "pool_size=1");
    if engine.dialect().flavour != Flavour::MariaDb {
        // Others keep the counter elsewhere.
        return Ok(());
    }
    // The server counts for each session, and begins anew where that is reset.
    let inserts = "SELECT VARIABLE_VALUE FROM information_schema.session_status WHERE VARIABLE_NAME = 'COM_INSERT'";
    for (statement, counted) in [("INSERT INTO t VALUES (1)", "1"), ("INSERT INTO t VALUES (@@pseudo_thread_id)", "2")]
    {
        let mut session = engine.session();
        session.execute(sql(statement))?;
        session.commit()?;
        assert_eq!(engine.session().sql(inserts).scalar::<String>()?, counted);
    }
    engine.session().execute(sql("SET @a = 1"))?;
    assert_eq!(engine.session().sql(inserts).scalar::<String>()?, "0");
    Ok(())
}

#[test]
fn what_the_server_sets_at_each_login_does_not_count() -> orm_core::Result<()> {
    let login = "--init-connect=SET time_zone = '+05:00', sql_mode = '', autocommit = 1, character_set_client = latin1";
    let sandbox = Sandbox::builder().tcp().argument(login).start().expect("a server starts");
    let admin = Engine::connect(&sandbox.url())?;
    // What is set at a login is not set for administrators.
    admin.session().execute(sql("CREATE USER app@'127.0.0.1' IDENTIFIED BY 'S3cr3t'"))?;
    let address = sandbox.url().split_once('@').map(|(_, rest)| rest.to_owned()).expect("a login");
    let engine = Engine::connect(&format!("mysql://app:S3cr3t@{address}"))?;
    let settings = "SELECT @@autocommit, @@time_zone, @@character_set_client, @@sql_mode LIKE '%STRICT_ALL_TABLES%'";
    let (autocommit, zone, client, is_strict) = engine.session().sql(settings).row::<(i64, String, String, i64)>()?;
    assert_eq!((autocommit, zone.as_str(), client.as_str(), is_strict), (0, "+00:00", "utf8mb4", 1));
    Ok(())
}

#[test]
fn the_servers_messages_are_in_english() -> orm_core::Result<()> {
    let sandbox = Sandbox::builder().argument("--lc-messages=de_DE").start().expect("a server starts");
    let engine = Engine::connect(&sandbox.url())?;
    let error = engine.session().sql("SELECT no_such_column").scalar::<i32>().expect_err("there is none");
    assert!(error.to_string().contains("Unknown column 'no_such_column'"), "{error}");
    Ok(())
}

//! A server that was started again: what was idle then is replaced, and nobody notices.

use orm_core::prelude::*;
use orm_sandbox::Sandbox;
use planning_demo::models::Department;
use planning_demo::schema;

use crate::connections::with;

/// A server with the planning schema, and an engine with four connections, which are all idle. They are used again without a
/// question whether they answer.
fn idle(pool_size: usize) -> (Sandbox, Engine) {
    let sandbox = Sandbox::start().expect("a server starts");
    Engine::connect(&sandbox.url()).expect("it is reached").create_database("planning").expect("a database is created");
    let url = with(&sandbox.url_for("planning"), &format!("pool_size={pool_size}&test_after=1h"));
    let engine = Engine::connect(&url).expect("the database can be used");
    engine.create_all(&schema()).expect("the tables are created");
    let sessions: Vec<_> = (0..pool_size).map(|_| engine.session()).collect();
    for session in &sessions {
        assert_eq!(session.query::<Department>().count().expect("the server answers"), 0);
    }
    drop(sessions);
    assert_eq!(engine.statistics().idle, pool_size as u64);
    (sandbox, engine)
}

#[test]
fn each_session_gets_a_connection_that_answers() -> orm_core::Result<()> {
    for pool_size in [1, 4] {
        let (mut sandbox, engine) = idle(pool_size);
        sandbox.restart().expect("the server starts again");
        let mut sessions: Vec<_> = (0..pool_size).map(|_| engine.session()).collect();
        for session in &mut sessions {
            assert_eq!(session.query::<Department>().count()?, 0);
        }
        sessions[0].add(Department { name: "Marketing".into(), ..Default::default() });
        sessions[0].commit()?;
        drop(sessions);
        assert_eq!(engine.session().query::<Department>().count()?, 1);
    }
    Ok(())
}

#[test]
fn a_commit_that_is_the_first_a_session_sends_arrives() -> orm_core::Result<()> {
    let (mut sandbox, engine) = idle(4);
    sandbox.restart().expect("the server starts again");
    let mut session = engine.session();
    let department = session.add(Department { name: "Marketing".into(), ..Default::default() });
    session.commit()?;
    assert_eq!(session[department].id.get(), Some(1));
    Ok(())
}

#[test]
fn transactions_savepoints_and_sql_of_the_user_begin_on_a_connection_that_answers() -> orm_core::Result<()> {
    let (mut sandbox, engine) = idle(4);
    sandbox.restart().expect("the server starts again");
    // Each of them holds what it has got, so that the next one meets another dead connection.
    let counted = engine.transaction(|session| {
        let serializable = engine.session_with(orm_core::TransactionOptions::new().read_only());
        let first = serializable.query::<Department>().count()?;
        let mut saved = engine.session();
        saved.savepoint(|session| session.query::<Department>().count().map(drop))?;
        let mut own = engine.session();
        own.execute(orm_core::sql("SET @a = 1"))?;
        Ok::<_, orm_core::Error>(first + session.query::<Department>().count()?)
    })?;
    assert_eq!(counted, 0);
    Ok(())
}

#[test]
fn definitions_go_to_a_connection_that_answers() -> orm_core::Result<()> {
    let (mut sandbox, engine) = idle(2);
    sandbox.restart().expect("the server starts again");
    engine.drop_all(&schema())?;
    sandbox.restart().expect("the server starts again");
    engine.create_all(&schema())?;
    sandbox.restart().expect("the server starts again");
    engine.create_database("another")?;
    sandbox.restart().expect("the server starts again");
    engine.session().execute(orm_core::sql("CREATE TABLE own (a INT)"))?;
    assert_eq!(engine.session().sql("SELECT COUNT(*) FROM own").scalar::<i64>()?, 0);
    Ok(())
}

#[test]
fn while_the_server_is_down_that_is_told_and_afterwards_all_goes_on() -> orm_core::Result<()> {
    let (mut sandbox, engine) = idle(4);
    sandbox.kill().expect("the server is killed");
    for _ in 0..6 {
        let error = engine.session().query::<Department>().count().expect_err("there is no server");
        assert!(matches!(error, orm_core::Error::Connection { .. }), "{error}");
    }
    sandbox.restart().expect("the server starts again");
    assert_eq!(engine.session().query::<Department>().count()?, 0);
    assert_eq!(engine.statistics().in_use, 0);
    Ok(())
}

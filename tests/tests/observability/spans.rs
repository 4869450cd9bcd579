//! A span for each session, and one for each flush inside of it.

use std::cell::RefCell;

use orm_core::prelude::*;
use tests::{returning, told};
use tracing::Span;

use super::{Person, kill_connections, lines, people};

#[test]
fn a_flush_tells_how_many_rows_it_has_written() -> orm_core::Result<()> {
    let (_database, engine) = people();
    let mut session = engine.session();
    let [ada, ben, _cid] = session.add_all([Person::new("Ada", 36), Person::new("Ben", 20), Person::new("Cid", 20)]);
    session.commit()?;
    session[ada].age += 1;
    session.delete(ben);
    session.add_many([Person::new("Dan", 1), Person::new("Eve", 2)]);
    let (result, told) = told(|| session.flush());
    result?;
    assert_eq!(
        told.last().expect("the flush has ended").to_string(),
        "DEBUG flush session> flush inserted=2 updated=1 deleted=1 statements=3"
    );
    assert!(told[..3].iter().all(|statement| statement.inside == ["session", "flush"]), "{told:#?}");
    Ok(())
}

#[test]
fn a_flush_without_changes_is_none() -> orm_core::Result<()> {
    let (_database, engine) = people();
    let mut session = engine.session();
    let (result, told) = told(|| {
        session.flush()?;
        session.query::<Person>().exists()?;
        session.commit()
    });
    result?;
    assert!(told.iter().all(|told| told.target == "orm_core::statement"), "{told:#?}");
    Ok(())
}

#[test]
fn a_flush_that_fails_ends_before_the_rollback() -> orm_core::Result<()> {
    let (database, engine) = people();
    database.run("INSERT INTO people (name, age) VALUES ('Ada', 36)");
    let mut session = engine.session();
    session.add(Person::new("Ada", 1));
    let (result, told) = told(|| session.flush());
    result.expect_err("there is an Ada");
    let returning = returning(&engine, "`id`");
    let insert = format!(
        "DEBUG statement session> flush> sql=INSERT INTO `people` (`name`, `age`) VALUES (?, ?){returning} \
         microseconds=# connection=# code=1062"
    );
    assert_eq!(
        lines(&told),
        [
            insert.as_str(),
            "DEBUG flush session> flush inserted=0 updated=0 deleted=0 statements=1",
            "DEBUG statement session> sql=ROLLBACK rows=0 affected=0 microseconds=# connection=#",
        ]
    );
    Ok(())
}

#[test]
fn a_session_ends_its_span_when_it_is_dropped() -> orm_core::Result<()> {
    let (_database, engine) = people();
    let (result, told) = told(|| -> orm_core::Result<()> {
        let mut session = engine.session();
        session.add(Person::new("Ada", 36));
        session.commit()?;
        session.query::<Person>().exists()?;
        drop(session);
        Ok(())
    });
    result?;
    let ends: Vec<_> = told.iter().filter(|told| told.name == "session").collect();
    assert_eq!(ends.len(), 1);
    assert_eq!(ends[0].to_string(), "DEBUG session session session=#");
    assert_eq!(told.last(), Some(ends[0]), "after the ROLLBACK: no connection of the pool keeps it");
    Ok(())
}

#[test]
fn each_statement_lies_in_the_span_of_its_own_session() -> orm_core::Result<()> {
    let (_database, engine) = people();
    let (result, told) = told(|| -> orm_core::Result<()> {
        let (first, second) = (engine.session(), engine.session());
        first.query::<Person>().exists()?;
        second.query::<Person>().exists()?;
        first.query::<Person>().exists()?;
        Ok(())
    });
    result?;
    let inside: Vec<_> =
        told.iter().filter(|told| told.target == "orm_core::statement").map(|told| &told.inside).collect();
    assert_eq!(inside, [&["session"]; 5], "three questions and two ROLLBACKs, no session inside of the other");
    let numbers: Vec<_> = told.iter().filter_map(|told| told.field("session")).collect();
    assert_eq!(numbers.len(), 2);
    assert_ne!(numbers[0], numbers[1]);
    Ok(())
}

#[test]
fn a_session_lies_in_the_span_in_which_it_was_made() -> orm_core::Result<()> {
    let (_database, engine) = people();
    let (result, told) = told(|| {
        let session = tracing::info_span!("request").in_scope(|| engine.session());
        tracing::info_span!("elsewhere").in_scope(|| session.query::<Person>().exists())
    });
    result?;
    assert_eq!(told[0].inside, ["request", "session"]);
    Ok(())
}

#[test]
fn a_session_that_has_moved_to_another_thread_has_its_span_there() {
    let (_database, engine) = people();
    let session = tracing::info_span!("request").in_scope(|| {
        told(|| ()); // Somebody listens.
        engine.session()
    });
    let inside = std::thread::scope(|scope| {
        let asked = scope.spawn(move || told(|| session.query::<Person>().exists().expect("an answer")).1);
        asked.join().expect("the thread ends")
    });
    assert_eq!(inside[0].inside, ["request", "session"]);
}

#[test]
fn each_attempt_of_a_transaction_has_a_span_around_its_session() -> orm_core::Result<()> {
    let (database, engine) = people();
    let (result, told) = told(|| {
        engine.transaction(|session| {
            session.add(Person::new("Ada", 36));
            session.flush()?;
            if session.attempt() == 1 {
                kill_connections(&database);
            }
            session.query::<Person>().count()
        })
    });
    assert_eq!(result?, 1);
    let spans = told.iter().filter(|told| ["transaction", "session"].contains(&told.name.as_str()));
    assert_eq!(
        spans.map(ToString::to_string).collect::<Vec<_>>(),
        [
            "DEBUG session transaction> session session=#",
            "DEBUG transaction transaction attempt=1",
            "DEBUG session transaction> session session=#",
            "DEBUG transaction transaction attempt=2",
        ]
    );
    assert_eq!(engine.statistics().retried, 1);
    Ok(())
}

/// The name of the span around some code.
fn current() -> Option<&'static str> {
    Span::current().metadata().map(|metadata| metadata.name())
}

#[test]
fn code_of_the_user_is_in_no_span_of_the_library() -> orm_core::Result<()> {
    let (_database, engine) = people();
    let mut session = engine.session();
    let ((), told) = told(|| {
        tracing::info_span!("own").in_scope(|| {
            session.add(Guest { name: "Ada".into(), ..Default::default() });
            engine.create_all(&Schema::of::<Guest>()).expect("a table");
            session.flush().expect("a flush");
            let seen = RefCell::default();
            let stream = session.query::<Guest>().stream(|_| {
                seen.replace(current());
                Ok(())
            });
            stream.expect("an answer");
            assert_eq!(seen.take(), Some("own"));
        })
    });
    assert!(told.iter().any(|told| told.inside == ["session", "flush"]), "{told:#?}");
    assert_eq!(SEEN.take(), [Some("own"); 2]);
    Ok(())
}

thread_local! {
    /// The spans around the hooks of this thread.
    static SEEN: RefCell<Vec<Option<&'static str>>> = const { RefCell::new(Vec::new()) };
}

#[derive(Debug, Model)]
#[model(table = "guests", hooks)]
struct Guest {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 50)]
    name: String,
}

impl Hooks for Guest {
    fn before_insert(&mut self) -> HookResult {
        SEEN.with_borrow_mut(|seen| seen.push(current()));
        Ok(())
    }

    fn after_insert(&self) -> HookResult {
        SEEN.with_borrow_mut(|seen| seen.push(current()));
        Ok(())
    }
}

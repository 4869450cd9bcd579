//! Values that nobody gave: defaults of the program, `None`, and defaults of the server.

use orm_core::Flavour;
use orm_core::prelude::*;
use tests::{Database, statements};

#[derive(Debug, Model)]
#[model(table = "tickets")]
struct Ticket {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 10, default = "open")]
    state: String,
    #[column(default = 3)]
    priority: Option<i32>,
    #[column(length = 10)]
    note: Option<String>,
    #[column(server_default = "7")]
    queue: Auto<i32>,
}

fn tickets() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Ticket>());
    let session = database.engine().session();
    (database, session)
}

const TICKETS: &str = "SELECT state, priority, note, queue FROM tickets ORDER BY id";

#[test]
fn a_new_object_has_the_defaults_of_the_program_and_none_for_the_rest() -> orm_core::Result<()> {
    // unit-of-work 36, 42
    let (database, mut session) = tickets();
    let ticket = session.add(Ticket::default());
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    // With RETURNING the INSERT gives all.
    let statements_sent = if session.engine().dialect().flavour == Flavour::MariaDb { 1 } else { 2 };
    assert_eq!(sent.len(), statements_sent, "{sent:#?}");
    let (ticket, sent) = statements(|| &session[ticket]);
    let seen = (ticket.state.as_str(), ticket.priority, ticket.note.as_deref(), ticket.queue.get());
    assert_eq!((seen, sent.len()), (("open", Some(3), None, Some(7)), 0));
    session.commit()?;
    assert_eq!(database.ask(TICKETS), ["open | 3 | NULL | 7"]);
    Ok(())
}

#[test]
fn none_is_a_value_and_no_request_for_the_default() -> orm_core::Result<()> {
    // unit-of-work 38, 39
    let (database, mut session) = tickets();
    session.add(Ticket { state: "done".into(), priority: None, queue: 0.into(), ..Default::default() });
    session.commit()?;
    assert_eq!(database.ask(TICKETS), ["done | NULL | NULL | 0"]);
    Ok(())
}

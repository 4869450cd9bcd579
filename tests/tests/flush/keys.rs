//! Generated keys, given keys, and the foreign keys that refer to them.

use orm_core::Flavour;
use orm_core::prelude::*;
use planning_demo::models::{Department, Employee};
use planning_demo::schema;
use tests::{Database, statements};

#[derive(Debug, Model)]
#[model(table = "events")]
struct Event {
    #[primary_key]
    id: Auto<u64>,
    #[column(length = 20)]
    name: String,
    #[has_many]
    notes: HasMany<Note>,
}

#[derive(Debug, Model)]
#[model(table = "notes")]
struct Note {
    #[primary_key]
    id: Auto<i64>,
    #[belongs_to]
    event: BelongsTo<Event>,
}

fn event(name: &str) -> Event {
    Event { name: name.into(), ..Default::default() }
}

#[test]
fn keys_are_read_after_the_flush() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let marketing = session.add(Department::new("Marketing"));
    let john = session.add(Employee::new("John", "Locke", marketing));
    assert_eq!((session[john].id.get(), session[john].department.key()), (None, None));
    session.flush()?;
    assert_eq!((session[john].id.get(), session[john].department.key()), (Some(1), Some(1)));
    Ok(())
}

#[test]
fn a_foreign_key_is_set_without_loading_its_target() -> orm_core::Result<()> {
    // unit-of-work 26
    let database = Database::with(&schema());
    database.run("INSERT INTO departments (id, name) VALUES (7, 'Marketing')");
    let mut session = database.engine().session();
    let john = session.add(Employee {
        firstname: "John".into(),
        lastname: "Locke".into(),
        department: Some(BelongsTo::key(7)),
        ..Default::default()
    });
    assert_eq!(session[john].department.key(), Some(7));
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent.len(), 2, "an insert and a commit: {sent:#?}");
    assert_eq!(database.ask("SELECT department_id FROM employees"), ["7"]);
    Ok(())
}

#[test]
fn a_foreign_key_set_to_the_same_object_keeps_its_key() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let marketing = session.add(Department::new("Marketing"));
    let john = session.add(Employee::new("John", "Locke", marketing));
    session.commit()?;
    session[john].department.set(marketing);
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!((session[john].department.key(), sent.len()), (Some(1), 0));
    Ok(())
}

#[test]
fn foreign_keys_are_known_again_after_a_failed_commit() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let marketing = session.add(Department::new("Marketing"));
    let john = session.add(Employee::new("John", "Locke", marketing));
    session.commit()?;
    for name in ["Jeremy", "John"] {
        session[john].firstname = name.into();
        session.flush()?;
    }
    let long = session.add(Department::new(&"x".repeat(60)));
    session.commit().expect_err("the name is too long");
    session.delete(long);
    session.commit()?;
    assert_eq!(session[john].department.key(), Some(1));
    Ok(())
}

#[test]
fn unsigned_keys_go_above_the_signed_range() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Event>());
    let mut session = database.engine().session();
    let last = u64::MAX - 10;
    let given = session.add(Event { id: last.into(), ..event("given") });
    session.flush()?;
    let next = session.add(event("next"));
    let note = session.add(Note { event: next.into(), ..Default::default() });
    session.commit()?;
    assert_eq!((session[given].id.get(), session[next].id.get()), (Some(last), Some(last + 1)));
    assert_eq!((session[note].id.get(), session[note].event.key()), (Some(1), Some(last + 1)));
    let session = database.engine().session();
    let found = session.find::<Event>(last + 1)?.expect("the event is there");
    assert_eq!((found.name.as_str(), found.notes()?.len()), ("next", 1));
    Ok(())
}

#[test]
fn given_and_generated_keys_mix_in_one_commit() -> orm_core::Result<()> {
    // unit-of-work 15
    let database = Database::with(&Schema::of::<Event>());
    let mut session = database.engine().session();
    let events = session.add_all([
        event("a"),
        Event { id: 100.into(), ..event("b") },
        event("c"),
        event("d"),
        Event { id: 50.into(), ..event("e") },
    ]);
    session.commit()?;
    let keys = events.map(|event| session[event].id.get());
    assert_eq!(keys, [Some(1), Some(100), Some(101), Some(102), Some(50)]);
    let stored = database.ask("SELECT id, name FROM events ORDER BY name");
    assert_eq!(stored, ["1 | a", "100 | b", "101 | c", "102 | d", "50 | e"]);
    Ok(())
}

#[test]
fn a_given_key_of_zero_is_a_key() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Event>());
    let mut session = database.engine().session();
    let zero = session.add(Event { id: 0.into(), ..event("zero") });
    session.commit()?;
    assert_eq!(session[zero].id.get(), Some(0));
    assert_eq!(database.ask("SELECT id FROM events"), ["0"]);
    Ok(())
}

#[test]
fn many_new_rows_have_their_own_keys() -> orm_core::Result<()> {
    // unit-of-work 16
    let database = Database::with(&Schema::of::<Event>());
    let mut session = database.engine().session();
    let events: Vec<Handle<Event>> = (0..1500).map(|number| session.add(event(&number.to_string()))).collect();
    let notes: Vec<Handle<Note>> =
        events.iter().rev().map(|&event| session.add(Note { event: event.into(), ..Default::default() })).collect();
    session.commit()?;
    let ids: Vec<u64> = events.iter().filter_map(|&event| session[event].id.get()).collect();
    assert_eq!(ids, (1..=1500).collect::<Vec<u64>>());
    let targets: Vec<u64> = notes.iter().filter_map(|&note| session[note].event.key()).collect();
    assert_eq!(targets, (1..=1500).rev().collect::<Vec<u64>>());
    assert_eq!(database.ask("SELECT COUNT(*) FROM events WHERE CAST(name AS UNSIGNED) + 1 = id"), ["1500"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM notes WHERE event_id + id = 1501"), ["1500"]);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "orders")]
struct Order {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 10, server_default = "'new'")]
    state: Auto<String>,
    #[column(server_default = "CURRENT_TIMESTAMP(6)")]
    created: Auto<NaiveDateTime>,
}

#[test]
fn defaults_of_the_server_are_read_back_and_given_values_stop_them() -> orm_core::Result<()> {
    // unit-of-work 37, 38
    let database = Database::with(&Schema::of::<Order>());
    let mut session = database.engine().session();
    let [first, second] =
        session.add_all([Order::default(), Order { state: Auto::of("paid".into()), ..Default::default() }]);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    // RETURNING spares the questions.
    let questions = if database.engine().dialect().flavour == Flavour::MariaDb { 0 } else { 2 };
    assert_eq!(sent.iter().filter(|sql| sql.starts_with("SELECT")).count(), questions, "{sent:#?}");
    let states = [first, second].map(|order| session[order].state.get());
    assert_eq!(states, [Some("new".to_owned()), Some("paid".to_owned())]);
    assert!(session[first].created.get().is_some(), "the server's time was read");
    Ok(())
}

//! Walking through many objects in chunks, with a session that stays small.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicIsize, Ordering};

use orm_core::prelude::*;
use orm_core::value::{ColumnType, ConversionError, SqlType, Value};
use orm_core::{Chunks, Error, ObjectState};
use planning_demo::models::{Department, Employee, Project};
use tests::{Database, company, statements};

/// A number that counts its copies in memory.
#[derive(Debug)]
struct Counted(i64);

static ALIVE: AtomicIsize = AtomicIsize::new(0);

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

impl ColumnType for Counted {
    const SQL_TYPE: SqlType = SqlType::BigInt;

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        let number = i64::from_value(value)?;
        ALIVE.fetch_add(1, Ordering::Relaxed);
        Ok(Self(number))
    }

    fn to_value(&self) -> Value {
        self.0.to_value()
    }
}

#[derive(Debug, Model)]
#[model(table = "measurements", no_default)]
struct Measurement {
    #[primary_key]
    id: Auto<i64>,
    value: Counted,
    checked: bool,
}

/// A price with a key of two columns.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "prices")]
struct Price {
    #[primary_key]
    #[column(length = 10)]
    article: String,
    #[primary_key]
    day: i32,
    cents: i64,
}

/// Whom an employee reports to: a model that refers to itself.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "staff")]
struct Staff {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    name: String,
    #[belongs_to]
    boss: Option<BelongsTo<Staff>>,
    #[has_many]
    led: HasMany<Staff>,
}

const OUT: &str = "this handle of a `Employee` is of an object that was taken out of the session";

fn told<T>(result: orm_core::Result<T>) -> String {
    result.map(drop).expect_err("it is refused").to_string()
}

fn find<M: Model<Key = i32>>(session: &Session, key: i32) -> Handle<M> {
    session.find::<M>(key).expect("an answer").expect("the object is there").handle()
}

/// A, B, C … with the keys 1, 2, 3 …, and a session that has read nothing.
fn staff(number: u8) -> (Database, Session) {
    let database = Database::with(&Schema::of::<Staff>());
    let name = |place: u8| char::from(b'A' + place).to_string();
    let staff = (0..number).map(|place| Staff { name: name(place), ..Default::default() });
    database.engine().bulk_insert(staff, drop).expect("the staff is inserted");
    let session = database.engine().session();
    (database, session)
}

#[test]
fn a_hundred_thousand_objects_are_changed_a_thousand_at_a_time() -> orm_core::Result<()> {
    // unit-of-work 133
    let database = Database::with(&Schema::of::<Measurement>());
    let digits = "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 \
        UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";
    database.run(&format!(
        "INSERT INTO measurements (value, checked) SELECT a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d, FALSE \
         FROM {digits} a, {digits} b, {digits} c, {digits} d, {digits} e"
    ));
    let mut session = database.engine().session();
    let first = session.find::<Measurement>(1)?.expect("it is there").handle();
    let mut chunks = query::<Measurement>().filter(Measurement::checked.eq(false)).chunks(1000);
    let (mut seen, mut most) = (0, 0);
    let (walked, sent) = statements(|| -> orm_core::Result<()> {
        while let Some(measurements) = chunks.next(&mut session)? {
            seen += measurements.len();
            for measurement in measurements {
                session[measurement].checked = true;
            }
            most = most.max(ALIVE.load(Ordering::Relaxed));
        }
        session.commit()
    });
    walked?;
    assert_eq!((seen, most), (100_000, 1001));
    assert_eq!(ALIVE.load(Ordering::Relaxed), 1, "the object that the session had before");
    assert!(session[first].checked, "it was in the first chunk");
    let count = |word: &str| sent.iter().filter(|sql| sql.starts_with(word)).count();
    assert_eq!((count("SELECT"), count("UPDATE"), sent.len()), (101, 800, 902));
    assert_eq!(database.ask("SELECT COUNT(*), SUM(checked) FROM measurements"), ["100000 | 100000"]);
    Ok(())
}

#[test]
fn a_chunk_begins_after_the_key_of_the_one_before() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Price>());
    let price = |article: &str, day| Price { article: article.into(), day, cents: 100 };
    let prices = ["salt", "milk", "tea"].into_iter().flat_map(|article| [price(article, 2), price(article, 1)]);
    database.engine().bulk_insert(prices, drop)?;
    let mut session = database.engine().session();
    let mut chunks = query::<Price>().filter(Price::cents.gt(0)).chunks(4);
    let mut keys = Vec::new();
    let (walked, sent) = statements(|| -> orm_core::Result<()> {
        while let Some(prices) = chunks.next(&mut session)? {
            keys.push(prices.iter().map(|&one| format!("{} {}", session[one].article, session[one].day)).collect());
        }
        Ok(())
    });
    walked?;
    let expected: [Vec<&str>; 2] = [vec!["milk 1", "milk 2", "salt 1", "salt 2"], vec!["tea 1", "tea 2"]];
    let keys: Vec<Vec<String>> = keys;
    assert_eq!(keys, expected);
    let columns = "`prices`.`article`, `prices`.`day`, `prices`.`cents`";
    let order = "ORDER BY `prices`.`article`, `prices`.`day` LIMIT 4";
    assert_eq!(
        sent,
        [
            format!("SELECT {columns} FROM `prices` WHERE `prices`.`cents` > ? {order}"),
            format!(
                "SELECT {columns} FROM `prices` WHERE `prices`.`cents` > ? AND (`prices`.`article` >= ? AND \
                 (`prices`.`article` > ? OR `prices`.`day` > ?)) {order}"
            ),
        ]
    );
    Ok(())
}

#[test]
fn what_leaves_with_its_chunk_is_found_anew_and_what_was_there_stays() -> orm_core::Result<()> {
    // unit-of-work 133
    let (_database, mut session) = company();
    let kate = find::<Employee>(&session, 2);
    let marketing = find::<Department>(&session, 1);
    session[marketing].name = "Sales".into();
    let mut chunks = query::<Employee>().chunks(3);
    let first = chunks.next(&mut session)?.expect("three employees");
    assert_eq!((first.len(), first[1]), (3, kate), "one row is one object");
    let (loaded, sent) = statements(|| session.view(first[0]).projects().map(|projects| projects[0].handle()));
    let project = loaded?;
    assert_eq!(sent.len(), 2, "the chunk's projects come together: {sent:#?}");
    session.view(first[2]).projects()?;
    let second = chunks.next(&mut session)?.expect("two employees");
    assert_eq!(second.len(), 2);
    assert_eq!((told(session.get(first[0])), session.state(first[0])?), (OUT.into(), ObjectState::Evicted));
    let panic = catch_unwind(AssertUnwindSafe(|| session[first[0]].active)).expect_err("indexing panics");
    assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some(OUT));
    assert_eq!(session.state(project)?, ObjectState::Evicted);
    assert_eq!((session[kate].firstname.as_str(), session[marketing].name.as_str()), ("Kate", "Sales"));
    let john = find::<Employee>(&session, 1);
    assert_ne!(john, first[0]);
    assert_eq!(session.view(john).projects()?.len(), 2);
    assert!(chunks.next(&mut session)?.is_none());
    assert_eq!(session.state(john)?, ObjectState::Evicted, "it has come during the walk");
    assert_eq!(find::<Employee>(&session, 2), kate);
    assert!(chunks.next(&mut session)?.is_none(), "the walk is over");
    session.commit()
}

#[test]
fn members_of_what_stays_are_asked_again() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let marketing = find::<Department>(&session, 1);
    let mut chunks = query::<Employee>().chunks(2);
    while chunks.next(&mut session)?.is_some() {
        let names: Vec<&str> =
            session.view(marketing).employees()?.iter().map(|one| one.get().firstname.as_str()).collect();
        assert_eq!(names, ["John", "Jack", "Ben"]);
    }
    assert_eq!(session.view(marketing).employees()?.len(), 3);
    Ok(())
}

#[test]
fn a_foreign_key_to_an_object_that_leaves_keeps_its_key() -> orm_core::Result<()> {
    let (database, mut session) = staff(4);
    let last = find::<Staff>(&session, 4);
    let newest = session.add(Staff { name: "Z".into(), ..Default::default() });
    let mut chunks = query::<Staff>().filter(Staff::id.lt(3)).chunks(1);
    while let Some(chunk) = chunks.next(&mut session)? {
        session[last].boss.set(chunk[0]);
        session[newest].boss.set(chunk[0]);
    }
    assert_eq!((session[last].boss.key(), session[newest].boss.key()), (Some(2), Some(2)));
    let boss = session.view(last).boss()?.map(|boss| boss.name.clone());
    assert_eq!(boss.as_deref(), Some("B"));
    let (committed, sent) = statements(|| session.commit());
    assert_eq!((committed?, sent), ((), vec!["COMMIT".to_owned()]), "the key is no change");
    assert_eq!(database.ask("SELECT name, boss_id FROM staff WHERE id > 2"), ["C | NULL", "D | 2", "Z | 2"]);
    Ok(())
}

#[test]
fn what_has_left_cannot_be_referred_to() -> orm_core::Result<()> {
    let (_database, mut session) = staff(3);
    let last = find::<Staff>(&session, 3);
    let mut chunks = query::<Staff>().filter(Staff::id.lt(3)).chunks(1);
    let first = chunks.next(&mut session)?.expect("a chunk")[0];
    chunks.next(&mut session)?;
    let out = OUT.replace("Employee", "Staff");
    session[last].boss.set(first);
    assert_eq!(told(session.flush()), out);
    assert_eq!(told(chunks.next(&mut session)), out, "the walk waits too");
    session[last].boss.clear();
    session[last].led.push(first);
    assert_eq!(told(session.flush()), out);
    session[last].led.remove(first);
    assert_eq!(told(session.query::<Staff>().filter(Staff::boss.eq(first)).all()), out);
    assert!(chunks.next(&mut session)?.is_none());
    Ok(())
}

#[test]
fn objects_that_are_added_or_deleted_in_a_chunk_leave_with_it() -> orm_core::Result<()> {
    let (database, mut session) = staff(4);
    let mut chunks = query::<Staff>().filter(Staff::id.le(4)).chunks(2);
    let mut assistants = Vec::new();
    while let Some(chunk) = chunks.next(&mut session)? {
        let assistant = Staff { name: "assistant".into(), boss: chunk[0].into(), ..Default::default() };
        assistants.push(session.add(assistant));
        session.delete(chunk[1]);
    }
    assert_eq!(session.state(assistants[0])?, ObjectState::Evicted);
    session.commit()?;
    let stored = ["A | NULL", "C | NULL", "assistant | 1", "assistant | 3"];
    assert_eq!(database.ask("SELECT name, boss_id FROM staff ORDER BY id"), stored);
    Ok(())
}

#[test]
fn links_that_are_made_in_a_chunk_are_written() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let project = find::<Project>(&session, 1);
    let mut chunks = query::<Employee>().filter(Employee::id.gt(2)).chunks(1);
    while let Some(chunk) = chunks.next(&mut session)? {
        session[project].employees.push(chunk[0]);
    }
    assert_eq!(session.view(project).employees()?.len(), 5);
    session.rollback()?;
    assert_eq!(session.view(project).employees()?.len(), 2);
    assert_eq!(database.ask("SELECT COUNT(*) FROM projects_employees WHERE project_id = 1"), ["2"]);
    Ok(())
}

#[test]
fn a_walk_goes_on_after_a_flush_that_failed() -> orm_core::Result<()> {
    let (database, mut session) = staff(3);
    let mut chunks = query::<Staff>().chunks(2);
    let first = chunks.next(&mut session)?.expect("a chunk");
    session[first[0]].name = "longer than twenty characters".into();
    assert!(matches!(chunks.next(&mut session), Err(Error::TooLong { .. })));
    session[first[0]].name = "short".into();
    let second = chunks.next(&mut session)?.expect("a chunk");
    assert_eq!((second.len(), session[second[0]].name.as_str()), (1, "C"));
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM staff ORDER BY id"), ["short", "B", "C"]);
    Ok(())
}

#[test]
fn what_was_flushed_in_chunks_does_not_wait_again() -> orm_core::Result<()> {
    let (database, mut session) = staff(3);
    let last = find::<Staff>(&session, 3);
    session[last].name = "last".into();
    let mut chunks = query::<Staff>().filter(Staff::id.lt(3)).chunks(1);
    while let Some(chunk) = chunks.next(&mut session)? {
        session[last].boss.set(chunk[0]);
        session[chunk[0]].name = "changed".into();
    }
    session[last].name = "longer than twenty characters".into();
    assert!(matches!(session.commit(), Err(Error::TooLong { .. })));
    assert_eq!(
        told(session.commit()),
        "the transaction that failed had also run the flush of objects that were walked through in chunks, which is undone \
         and does not wait: roll back, and begin again"
    );
    session.rollback()?;
    assert_eq!((session[last].name.as_str(), session[last].boss.key()), ("C", None));
    assert_eq!(database.ask("SELECT name FROM staff ORDER BY id"), ["A", "B", "C"]);
    Ok(())
}

#[test]
fn a_commit_in_each_chunk_spares_that() -> orm_core::Result<()> {
    let (database, mut session) = staff(3);
    let mut chunks = query::<Staff>().chunks(2);
    while let Some(chunk) = chunks.next(&mut session)? {
        for one in chunk {
            session[one].name.push('1');
        }
        session.commit()?;
    }
    let wrong = session.add(Staff { name: "longer than twenty characters".into(), ..Default::default() });
    assert!(matches!(session.commit(), Err(Error::TooLong { .. })));
    session[wrong].name = "D".into();
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM staff ORDER BY id"), ["A1", "B1", "C1", "D"]);
    Ok(())
}

#[test]
fn a_rollback_leaves_the_walk_where_it_is() -> orm_core::Result<()> {
    let (database, mut session) = staff(3);
    let mut chunks = query::<Staff>().chunks(1);
    let mut names = Vec::new();
    while let Some(chunk) = chunks.next(&mut session)? {
        session[chunk[0]].name.push('1');
        if chunk.len() == 1 && names.len() == 1 {
            session.rollback()?;
        } else {
            session.commit()?;
        }
        names.push(session[chunk[0]].name.clone());
    }
    assert_eq!(names, ["A1", "B", "C1"]);
    assert_eq!(database.ask("SELECT name FROM staff ORDER BY id"), ["A1", "B", "C1"]);
    Ok(())
}

#[test]
fn a_walk_inside_of_a_walk_frees_its_own() -> orm_core::Result<()> {
    let (_database, mut session) = staff(4);
    let before = find::<Staff>(&session, 4);
    let mut pairs = Vec::new();
    let mut outer = query::<Staff>().filter(Staff::id.lt(4)).chunks(2);
    while let Some(chunk) = outer.next(&mut session)? {
        let mut inner = query::<Staff>().filter(Staff::id.ge(3)).chunks(1);
        while let Some(other) = inner.next(&mut session)? {
            let between = session.add(Staff { name: "between".into(), ..Default::default() });
            session.evict(between)?;
            pairs.push(format!("{}{}", session[chunk[0]].name, session[other[0]].name));
        }
        assert!(session.get(chunk[0]).is_ok(), "the outer chunk is still there");
    }
    assert_eq!(pairs, ["AC", "AD", "CC", "CD"]);
    assert_eq!(session.find::<Staff>(4)?.map(|found| found.handle()), Some(before));
    Ok(())
}

#[test]
fn a_session_that_is_cleared_on_the_way_keeps_nothing() -> orm_core::Result<()> {
    let (_database, mut session) = staff(3);
    let before = find::<Staff>(&session, 3);
    let mut chunks = query::<Staff>().chunks(1);
    let mut names = Vec::new();
    while let Some(chunk) = chunks.next(&mut session)? {
        names.push(session[chunk[0]].name.clone());
        session.clear();
    }
    assert_eq!(names, ["A", "B", "C"]);
    assert!(session.get(before).is_err());
    Ok(())
}

#[test]
fn one_who_leaves_a_walk_keeps_the_last_chunk() -> orm_core::Result<()> {
    let (database, mut session) = staff(3);
    let mut chunks = query::<Staff>().chunks(2);
    let chunk = chunks.next(&mut session)?.expect("a chunk");
    drop(chunks);
    session[chunk[1]].name = "last".into();
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM staff ORDER BY id"), ["A", "last", "C"]);
    Ok(())
}

#[test]
fn many_walks_leave_a_session_as_it_was() -> orm_core::Result<()> {
    let (database, mut session) = staff(5);
    let mut kept = Vec::new();
    for key in 1..=3 {
        kept.push(find::<Staff>(&session, key));
        let mut chunks = query::<Staff>().chunks(2);
        while chunks.next(&mut session)?.is_some() {}
    }
    for (handle, name) in kept.iter().zip(["A", "B", "C"]) {
        assert_eq!(session[*handle].name, name);
        session[*handle].name = name.to_lowercase();
    }
    session.commit()?;
    session.reload()?;
    let names = "SELECT name FROM staff ORDER BY id";
    assert_eq!(database.ask(names), ["a", "b", "c", "D", "E"]);
    let all = session.query::<Staff>().filter(Staff::id.le(3)).handles()?;
    assert_eq!(all, kept);
    Ok(())
}

#[test]
fn a_walk_has_no_order_and_one_session() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let text = "`chunks` of `Employee` cannot have an order, a limit or an offset: they go in the order of the key";
    for wrong in
        [query::<Employee>().order_by(Employee::lastname), query::<Employee>().limit(5), query::<Employee>().offset(5)]
    {
        assert_eq!(told(wrong.chunks(2).next(&mut session)), text);
    }
    let mut chunks = query::<Employee>().chunks(2);
    chunks.next(&mut session)?;
    assert_eq!(
        told(chunks.next(&mut database.engine().session())),
        "`chunks` of `Employee` go on in the session in which they began"
    );
    assert_eq!(chunks.next(&mut session)?.map(|chunk| chunk.len()), Some(2));
    assert!(catch_unwind(|| query::<Employee>().chunks(0)).is_err());
    Ok(())
}

#[test]
fn a_walk_can_join() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let marketing = query::<Employee>().join(Employee::department).filter(Department::name.eq("Marketing"));
    let busy = query::<Employee>().join(Employee::projects).filter(Project::id.gt(0));
    let mut walk = |mut chunks: Chunks<Employee>| -> orm_core::Result<Vec<String>> {
        let mut names = Vec::new();
        while let Some(chunk) = chunks.next(&mut session)? {
            names.extend(chunk.iter().map(|&one| session[one].firstname.clone()));
        }
        Ok(names)
    };
    assert_eq!(walk(marketing.chunks(2))?, ["John", "Jack", "Ben"]);
    assert_eq!(walk(busy.chunks(2))?, ["John", "Kate", "Jack", "Ben", "Sun"], "each comes once");
    Ok(())
}

//! Objects whose foreign key became NULL because its target was deleted, in a transaction that fails.

use orm_core::prelude::*;
use tests::Database;

#[derive(Debug, Model)]
#[model(table = "places")]
struct Place {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 5)]
    name: String,
    #[has_many(inverse = home)]
    residents: HasMany<Person>,
    #[has_many(inverse = work)]
    workers: HasMany<Person>,
}

#[derive(Debug, Model)]
#[model(table = "people")]
struct Person {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    home: Option<BelongsTo<Place>>,
    #[belongs_to]
    work: Option<BelongsTo<Place>>,
}

fn place(name: &str) -> Place {
    Place { name: name.into(), ..Default::default() }
}

const PEOPLE: &str = "SELECT h.name, w.name FROM people p LEFT JOIN places h ON h.id = p.home_id \
    LEFT JOIN places w ON w.id = p.work_id";

#[test]
fn an_object_released_and_pending_again_follows_its_other_target() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Place>());
    let mut session = database.engine().session();
    let [home, work] = session.add_all([place("home"), place("work")]);
    let person = session.add(Person { home: home.into(), work: work.into(), ..Default::default() });
    session.flush()?;
    session.delete(work);
    session.flush()?;
    assert_eq!((session[person].home.key(), session[person].work.key()), (Some(1), None));
    let long = session.add(place("too long"));
    session.commit().expect_err("the name is too long");
    session.delete(long);
    session.commit()?;
    assert_eq!(database.ask(PEOPLE), ["home | NULL"]);
    assert_eq!(session[person].home.key(), session[home].id.get());
    Ok(())
}

#[test]
fn an_object_moved_from_the_other_side_and_pending_again_follows_its_targets() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Place>());
    let mut session = database.engine().session();
    let [home, work, mill] = session.add_all([place("home"), place("work"), place("mill")]);
    let person = session.add(Person { home: home.into(), work: work.into(), ..Default::default() });
    session.flush()?;
    session[mill].workers.push(person);
    session.flush()?;
    let long = session.add(place("too long"));
    session.commit().expect_err("the name is too long");
    session.delete(long);
    session.commit()?;
    assert_eq!(database.ask(PEOPLE), ["home | mill"]);
    Ok(())
}

#[test]
fn an_object_released_and_rolled_back_has_its_targets_again() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Place>());
    let mut session = database.engine().session();
    let [home, work] = session.add_all([place("home"), place("work")]);
    let person = session.add(Person { home: home.into(), work: work.into(), ..Default::default() });
    session.commit()?;
    session.delete(work);
    session.flush()?;
    session.rollback()?;
    assert_eq!((session[person].home.key(), session[person].work.key()), (Some(1), Some(2)));
    assert_eq!(session.view(person).work()?.map(|work| work.name.clone()).as_deref(), Some("work"));
    Ok(())
}

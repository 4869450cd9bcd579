//! Keys that contain a foreign key: they change with the key that they refer to, and so does what refers to them.

use orm_core::prelude::*;
use tests::Database;

#[derive(Debug, Model)]
#[model(table = "countries")]
struct Country {
    #[primary_key]
    #[column(length = 2)]
    code: String,
    #[column(length = 10, unique)]
    name: Option<String>,
    #[has_many]
    cities: HasMany<City>,
}

#[derive(Debug, Model)]
#[model(table = "cities")]
struct City {
    #[primary_key]
    #[belongs_to(on_update = "cascade")]
    country: BelongsTo<Country>,
    #[primary_key]
    place: i32,
    #[has_many]
    visits: HasMany<Visit>,
}

#[derive(Debug, Model)]
#[model(table = "visits")]
struct Visit {
    #[primary_key]
    id: Auto<i32>,
    days: i32,
    #[belongs_to(columns("country", "place"), on_update = "cascade")]
    city: Option<BelongsTo<City>>,
}

struct Travels {
    database: Database,
    session: Session,
    germany: Handle<Country>,
    cities: [Handle<City>; 2],
    visit: Handle<Visit>,
}

/// Two cities of Germany, a visit of the first, and a session that has added them.
fn added() -> Travels {
    let database = Database::with(&Schema::of::<Country>());
    let mut session = database.engine().session();
    let germany = session.add(Country { code: "DE".into(), name: Some("Germany".into()), ..Default::default() });
    let cities = [1, 2].map(|place| session.add(City { country: germany.into(), place, ..Default::default() }));
    let visit = session.add(Visit { city: cities[0].into(), ..Default::default() });
    session.commit().expect("the travels are committed");
    Travels { database, session, germany, cities, visit }
}

/// The same, with a session that has read them.
fn read() -> orm_core::Result<Travels> {
    let Travels { database, session, .. } = added();
    drop(session);
    let session = database.engine().session();
    let germany = session.query::<Country>().one()?.handle();
    let cities = session.query::<City>().order_by(City::place).handles()?;
    let visit = session.query::<Visit>().one()?.handle();
    Ok(Travels { database, session, germany, cities: [cities[0], cities[1]], visit })
}

const CITIES: &str = "SELECT country_id, place FROM cities ORDER BY 1, 2";
const VISITS: &str = "SELECT id, days, country, place FROM visits ORDER BY id";

#[test]
fn what_refers_to_a_key_that_has_followed_follows_too() -> orm_core::Result<()> {
    for travels in [added(), read()?] {
        let Travels { database, mut session, germany, cities, visit } = travels;
        session[germany].code = "XX".into();
        session.flush()?;
        assert_eq!(session.find::<City>(("XX", 1))?.map(|city| city.handle()), Some(cities[0]));
        assert!(session.find::<City>(("DE", 1))?.is_none());
        assert_eq!(session[visit].city.key(), Some(("XX".to_owned(), 1)));
        assert_eq!(session.view(visit).city()?.map(|city| city.handle()), Some(cities[0]));
        session.rollback()?;
        assert_eq!(session[visit].city.key(), Some(("DE".to_owned(), 1)));
        assert_eq!(session.find::<City>(("DE", 1))?.map(|city| city.handle()), Some(cities[0]));
        assert_eq!(database.ask(CITIES), ["DE | 1", "DE | 2"]);
    }
    Ok(())
}

#[test]
fn a_key_that_others_have_followed_is_written_again_after_a_failure() -> orm_core::Result<()> {
    for travels in [added(), read()?] {
        let Travels { database, mut session, germany, cities, visit } = travels;
        session[germany].code = "XX".into();
        session.flush()?;
        let wrong = session.add(Country { code: "too long".into(), ..Default::default() });
        session.commit().expect_err("the code is too long");
        session.delete(wrong);
        session.commit()?;
        assert_eq!(database.ask(CITIES), ["XX | 1", "XX | 2"]);
        assert_eq!(database.ask(VISITS), ["1 | 0 | XX | 1"]);
        assert_eq!(session.view(visit).city()?.map(|city| city.handle()), Some(cities[0]));
    }
    Ok(())
}

#[test]
fn a_new_row_refers_to_one_whose_key_changes_in_the_same_flush() -> orm_core::Result<()> {
    let Travels { database, mut session, cities, .. } = added();
    session[cities[0]].place = 3;
    let new = session.add(Visit { city: cities[0].into(), ..Default::default() });
    session.commit()?;
    assert_eq!(database.ask(VISITS), ["1 | 0 | DE | 3", "2 | 0 | DE | 3"]);
    assert_eq!(session[new].city.key(), Some(("DE".to_owned(), 3)));
    Ok(())
}

#[test]
fn a_foreign_key_leaves_a_row_whose_key_changes_in_the_same_flush() -> orm_core::Result<()> {
    let Travels { database, mut session, cities, visit, .. } = added();
    let france = session.add(Country { code: "FR".into(), ..Default::default() });
    let nice = session.add(City { country: france.into(), place: 1, ..Default::default() });
    session.commit()?;
    session[visit].city.set(nice);
    session[cities[0]].place = 3;
    session.commit()?;
    assert_eq!(database.ask(VISITS), ["1 | 0 | FR | 1"]);
    Ok(())
}

#[test]
fn a_collection_is_cleared_while_the_key_of_its_owner_changes() -> orm_core::Result<()> {
    let Travels { database, mut session, cities, .. } = read()?;
    session[cities[0]].place = 3;
    session[cities[0]].visits.clear();
    session.commit()?;
    assert_eq!(database.ask(CITIES), ["DE | 2", "DE | 3"]);
    assert_eq!(database.ask(VISITS), ["1 | 0 | NULL | NULL"]);
    assert!(session.view(cities[0]).visits()?.is_empty());
    Ok(())
}

#[test]
fn what_refers_to_a_deleted_row_is_released_also_where_its_key_was_changed_or_taken() -> orm_core::Result<()> {
    let Travels { database, mut session, cities, visit, .. } = added();
    let second = session.add(Visit { city: cities[1].into(), ..Default::default() });
    session.commit()?;
    session[cities[0]].place = 7;
    session.delete(cities[0]);
    session[cities[1]].place = 1;
    session.commit()?;
    assert_eq!((session[visit].city.key(), session[second].city.key()), (None, Some(("DE".to_owned(), 1))));
    session[visit].city.set(cities[1]);
    session.commit()?;
    assert_eq!(database.ask(VISITS), ["1 | 0 | DE | 1", "2 | 0 | DE | 1"]);
    Ok(())
}

#[test]
fn a_rollback_gives_back_all_that_changed_along_with_a_key() -> orm_core::Result<()> {
    for travels in [added(), read()?] {
        let Travels { database, mut session, cities, visit, .. } = travels;
        session[cities[0]].place = 3;
        session[visit].days = 5;
        session.flush()?;
        session.rollback()?;
        assert_eq!((session[visit].days, session[visit].city.key()), (0, Some(("DE".to_owned(), 1))));
        session[visit].days = 5;
        session.commit()?;
        assert_eq!(database.ask(VISITS), ["1 | 5 | DE | 1"]);
    }
    Ok(())
}

#[test]
fn a_unique_value_of_a_replaced_row_is_taken_by_another_row() -> orm_core::Result<()> {
    let Travels { database, mut session, .. } = added();
    let [first, second] = session.add_all(["YY", "AA"].map(|code| Country { code: code.into(), ..Default::default() }));
    session[first].name = Some("Utopia".into());
    session.commit()?;
    session.delete(first);
    session.add(Country { code: "YY".into(), ..Default::default() });
    session[second].name = Some("Utopia".into());
    session.commit()?;
    let names = "SELECT code, name FROM countries ORDER BY code";
    assert_eq!(database.ask(names), ["AA | Utopia", "DE | Germany", "YY | NULL"]);
    Ok(())
}

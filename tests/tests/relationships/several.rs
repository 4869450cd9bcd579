//! Two relationships between the same two models, told apart by their fields.

use orm_core::prelude::*;
use tests::Database;

#[derive(Debug, Model)]
#[model(table = "cities")]
struct City {
    #[primary_key]
    #[column(length = 3)]
    code: String,
    #[has_many(inverse = origin)]
    departures: HasMany<Flight>,
    #[has_many(inverse = destination)]
    arrivals: HasMany<Flight>,
    #[many_to_many(through = "likes", inverse = likes)]
    liked_by: ManyToMany<Flight>,
    #[many_to_many(through = "dislikes", inverse = dislikes)]
    disliked_by: ManyToMany<Flight>,
}

#[derive(Debug, Model)]
#[model(table = "flights")]
struct Flight {
    #[primary_key]
    number: i32,
    #[belongs_to]
    origin: BelongsTo<City>,
    #[belongs_to(column = "goes_to")]
    destination: Option<BelongsTo<City>>,
    #[many_to_many(through = "likes", inverse = liked_by)]
    likes: ManyToMany<City>,
    #[many_to_many(through = "dislikes", inverse = disliked_by)]
    dislikes: ManyToMany<City>,
}

fn city(code: &str) -> City {
    City { code: code.into(), ..Default::default() }
}

fn numbers(flights: &[View<'_, Flight>]) -> Vec<i32> {
    flights.iter().map(|flight| flight.number).collect()
}

/// 1 from A to B, 2 from B to A, 3 from A to nowhere; 1 likes B and dislikes A.
fn airline() -> (Database, Session) {
    let database = Database::with(&Schema::of::<City>());
    let mut session = database.engine().session();
    let [a, b] = session.add_all([city("A"), city("B")]);
    let first = session.add(Flight { number: 1, origin: a.into(), destination: b.into(), ..Default::default() });
    session.add(Flight { number: 2, origin: b.into(), destination: a.into(), ..Default::default() });
    session[a].departures.push(Flight { number: 3, ..Default::default() });
    session[first].likes.push(b);
    session[a].disliked_by.push(first);
    session.commit().expect("the airline is committed");
    let session = database.engine().session();
    (database, session)
}

const FLIGHTS: &str = "SELECT number, origin_id, goes_to FROM flights ORDER BY number";

#[test]
fn each_has_rows_of_its_own() {
    let (database, _) = airline();
    assert_eq!(database.ask(FLIGHTS), ["1 | A | B", "2 | B | A", "3 | A | NULL"]);
    assert_eq!(database.ask("SELECT * FROM likes").len(), 1);
    assert_eq!(database.ask("SELECT * FROM dislikes").len(), 1);
}

#[test]
fn each_loads_its_own_members() -> orm_core::Result<()> {
    let (_database, session) = airline();
    let [a, b] = ["A", "B"].map(|code| session.find::<City>(code).expect("an answer").expect("the city is there"));
    assert_eq!((numbers(&a.departures()?), numbers(&a.arrivals()?)), (vec![1, 3], vec![2]));
    assert_eq!((numbers(&b.departures()?), numbers(&b.arrivals()?)), (vec![2], vec![1]));
    assert_eq!((numbers(&a.liked_by()?), numbers(&a.disliked_by()?)), (vec![], vec![1]));
    let first = session.find::<Flight>(1)?.expect("the flight is there");
    assert_eq!((first.origin()?.code.as_str(), first.likes()?.len(), first.dislikes()?.len()), ("A", 1, 1));
    assert_eq!(first.destination()?.map(|city| city.code.clone()).as_deref(), Some("B"));
    Ok(())
}

#[test]
fn each_changes_alone() -> orm_core::Result<()> {
    let (database, mut session) = airline();
    let [a, b] =
        ["A", "B"].map(|code| session.find::<City>(code).expect("an answer").expect("the city is there").handle());
    let third = session.find::<Flight>(3)?.expect("the flight is there").handle();
    session[b].arrivals.push(third);
    session[a].arrivals.clear();
    session[a].disliked_by.clear();
    session.commit()?;
    assert_eq!(database.ask(FLIGHTS), ["1 | A | B", "2 | B | NULL", "3 | A | B"]);
    assert_eq!(database.ask("SELECT * FROM likes").len(), 1);
    assert_eq!(database.ask("SELECT * FROM dislikes").len(), 0);
    Ok(())
}

#[test]
fn each_filters_and_joins_by_its_own_columns() -> orm_core::Result<()> {
    let (_database, session) = airline();
    let from_a = session.query::<Flight>().join(Flight::origin).filter(City::code.eq("A")).all()?;
    assert_eq!(numbers(&from_a), [1, 3]);
    let to_a = session.query::<Flight>().filter(Flight::destination.has(City::code.eq("A"))).all()?;
    assert_eq!(numbers(&to_a), [2]);
    let disliked = session.query::<City>().filter(City::disliked_by.any(Flight::number.eq(1))).all()?;
    assert_eq!(disliked.iter().map(|city| city.code.as_str()).collect::<Vec<_>>(), ["A"]);
    Ok(())
}

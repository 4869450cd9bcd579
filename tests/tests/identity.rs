//! The identity map: one row is one object, and when its values are read again.

use orm_core::prelude::*;
use planning_demo::models::{Department, Employee};
use tests::{Database, company, statements};

#[test]
fn one_row_is_one_object() -> orm_core::Result<()> {
    // unit-of-work 1
    let (_database, session) = company();
    let all = session.query::<Employee>().order_by(Employee::id.asc()).all()?;
    let john = session.query::<Employee>().filter(Employee::firstname.eq("John")).one()?;
    let found = session.find::<Employee>(1)?.expect("John is there");
    let related = session.find::<Department>(1)?.expect("the department is there").employees()?;
    for other in [john, found, related[0], session.view(john.handle()), session.get(john.handle())?] {
        assert!(std::ptr::eq(all[0].get(), other.get()));
        assert_eq!(all[0].handle(), other.handle());
    }
    Ok(())
}

#[test]
fn a_query_does_not_overwrite_what_the_transaction_has_loaded() -> orm_core::Result<()> {
    // unit-of-work 117
    let (database, mut session) = company();
    session.query::<Employee>().all()?;
    database.run("SET SESSION innodb_lock_wait_timeout = 1");
    database.run("UPDATE employees SET firstname = 'Jeremy' WHERE id = 1");
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    session[john].lastname = "changed".into();
    let again = session.query::<Employee>().filter(Employee::id.eq(1)).one()?;
    assert_eq!((again.firstname.as_str(), again.lastname.as_str()), ("John", "changed"));
    Ok(())
}

#[test]
fn the_first_query_after_a_commit_refreshes() -> orm_core::Result<()> {
    // unit-of-work 99
    let (database, mut session) = company();
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    session.commit()?;
    database.run("UPDATE employees SET firstname = 'Jeremy' WHERE id = 1");
    assert_eq!(session[john].firstname, "John", "objects keep their last values");
    let before = session.view(john).get();
    let after = session.query::<Employee>().filter(Employee::id.eq(1)).one()?;
    assert_eq!((before.firstname.as_str(), after.firstname.as_str()), ("John", "Jeremy"));
    assert_eq!((after.handle(), session[john].firstname.as_str()), (john, "Jeremy"));
    session[john].lastname = "Bentham".into();
    session.commit()?;
    assert_eq!(database.ask("SELECT firstname, lastname FROM employees WHERE id = 1"), ["Jeremy | Bentham"]);
    Ok(())
}

#[test]
fn a_change_waiting_since_the_commit_survives_a_refresh() -> orm_core::Result<()> {
    // unit-of-work 113
    let (database, mut session) = company();
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    session.commit()?;
    database.run("UPDATE employees SET firstname = 'Jeremy' WHERE id = 1");
    session[john].lastname = "Bentham".into();
    session.query::<Employee>().all()?;
    assert_eq!(session[john].lastname, "Bentham");
    session.commit()?;
    assert_eq!(database.ask("SELECT firstname, lastname FROM employees WHERE id = 1"), ["Jeremy | Bentham"]);
    Ok(())
}

#[test]
fn references_stay_valid_while_more_is_loaded() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let marketing = session.find::<Department>(1)?.expect("the department is there").handle();
    for number in 0..200 {
        session.add(Employee::new(&number.to_string(), "x", marketing));
    }
    session.commit()?;
    let first = session.find::<Employee>(1)?.expect("John is there").get();
    let all = session.query::<Employee>().all()?;
    assert_eq!((first.firstname.as_str(), all.len()), ("John", 205));
    Ok(())
}

#[test]
fn find_hits_the_identity_map_without_sql() -> orm_core::Result<()> {
    // unit-of-work 2
    let (_database, session) = company();
    session.query::<Employee>().all()?;
    let (found, sent) = statements(|| session.find::<Employee>(3));
    assert_eq!(found?.map(|employee| employee.firstname.clone()).as_deref(), Some("Jack"));
    assert_eq!(sent, [""; 0]);
    let (missing, sent) = statements(|| session.find::<Employee>(99).map(|found| found.is_none()));
    assert!(missing?);
    assert_eq!(sent.len(), 1);
    Ok(())
}

#[test]
fn a_new_object_is_found_by_its_key_without_sql() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    session.flush()?;
    let (found, sent) = statements(|| session.find::<Department>(3).map(|found| found.map(|view| view.handle())));
    assert_eq!((found?, sent.len()), (Some(sales), 0));
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "countries")]
struct Country {
    #[primary_key]
    #[column(length = 2)]
    code: String,
    #[column(length = 20)]
    name: String,
    #[has_many]
    cities: HasMany<City>,
}

#[derive(Debug, Model)]
#[model(table = "cities")]
struct City {
    #[primary_key]
    #[belongs_to]
    country: BelongsTo<Country>,
    #[primary_key]
    number: u16,
    #[primary_key]
    founded: NaiveDate,
    #[column(length = 20)]
    name: String,
}

fn day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 31).expect("a day")
}

fn cities() -> (Database, Session) {
    let database = Database::with(&Schema::of::<City>());
    let mut session = database.engine().session();
    let germany = session.add(Country { code: "DE".into(), name: "Germany".into(), ..Default::default() });
    for (number, name) in [(1, "Berlin"), (2, "Bonn")] {
        session.add(City { country: germany.into(), number, founded: day(1237), name: name.into() });
    }
    session.commit().expect("the cities are committed");
    let session = database.engine().session();
    (database, session)
}

#[test]
fn natural_keys_find_their_objects() -> orm_core::Result<()> {
    // unit-of-work 2
    let (_database, session) = cities();
    let germany = session.find::<Country>("DE")?.expect("Germany is there");
    let (again, sent) = statements(|| session.find::<Country>("DE".to_owned()));
    assert!(std::ptr::eq(germany.get(), again?.expect("Germany is there").get()));
    assert_eq!((germany.name.as_str(), sent.len()), ("Germany", 0));
    assert!(session.find::<Country>("XX")?.is_none());
    Ok(())
}

#[test]
fn composite_keys_with_a_foreign_key_and_a_date_find_their_objects() -> orm_core::Result<()> {
    let (database, mut session) = cities();
    let bonn = session.find::<City>(("DE".to_owned(), 2, day(1237)))?.expect("Bonn is there");
    assert_eq!((bonn.name.as_str(), bonn.country()?.name.as_str()), ("Bonn", "Germany"));
    let all = session.find::<Country>("DE")?.expect("Germany is there").cities()?;
    assert!(all.iter().any(|city| std::ptr::eq(city.get(), bonn.get())));
    assert!(session.find::<City>(("DE".to_owned(), 2, day(1238)))?.is_none());
    let bonn = bonn.handle();
    for city in session.query::<City>().handles()? {
        session[city].name.push('!');
    }
    session.flush()?;
    session.delete(bonn);
    session.commit()?;
    assert_eq!(database.ask("SELECT country_id, number, founded, name FROM cities"), ["DE | 1 | 1237-01-31 | Berlin!"]);
    Ok(())
}

#[test]
fn a_changed_natural_key_is_found_under_its_new_name() -> orm_core::Result<()> {
    // unit-of-work 92
    let database = Database::with(&Schema::of::<Country>());
    let mut session = database.engine().session();
    let germany = session.add(Country { code: "WG".into(), name: "Germany".into(), ..Default::default() });
    session.commit()?;
    session[germany].code = "DE".into();
    assert_eq!(session.find::<Country>("DE")?.map(|country| country.handle()), Some(germany));
    assert!(session.find::<Country>("WG")?.is_none());
    session.rollback()?;
    assert_eq!(session[germany].code, "WG");
    assert_eq!(session.find::<Country>("WG")?.map(|country| country.handle()), Some(germany));
    assert!(session.find::<Country>("DE")?.is_none());
    Ok(())
}

#[test]
fn a_foreign_key_in_another_case_leads_to_its_target() -> orm_core::Result<()> {
    let (database, session) = cities();
    database.run("INSERT INTO cities VALUES ('de', 3, '2000-01-31', 'Bielefeld')");
    let germany = session.find::<Country>("DE")?.expect("Germany is there");
    let names: Vec<&str> = germany.cities()?.iter().map(|city| city.get().name.as_str()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    let bielefeld = session.query::<City>().filter(City::name.eq("Bielefeld")).one()?;
    assert!(std::ptr::eq(bielefeld.country()?.get(), germany.get()));
    Ok(())
}

#[test]
fn a_session_can_be_sent_to_another_thread() {
    fn assert_send<T: Send>(value: T) -> T {
        value
    }
    let (_database, session) = cities();
    let session = assert_send(session);
    let count = std::thread::spawn(move || session.query::<City>().count().expect("a count")).join();
    assert_eq!(count.expect("the thread ends"), 2);
}

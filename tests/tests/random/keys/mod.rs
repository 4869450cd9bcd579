//! Rows whose keys are values of the user's: they change, are taken over, have several columns, and contain foreign keys.

mod oracle;
mod steps;

use std::collections::BTreeMap;

use orm_core::prelude::*;
use proptest::prelude::*;

use super::walk::walks;
use super::world::{Done, Facts, World};
use oracle::{Number, Oracle};

#[derive(Debug, Model)]
#[model(table = "countries")]
struct Country {
    #[primary_key]
    #[column(length = 1)]
    code: String,
    number: i32,
    #[column(length = 1, unique)]
    name: Option<String>,
    #[has_many(cascade)]
    cities: HasMany<City>,
    #[has_many]
    visits: HasMany<Visit>,
}

#[derive(Debug, Model)]
#[model(table = "cities")]
struct City {
    #[primary_key]
    #[belongs_to(on_update = "cascade")]
    country: BelongsTo<Country>,
    #[primary_key]
    place: i32,
    number: i32,
    value: i32,
    #[has_many]
    visits: HasMany<Visit>,
}

#[derive(Debug, Model)]
#[model(table = "visits")]
struct Visit {
    #[primary_key]
    id: Auto<i32>,
    number: i32,
    #[belongs_to(columns("city_country", "city_place"), on_update = "cascade")]
    city: Option<BelongsTo<City>>,
    #[belongs_to(on_update = "cascade")]
    country: Option<BelongsTo<Country>>,
}

/// Names of countries are below 10, those of cities below 20.
#[derive(Debug, Clone)]
enum Step {
    Country(Number, char),
    Code(Number, char),
    Name(Number, Option<char>),
    DeleteCountry(Number),
    /// Deletes it, and adds another one with its code.
    Replace(Number, Number),
    City(Number, Number, i32),
    Place(Number, i32),
    Value(Number, i32),
    Move(Number, Number),
    Push {
        country: Number,
        city: Number,
    },
    DeleteCity(Number),
    Visit(Number),
    DeleteVisit(Number),
    VisitCity(Number, Option<Number>),
    /// The same by a key.
    VisitCityByKey(Number, Number),
    VisitCountry(Number, Option<Number>),
    PushVisit {
        city: Number,
        visit: Number,
    },
    ClearVisits(Number),
    Get(Number),
}

#[derive(Clone, Default)]
struct Book {
    countries: BTreeMap<Number, Handle<Country>>,
    cities: BTreeMap<Number, Handle<City>>,
    visits: BTreeMap<Number, Handle<Visit>>,
}

#[derive(Clone, Default)]
struct Keys {
    oracle: Oracle,
    book: Book,
    saved_book: Book,
    /// Whether a foreign key was given by its value since the last commit: the row that had it may have another key now, and
    /// after a failure one flush would have to write both.
    has_given_key: bool,
}

impl World for Keys {
    type Step = Step;

    fn schema() -> Schema {
        Schema::of::<Country>()
    }

    fn tables() -> &'static [&'static str] {
        &["visits", "cities", "countries"]
    }

    fn beginning() -> Vec<Step> {
        vec![
            Step::Country(0, 'A'),
            Step::Country(1, 'B'),
            Step::City(10, 0, 1),
            Step::City(11, 0, 2),
            Step::City(12, 1, 1),
            Step::Visit(20),
            Step::VisitCity(20, Some(10)),
            Step::VisitCountry(20, Some(0)),
            Step::Visit(21),
        ]
    }

    fn steps() -> BoxedStrategy<Step> {
        let (country, city, visit) = (0..4u16, 10..15u16, 20..24u16);
        let code = || prop::sample::select(vec!['A', 'B', 'C', 'D']);
        let value = 1..4i32;
        prop_oneof![
            3 => (country.clone(), code()).prop_map(|(name, code)| Step::Country(name, code)),
            3 => (country.clone(), code()).prop_map(|(name, code)| Step::Code(name, code)),
            3 => (country.clone(), prop::option::of(code())).prop_map(|(name, letter)| Step::Name(name, letter)),
            1 => country.clone().prop_map(Step::DeleteCountry),
            1 => (country.clone(), country.clone()).prop_map(|(old, new)| Step::Replace(old, new)),
            3 => (city.clone(), country.clone(), value.clone()).prop_map(|(name, country, place)| Step::City(name, country, place)),
            2 => (city.clone(), value.clone()).prop_map(|(name, place)| Step::Place(name, place)),
            2 => (city.clone(), value).prop_map(|(name, value)| Step::Value(name, value)),
            2 => (city.clone(), country.clone()).prop_map(|(name, country)| Step::Move(name, country)),
            1 => (country.clone(), city.clone()).prop_map(|(country, city)| Step::Push { country, city }),
            2 => city.clone().prop_map(Step::DeleteCity),
            2 => visit.clone().prop_map(Step::Visit),
            1 => visit.clone().prop_map(Step::DeleteVisit),
            2 => (visit.clone(), prop::option::of(city.clone())).prop_map(|(name, city)| Step::VisitCity(name, city)),
            1 => (visit.clone(), city.clone()).prop_map(|(name, city)| Step::VisitCityByKey(name, city)),
            2 => (visit.clone(), prop::option::of(country)).prop_map(|(name, country)| Step::VisitCountry(name, country)),
            2 => (city.clone(), visit).prop_map(|(city, visit)| Step::PushVisit { city, visit }),
            1 => city.clone().prop_map(Step::ClearVisits),
            1 => city.prop_map(Step::Get),
        ]
        .boxed()
    }

    fn step(&mut self, session: &mut Session, step: &Step) -> Done {
        self.take(session, step)
    }

    fn flushed(&mut self) {
        self.oracle.flushed();
        let oracle::Rows { countries, cities, visits } = &self.oracle.now;
        self.book.countries.retain(|number, _| countries.contains_key(number));
        self.book.cities.retain(|number, _| cities.contains_key(number));
        self.book.visits.retain(|number, _| visits.contains_key(number));
    }

    fn committed(&mut self) {
        self.oracle.committed();
        self.has_given_key = false;
        self.saved_book = self.book.clone();
    }

    fn can_be_repeated(&self) -> bool {
        !self.has_given_key && self.oracle.can_be_repeated()
    }

    /// Keys that change are written before other changes, as they were the first time.
    fn failed(&mut self, session: &mut Session) -> Done {
        self.oracle.failed();
        if self.oracle.has_renamed {
            session.flush()?;
            self.flushed();
        }
        Ok(())
    }

    fn rolled_back(&mut self) {
        self.oracle.rolled_back();
        self.has_given_key = false;
        self.book = self.saved_book.clone();
    }

    fn kept(&mut self, before: &Self) {
        self.oracle.saved = before.oracle.saved.clone();
        self.oracle.has_renamed |= before.oracle.has_renamed;
        self.has_given_key |= before.has_given_key;
        self.saved_book = before.saved_book.clone();
    }

    fn cleared(&mut self) {
        self.book = Book::default();
        self.saved_book = Book::default();
    }

    fn expected(&self) -> Facts {
        self.oracle.facts()
    }

    fn shown(&self, session: &Session) -> Facts {
        let mut facts = Facts::new();
        for (&number, &handle) in &self.book.countries {
            let country = &session[handle];
            facts.insert(oracle::country(number, letter(&country.code), country.name.as_deref().map(letter)));
        }
        let country_of = |key: Option<String>| {
            self.book
                .countries
                .iter()
                .find(|(_, handle)| Some(&session[**handle].code) == key.as_ref())
                .map(|(number, _)| *number)
        };
        for (&number, &handle) in &self.book.cities {
            let city = &session[handle];
            let country = country_of(city.country.key());
            facts.extend(country.map(|country| oracle::city(number, country, city.place, city.value)));
        }
        for (&number, &handle) in &self.book.visits {
            let (visit, key) = (&session[handle], session[handle].city.key());
            let is_of = |city: &City| key == city.country.key().map(|code| (code, city.place));
            let city = self.book.cities.iter().find(|(_, handle)| key.is_some() && is_of(&session[**handle]));
            let country = country_of(visit.country.key());
            if key.is_some() == city.is_some() && visit.country.key().is_some() == country.is_some() {
                facts.insert(oracle::visit(number, city.map(|(number, _)| *number), country));
            }
        }
        facts
    }

    fn seen(&mut self, session: &Session) -> Done<Facts> {
        let mut facts = Facts::new();
        for country in session.query::<Country>().all()? {
            facts.insert(oracle::country(
                number(country.number),
                letter(&country.code),
                country.name.as_deref().map(letter),
            ));
            self.book.countries.insert(number(country.number), country.handle());
            for city in country.cities()? {
                facts.insert(oracle::city(number(city.number), number(country.number), city.place, city.value));
                prop_assert_eq!(city.country()?.handle(), country.handle());
            }
            for visit in country.visits()? {
                prop_assert_eq!(visit.country()?.map(|other| other.handle()), Some(country.handle()));
            }
        }
        for city in session.query::<City>().all()? {
            self.book.cities.insert(number(city.number), city.handle());
            let found = session.find::<City>((city.country.key().unwrap_or_default(), city.place))?;
            prop_assert_eq!(found.map(|found| found.handle()), Some(city.handle()), "the city of a key");
            for visit in city.visits()? {
                prop_assert_eq!(visit.city()?.map(|other| other.handle()), Some(city.handle()));
            }
        }
        for visit in session.query::<Visit>().all()? {
            self.book.visits.insert(number(visit.number), visit.handle());
            let city = visit.city()?.map(|city| number(city.number));
            let country = visit.country()?.map(|country| number(country.number));
            facts.insert(oracle::visit(number(visit.number), city, country));
        }
        Ok(facts)
    }

    fn stored() -> String {
        "SELECT CONCAT(number, ': ', code, ', called ', COALESCE(name, '-')) FROM countries UNION ALL \
         SELECT CONCAT(c.number, ': place ', c.place, ' of ', o.number, ', value ', c.value) FROM cities c \
         JOIN countries o ON o.code = c.country_id UNION ALL \
         SELECT CONCAT(v.number, ': of ', COALESCE(c.number, '-'), ' and ', COALESCE(o.number, '-')) FROM visits v \
         LEFT JOIN cities c ON c.country_id = v.city_country AND c.place = v.city_place \
         LEFT JOIN countries o ON o.code = v.country_id"
            .to_owned()
    }
}

fn number(number: i32) -> Number {
    Number::try_from(number).expect("numbers are small")
}

fn letter(text: &str) -> char {
    text.chars().next().expect("codes and names are letters")
}

#[test]
fn rows_with_keys_that_change_end_as_the_oracle_says() {
    walks::<Keys>();
}

//! What should have become of rows whose keys are values of the user's.

use std::collections::BTreeMap;

use super::super::world::Facts;

pub(super) type Number = u16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Country {
    pub(super) code: char,
    /// No two countries have the same.
    pub(super) name: Option<char>,
}

/// The country and the place are its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct City {
    pub(super) country: Number,
    pub(super) place: i32,
    pub(super) value: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Visit {
    pub(super) city: Option<Number>,
    pub(super) country: Option<Number>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    pub(super) countries: BTreeMap<Number, Country>,
    pub(super) cities: BTreeMap<Number, City>,
    pub(super) visits: BTreeMap<Number, Visit>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Oracle {
    pub(super) now: Rows,
    /// As the transaction has written it.
    pub(super) stored: Rows,
    pub(super) saved: Rows,
    /// Whether the key of a country was changed since the last commit.
    pub(super) has_renamed: bool,
    lives: BTreeMap<Number, u16>,
}

impl Rows {
    /// The keys of the countries and cities that are there, as values.
    fn key_of_country(&self, number: Number) -> Option<String> {
        self.countries.get(&number).map(|country| country.code.to_string())
    }

    fn key_of_city(&self, number: Number) -> Option<String> {
        let city = self.cities.get(&number)?;
        Some(format!("{}{}", self.key_of_country(city.country)?, city.place))
    }

    fn key(&self, number: Number) -> Option<String> {
        self.key_of_country(number).or_else(|| self.key_of_city(number))
    }

    fn numbers(&self) -> impl Iterator<Item = Number> {
        self.countries.keys().chain(self.cities.keys()).copied()
    }
}

impl Oracle {
    pub(super) fn find(&self, name: Number) -> Option<Number> {
        let Rows { countries, cities, visits } = &self.now;
        countries.keys().chain(cities.keys()).chain(visits.keys()).copied().filter(|number| number % 100 == name).max()
    }

    /// The number of a new object, where the name is free.
    pub(super) fn name(&mut self, name: Number) -> Option<Number> {
        if self.find(name).is_some() {
            return None;
        }
        let lives = self.lives.entry(name).or_default();
        *lives += 1;
        Some(name + 100 * (*lives - 1))
    }

    /// Whether no other object has this key.
    pub(super) fn is_free(&self, key: &str, number: Option<Number>) -> bool {
        self.now.numbers().all(|other| Some(other) == number || self.now.key(other).as_deref() != Some(key))
    }

    /// Whether an object has this key in the database that gives it up and stays: the database cannot free it in the same flush.
    pub(super) fn is_given_up(&self, key: &str) -> bool {
        self.gives_up(&self.stored, key)
    }

    fn gives_up(&self, before: &Rows, key: &str) -> bool {
        let gives_up =
            |number: Number| before.key(number).as_deref() == Some(key) && self.now.key(number).as_deref() != Some(key);
        self.now.numbers().any(gives_up)
    }

    /// Whether a city has, or takes, the key of one that is deleted, while a country is deleted too: cities that leave that one
    /// may need such keys.
    pub(super) fn is_blocked(&self, taken: Option<&str>) -> bool {
        self.blocks(&self.stored, taken)
    }

    fn blocks(&self, before: &Rows, taken: Option<&str>) -> bool {
        let is_deleted = |key: &str| {
            let mut cities = before.cities.keys().filter(|city| !self.now.cities.contains_key(city));
            cities.any(|city| before.key_of_city(*city).as_deref() == Some(key))
        };
        let keys = self.now.cities.keys().filter_map(|city| self.now.key_of_city(*city));
        let takes_over = keys.into_iter().any(|key| is_deleted(&key)) || taken.is_some_and(is_deleted);
        takes_over && before.countries.keys().any(|country| !self.now.countries.contains_key(country))
    }

    /// The same, if this country were deleted.
    pub(super) fn would_block(&mut self, country: Number) -> bool {
        let removed = self.now.countries.remove(&country);
        let blocks = self.is_blocked(None);
        self.now.countries.extend(removed.map(|row| (country, row)));
        blocks
    }

    /// Whether one flush can write what several have written since the last commit.
    /// The key of a city changes with that of its country, so that neither the city nor what refers to it can be changed by that
    /// flush too.
    pub(super) fn can_be_repeated(&self) -> bool {
        if self.blocks(&self.saved, None) || self.has_renamed && self.has_other_changes() {
            return false;
        }
        self.now.numbers().all(|number| {
            let key = self.now.key(number);
            key == self.saved.key(number) || key.is_none_or(|key| !self.gives_up(&self.saved, &key))
        })
    }

    fn has_other_changes(&self) -> bool {
        self.now.cities != self.saved.cities || self.now.visits != self.saved.visits
    }

    /// Cities go with their countries, and visits stay without what they were of.
    pub(super) fn flushed(&mut self) {
        let Rows { countries, cities, visits } = &mut self.now;
        cities.retain(|_, city| countries.contains_key(&city.country));
        for visit in visits.values_mut() {
            visit.city = visit.city.filter(|city| cities.contains_key(city));
            visit.country = visit.country.filter(|country| countries.contains_key(country));
        }
        self.stored = self.now.clone();
    }

    pub(super) fn committed(&mut self) {
        self.saved = self.now.clone();
        self.has_renamed = false;
    }

    pub(super) fn failed(&mut self) {
        self.stored = self.saved.clone();
    }

    pub(super) fn rolled_back(&mut self) {
        self.now = self.saved.clone();
        self.has_renamed = false;
        self.stored = self.saved.clone();
    }

    pub(super) fn facts(&self) -> Facts {
        let Rows { countries, cities, visits } = &self.now;
        let countries = countries.iter().map(|(number, row)| country(*number, row.code, row.name));
        let cities = cities.iter().map(|(number, row)| city(*number, row.country, row.place, row.value));
        let visits = visits.iter().map(|(number, row)| visit(*number, row.city, row.country));
        countries.chain(cities).chain(visits).collect()
    }
}

pub(super) fn country(number: Number, code: char, name: Option<char>) -> String {
    format!("{number}: {code}, called {}", name.unwrap_or('-'))
}

pub(super) fn city(number: Number, country: Number, place: i32, value: i32) -> String {
    format!("{number}: place {place} of {country}, value {value}")
}

pub(super) fn visit(number: Number, city: Option<Number>, country: Option<Number>) -> String {
    let text = |number: Option<Number>| number.map_or("-".to_owned(), |number| number.to_string());
    format!("{number}: of {} and {}", text(city), text(country))
}

//! What a walk does with countries, cities and visits, and what the oracle makes of it.

use orm_core::prelude::*;

use super::super::world::{Done, World};
use super::oracle::{self, Number};
use super::{City, Country, Keys, Step, Visit};

impl Keys {
    pub(super) fn take(&mut self, session: &mut Session, step: &Step) -> Done {
        match *step {
            Step::Country(name, code) => self.add_country(session, name, code),
            Step::Code(name, code) => self.code(session, name, code),
            Step::Name(name, letter) => {
                self.name(session, name, letter);
                Ok(())
            }
            Step::DeleteCountry(name) => self.delete_country(session, name),
            Step::Replace(old, new) => self.replace(session, old, new),
            Step::City(name, country, place) => self.add_city(session, name, country, place),
            Step::Place(name, place) => self.place(session, name, place),
            Step::Value(name, value) => {
                if let Some((number, city)) = self.city(name) {
                    session[city].value = value;
                    self.oracle.now.cities.entry(number).and_modify(|city| city.value = value);
                }
                Ok(())
            }
            Step::Move(city, country) => self.move_city(session, city, country, |session, city, country| {
                session[city].country.set(country);
            }),
            Step::Push { country, city } => self.move_city(session, city, country, |session, city, country| {
                session[country].cities.push(city);
            }),
            Step::DeleteCity(name) => {
                if let Some((number, city)) = self.city(name) {
                    session.delete(city);
                    self.book.cities.remove(&number);
                    self.oracle.now.cities.remove(&number);
                }
                Ok(())
            }
            Step::Get(name) => {
                if let Some((_, city)) = self.city(name) {
                    session.get(city)?;
                }
                Ok(())
            }
            ref step => self.take_visit(session, step),
        }
    }

    fn take_visit(&mut self, session: &mut Session, step: &Step) -> Done {
        match *step {
            Step::Visit(name) => {
                if let Some(number) = self.oracle.name(name) {
                    let visit = session.add(Visit { number: number.into(), ..Default::default() });
                    self.book.visits.insert(number, visit);
                    self.oracle.now.visits.insert(number, oracle::Visit::default());
                }
            }
            Step::DeleteVisit(name) => {
                if let Some((number, visit)) = self.visit(name) {
                    session.delete(visit);
                    self.book.visits.remove(&number);
                    self.oracle.now.visits.remove(&number);
                }
            }
            Step::VisitCity(visit, Some(city)) => {
                if let (Some((number, visit)), Some((city, target))) = (self.visit(visit), self.city(city)) {
                    session[visit].city.set(target);
                    self.oracle.now.visits.entry(number).and_modify(|visit| visit.city = Some(city));
                }
            }
            Step::VisitCity(visit, None) => {
                if let Some((number, visit)) = self.visit(visit) {
                    session[visit].city.clear();
                    self.oracle.now.visits.entry(number).and_modify(|visit| visit.city = None);
                }
            }
            Step::VisitCityByKey(visit, city) => self.visit_by_key(session, visit, city)?,
            Step::VisitCountry(visit, country) => {
                let target = country.and_then(|country| self.country(country));
                if let Some((number, visit)) = self.visit(visit).filter(|_| country.is_none() || target.is_some()) {
                    match target {
                        Some((_, target)) => session[visit].country.set(target),
                        None => session[visit].country.clear(),
                    }
                    let target = target.map(|(number, _)| number);
                    self.oracle.now.visits.entry(number).and_modify(|visit| visit.country = target);
                }
            }
            Step::PushVisit { city, visit } => {
                if let (Some((city, owner)), Some((number, visit))) = (self.city(city), self.visit(visit)) {
                    session[owner].visits.push(visit);
                    self.oracle.now.visits.entry(number).and_modify(|visit| visit.city = Some(city));
                }
            }
            Step::ClearVisits(city) => {
                if let Some((city, owner)) = self.city(city) {
                    session[owner].visits.clear();
                    let visits = self.oracle.now.visits.values_mut().filter(|visit| visit.city == Some(city));
                    visits.for_each(|visit| visit.city = None);
                }
            }
            _ => unreachable!("the step is about visits"),
        }
        Ok(())
    }

    fn country(&self, name: Number) -> Option<(Number, Handle<Country>)> {
        let number = self.oracle.find(name)?;
        self.book.countries.get(&number).map(|&handle| (number, handle))
    }

    fn city(&self, name: Number) -> Option<(Number, Handle<City>)> {
        let number = self.oracle.find(name)?;
        self.book.cities.get(&number).map(|&handle| (number, handle))
    }

    fn visit(&self, name: Number) -> Option<(Number, Handle<Visit>)> {
        let number = self.oracle.find(name)?;
        self.book.visits.get(&number).map(|&handle| (number, handle))
    }

    fn flush(&mut self, session: &mut Session) -> Done {
        session.flush()?;
        self.flushed();
        Ok(())
    }

    /// Whether a key can be taken; one that another row gives up is free after a flush.
    fn can_take(&mut self, session: &mut Session, key: &str, number: Option<Number>) -> Done<bool> {
        if self.oracle.is_given_up(key) || self.oracle.is_blocked(Some(key)) {
            self.flush(session)?;
        }
        Ok(self.oracle.is_free(key, number))
    }

    fn add_country(&mut self, session: &mut Session, name: Number, code: char) -> Done {
        if self.can_take(session, &code.to_string(), None)?
            && let Some(number) = self.oracle.name(name)
        {
            let country = session.add(Country { code: code.into(), number: number.into(), ..Default::default() });
            self.book.countries.insert(number, country);
            self.oracle.now.countries.insert(number, oracle::Country { code, name: None });
        }
        Ok(())
    }

    /// The database changes the keys of cities and visits with it: what waits for those is flushed before.
    fn code(&mut self, session: &mut Session, name: Number, code: char) -> Done {
        self.flush(session)?;
        if self.can_take(session, &code.to_string(), None)?
            && let Some((number, country)) = self.country(name)
        {
            session[country].code = code.into();
            self.oracle.now.countries.entry(number).and_modify(|country| country.code = code);
            self.oracle.has_renamed = true;
            self.flush(session)?;
        }
        Ok(())
    }

    fn name(&mut self, session: &mut Session, name: Number, letter: Option<char>) {
        let is_taken = letter.is_some() && self.oracle.now.countries.values().any(|country| country.name == letter);
        if let Some((number, country)) = self.country(name).filter(|_| !is_taken) {
            session[country].name = letter.map(String::from);
            self.oracle.now.countries.entry(number).and_modify(|country| country.name = letter);
        }
    }

    fn delete_country(&mut self, session: &mut Session, name: Number) -> Done {
        if let Some((number, _)) = self.country(name)
            && self.oracle.would_block(number)
        {
            self.flush(session)?;
        }
        if let Some((number, country)) = self.country(name) {
            session.delete(country);
            self.book.countries.remove(&number);
            self.oracle.now.countries.remove(&number);
        }
        Ok(())
    }

    fn replace(&mut self, session: &mut Session, old: Number, new: Number) -> Done {
        let Some((number, _)) = self.country(old).filter(|_| old == new || self.oracle.find(new).is_none()) else {
            return Ok(());
        };
        let code = self.oracle.now.countries[&number].code;
        self.delete_country(session, old)?;
        self.add_country(session, new, code)
    }

    fn add_city(&mut self, session: &mut Session, name: Number, country: Number, place: i32) -> Done {
        let Some((owner, _)) = self.country(country) else { return Ok(()) };
        let key = format!("{}{place}", self.oracle.now.countries[&owner].code);
        if !self.can_take(session, &key, None)? {
            return Ok(());
        }
        if let Some((country, handle)) = self.country(country)
            && let Some(number) = self.oracle.name(name)
        {
            let city = City { country: handle.into(), place, number: number.into(), ..Default::default() };
            self.book.cities.insert(number, session.add(city));
            self.oracle.now.cities.insert(number, oracle::City { country, place, value: 0 });
        }
        Ok(())
    }

    fn place(&mut self, session: &mut Session, name: Number, place: i32) -> Done {
        let Some((number, _)) = self.city(name) else { return Ok(()) };
        let Some(country) = self.oracle.now.countries.get(&self.oracle.now.cities[&number].country) else {
            return Ok(());
        };
        let key = format!("{}{place}", country.code);
        if self.can_take(session, &key, Some(number))?
            && let Some((number, city)) = self.city(name)
        {
            session[city].place = place;
            self.oracle.now.cities.entry(number).and_modify(|city| city.place = place);
        }
        Ok(())
    }

    fn move_city(
        &mut self,
        session: &mut Session,
        city: Number,
        country: Number,
        change: impl FnOnce(&mut Session, Handle<City>, Handle<Country>),
    ) -> Done {
        let (Some((number, _)), Some((owner, _))) = (self.city(city), self.country(country)) else { return Ok(()) };
        let key = format!("{}{}", self.oracle.now.countries[&owner].code, self.oracle.now.cities[&number].place);
        if self.can_take(session, &key, Some(number))?
            && let (Some((number, city)), Some((owner, country))) = (self.city(city), self.country(country))
        {
            change(session, city, country);
            self.oracle.now.cities.entry(number).and_modify(|city| city.country = owner);
        }
        Ok(())
    }

    /// A key that is given means the row that has it in the database: that has to keep it until then.
    fn visit_by_key(&mut self, session: &mut Session, visit: Number, city: Number) -> Done {
        self.flush(session)?;
        if let (Some((number, visit)), Some((city, target))) = (self.visit(visit), self.city(city))
            && let Some(code) = session[target].country.key()
        {
            let key = (code, session[target].place);
            session[visit].city.set(BelongsTo::key(key));
            self.oracle.now.visits.entry(number).and_modify(|visit| visit.city = Some(city));
            self.has_given_key = true;
            self.flush(session)?;
        }
        Ok(())
    }
}

//! Which columns of a result are wanted, and in which order: a struct and a model find theirs by name.

use std::any::type_name;

use crate::connection::Receiver;
use crate::error::{Error, Result};
use crate::model::{Origin, Row};
use crate::value::Value;

/// The columns that somebody wants of a result.
#[derive(Debug)]
pub(crate) struct Wanted<'w> {
    /// Who wants them, for a reader of an error.
    what: String,
    columns: Columns<'w>,
}

#[derive(Debug, Clone, Copy)]
enum Columns<'w> {
    /// All, in their order; there must be so many.
    All(usize),
    /// Those with these names; others may be there too.
    Named(&'w [&'w str]),
}

impl<'w> Wanted<'w> {
    /// The columns with these names, whatever stands beside them.
    pub(crate) fn named(what: &str, names: &'w [&'w str]) -> Self {
        Self { what: what.to_owned(), columns: Columns::Named(names) }
    }

    /// What a row is read into by this type.
    pub(crate) fn by<R: Row>() -> Self {
        let what = without_paths(type_name::<R>());
        let columns = R::NAMES.map_or(Columns::All(R::width()), Columns::Named);
        Self { what, columns }
    }

    /// The place of each wanted column among those of a result; nothing where they are all of them.
    fn places(&self, found: &[String]) -> Result<Option<Vec<usize>>, String> {
        let there_are = || format!("the result has: {}", found.join(", "));
        match self.columns {
            Columns::All(width) if width == found.len() => Ok(None),
            Columns::All(width) => Err(format!("`{}` takes {width} columns of a row, and {}", self.what, there_are())),
            Columns::Named(names) => names
                .iter()
                .map(|name| match places_of(name, found).as_slice() {
                    [place] => Ok(*place),
                    [] => Err(format!("`{}` needs a column `{name}`, and {}", self.what, there_are())),
                    _ => Err(format!("`{}` needs one column `{name}`, and {}", self.what, there_are())),
                })
                .collect::<Result<_, _>>()
                .map(Some),
        }
    }
}

/// `(i32, String)` of `(i32, alloc::string::String)`.
fn without_paths(name: &str) -> String {
    let parts = name.split_inclusive(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':')));
    parts.map(|part| part.rsplit("::").next().unwrap_or(part)).collect()
}

/// The server compares names of columns without regard to case.
fn places_of(name: &str, found: &[String]) -> Vec<usize> {
    let name = name.to_lowercase();
    (0..found.len()).filter(|&place| found[place].to_lowercase() == name).collect()
}

/// What takes the wanted values of a row, with where they come from.
pub(crate) type OnWanted<'a> = &'a mut dyn FnMut(Vec<Value>, &[Origin]) -> Result<()>;

/// Takes an answer, and gives the wanted columns of its rows on.
pub(crate) struct Reading<'a> {
    wanted: Wanted<'a>,
    statement: &'a str,
    on_row: OnWanted<'a>,
    /// As of [`Wanted::places`].
    places: Option<Vec<usize>>,
    /// One for each value that is given on.
    origins: Vec<Origin>,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(wanted: Wanted<'a>, statement: &'a str, on_row: OnWanted<'a>) -> Self {
        Self { wanted, statement, on_row, places: None, origins: Vec::new() }
    }
}

impl Receiver for Reading<'_> {
    fn columns(&mut self, names: &mut dyn Iterator<Item = String>) -> Result<()> {
        let names: Vec<String> = names.collect();
        let error = |reason| Error::Columns { reason, statement: self.statement.to_owned() };
        if !self.origins.is_empty() {
            return Err(error("there is more than one result".to_owned()));
        }
        self.places = self.wanted.places(&names).map_err(error)?;
        self.origins = match &self.places {
            Some(places) => places.iter().map(|&place| Origin::Label(names[place].clone())).collect(),
            None => names.into_iter().map(Origin::Label).collect(),
        };
        Ok(())
    }

    fn row(&mut self, mut row: Vec<Value>) -> Result<()> {
        let row = match &self.places {
            Some(places) => places.iter().map(|&place| std::mem::replace(&mut row[place], Value::NULL)).collect(),
            None => row,
        };
        (self.on_row)(row, &self.origins)
    }
}

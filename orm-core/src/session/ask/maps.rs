//! The answer to a query as a map, by the value of a column.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use crate::error::{Error, Result};
use crate::model::ColumnField;
use crate::query::{Column, Query};
use crate::session::{Model, Session, View};
use crate::value::{ColumnType, Value};

impl<'s, M: Model, S> Query<M, S, &'s Session> {
    /// All objects, by the value of a column in which no two are equal: `all_by(Employee::id)`. Those in which it is `NULL` are
    /// left out.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Employee { #[primary_key] id: Auto<i32>, name: String, site: Option<String> }
    /// # fn ask(session: &Session) -> orm_core::Result<()> {
    /// let employees = session.query::<Employee>().all_by(Employee::id)?;
    /// println!("{}", employees[&7].name);
    /// for (site, employees) in session.query::<Employee>().all_grouped_by(Employee::site)? {
    ///     println!("{site}: {}", employees.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::TooMany`]: two objects have the same value. Else as of [`all`](Self::all).
    pub fn all_by<F: ColumnField>(self, column: Column<M, F>) -> Result<HashMap<F::Plain, View<'s, M>>>
    where
        F::Plain: Eq + Hash,
    {
        let mut map = HashMap::new();
        for (value, view) in self.all_with(column)? {
            match map.entry(value) {
                Entry::Vacant(place) => place.insert(view),
                Entry::Occupied(_) => {
                    let what = format!("with the same `{}`", M::table().columns[column.place()].field);
                    return Err(Error::TooMany { model: M::table().model, what });
                }
            };
        }
        Ok(map)
    }

    /// All objects in groups, by the value of a column; those of a group in the order of the query. Those in which it is `NULL`
    /// are left out.
    ///
    /// # Errors
    /// As of [`all`](Self::all).
    pub fn all_grouped_by<F: ColumnField>(self, column: Column<M, F>) -> Result<HashMap<F::Plain, Vec<View<'s, M>>>>
    where
        F::Plain: Eq + Hash,
    {
        let mut map: HashMap<F::Plain, Vec<View<'s, M>>> = HashMap::new();
        for (value, view) in self.all_with(column)? {
            map.entry(value).or_default().push(view);
        }
        Ok(map)
    }

    /// All objects, each with its value in a column where that is not `NULL`.
    fn all_with<F: ColumnField>(self, column: Column<M, F>) -> Result<Vec<(F::Plain, View<'s, M>)>> {
        let (objects, table, place) = (self.source.objects(), M::table(), column.place());
        let with_value = |view: View<'s, M>| match objects.column_value(view.handle().reference(), place) {
            Value::NULL => None,
            value => {
                let value = F::Plain::from_value(value);
                Some(
                    value
                        .map_err(|source| Error::decode(table, &table.columns[place], source))
                        .map(|value| (value, view)),
                )
            }
        };
        self.all()?.into_iter().filter_map(with_value).collect()
    }
}

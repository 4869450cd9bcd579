//! UPDATE and DELETE of all rows that a query finds.

use crate::error::{Error, Result};
use crate::query::{Assignment, Query};
use crate::schema::Table;
use crate::session::assign::check_assignable;
use crate::session::refused::Writes;
use crate::session::watch::Watched;
use crate::session::{Model, Session, flush};
use crate::sql::{Expression, Operation, Select};
use crate::value::Value;

impl Session {
    /// Changes all rows that a query finds, by one UPDATE, and gives the number of rows that it has found. What has changed in
    /// the session is flushed before.
    ///
    /// The query may have filters, an order and a limit; it cannot join, but ask through relationships with `any` and `has`.
    /// A `#[version]` gets the next one. The servers assign from left to right: a term sees what the assignments before it
    /// have set.
    ///
    /// Loaded objects have their new values at once, by a SELECT for each 1,000 of them, unless they have changes that are not
    /// flushed. A rollback brings the old values back.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Employee { #[primary_key] id: Auto<i32>, active: bool, salary: i32 }
    /// # fn raise(session: &mut Session) -> orm_core::Result<()> {
    /// let active = query::<Employee>().filter(Employee::active.eq(true));
    /// let raised = session.update_all(active, [Employee::salary.set(Employee::salary + 10)])?;
    /// println!("{raised} employees have more");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::NotAssignable`]: a column of the primary key is set, or a foreign key to a new object.
    /// [`Error::Unsupported`]: the query has an offset, or nothing is set. What the database says, after which the transaction
    /// goes on without this statement; what a flush says. Where the changed rows cannot be read, the transaction is rolled
    /// back.
    pub fn update_all<M: Model>(
        &mut self,
        query: Query<M>,
        assignments: impl IntoIterator<Item = Assignment<M>>,
    ) -> Result<u64> {
        let columns = assignments.into_iter().map(Assignment::into_columns).collect::<Result<Vec<_>>>()?;
        self.update_rows(query.select, columns.concat())
    }

    /// Deletes all rows that a query finds, by one DELETE, and gives their number. What has changed in the session is flushed
    /// before.
    ///
    /// The query may have filters, an order and a limit. What refers to the rows is the database's matter: it deletes, changes
    /// or refuses as the foreign keys say. Loaded objects of these rows are deleted too; a rollback
    /// brings them back.
    ///
    /// # Errors
    /// [`Error::Unsupported`]: the query has an offset. Else as of [`update_all`](Self::update_all).
    pub fn delete_all<M: Model>(&mut self, query: Query<M>) -> Result<u64> {
        self.delete_rows(query.select)
    }

    fn update_rows(&mut self, mut select: Select, mut columns: Vec<(usize, Expression)>) -> Result<u64> {
        const NAME: &str = "update_all";
        check(NAME, &select)?;
        if columns.is_empty() {
            return Err(unsupported(NAME, &select, "has nothing to set: give it an assignment"));
        }
        columns.iter().try_for_each(|(column, _)| check_assignable(select.root, *column))?;
        columns.extend(next_version(select.root, &columns)?);
        self.prepare(&mut select)?;
        columns.iter_mut().try_for_each(|(_, value)| self.resolve_keys(value))?;
        let sent = self.send(select.update(&columns), &mut |_| Ok(()));
        let done = sent.map_err(|error| {
            let columns: Vec<usize> = columns.iter().map(|(column, _)| *column).collect();
            self.explain_write(
                error,
                Writes { table: select.root, columns: &columns, keys: &Vec::new, largest: &|| None },
            )
        })?;
        Watched::count(&self.watched().updated, done.affected);
        self.read_table_again(select.root)?;
        self.ran(NAME, select.root);
        Ok(done.affected)
    }

    fn delete_rows(&mut self, mut select: Select) -> Result<u64> {
        const NAME: &str = "delete_all";
        check(NAME, &select)?;
        self.prepare(&mut select)?;
        let sent = self.send(select.delete(), &mut |_| Ok(()));
        let done = sent.map_err(|error| self.explain(error, &[select.root]))?;
        Watched::count(&self.watched().deleted, done.affected);
        self.read_table_again(select.root)?;
        self.objects().expire_dependents(select.root);
        self.ran(NAME, select.root);
        Ok(done.affected)
    }

    fn prepare(&self, select: &mut Select) -> Result<()> {
        flush::flush(self)?;
        self.resolve_all_keys(select)
    }
}

/// Whoever has read a row before must see that it has changed.
fn next_version(table: &'static Table, columns: &[(usize, Expression)]) -> Result<Option<(usize, Expression)>> {
    let first = table.first_version().transpose();
    let first = first.map_err(|(column, source)| Error::decode(table, &table.columns[column], source))?;
    let Some((version, first)) = first.filter(|(version, _)| columns.iter().all(|(column, _)| column != version))
    else {
        return Ok(None);
    };
    let one = Expression::Value(Value::Int(1));
    let next = match table.counted_version() {
        Some(counted) => Expression::column(table, counted).calculate(Operation::Add, one),
        None => Expression::Value(first),
    };
    Ok(Some((version, next)))
}

fn check(name: &'static str, select: &Select) -> Result<()> {
    if select.offset.is_some() {
        return Err(unsupported(name, select, "cannot have an offset: the servers know none there"));
    }
    if !select.united.is_empty() {
        return Err(unsupported(name, select, "cannot be of a union: combine the conditions with `|`"));
    }
    Ok(())
}

fn unsupported(name: &'static str, select: &Select, reason: &'static str) -> Error {
    Error::Unsupported { statement: name, model: select.root.model, reason }
}

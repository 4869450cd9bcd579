//! INSERT of any number of rows that no session keeps: they come one by one, and go in chunks.

use crate::connection::Engine;
use crate::error::{Error, Result};
use crate::model::{Cell, Field, NewObject, ObjectRef, Record};
use crate::schema::Table;
use crate::session::chunks::{self, MAX_INSERTED};
use crate::session::flush::collect;
use crate::session::objects::Objects;
use crate::session::refused::Writes;
use crate::session::watch::Watched;
use crate::session::{Model, Session, flush};
use crate::sql::MAX_PLACEHOLDERS;
use crate::sql::{self, Existing, Statement};
use crate::value::{KeyValue, Value};

impl Session {
    /// Inserts rows that need no handles, and gives their number. The session keeps nothing of them: they are taken from the
    /// iterator in chunks, each of which is one INSERT, so that there may be any number. What has changed in the session is
    /// flushed before.
    ///
    /// An object is a plain row here: its foreign keys are keys, or handles of this session's objects, and computed columns
    /// are left to the database. No hook runs.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Reading { #[primary_key] id: Auto<i64>, celsius: f64 }
    /// # fn fill(session: &mut Session) -> orm_core::Result<()> {
    /// let readings = (0..1_000_000).map(|number| Reading { celsius: f64::from(number), ..Default::default() });
    /// session.insert_all(readings)?;
    /// session.commit()
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::NotPlain`]: a relationship holds members or a new object. [`Error::Unset`]: a required foreign key is not set.
    /// [`Error::Handle`]: a handle in a foreign key cannot be used. What the database says; what a flush says. Nothing of the
    /// call is left then: where a chunk was written before, the transaction is rolled back, and all else that it has written
    /// waits again as after a flush that fails.
    pub fn insert_all<M: Model>(&mut self, rows: impl IntoIterator<Item = M>) -> Result<u64> {
        self.write_objects("insert_all", Existing::Refused, rows)
    }

    /// Inserts rows; of a row that is there already, all columns that are given and not in the primary key are changed
    /// instead. The statement is `INSERT … ON DUPLICATE KEY UPDATE`, for a chunk of rows at a time.
    ///
    /// A version is not compared, and counts on. A row is there already if one has the same primary key, or the same value in another unique key. Objects that the
    /// session has of the table are read again when they are next asked for.
    ///
    /// # Errors
    /// As of [`insert_all`](Self::insert_all).
    pub fn upsert<M: Model>(&mut self, rows: impl IntoIterator<Item = M>) -> Result<()> {
        self.write_objects("upsert", Existing::Changed, rows).map(drop)
    }

    /// Inserts rows; one that is there already, by its primary key or another unique one, stays as it is. Every other reason
    /// to refuse a row is an error, unlike with the servers' own `INSERT IGNORE`.
    ///
    /// # Errors
    /// As of [`insert_all`](Self::insert_all).
    pub fn insert_ignore<M: Model>(&mut self, rows: impl IntoIterator<Item = M>) -> Result<()> {
        self.write_objects("insert_ignore", Existing::Kept, rows).map(drop)
    }

    fn write_objects<M: Model>(
        &mut self,
        name: &'static str,
        existing: Existing,
        rows: impl IntoIterator<Item = M>,
    ) -> Result<u64> {
        let session: &Self = self;
        let mut rows = rows.into_iter().map(|object| row(&object, Some(session.objects())));
        session.write_rows(Insertion { name, table: M::table(), existing }, &mut rows, &mut |_| {})
    }

    fn write_rows(&self, insertion: Insertion, rows: Rows<'_>, progress: &mut dyn FnMut(u64)) -> Result<u64> {
        flush::flush(self)?;
        let mut writing = Writing { session: self, insertion, statements: 0, rows: 0 };
        let written = writing.all(rows, progress);
        match (&written, writing.statements) {
            (_, 0) => {}
            (Ok(()), _) => self.has_written(insertion),
            (Err(error), _) => self.abandon(error),
        }
        written.map(|()| writing.rows)
    }

    /// What was read before may not be so any more.
    fn has_written(&self, insertion: Insertion) {
        if insertion.existing != Existing::Refused {
            self.objects().store(insertion.table).slots().borrow_mut().expire();
        }
        self.objects().forget_all_members();
        self.ran(insertion.name, insertion.table);
    }
}

impl Engine {
    /// Inserts rows in a transaction of its own, all or none, and gives their number. They are taken from the iterator in
    /// chunks, each of which is one INSERT, so that there may be any number; `progress` is told the number of rows that have
    /// been inserted after each.
    ///
    /// An object is a plain row here: its foreign keys are keys.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Reading { #[primary_key] id: Auto<i64>, celsius: f64 }
    /// # fn fill(engine: &Engine) -> orm_core::Result<()> {
    /// let readings = (0..1_000_000).map(|number| Reading { celsius: f64::from(number), ..Default::default() });
    /// let inserted = engine.bulk_insert(readings, |done| println!("{done} rows"))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::NotPlain`]: a relationship holds a handle, members or a new object. [`Error::Unset`]: a required foreign key is
    /// not set. What the database says.
    pub fn bulk_insert<M: Model>(
        &self,
        rows: impl IntoIterator<Item = M>,
        mut progress: impl FnMut(u64),
    ) -> Result<u64> {
        let mut session = self.session();
        let insertion = Insertion { name: "bulk_insert", table: M::table(), existing: Existing::Refused };
        let mut rows = rows.into_iter().map(|object| row(&object, None));
        let written = session.write_rows(insertion, &mut rows, &mut progress)?;
        session.commit()?;
        Ok(written)
    }
}

/// The rows to write, one by one.
type Rows<'r> = &'r mut dyn Iterator<Item = Result<Row>>;

/// A cell for each column: a value, or left to the database.
type Row = Vec<Cell>;

/// What is to become of the rows.
#[derive(Clone, Copy)]
struct Insertion {
    /// The method.
    name: &'static str,
    table: &'static Table,
    existing: Existing,
}

/// An insertion under way.
struct Writing<'s> {
    session: &'s Session,
    insertion: Insertion,
    statements: u64,
    rows: u64,
}

impl Writing<'_> {
    fn all(&mut self, rows: Rows<'_>, progress: &mut dyn FnMut(u64)) -> Result<()> {
        let most = MAX_INSERTED.min(MAX_PLACEHOLDERS / self.insertion.table.columns.len().max(1));
        let bytes = |row: &Result<Row>| row.iter().flatten().map(chunks::size).sum();
        for rows in chunks::chunks(rows, most, self.session.dialect().max_packet / 2, bytes) {
            self.chunk(rows.into_iter().collect::<Result<_>>()?)?;
            progress(self.rows);
        }
        Ok(())
    }

    /// One INSERT for the rows that give the same columns.
    fn chunk(&mut self, rows: Vec<Row>) -> Result<()> {
        let Insertion { table, existing, .. } = self.insertion;
        self.rows += rows.len() as u64;
        for (columns, rows) in by_columns(rows) {
            let (text, count) = (sql::insert(table, &columns, &[], rows.len(), existing, &[]), rows.len() as u64);
            let given: Vec<KeyValue> = rows.iter().filter_map(|row| key(table, row)).collect();
            let parameters = rows.into_iter().flatten().filter_map(value).collect();
            let sent = self.session.send(Statement::new(text, parameters), &mut |_| Ok(()));
            sent.map_err(|error| {
                let keys = || given.clone();
                self.session.explain_write(error, Writes { table, columns: &columns, keys: &keys, largest: &|| None })
            })?;
            Watched::count(&self.session.watched().inserted, count);
            self.statements += 1;
        }
        Ok(())
    }
}

fn by_columns(rows: Vec<Row>) -> Vec<(Vec<usize>, Vec<Row>)> {
    let mut groups: Vec<(Vec<usize>, Vec<Row>)> = Vec::new();
    for row in rows {
        let is_given = |column: &usize| row[*column] != Cell::Generated;
        let columns: Vec<usize> = (0..row.len()).filter(is_given).collect();
        match groups.iter_mut().find(|(other, _)| *other == columns) {
            Some((_, group)) => group.push(row),
            None => groups.push((columns, vec![row])),
        }
    }
    groups
}

/// The primary key of a row, where the database does not make it.
fn key(table: &Table, row: &Row) -> Option<KeyValue> {
    let part = |&column: &usize| match &row[column] {
        Cell::Value(value) => Some(value.clone()),
        Cell::Generated | Cell::Missing | Cell::KeyOf(..) => None,
    };
    KeyValue::of(&table.primary_key.iter().map(part).collect::<Option<Vec<Value>>>()?)
}

fn value(cell: Cell) -> Option<Value> {
    match cell {
        Cell::Value(value) => Some(value),
        Cell::Generated | Cell::Missing | Cell::KeyOf(..) => None,
    }
}

/// An object as a row; its handles mean something to these objects only.
fn row<M: Record>(object: &M, objects: Option<&Objects>) -> Result<Row> {
    let table = M::table();
    let mut cells = Vec::with_capacity(table.columns.len());
    for position in 0..table.fields {
        let field = object.field(position);
        check_plain(table, position, field)?;
        field.write(&mut cells);
    }
    for (column, cell) in cells.iter_mut().enumerate() {
        known(table, column, cell, objects)?;
    }
    for (column, first) in collect::first_version(table, &cells)? {
        cells[column] = Cell::Value(first);
    }
    Ok(cells)
}

/// What is inside a relationship would be lost.
fn check_plain(table: &'static Table, position: usize, field: &dyn Field) -> Result<()> {
    let Some(relationship) = table.relationships.iter().find(|relationship| relationship.position == position) else {
        return Ok(());
    };
    let mut has_new = false;
    let edits = field.absorb(&mut |new: NewObject| {
        has_new = true;
        ObjectRef::nowhere(new.table)
    });
    if has_new || !edits.is_empty() {
        let reason = "holds objects, which would be lost: insert them by themselves, and refer to them by their keys";
        return Err(Error::NotPlain { model: table.model, field: relationship.name, reason });
    }
    Ok(())
}

/// Puts the key of an object in the place of its handle.
fn known(table: &'static Table, column: usize, cell: &mut Cell, objects: Option<&Objects>) -> Result<()> {
    let (model, field) = (table.model, table.columns[column].field);
    match (&*cell, objects) {
        // Plain data is often a copy of what was read, with what the database has computed.
        (Cell::Value(_), _) if table.columns[column].is_computed() => *cell = Cell::Generated,
        (Cell::Value(value), _) => table.columns[column].check_value(table, value)?,
        (Cell::Generated, _) => {}
        (Cell::Missing, _) => return Err(Error::Unset { model, field, key: None }),
        (Cell::KeyOf(..), None) => {
            let reason = "holds a handle, which only its own session can use: give `BelongsTo::key(…)`";
            return Err(Error::NotPlain { model, field, reason });
        }
        (Cell::KeyOf(target, _), Some(objects)) => {
            objects.check(*target)?;
            let value = objects.value(cell);
            let reason = "is of an object without a key";
            *cell = Cell::Value(value.ok_or(Error::Handle { model: target.table.model, reason })?);
        }
    }
    Ok(())
}

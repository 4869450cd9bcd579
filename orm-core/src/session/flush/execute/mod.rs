//! Sends the steps: statements go out; generated keys and the keys that they stand for come back.

mod made;
mod made_columns;
mod new_keys;
mod refused;

use crate::connection::Done;
use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef};
use crate::schema::{Column, Table};
use crate::session::Session;
use crate::session::flush::collect::{Delete, Insert, Update};
use crate::session::flush::execute::made::returning;
pub(crate) use crate::session::flush::execute::made_columns::MadeColumns;
pub(crate) use crate::session::flush::execute::new_keys::NewKeys;
use crate::session::flush::execute::refused::stale;
use crate::session::flush::plan::{FlushPlan, Step};
use crate::session::objects::Objects;
use crate::session::watch::Watched;
use crate::sql::{self, Dialect, Statement, TypeFrom};
use crate::value::{KeyValue, Value};

/// What the database made.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The primary keys of the new objects.
    pub(crate) keys: NewKeys,
    /// What came of each INSERT, in their order.
    pub(crate) inserted: Vec<MadeColumns>,
    /// What an UPDATE has changed in objects without the user.
    pub(crate) changed: Vec<(ObjectRef, Made)>,
}

/// Columns that nobody has set, with their values.
type Made = Vec<(usize, Value)>;

/// Sends all steps; each sees the keys that the ones before have made. Texts and bytes move out of the plan into the statements.
pub(crate) fn run(plan: &mut FlushPlan, session: &Session) -> Result<Outcome> {
    let mut execution = Execution { session, dialect: session.dialect(), outcome: Outcome::default() };
    for step in &mut plan.steps {
        match step {
            Step::Insert { table, columns, rows, generated } => {
                let inserted = execution.insert(table, columns, rows, generated);
                inserted.map_err(|error| execution.explain_insert(error, table, columns, rows))?;
            }
            Step::Update { table, columns, rows } => {
                let updated = execution.update(table, columns, rows);
                updated.map_err(|error| execution.explain_update(error, table, columns, rows))?;
            }
            Step::Release { table, relationship, keys } => {
                let statement = sql::release(table, table.reference(*relationship).columns, keys);
                let done = execution.send(statement)?;
                Watched::count(&session.watched().updated, done.affected);
            }
            Step::Delete { table, by, rows } => execution.delete(table, by, rows)?,
        }
    }
    Ok(execution.outcome)
}

struct Execution<'s> {
    session: &'s Session,
    dialect: Dialect,
    outcome: Outcome,
}

impl Execution<'_> {
    fn insert(
        &mut self,
        table: &'static Table,
        columns: &[usize],
        rows: &mut [Insert],
        generated: &[usize],
    ) -> Result<()> {
        let (terms, in_terms) = sql::terms(table, &rows[0].assigned);
        let mut parameters = Vec::with_capacity(rows.len() * (columns.len() + in_terms.len()));
        for row in rows.iter_mut() {
            for &column in columns {
                let is_read_later = row.object.is_none() || table.primary_key.contains(&column);
                parameters.push(self.sent_value(&mut row.cells[column], is_read_later)?);
            }
            parameters.extend_from_slice(&in_terms);
        }
        let returning = if self.dialect.has_returning() { returning(table, generated) } else { Vec::new() };
        let text = sql::insert(table, columns, &terms, rows.len(), rows[0].existing, &returning);
        let mut answer = Vec::with_capacity(rows.len() * returning.len());
        let done = self.session.send(Statement::new(text, parameters), &mut |row| {
            answer.extend(row.into_iter().map(Some));
            Ok(())
        })?;
        Watched::count(&self.session.watched().inserted, rows.len() as u64);
        let made = match returning.is_empty() {
            true => self.made_by_rule(table, rows, generated, done)?,
            false => self.made_as_returned(table, MadeColumns::new(returning, answer), rows, generated)?,
        };
        if let Some(first) = rows.iter().find_map(|row| row.object) {
            self.outcome.keys.reserve(first, rows.len());
        }
        for (place, row) in rows.iter().enumerate() {
            if let Some(object) = row.object {
                let key = self.key_of_new(table, row, &made, place)?;
                self.outcome.keys.insert(object, key);
            }
        }
        self.outcome.inserted.push(made);
        Ok(())
    }

    /// The key of the new row at this place.
    fn key_of_new(&self, table: &'static Table, row: &Insert, made: &MadeColumns, place: usize) -> Result<KeyValue> {
        let part = |column: usize| match made.value(place, column) {
            Some(value) => Ok(value.clone()),
            None => self.value(&row.cells[column]),
        };
        let key = match table.primary_key {
            [column] => KeyValue::of(&[part(*column)?]),
            columns => KeyValue::of(&columns.iter().map(|&column| part(column)).collect::<Result<Vec<Value>>>()?),
        };
        key.ok_or_else(|| Error::Protocol { reason: format!("a new row of `{}` has no key", table.name) })
    }

    fn update(&mut self, table: &'static Table, columns: &[usize], rows: &mut [Update]) -> Result<()> {
        let by = if rows[0].version.is_some() { table.identity() } else { table.primary_key.to_vec() };
        let (terms, in_terms) = sql::terms(table, &rows[0].assigned);
        let (count, width) = (rows.len(), columns.len() + by.len());
        let mut parameters = Vec::with_capacity(count * width + in_terms.len());
        for row in rows.iter_mut() {
            let first = parameters.len();
            match &row.key {
                Some(key) => key.write(&mut parameters),
                None => self.key_of_row(row)?.write(&mut parameters),
            }
            parameters.extend(row.version.clone());
            for (place, &column) in columns.iter().enumerate() {
                let value = self.written_value(row, place, column)?;
                parameters.push(value);
            }
            if count == 1 {
                parameters[first..].rotate_left(by.len());
            }
        }
        let text = match count {
            1 => {
                parameters.splice(0..0, in_terms);
                sql::update_one(table, &by, columns, &terms)
            }
            count => {
                let types = types(table, &by, columns, &parameters);
                parameters.extend(in_terms);
                sql::update_many(table, &by, columns, &terms, count, &types)
            }
        };
        let done = self.send(Statement::new(text, parameters))?;
        Watched::count(&self.session.watched().updated, done.affected);
        if done.affected != rows.len() as u64 {
            return Err(self.not_found(table, columns, rows, done.affected)?);
        }
        for row in rows.iter().filter(|row| row.changes_any(table.primary_key)) {
            let key = self.new_key(row)?;
            self.outcome.keys.insert(row.object, key);
        }
        self.read_back(table, rows)
    }

    /// What a row of an UPDATE gets in a column. Where that is what its object has, it need not be kept.
    fn written_value(&self, row: &mut Update, place: usize, column: usize) -> Result<Value> {
        let is_read_later = row.old.is_none()
            || row.made.iter().any(|(made, _)| *made == column)
            || row.object.table.primary_key.contains(&column);
        self.sent_value(&mut row.cells[place], is_read_later)
    }

    fn key_of_row(&self, row: &Update) -> Result<KeyValue> {
        let key = row.key.clone().or_else(|| self.outcome.keys.get(row.object).cloned());
        key.ok_or_else(|| Error::Protocol { reason: format!("{:?} has no key", row.object) })
    }

    /// The key of a row after the UPDATE.
    fn new_key(&self, row: &Update) -> Result<KeyValue> {
        let key = self.key_of_row(row)?;
        let mut values = key.values();
        for (part, &column) in row.object.table.primary_key.iter().enumerate() {
            if let Some(cell) = row.cell(column) {
                values[part] = self.value(cell)?;
            }
        }
        Ok(KeyValue::of(&values).unwrap_or(key))
    }

    fn delete(&mut self, table: &'static Table, by: &[usize], rows: &[Delete]) -> Result<()> {
        let keys: Vec<KeyValue> = rows.iter().filter_map(Delete::found_by).collect();
        let are_many = table.version.is_none() && by.len() > 1 && keys.len() > MAX_COMPARED;
        let statement = match are_many && keys.iter().all(KeyValue::is_ascii) {
            true => {
                let mut parameters = Vec::with_capacity(keys.len() * by.len());
                keys.iter().for_each(|key| key.write(&mut parameters));
                Statement::new(sql::delete_many(table, by, keys.len()), parameters)
            }
            false => sql::delete(table, by, &keys),
        };
        let deleted = self.send(statement);
        let done = deleted.or_else(|error| Err(self.explain_refusal(table, rows, error)?))?;
        Watched::count(&self.session.watched().deleted, done.affected);
        if !rows[0].exactly_one || done.affected == rows.len() as u64 {
            return Ok(());
        }
        Err(stale(table, self.still_there(table, rows)?.iter().copied()))
    }

    fn send(&self, statement: Statement) -> Result<Done> {
        self.session.send(statement, &mut |_| Ok(()))
    }

    /// The value of a cell for a statement. Texts and bytes are not copied where nobody reads the cell later.
    fn sent_value(&self, cell: &mut Cell, is_read_later: bool) -> Result<Value> {
        match cell {
            Cell::Value(value @ Value::Bytes(_)) if !is_read_later => Ok(std::mem::replace(value, Value::NULL)),
            cell => self.value(cell),
        }
    }

    fn value(&self, cell: &Cell) -> Result<Value> {
        let value = self.outcome.value(self.session.objects(), cell);
        value.ok_or_else(|| Error::Protocol { reason: format!("the value of {cell:?} is not known") })
    }
}

impl Outcome {
    /// The value of a cell, where it is known by now.
    pub(crate) fn value(&self, objects: &Objects, cell: &Cell) -> Option<Value> {
        match cell {
            Cell::KeyOf(object, part) => match self.keys.get(*object) {
                Some(key) => key.value(*part),
                None => self.key(objects, *object)?.value(*part),
            },
            other => objects.value(other),
        }
    }

    /// The key that an object has in the database by now: one that is to be changed is what it was until then.
    fn key(&self, objects: &Objects, object: ObjectRef) -> Option<KeyValue> {
        if let Some(key) = self.keys.get(object) {
            return Some(key.clone());
        }
        objects.check_session(object).ok()?;
        let cells = objects.store(object.table).cells(object.slot);
        let stored = objects.stored_values(object);
        let part = |&column: &usize| match &cells[column] {
            cell @ Cell::KeyOf(..) if objects.stored_value(cell).as_ref() == Some(&stored[column]) => {
                self.value(objects, cell)
            }
            _ => Some(stored[column].clone()),
        };
        KeyValue::of(&object.table.primary_key.iter().map(part).collect::<Option<Vec<Value>>>()?)
    }
}

/// The most keys of several columns in a list: the servers compare each row that they look at with all of them, which is the
/// more work the more there are. Where there is a version, a row is found by the other columns alone.
const MAX_COMPARED: usize = 8;

/// Where the types come from in several rows, for the key's columns and the others.
fn types(table: &Table, by: &[usize], columns: &[usize], parameters: &[Value]) -> Vec<TypeFrom> {
    let places = by.iter().chain(columns);
    let width = by.len() + columns.len();
    let values = |place: usize| parameters.iter().skip(place).step_by(width);
    places.enumerate().map(|(place, &column)| type_from(&table.columns[column], values(place))).collect()
}

/// The longest text whose type the servers guess right, in bytes.
const MAX_GUESSED: usize = u16::MAX as usize;

/// What the servers would guess wrong: MySQL takes a time for one without microseconds if the first row has none, both take
/// bytes for text, and both have 16 bits for the length of a text (MariaDB 10.11 leaves nothing of 65,536 bytes).
///
/// A `CAST` does not help with bytes: MySQL's has 65,535 of them, and MariaDB 10.11 takes their length over from an earlier
/// execution of the statement and finds a longer value too long. And the table's type does not help with a time: MySQL still
/// drops microseconds.
fn type_from<'v>(column: &Column, mut values: impl Iterator<Item = &'v Value>) -> TypeFrom {
    let is_binary = column.sql_type().is_binary();
    let guessed_wrong = values.find_map(|value| match value {
        Value::Bytes(bytes) if is_binary || bytes.len() > MAX_GUESSED => Some(TypeFrom::Table),
        Value::Date(_, _, _, _, _, _, 1..) => Some(TypeFrom::Cast("DATETIME(6)")),
        Value::Time(_, _, _, _, _, 1..) => Some(TypeFrom::Cast("TIME(6)")),
        _ => None,
    });
    guessed_wrong.unwrap_or(TypeFrom::Values)
}

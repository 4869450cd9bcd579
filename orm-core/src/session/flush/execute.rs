//! Sends the steps: statements go out; generated keys and the keys that they stand for come back.

use std::collections::HashMap;

use crate::connection::Done;
use crate::error::{Error, Result};
use crate::model::{Cell, ObjectRef};
use crate::schema::{Column, Table};
use crate::session::Session;
use crate::session::flush::collect::{Delete, Insert, Update};
use crate::session::flush::plan::{FlushPlan, Step};
use crate::session::objects::Objects;
use crate::sql::{self, Dialect, Statement};
use crate::value::{KeyValue, SqlType, Value};

/// What the database made.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The primary keys of the new objects.
    pub(crate) keys: HashMap<ObjectRef, KeyValue>,
    /// The generated columns of the new objects, with their values.
    pub(crate) generated: Vec<(ObjectRef, Made)>,
    /// What an UPDATE has changed in objects without the user.
    pub(crate) changed: Vec<(ObjectRef, Made)>,
}

/// Columns that nobody has set, with their values.
type Made = Vec<(usize, Value)>;

/// Sends all steps; each sees the keys that the ones before have made.
pub(crate) fn run(plan: &FlushPlan, session: &Session) -> Result<Outcome> {
    let mut execution = Execution { session, dialect: session.dialect(), outcome: Outcome::default() };
    for step in &plan.steps {
        match step {
            Step::Insert { table, columns, rows, generated } => execution.insert(table, columns, rows, generated)?,
            Step::Update { table, columns, rows } => execution.update(table, columns, rows)?,
            Step::Release { table, relationship, keys } => {
                let statement = sql::release(table, table.reference(*relationship).columns, keys);
                execution.send(statement)?;
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
    fn insert(&mut self, table: &'static Table, columns: &[usize], rows: &[Insert], generated: &[usize]) -> Result<()> {
        let (terms, in_terms) = sql::terms(table, &rows[0].assigned);
        let mut parameters = Vec::with_capacity(rows.len() * (columns.len() + in_terms.len()));
        for row in rows {
            for &column in columns {
                parameters.push(self.value(&row.cells[column])?);
            }
            parameters.extend_from_slice(&in_terms);
        }
        let returning = if self.dialect.has_returning() { returning(table, generated) } else { Vec::new() };
        let text = sql::insert(table, columns, &terms, rows.len(), rows[0].existing, &returning);
        let mut answer = Vec::new();
        let done = self.session.send(Statement { text, parameters }, &mut |row| {
            answer.push(row);
            Ok(())
        })?;
        let made = match returning.is_empty() {
            true => self.made_by_rule(table, rows, generated, done)?,
            false => made_as_returned(table, &returning, rows, generated, answer, self)?,
        };
        for (row, values) in rows.iter().zip(made) {
            if let Some(object) = row.object {
                self.keep(table, object, row, values)?;
            }
        }
        Ok(())
    }

    /// Without RETURNING the first generated key is known, and the others follow in steps. Other values are read.
    /// (<https://dev.mysql.com/doc/refman/9.0/en/information-functions.html#function_last-insert-id>)
    fn made_by_rule(
        &self,
        table: &'static Table,
        rows: &[Insert],
        generated: &[usize],
        done: Done,
    ) -> Result<Vec<Made>> {
        let counted = table.auto_increment().filter(|column| generated.contains(column));
        let key = |place: u64| Value::UInt(done.first_key + place * self.dialect.key_increment);
        let mut made: Vec<Made> = (0..rows.len() as u64)
            .map(|place| counted.map(|column| (column, normalised(key(place)))).into_iter().collect())
            .collect();
        let others: Vec<usize> = generated.iter().copied().filter(|column| Some(*column) != counted).collect();
        if rows[0].object.is_some() && !others.is_empty() {
            self.read_others(table, rows, &others, &mut made)?;
        }
        Ok(made)
    }

    fn read_others(&self, table: &'static Table, rows: &[Insert], others: &[usize], made: &mut [Made]) -> Result<()> {
        let mut places = HashMap::new();
        for (place, row) in rows.iter().enumerate() {
            places.insert(self.key_of_new(table, row, &made[place])?, place);
        }
        let listed = [table.primary_key, others].concat();
        let keys: Vec<KeyValue> = places.keys().cloned().collect();
        for keys in keys.chunks(sql::MAX_KEYS) {
            self.session.send(sql::columns_by_columns(table, &listed, table.primary_key, keys), &mut |row| {
                let (key, values) = row.split_at(table.primary_key.len());
                if let Some(&place) = KeyValue::of(key).and_then(|key| places.get(&key)) {
                    made[place].extend(others.iter().copied().zip(values.iter().cloned()));
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn keep(&mut self, table: &'static Table, object: ObjectRef, row: &Insert, mut made: Made) -> Result<()> {
        let key = self.key_of_new(table, row, &made)?;
        self.outcome.keys.insert(object, key);
        made.extend(row.made.iter().cloned());
        if !made.is_empty() {
            self.outcome.generated.push((object, made));
        }
        Ok(())
    }

    fn key_of_new(&self, table: &'static Table, row: &Insert, made: &Made) -> Result<KeyValue> {
        let part = |&column: &usize| match made.iter().find(|(other, _)| *other == column) {
            Some((_, value)) => Ok(value.clone()),
            None => self.value(&row.cells[column]),
        };
        let values = table.primary_key.iter().map(part).collect::<Result<Vec<Value>>>()?;
        KeyValue::of(&values)
            .ok_or_else(|| Error::Protocol { reason: format!("a new row of `{}` has no key", table.name) })
    }

    fn update(&mut self, table: &'static Table, columns: &[usize], rows: &[Update]) -> Result<()> {
        let by = if rows[0].version.is_some() { table.identity() } else { table.primary_key.to_vec() };
        let (terms, in_terms) = sql::terms(table, &rows[0].assigned);
        let mut parameters = Vec::with_capacity(rows.len() * (columns.len() + by.len()) + in_terms.len());
        for row in rows {
            let values = row.cells.iter().map(|cell| self.value(cell)).collect::<Result<Vec<Value>>>()?;
            let mut found_by = self.key_of_row(row)?.values();
            found_by.extend(row.version.clone());
            let (first, second) = if rows.len() == 1 { (values, found_by) } else { (found_by, values) };
            parameters.extend(first);
            parameters.extend(second);
        }
        let text = match rows.len() {
            1 => {
                parameters.splice(0..0, in_terms);
                sql::update_one(table, &by, columns, &terms)
            }
            count => {
                let casts = casts(table, &by, columns, &parameters);
                parameters.extend(in_terms);
                sql::update_many(table, &by, columns, &terms, count, &casts)
            }
        };
        let done = self.send(Statement { text, parameters })?;
        if done.affected != rows.len() as u64 {
            return Err(self.not_found(table, columns, rows, done.affected)?);
        }
        self.read_back(table, rows)
    }

    /// Every row must have been found as it was read; the error names those that were not: that are not there, or have not
    /// the version that was written, or else not the other values.
    fn not_found(&self, table: &'static Table, columns: &[usize], rows: &[Update], affected: u64) -> Result<Error> {
        let keys = rows.iter().map(|row| self.new_key(row)).collect::<Result<Vec<KeyValue>>>()?;
        let listed = [table.primary_key, columns].concat();
        let mut found: HashMap<KeyValue, Vec<Value>> = HashMap::new();
        self.session.send(sql::columns_by_columns(table, &listed, table.primary_key, &keys), &mut |mut row| {
            let values = row.split_off(table.primary_key.len());
            found.extend(KeyValue::of(&row).map(|key| (key, values)));
            Ok(())
        })?;
        if rows[0].version.is_none() && keys.iter().all(|key| found.contains_key(key)) {
            let reason =
                format!("{affected} of {} rows of `{}` were written, but all are there", rows.len(), table.name);
            return Ok(Error::Protocol { reason });
        }
        let version = table.version.map(|version| version.column);
        let is_version = |column: usize| Some(column) == version;
        for compares in [&is_version as &dyn Fn(usize) -> bool, &|_| rows[0].version.is_some()] {
            let mut stale = Vec::new();
            for (row, key) in rows.iter().zip(&keys) {
                if !found.get(key).map_or(Ok(false), |values| self.is_written(row, values, compares))? {
                    stale.push(self.key_of_row(row)?);
                }
            }
            if !stale.is_empty() {
                return Ok(self::stale(table, stale.iter()));
            }
        }
        Ok(self::stale(table, rows.iter().filter_map(|row| row.key.as_ref())))
    }

    /// Whether some of the columns that a row has now are what was written.
    fn is_written(&self, row: &Update, values: &[Value], compares: &dyn Fn(usize) -> bool) -> Result<bool> {
        for ((&column, cell), value) in row.columns.iter().zip(&row.cells).zip(values) {
            if compares(column) && KeyValue::of(&[self.value(cell)?]) != KeyValue::of(std::slice::from_ref(value)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What the database has calculated, and what it changes by itself when a row changes.
    fn read_back(&mut self, table: &'static Table, rows: &[Update]) -> Result<()> {
        let assigned = rows[0].assigned.iter().map(|(column, _)| *column);
        let columns: Vec<usize> = table.changing_by_themselves().into_iter().chain(assigned).collect();
        if columns.is_empty() {
            return Ok(());
        }
        let mut objects = HashMap::new();
        for row in rows {
            objects.insert(self.new_key(row)?, row.object);
        }
        let keys: Vec<KeyValue> = objects.keys().cloned().collect();
        let listed = [table.primary_key, &columns].concat();
        let mut changed = Vec::with_capacity(rows.len());
        self.session.send(sql::columns_by_columns(table, &listed, table.primary_key, &keys), &mut |mut row| {
            let values = row.split_off(table.primary_key.len());
            let object = KeyValue::of(&row).and_then(|key| objects.get(&key));
            changed.extend(object.map(|&object| (object, columns.iter().copied().zip(values).collect::<Made>())));
            Ok(())
        })?;
        self.outcome.changed.extend(changed);
        Ok(())
    }

    fn key_of_row(&self, row: &Update) -> Result<KeyValue> {
        let key = row.key.clone().or_else(|| self.outcome.keys.get(&row.object).cloned());
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
        let deleted = self.send(sql::delete(table, by, &keys));
        let done = deleted.or_else(|error| Err(self.explain_refusal(table, rows, error)?))?;
        if !rows[0].exactly_one || done.affected == rows.len() as u64 {
            return Ok(());
        }
        Err(stale(table, self.still_there(table, rows)?.iter().copied()))
    }

    /// The rows that are there still, with another version; all, where none is.
    fn still_there<'r>(&self, table: &'static Table, rows: &'r [Delete]) -> Result<Vec<&'r KeyValue>> {
        let keys: Vec<KeyValue> = rows.iter().map(|row| row.key.clone()).collect();
        let mut there = Vec::new();
        self.session.send(sql::columns_by_columns(table, table.primary_key, table.primary_key, &keys), &mut |row| {
            there.extend(KeyValue::of(&row));
            Ok(())
        })?;
        let is_there = |row: &&Delete| there.is_empty() || there.contains(&row.key);
        Ok(rows.iter().filter(is_there).map(|row| &row.key).collect())
    }

    /// Where the server refuses to delete rows because others refer to them, the error names one that does.
    fn explain_refusal(&self, table: &'static Table, rows: &[Delete], error: Error) -> Result<Error> {
        if !matches!(error, Error::Server { code: sql::ROW_IS_REFERENCED, .. }) {
            return Ok(error);
        }
        let keys: Vec<KeyValue> = rows.iter().map(|row| row.key.clone()).collect();
        for referring in self.session.objects().stores().map(|store| store.table()) {
            let references = referring.placed_references();
            for (relationship, _) in
                references.filter(|(place, _)| (referring.relationships[*place].target)().is(table))
            {
                if let Err(explained) =
                    self.session.refuse_if_referred(table, referring, relationship, &keys, |_, _| true)
                {
                    return Ok(explained);
                }
            }
        }
        Ok(error)
    }

    fn send(&self, statement: Statement) -> Result<Done> {
        self.session.send(statement, &mut |_| Ok(()))
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
            Cell::KeyOf(object, part) => match self.keys.get(object) {
                Some(key) => key.values().into_iter().nth(*part),
                None => objects.value(cell),
            },
            other => objects.value(other),
        }
    }
}

/// What to ask for with the INSERT: the generated columns; and the key, to tell the rows apart, where it is given.
fn returning(table: &Table, generated: &[usize]) -> Vec<usize> {
    if generated.is_empty() {
        return Vec::new();
    }
    let given = table.primary_key.iter().copied().filter(|column| !generated.contains(column));
    match table.auto_increment().is_some_and(|column| generated.contains(&column)) {
        true => generated.to_vec(),
        false => given.chain(generated.iter().copied()).collect(),
    }
}

/// Counted keys are dealt in the order of the rows, whatever the order of the answer; other rows are found by their key.
fn made_as_returned(
    table: &'static Table,
    returning: &[usize],
    rows: &[Insert],
    generated: &[usize],
    answer: Vec<Vec<Value>>,
    execution: &Execution<'_>,
) -> Result<Vec<Made>> {
    if answer.len() != rows.len() {
        let reason = format!("{} rows were inserted into `{}`, {} were returned", rows.len(), table.name, answer.len());
        return Err(Error::Protocol { reason });
    }
    let mut made: Vec<Made> = answer.into_iter().map(|row| returning.iter().copied().zip(row).collect()).collect();
    let value_of =
        |row: &Made, column: usize| row.iter().find(|(other, _)| *other == column).map(|(_, value)| value.clone());
    if let Some(counted) = table.auto_increment().filter(|column| generated.contains(column)) {
        made.sort_by_key(|row| value_of(row, counted).and_then(|value| KeyValue::of(&[value])));
        return Ok(made);
    }
    if rows.len() == 1 {
        return Ok(made);
    }
    let key_of = |row: &Made| {
        KeyValue::of(&table.primary_key.iter().filter_map(|&column| value_of(row, column)).collect::<Vec<_>>())
    };
    let mut by_key: HashMap<KeyValue, Made> = made.into_iter().filter_map(|row| Some((key_of(&row)?, row))).collect();
    let take = |row: &Insert| {
        let key = execution.key_of_new(table, row, &Vec::new())?;
        let made = by_key.remove(&key);
        made.ok_or_else(|| Error::Protocol {
            reason: format!("the new row {key} of `{}` was not returned", table.name),
        })
    };
    rows.iter().map(take).collect()
}

/// The driver reads a key as `Int` while it fits; so is it kept.
fn normalised(value: Value) -> Value {
    match value {
        Value::UInt(number) => i64::try_from(number).map_or(Value::UInt(number), Value::Int),
        other => other,
    }
}

/// The types that have to be said in the first of several rows, for the key's columns and the others: MySQL would take a
/// time for one without microseconds if the first row has none, and both would take bytes for text.
fn casts(table: &Table, by: &[usize], columns: &[usize], parameters: &[Value]) -> Vec<Option<&'static str>> {
    let places = by.iter().chain(columns);
    let width = by.len() + columns.len();
    let values = |place: usize| parameters.iter().skip(place).step_by(width);
    places.enumerate().map(|(place, &column)| cast(&table.columns[column], values(place))).collect()
}

fn cast<'v>(column: &Column, mut values: impl Iterator<Item = &'v Value>) -> Option<&'static str> {
    let is_binary = matches!(column.sql_type(), SqlType::Blob | SqlType::VarBinary(_));
    values.find_map(|value| match value {
        Value::Bytes(_) if is_binary => Some("BINARY"),
        Value::Date(_, _, _, _, _, _, 1..) => Some("DATETIME(6)"),
        Value::Time(_, _, _, _, _, 1..) => Some("TIME(6)"),
        _ => None,
    })
}

fn stale<'k>(table: &'static Table, keys: impl Iterator<Item = &'k KeyValue>) -> Error {
    const NAMED: usize = 10;
    let keys: Vec<String> = keys.map(ToString::to_string).collect();
    let named = keys[..keys.len().min(NAMED)].join(" or ");
    let key = if keys.len() > NAMED { format!("{named} or one of {} more", keys.len() - NAMED) } else { named };
    Error::StaleRow { model: table.model, key }
}

//! What the database makes for the rows that are written: asked for with the INSERT where the server can answer it, known by
//! a rule, or read after.

use rustc_hash::FxHashMap;

use crate::connection::Done;
use crate::error::{Error, Result};
use crate::schema::Table;
use crate::session::flush::collect::{Insert, Update};
use crate::session::flush::execute::{Execution, Made, MadeColumns};
use crate::sql;
use crate::value::{KeyValue, Value};

impl Execution<'_> {
    /// Without RETURNING the first generated key is known, and the others follow in steps. Other values are read.
    /// (<https://dev.mysql.com/doc/refman/9.0/en/information-functions.html#function_last-insert-id>)
    pub(super) fn made_by_rule(
        &self,
        table: &'static Table,
        rows: &[Insert],
        generated: &[usize],
        done: Done,
    ) -> Result<MadeColumns> {
        let counted = table.auto_increment().filter(|column| generated.contains(column));
        let is_read = rows[0].object.is_some();
        let columns = if is_read { generated.to_vec() } else { counted.into_iter().collect() };
        let mut made = MadeColumns::unknown(columns, rows.len());
        if let Some(counted) = counted {
            for place in 0..rows.len() {
                let key = Value::UInt(done.first_key + place as u64 * self.dialect.key_increment);
                made.set(place, counted, normalised(key));
            }
        }
        let others: Vec<usize> = generated.iter().copied().filter(|column| Some(*column) != counted).collect();
        if is_read && !others.is_empty() {
            self.read_others(table, rows, &others, &mut made)?;
        }
        Ok(made)
    }

    fn read_others(
        &self,
        table: &'static Table,
        rows: &[Insert],
        others: &[usize],
        made: &mut MadeColumns,
    ) -> Result<()> {
        let mut places = FxHashMap::default();
        for (place, row) in rows.iter().enumerate() {
            places.insert(self.key_of_new(table, row, made, place)?, place);
        }
        let listed = [table.primary_key, others].concat();
        let keys: Vec<KeyValue> = places.keys().cloned().collect();
        for keys in keys.chunks(sql::MAX_KEYS) {
            self.session.send(sql::columns_by_columns(table, &listed, table.primary_key, keys), &mut |mut row| {
                let values = row.split_off(table.primary_key.len());
                if let Some(&place) = KeyValue::of(&row).and_then(|key| places.get(&key)) {
                    others.iter().zip(values).for_each(|(&column, value)| made.set(place, column, value));
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Counted keys are dealt in the order of the rows, whatever the order of the answer; other rows are found by their key.
    pub(super) fn made_as_returned(
        &self,
        table: &'static Table,
        made: MadeColumns,
        rows: &[Insert],
        generated: &[usize],
    ) -> Result<MadeColumns> {
        if made.rows() != rows.len() {
            let (sent, returned) = (rows.len(), made.rows());
            let reason = format!("{sent} rows were inserted into `{}`, {returned} were returned", table.name);
            return Err(Error::Protocol { reason });
        }
        if let Some(counted) = table.auto_increment().filter(|column| generated.contains(column)) {
            let key = |place: usize| KeyValue::of(std::slice::from_ref(made.value(place, counted)?));
            let mut places: Vec<usize> = (0..rows.len()).collect();
            return Ok(match places.is_sorted_by_key(|&place| key(place)) {
                true => made,
                false => {
                    places.sort_by_key(|&place| key(place));
                    made.in_order(&places)
                }
            });
        }
        if rows.len() == 1 {
            return Ok(made);
        }
        let key_of = |place: usize| {
            let parts = table.primary_key.iter().filter_map(|&column| made.value(place, column).cloned());
            KeyValue::of(&parts.collect::<Vec<Value>>())
        };
        let mut by_key: FxHashMap<KeyValue, usize> =
            (0..rows.len()).filter_map(|place| Some((key_of(place)?, place))).collect();
        let nothing = MadeColumns::unknown(Vec::new(), 0);
        let take = |row: &Insert| {
            let key = self.key_of_new(table, row, &nothing, 0)?;
            let place = by_key.remove(&key);
            place.ok_or_else(|| Error::Protocol {
                reason: format!("the new row {key} of `{}` was not returned", table.name),
            })
        };
        let places = rows.iter().map(take).collect::<Result<Vec<usize>>>()?;
        Ok(made.in_order(&places))
    }

    /// What the database has calculated, and what it changes by itself when a row changes.
    pub(super) fn read_back(&mut self, table: &'static Table, rows: &[Update]) -> Result<()> {
        let assigned = rows[0].assigned.iter().map(|(column, _)| *column);
        let columns: Vec<usize> = table.changing_by_themselves().into_iter().chain(assigned).collect();
        if columns.is_empty() {
            return Ok(());
        }
        let mut objects = FxHashMap::default();
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
}

/// What to ask for with the INSERT: the generated columns; and the key, to tell the rows apart, where it is given.
pub(super) fn returning(table: &Table, generated: &[usize]) -> Vec<usize> {
    if generated.is_empty() {
        return Vec::new();
    }
    let given = table.primary_key.iter().copied().filter(|column| !generated.contains(column));
    match table.auto_increment().is_some_and(|column| generated.contains(&column)) {
        true => generated.to_vec(),
        false => given.chain(generated.iter().copied()).collect(),
    }
}

/// The driver reads a key as `Int` while it fits; so is it kept.
fn normalised(value: Value) -> Value {
    match value {
        Value::UInt(number) => i64::try_from(number).map_or(Value::UInt(number), Value::Int),
        other => other,
    }
}

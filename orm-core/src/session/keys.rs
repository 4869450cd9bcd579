//! Keys and values of objects, as far as they are known: of a row, of an object, of a cell that stands for another's key.

use rustc_hash::FxHashSet;

use crate::model::{Cell, FieldKey, Fields, ObjectRef};
use crate::schema::{Reference, Relationship, RelationshipKind, Table};
use crate::session::objects::Objects;
use crate::session::slots::{State, Values};
use crate::session::store::AnyStore;
use crate::value::{KeyValue, Value};

impl Objects {
    /// The primary key of an object, once it has one; one of another session has none here, nor one that was freed.
    pub(crate) fn key(&self, object: ObjectRef) -> Option<KeyValue> {
        self.check_session(object).ok()?;
        self.key_of_fields(object, object.table.primary_key)
    }

    /// The value of a foreign key; `None` for NULL, and while the target has no key.
    pub(crate) fn foreign_key(&self, object: ObjectRef, reference: &Reference) -> Option<KeyValue> {
        self.key_of_fields(object, reference.columns)
    }

    /// The objects in the database that the session has of a table and that have one of these keys in these columns.
    pub(crate) fn loaded_with(
        &self,
        table: &'static Table,
        columns: &[usize],
        keys: &FxHashSet<&KeyValue>,
    ) -> Vec<ObjectRef> {
        let loaded = self.store(table).slots().borrow().left();
        let objects = loaded.map(|slot| self.reference(table, slot));
        let objects = objects.filter(|&object| self.state(object) == State::Persistent);
        objects.filter(|&object| self.key_of_fields(object, columns).is_some_and(|key| keys.contains(&key))).collect()
    }

    fn key_of_fields(&self, object: ObjectRef, columns: &[usize]) -> Option<KeyValue> {
        self.key_in(self.store(object.table), object.slot, columns)
    }

    /// The key that these columns of an object of a store make.
    #[inline]
    pub(crate) fn key_in(&self, store: &dyn AnyStore, slot: u32, columns: &[usize]) -> Option<KeyValue> {
        let table = store.table();
        if let [column] = columns {
            return match store.key(slot, table.columns[*column].position) {
                FieldKey::Value(key) => Some(key),
                FieldKey::Of(target) => self.key(target),
                FieldKey::Absent => None,
            };
        }
        if store.slots().borrow().is_freed(slot) {
            return None;
        }
        let mut cells = Vec::with_capacity(columns.len());
        let mut written = None;
        for &column in columns {
            let position = table.columns[column].position;
            if written.replace(position) != Some(position) {
                store.field(slot, position).write(&mut cells);
            }
        }
        KeyValue::of(&cells.iter().map(|cell| self.value(cell)).collect::<Option<Vec<_>>>()?)
    }

    /// The value that an object has in a column, `NULL` where there is none yet.
    pub(crate) fn column_value(&self, object: ObjectRef, column: usize) -> Value {
        self.value_in(object.table, self.store(object.table).object(object.slot), column)
    }

    /// The same for an object that is at hand.
    pub(crate) fn value_in(&self, table: &Table, fields: &dyn Fields, column: usize) -> Value {
        let position = table.columns[column].position;
        let before = table.columns[..column].iter().rev().take_while(|other| other.position == position).count();
        self.with_cells_of(fields.at(position), |cells| match &cells[before] {
            Cell::Value(value) => value.clone(),
            cell => self.value(cell).unwrap_or(Value::NULL),
        })
    }

    /// The value of a cell, where it is known.
    pub(crate) fn value(&self, cell: &Cell) -> Option<Value> {
        match cell {
            Cell::Value(value) => Some(value.clone()),
            Cell::KeyOf(object, part) => self.key(*object)?.value(*part),
            Cell::Generated | Cell::Missing => None,
        }
    }

    /// The value of each column, `NULL` where there is none yet.
    pub(crate) fn values(&self, cells: &[Cell]) -> Vec<Value> {
        cells.iter().map(|cell| self.value(cell).unwrap_or(Value::NULL)).collect()
    }

    /// The value of a cell as the database has it: a key that is being changed counts as it was.
    pub(crate) fn stored_value(&self, cell: &Cell) -> Option<Value> {
        match cell {
            Cell::KeyOf(target, part) => self.stored_key(*target)?.value(*part),
            cell => self.value(cell),
        }
    }

    /// The primary key that an object has in the database, or will get there.
    pub(crate) fn stored_key(&self, object: ObjectRef) -> Option<KeyValue> {
        self.check_session(object).ok()?;
        let store = self.store(object.table);
        if store.slots().borrow().is_freed(object.slot) {
            return None;
        }
        if let Some(values) = store.slots().borrow().baseline(object.slot) {
            return key_of_row(object.table, values);
        }
        if let [column] = object.table.primary_key {
            return match store.key(object.slot, object.table.columns[*column].position) {
                FieldKey::Value(key) => Some(key),
                FieldKey::Of(target) => self.stored_key(target),
                FieldKey::Absent => None,
            };
        }
        let cells = store.cells(object.slot);
        let part = |&column: &usize| self.stored_value(&cells[column]);
        KeyValue::of(&object.table.primary_key.iter().map(part).collect::<Option<Vec<Value>>>()?)
    }

    /// The values that an object has in the database, as the session knows them.
    pub(crate) fn stored_values(&self, object: ObjectRef) -> Values {
        let store = self.store(object.table);
        let baseline = store.slots().borrow().baseline(object.slot).cloned();
        baseline.unwrap_or_else(|| self.stored_as_shown(store, object.slot))
    }

    /// The same for an object of a store that nobody has changed.
    pub(crate) fn stored_as_shown(&self, store: &dyn AnyStore, slot: u32) -> Values {
        let stored = |cell: Cell| match cell {
            Cell::Value(value) => value,
            cell => self.stored_value(&cell).unwrap_or(Value::NULL),
        };
        self.with_cells(store, slot, |cells| cells.drain(..).map(stored).collect())
    }

    /// Whether a foreign key of an object refers to an object of the session, whose key may change.
    pub(crate) fn refers_by_handle(&self, object: ObjectRef) -> bool {
        let fields = self.store(object.table).object(object.slot);
        let is_handle =
            |relationship: &Relationship| matches!(fields.at(relationship.position).as_key(), FieldKey::Of(_));
        object.table.references().any(|(relationship, _)| is_handle(relationship))
    }

    /// The foreign keys of an object that refer to objects of the session, by their first column.
    pub(crate) fn targets(&self, table: &Table, cells: &[Cell]) -> Vec<(usize, ObjectRef)> {
        let target = |kind: &RelationshipKind| match kind {
            RelationshipKind::BelongsTo(reference) => match cells[reference.columns[0]] {
                Cell::KeyOf(object, _) => Some((reference.columns[0], object)),
                _ => None,
            },
            _ => None,
        };
        table.relationships.iter().filter_map(|relationship| target(&relationship.kind)).collect()
    }
}

/// The key of a row that has the table's columns.
#[inline]
pub(crate) fn key_of_row(table: &Table, row: &[Value]) -> Option<KeyValue> {
    key_of_columns(table.primary_key, row)
}

/// The key that these columns of a row make.
#[inline]
pub(crate) fn key_of_columns(columns: &[usize], row: &[Value]) -> Option<KeyValue> {
    match columns {
        [one] => KeyValue::of(std::slice::from_ref(row.get(*one)?)),
        _ => KeyValue::of(&columns.iter().map(|&column| row.get(column).cloned()).collect::<Option<Vec<_>>>()?),
    }
}

//! What a foreign key holds, whatever model it leads to: the part of [`BelongsTo`](crate::BelongsTo) that is compiled once, and
//! not for each model.

use std::any::Any;
use std::cell::Cell as StdCell;
use std::fmt;

use crate::model::{Adopt, Cell, FieldKey, Handle, NewObject, Record, RowReader};
use crate::schema::Table;
use crate::value::{ConversionError, Key, KeyValue, Value};

/// A key, or an object that has it or will get it.
#[derive(Default)]
pub(super) struct Reference(StdCell<Target>);

/// An object of the session and its key are kept apart by what the key is, so that an object pays three words for a foreign key.
#[derive(Default)]
enum Target {
    #[default]
    Unset,
    Key(KeyValue),
    /// An object whose key is not known yet.
    Object(Handle<()>),
    /// An object, and its key where that is a number.
    Numbered(Handle<()>, i64),
    /// An object, and its key.
    Keyed(Handle<()>, Box<KeyValue>),
    /// Its type is not told here, for the compiler looks into what a type holds to know whether it is [`Send`]: from model to
    /// model, as far as references lead, and it gives up where they lead through many.
    New(Box<dyn Any + Send>),
}

impl Target {
    fn object(handle: Handle<()>, key: Option<KeyValue>) -> Self {
        match key {
            None => Self::Object(handle),
            Some(KeyValue::Int(number)) => Self::Numbered(handle, number),
            Some(key) => Self::Keyed(handle, Box::new(key)),
        }
    }

    fn handle(&self) -> Option<Handle<()>> {
        match self {
            Self::Object(handle) | Self::Numbered(handle, _) | Self::Keyed(handle, _) => Some(*handle),
            Self::Unset | Self::Key(_) | Self::New(_) => None,
        }
    }

    fn key(&self) -> Option<KeyValue> {
        match self {
            Self::Key(key) => Some(key.clone()),
            Self::Numbered(_, number) => Some(KeyValue::Int(*number)),
            Self::Keyed(_, key) => Some((**key).clone()),
            Self::Unset | Self::Object(_) | Self::New(_) => None,
        }
    }
}

/// The model that a reference leads to.
#[derive(Clone, Copy)]
pub(super) struct To {
    table: fn() -> &'static Table,
    key_parts: usize,
    takes_number: fn(i64) -> bool,
    check_key: fn(&mut dyn Iterator<Item = Value>) -> Result<(), ConversionError>,
}

impl To {
    pub(super) const fn model<M: Record>() -> Self {
        Self {
            table: M::table,
            key_parts: M::Key::PARTS,
            takes_number: M::Key::takes_number,
            check_key: check_key::<M::Key>,
        }
    }

    fn leads_to(&self, table: &Table) -> bool {
        (table.type_id)() == ((self.table)().type_id)()
    }
}

fn check_key<K: Key>(values: &mut dyn Iterator<Item = Value>) -> Result<(), ConversionError> {
    K::read(values).map(drop)
}

impl Reference {
    /// To what has this key; to nothing where it is none.
    pub(super) fn to_key(key: Option<KeyValue>) -> Self {
        key.map_or(Target::Unset, Target::Key).into()
    }

    pub(super) fn to_object<M>(handle: Handle<M>) -> Self {
        Target::Object(handle.cast()).into()
    }

    pub(super) fn to_new<M: Record>(object: M) -> Self {
        Target::New(Box::new(object)).into()
    }

    /// The key, where it is known.
    pub(super) fn key(&self) -> Option<KeyValue> {
        self.read_target(Target::key)
    }

    pub(super) fn read(row: &mut RowReader<'_>, to: &To) -> Result<Self, ConversionError> {
        match row.number_if(to.takes_number) {
            Some(number) => Ok(Target::Key(KeyValue::Int(number)).into()),
            None => Self::read_any(row, to),
        }
    }

    /// Of a foreign key that may be `NULL`.
    pub(super) fn read_nullable(row: &mut RowReader<'_>, to: &To) -> Result<Option<Self>, ConversionError> {
        match row.number_if(to.takes_number) {
            Some(number) => Ok(Some(Target::Key(KeyValue::Int(number)).into())),
            None => Self::read_any_nullable(row, to),
        }
    }

    fn read_any(row: &mut RowReader<'_>, to: &To) -> Result<Self, ConversionError> {
        let target = row.target();
        let key = read_key(row, to)?;
        match (target.filter(|target| to.leads_to(target.table)), key) {
            (Some(object), key) => Ok(Target::object(object.place(), key).into()),
            (None, Some(key)) => Ok(Target::Key(key).into()),
            (None, None) if row.may_be_unset() => Ok(Self::default()),
            (None, None) => Err(ConversionError::new("a foreign key", &Value::NULL)),
        }
    }

    fn read_any_nullable(row: &mut RowReader<'_>, to: &To) -> Result<Option<Self>, ConversionError> {
        if row.target().is_none() && row.peek_has_null(to.key_parts) {
            (0..to.key_parts).for_each(|_| drop(row.value()));
            return Ok(None);
        }
        Self::read_any(row, to).map(Some)
    }

    pub(super) fn write(&self, cells: &mut Vec<Cell>, to: &To) {
        self.read_target(|target| match target {
            Target::Key(key) => cells.extend((0..to.key_parts).filter_map(|part| key.value(part)).map(Cell::Value)),
            Target::Object(handle) | Target::Numbered(handle, _) | Target::Keyed(handle, _) => {
                let object = handle.of((to.table)());
                cells.extend((0..to.key_parts).map(|part| Cell::KeyOf(object, part)));
            }
            Target::Unset | Target::New(_) => cells.extend((0..to.key_parts).map(|_| Cell::Missing)),
        });
    }

    /// Of a foreign key that may be `NULL`.
    pub(super) fn write_nullable(reference: Option<&Self>, cells: &mut Vec<Cell>, to: &To) {
        match reference {
            Some(reference) if !reference.is_unset() => reference.write(cells, to),
            _ => cells.extend((0..to.key_parts).map(|_| Cell::Value(Value::NULL))),
        }
    }

    pub(super) fn as_key(&self, to: &To) -> FieldKey {
        self.read_target(|target| match target {
            Target::Key(key) => FieldKey::Value(key.clone()),
            Target::Object(handle) | Target::Numbered(handle, _) | Target::Keyed(handle, _) => {
                FieldKey::Of(handle.of((to.table)()))
            }
            Target::Unset | Target::New(_) => FieldKey::Absent,
        })
    }

    pub(super) fn has_values(&self, values: &[Value]) -> bool {
        // What a handle refers to may change its key, or not be there yet.
        self.read_target(|target| matches!(target, Target::Key(key) if key.is(values)))
    }

    /// Of a foreign key that may be `NULL`.
    pub(super) fn has_values_or_null(reference: Option<&Self>, values: &[Value]) -> bool {
        match reference {
            Some(reference) if !reference.is_unset() => reference.has_values(values),
            _ => values.iter().all(|value| *value == Value::NULL),
        }
    }

    pub(super) fn fill(&self, values: &[Value], to: &To) -> Result<bool, ConversionError> {
        (to.check_key)(&mut values.iter().cloned())?;
        self.become_object(|| KeyValue::of(values));
        Ok(true)
    }

    pub(super) fn unfill(&self) {
        self.become_object(|| None);
    }

    pub(super) fn absorb(&self, adopt: Adopt<'_>, to: &To) {
        self.0.set(match self.0.take() {
            Target::New(object) => Target::Object(adopt(NewObject { table: (to.table)(), object }).place()),
            other => other,
        });
    }

    pub(super) fn fmt<M: Record>(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read_target(|target| match target {
            Target::Unset => f.write_str("unset"),
            Target::Object(handle) => fmt::Debug::fmt(&handle.cast::<M>(), f),
            Target::New(_) => write!(f, "a new {}", M::table().model),
            Target::Key(key) => write!(f, "{}({key})", M::table().model),
            Target::Numbered(_, key) => write!(f, "{}({key})", M::table().model),
            Target::Keyed(_, key) => write!(f, "{}({key})", M::table().model),
        })
    }

    /// The key of the object that it refers to, if it refers to one, becomes this.
    fn become_object(&self, key: impl FnOnce() -> Option<KeyValue>) {
        let target = self.0.take();
        self.0.set(match target.handle() {
            Some(handle) => Target::object(handle, key()),
            None => target,
        });
    }

    fn is_unset(&self) -> bool {
        self.read_target(|target| matches!(target, Target::Unset))
    }

    fn read_target<R>(&self, read: impl FnOnce(&Target) -> R) -> R {
        let target = self.0.take();
        let result = read(&target);
        // What was left there has nothing to drop.
        std::mem::forget(self.0.replace(target));
        result
    }
}

/// The key in the next columns of a row, if it is one of this model; none where there is `NULL`.
fn read_key(row: &mut RowReader<'_>, to: &To) -> Result<Option<KeyValue>, ConversionError> {
    if to.key_parts == 1 {
        let value = row.value();
        let Some(key) = KeyValue::of(std::slice::from_ref(&value)) else { return Ok(None) };
        (to.check_key)(&mut std::iter::once(value))?;
        return Ok(Some(key));
    }
    let values: Vec<Value> = (0..to.key_parts).map(|_| row.value()).collect();
    let key = KeyValue::of(&values);
    key.map(|key| (to.check_key)(&mut values.into_iter()).map(|()| key)).transpose()
}

impl From<Target> for Reference {
    fn from(target: Target) -> Self {
        Self(StdCell::new(target))
    }
}

impl Clone for Reference {
    /// The same key or handle. A new object inside is not copied: the copy is unset.
    fn clone(&self) -> Self {
        self.read_target(|target| match (target.handle(), target.key()) {
            (Some(handle), key) => Target::object(handle, key).into(),
            (None, Some(key)) => Target::Key(key).into(),
            (None, None) => Self::default(),
        })
    }
}

//! The side of a relationship that has the foreign key.

use std::cell::Cell as StdCell;
use std::fmt;

use crate::model::{Adopt, Cell, Edit, Field, FieldKey, Handle, KeyField, NewObject, Record, RowReader};
use crate::value::{ConversionError, IntoKey, Key, KeyValue, Value};

/// A foreign key: the relationship's only storage.
///
/// It holds a key, or a handle of an object whose key may not be known yet, or a new object which comes into the session
/// together with its owner. `Option<BelongsTo<M>>` is a foreign key that may be `NULL`.
pub struct BelongsTo<M>(StdCell<Target<M>>);

/// An object of the session and its key are kept apart by what the key is, so that an object pays three words for a foreign key.
#[derive(Default)]
enum Target<M> {
    #[default]
    Unset,
    Key(KeyValue),
    /// An object whose key is not known yet.
    Object(Handle<M>),
    /// An object, and its key where that is a number.
    Numbered(Handle<M>, i64),
    /// An object, and its key.
    Keyed(Handle<M>, Box<KeyValue>),
    New(Box<M>),
}

impl<M> Target<M> {
    fn object(handle: Handle<M>, key: Option<KeyValue>) -> Self {
        match key {
            None => Self::Object(handle),
            Some(KeyValue::Int(number)) => Self::Numbered(handle, number),
            Some(key) => Self::Keyed(handle, Box::new(key)),
        }
    }

    fn handle(&self) -> Option<Handle<M>> {
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

impl<M: Record> BelongsTo<M> {
    /// The foreign key with this value; nothing is loaded.
    #[must_use]
    pub fn key(key: impl IntoKey<M::Key>) -> Self {
        key.into_key().to_key_value().map_or_else(Self::default, |key| Target::Key(key).into())
    }

    fn target_key(&self) -> Option<M::Key> {
        let key = self.read_target(Target::key)?;
        M::Key::read(&mut key.values().into_iter()).ok()
    }
}

impl<M> BelongsTo<M> {
    fn is_unset(&self) -> bool {
        self.read_target(|target| matches!(target, Target::Unset))
    }

    /// The key of the object that it refers to, if it refers to one, becomes this.
    fn become_object(&self, key: impl FnOnce() -> Option<KeyValue>) {
        let target = self.0.take();
        self.0.set(match target.handle() {
            Some(handle) => Target::object(handle, key()),
            None => target,
        });
    }

    fn read_target<R>(&self, read: impl FnOnce(&Target<M>) -> R) -> R {
        let target = self.0.take();
        let result = read(&target);
        self.0.set(target);
        result
    }
}

/// A foreign key that may be read and set, whether `NULL` is allowed or not.
pub trait ForeignKey<M: Record> {
    /// The key, without loading anything; `None` for `NULL` and while the target has not been flushed.
    fn key(&self) -> Option<M::Key>;

    /// Refers to another object: a handle, a new object, or `BelongsTo::key(…)`.
    fn set(&mut self, target: impl Into<BelongsTo<M>>);
}

/// A foreign key that may be `NULL`.
pub trait NullableForeignKey {
    /// Sets it to `NULL`.
    fn clear(&mut self);
}

impl<M: Record> ForeignKey<M> for BelongsTo<M> {
    fn key(&self) -> Option<M::Key> {
        self.target_key()
    }

    fn set(&mut self, target: impl Into<BelongsTo<M>>) {
        *self = target.into();
    }
}

impl<M: Record> ForeignKey<M> for Option<BelongsTo<M>> {
    fn key(&self) -> Option<M::Key> {
        self.as_ref().and_then(BelongsTo::target_key)
    }

    fn set(&mut self, target: impl Into<BelongsTo<M>>) {
        *self = Some(target.into());
    }
}

impl<M: Record> NullableForeignKey for Option<BelongsTo<M>> {
    fn clear(&mut self) {
        *self = None;
    }
}

#[diagnostic::do_not_recommend]
impl<M: Record> Field for BelongsTo<M> {
    fn read(row: &mut RowReader<'_>) -> Result<Self, ConversionError> {
        let target = row.target();
        let key = read_key::<M::Key>(row)?;
        match (target.and_then(|target| target.handle::<M>()), key) {
            (Some(handle), key) => Ok(Target::object(handle, key).into()),
            (None, Some(key)) => Ok(Target::Key(key).into()),
            (None, None) if row.may_be_unset() => Ok(Self::default()),
            (None, None) => Err(ConversionError::new("a foreign key", &Value::NULL)),
        }
    }

    fn write(&self, cells: &mut Vec<Cell>) {
        self.read_target(|target| match target {
            Target::Key(key) => cells.extend((0..M::Key::PARTS).filter_map(|part| key.value(part)).map(Cell::Value)),
            Target::Object(handle) | Target::Numbered(handle, _) | Target::Keyed(handle, _) => {
                cells.extend((0..M::Key::PARTS).map(|part| Cell::KeyOf(handle.reference(), part)));
            }
            Target::Unset | Target::New(_) => cells.extend((0..M::Key::PARTS).map(|_| Cell::Missing)),
        });
    }

    fn as_key(&self) -> FieldKey {
        self.read_target(|target| match target {
            Target::Key(key) => FieldKey::Value(key.clone()),
            Target::Object(handle) | Target::Numbered(handle, _) | Target::Keyed(handle, _) => {
                FieldKey::Of(handle.reference())
            }
            Target::Unset | Target::New(_) => FieldKey::Nothing,
        })
    }

    fn has_values(&self, values: &[Value]) -> bool {
        // What a handle refers to may change its key, or not be there yet.
        self.read_target(|target| matches!(target, Target::Key(key) if key.is(values)))
    }

    fn fill(&self, values: &[Value]) -> Result<bool, ConversionError> {
        M::Key::read(&mut values.iter().cloned())?;
        self.become_object(|| KeyValue::of(values));
        Ok(true)
    }

    fn unfill(&self) {
        self.become_object(|| None);
    }

    fn absorb(&self, adopt: Adopt<'_>) -> Vec<Edit> {
        self.0.set(match self.0.take() {
            Target::New(object) => {
                let adopted = adopt(NewObject { table: M::table(), object });
                let handle = adopted.handle().expect("the session keeps an object under its own type");
                Target::Object(handle)
            }
            other => other,
        });
        Vec::new()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Record> Field for Option<BelongsTo<M>> {
    fn read(row: &mut RowReader<'_>) -> Result<Self, ConversionError> {
        if row.target().is_none() && row.peek_has_null(M::Key::PARTS) {
            (0..M::Key::PARTS).for_each(|_| drop(row.value()));
            return Ok(None);
        }
        BelongsTo::read(row).map(Some)
    }

    fn write(&self, cells: &mut Vec<Cell>) {
        match self {
            Some(reference) if !reference.is_unset() => reference.write(cells),
            _ => cells.extend((0..M::Key::PARTS).map(|_| Cell::Value(Value::NULL))),
        }
    }

    fn as_key(&self) -> FieldKey {
        self.as_ref().map_or(FieldKey::Nothing, BelongsTo::as_key)
    }

    fn has_values(&self, values: &[Value]) -> bool {
        match self {
            Some(reference) if !reference.is_unset() => reference.has_values(values),
            _ => values.iter().all(|value| *value == Value::NULL),
        }
    }

    fn fill(&self, values: &[Value]) -> Result<bool, ConversionError> {
        self.as_ref().map_or(Ok(true), |reference| reference.fill(values))
    }

    fn unfill(&self) {
        self.iter().for_each(BelongsTo::unfill);
    }

    fn absorb(&self, adopt: Adopt<'_>) -> Vec<Edit> {
        self.as_ref().map_or_else(Vec::new, |reference| reference.absorb(adopt))
    }
}

/// The key in the next columns of a row, if it is one of this type; none where there is `NULL`.
#[inline]
fn read_key<K: Key>(row: &mut RowReader<'_>) -> Result<Option<KeyValue>, ConversionError> {
    if K::PARTS == 1 {
        let value = row.value();
        let Some(key) = KeyValue::of(std::slice::from_ref(&value)) else { return Ok(None) };
        K::read(&mut std::iter::once(value))?;
        return Ok(Some(key));
    }
    let values: Vec<Value> = (0..K::PARTS).map(|_| row.value()).collect();
    let key = KeyValue::of(&values);
    key.map(|key| K::read(&mut values.into_iter()).map(|_| key)).transpose()
}

impl<M: Record> KeyField for BelongsTo<M> {
    type Key = M::Key;
}

impl<M> Default for BelongsTo<M> {
    /// A foreign key that was not set; a flush tells so.
    fn default() -> Self {
        Target::Unset.into()
    }
}

impl<M> From<Target<M>> for BelongsTo<M> {
    fn from(target: Target<M>) -> Self {
        Self(StdCell::new(target))
    }
}

impl<M: Record> From<Handle<M>> for BelongsTo<M> {
    fn from(handle: Handle<M>) -> Self {
        Target::Object(handle).into()
    }
}

impl<M: Record> From<M> for BelongsTo<M> {
    fn from(object: M) -> Self {
        Target::New(Box::new(object)).into()
    }
}

impl<M: Record> From<Handle<M>> for Option<BelongsTo<M>> {
    fn from(handle: Handle<M>) -> Self {
        Some(handle.into())
    }
}

impl<M> Clone for BelongsTo<M> {
    /// The same key or handle. A new object inside is not copied: the copy is unset.
    fn clone(&self) -> Self {
        self.read_target(|target| match (target.handle(), target.key()) {
            (Some(handle), key) => Target::object(handle, key).into(),
            (None, Some(key)) => Target::Key(key).into(),
            (None, None) => Self::default(),
        })
    }
}

impl<M: Record> PartialEq for BelongsTo<M> {
    fn eq(&self, other: &Self) -> bool {
        let (mut cells, mut others) = (Vec::new(), Vec::new());
        self.write(&mut cells);
        other.write(&mut others);
        cells == others
    }
}

impl<M: Record> fmt::Debug for BelongsTo<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read_target(|target| match target {
            Target::Unset => f.write_str("unset"),
            Target::Object(handle) => handle.fmt(f),
            Target::New(_) => write!(f, "a new {}", M::table().model),
            Target::Key(key) => write!(f, "{}({key})", M::table().model),
            Target::Numbered(_, key) => write!(f, "{}({key})", M::table().model),
            Target::Keyed(_, key) => write!(f, "{}({key})", M::table().model),
        })
    }
}

//! The side of a relationship that has the foreign key.

use std::fmt;
use std::marker::PhantomData;

use crate::model::{Adopt, Cell, Edit, Field, FieldKey, Handle, KeyField, Record, RowReader};
use crate::relation::reference::{Reference, To};
use crate::value::{ConversionError, IntoKey, Key, Value};

/// A foreign key: the relationship's only storage.
///
/// It holds a key, or a handle of an object whose key may not be known yet, or a new object which comes into the session
/// together with its owner. `Option<BelongsTo<M>>` is a foreign key that may be `NULL`.
pub struct BelongsTo<M>(Reference, PhantomData<fn() -> M>);

impl<M: Record> BelongsTo<M> {
    /// The foreign key with this value; nothing is loaded.
    #[must_use]
    pub fn key(key: impl IntoKey<M::Key>) -> Self {
        Reference::to_key(key.into_key().to_key_value()).into()
    }

    fn target_key(&self) -> Option<M::Key> {
        M::Key::read(&mut self.0.key()?.values().into_iter()).ok()
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
        Reference::read(row, &To::model::<M>()).map(Self::from)
    }

    fn write(&self, cells: &mut Vec<Cell>) {
        self.0.write(cells, &To::model::<M>());
    }

    fn as_key(&self) -> FieldKey {
        self.0.as_key(&To::model::<M>())
    }

    fn has_values(&self, values: &[Value]) -> bool {
        self.0.has_values(values)
    }

    fn fill(&self, values: &[Value]) -> Result<bool, ConversionError> {
        self.0.fill(values, &To::model::<M>())
    }

    fn unfill(&self) {
        self.0.unfill();
    }

    fn absorb(&self, adopt: Adopt<'_>) -> Vec<Edit> {
        self.0.absorb(adopt, &To::model::<M>());
        Vec::new()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Record> Field for Option<BelongsTo<M>> {
    fn read(row: &mut RowReader<'_>) -> Result<Self, ConversionError> {
        Ok(Reference::read_nullable(row, &To::model::<M>())?.map(BelongsTo::from))
    }

    fn write(&self, cells: &mut Vec<Cell>) {
        Reference::write_nullable(self.as_ref().map(|reference| &reference.0), cells, &To::model::<M>());
    }

    fn as_key(&self) -> FieldKey {
        match self {
            Some(reference) => reference.as_key(),
            None => FieldKey::Absent,
        }
    }

    fn has_values(&self, values: &[Value]) -> bool {
        Reference::has_values_or_null(self.as_ref().map(|reference| &reference.0), values)
    }

    fn fill(&self, values: &[Value]) -> Result<bool, ConversionError> {
        match self {
            Some(reference) => reference.fill(values),
            None => Ok(true),
        }
    }

    fn unfill(&self) {
        if let Some(reference) = self {
            reference.unfill();
        }
    }

    fn absorb(&self, adopt: Adopt<'_>) -> Vec<Edit> {
        match self {
            Some(reference) => reference.absorb(adopt),
            None => Vec::new(),
        }
    }
}

impl<M: Record> KeyField for BelongsTo<M> {
    type Key = M::Key;
}

impl<M> Default for BelongsTo<M> {
    /// A foreign key that was not set; a flush tells so.
    fn default() -> Self {
        Reference::default().into()
    }
}

impl<M> From<Reference> for BelongsTo<M> {
    fn from(reference: Reference) -> Self {
        Self(reference, PhantomData)
    }
}

impl<M: Record> From<Handle<M>> for BelongsTo<M> {
    fn from(handle: Handle<M>) -> Self {
        Reference::to_object(handle).into()
    }
}

impl<M: Record> From<M> for BelongsTo<M> {
    fn from(object: M) -> Self {
        Reference::to_new(object).into()
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
        self.0.clone().into()
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
        self.0.fmt::<M>(f)
    }
}

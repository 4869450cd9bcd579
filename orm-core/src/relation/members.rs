//! The sides of a relationship without the foreign key: changes to their members, waiting for the next flush.

use std::cell::Cell as StdCell;
use std::fmt;
use std::marker::PhantomData;

use crate::model::{Adopt, Cell, Edit, Field, FieldKey, Handle, NewObject, ObjectRef, Record, RowReader};
use crate::relation::{IntoMember, Member};
use crate::value::ConversionError;

/// A change to the members, of whatever model they are.
enum Change {
    Clear,
    Add(ObjectRef),
    AddNew(NewObject),
    Remove(ObjectRef),
}

/// Changes in the order in which they were made. Mostly there are none, so that an object pays one pointer.
#[expect(clippy::box_collection, reason = "a Vec would make every object 16 bytes larger")]
#[derive(Default)]
struct Changes(StdCell<Option<Box<Vec<Change>>>>);

impl Changes {
    fn record(&mut self, change: Change) {
        self.0.get_mut().get_or_insert_default().push(change);
    }

    fn add<M: Record>(&mut self, member: impl IntoMember<M>) {
        self.record(match member.into_member() {
            Member::Handle(handle) => Change::Add(handle.reference()),
            Member::New(object) => Change::AddNew(NewObject { table: M::table(), object }),
        });
    }

    fn replace<M: Record>(&mut self, members: impl IntoIterator<Item = impl IntoMember<M>>) {
        self.record(Change::Clear);
        members.into_iter().for_each(|member| self.add(member));
    }

    fn absorb(&self, adopt: Adopt<'_>) -> Vec<Edit> {
        let Some(changes) = self.0.take() else { return Vec::new() };
        let edit = |change| match change {
            Change::Clear => Edit::Clear,
            Change::Add(member) => Edit::Add(member),
            Change::AddNew(member) => Edit::Add(adopt(member)),
            Change::Remove(member) => Edit::Remove(member),
        };
        changes.into_iter().map(edit).collect()
    }
}

macro_rules! relationship_field {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// In an object it holds only the changes that wait for the next flush: the members are asked of a
        /// [`View`](crate::View), by the method of the field's name, `session.view(owner).members()?`. For the same reason a
        /// collection that is assigned as a whole, `… = members.into_iter().collect()`, adds its members and takes none out:
        /// that is what `set` does.
        pub struct $name<M>(Changes, PhantomData<fn() -> M>);

        #[diagnostic::do_not_recommend]
        impl<M: Record> Field for $name<M> {
            fn read(_row: &mut RowReader<'_>) -> Result<Self, ConversionError> {
                Ok(Self::default())
            }

            fn write(&self, _cells: &mut Vec<Cell>) {}

            fn as_key(&self) -> FieldKey {
                FieldKey::Absent
            }

            fn absorb(&self, adopt: Adopt<'_>) -> Vec<Edit> {
                self.0.absorb(adopt)
            }
        }

        impl<M> Default for $name<M> {
            fn default() -> Self {
                Self(Changes::default(), PhantomData)
            }
        }

        impl<M> Clone for $name<M> {
            /// A copy of an object has no changes that wait.
            fn clone(&self) -> Self {
                Self::default()
            }
        }

        impl<M> PartialEq for $name<M> {
            /// Members belong to the session, not to the value of an object.
            fn eq(&self, _other: &Self) -> bool {
                true
            }
        }

        impl<M: Record> fmt::Debug for $name<M> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}<{}>", stringify!($name), M::table().model)
            }
        }
    };
}

macro_rules! collection {
    ($name:ident) => {
        impl<M: Record, I: IntoMember<M>> FromIterator<I> for $name<M> {
            fn from_iter<T: IntoIterator<Item = I>>(members: T) -> Self {
                let mut field = Self::default();
                field.extend(members);
                field
            }
        }

        impl<M: Record> $name<M> {
            /// Takes an object out; it is deleted only where its model says `delete_orphan`.
            pub fn remove(&mut self, member: Handle<M>) {
                self.0.record(Change::Remove(member.reference()));
            }

            /// Takes all objects out; they are deleted only where their model says `delete_orphan`.
            pub fn clear(&mut self) {
                self.0.record(Change::Clear);
            }
        }
    };
}

relationship_field! {
    /// The "many" side of a one-to-many relationship: the other model has the foreign key.
    HasMany
}
collection!(HasMany);

// What takes members stands outside of the macro, so that an error shows the method alone.
impl<M: Record> HasMany<M> {
    /// Adds an object: a handle, or a new object.
    pub fn push(&mut self, member: impl IntoMember<M>) {
        self.0.add(member);
    }

    /// Adds several objects.
    pub fn extend(&mut self, members: impl IntoIterator<Item = impl IntoMember<M>>) {
        members.into_iter().for_each(|member| self.push(member));
    }

    /// Makes these the only members.
    pub fn set(&mut self, members: impl IntoIterator<Item = impl IntoMember<M>>) {
        self.0.replace(members);
    }
}

relationship_field! {
    /// A many-to-many relationship through an association table.
    ManyToMany
}
collection!(ManyToMany);

impl<M: Record> ManyToMany<M> {
    /// Adds an object: a handle, or a new object.
    pub fn push(&mut self, member: impl IntoMember<M>) {
        self.0.add(member);
    }

    /// Adds several objects.
    pub fn extend(&mut self, members: impl IntoIterator<Item = impl IntoMember<M>>) {
        members.into_iter().for_each(|member| self.push(member));
    }

    /// Makes these the only members.
    pub fn set(&mut self, members: impl IntoIterator<Item = impl IntoMember<M>>) {
        self.0.replace(members);
    }
}

relationship_field! {
    /// The side of a one-to-one relationship without the foreign key.
    HasOne
}

impl<M: Record> HasOne<M> {
    /// Makes this the related object: a handle, or a new object.
    pub fn set(&mut self, member: impl IntoMember<M>) {
        self.0.replace([member]);
    }

    /// Takes the related object away; it is deleted only where its model says `delete_orphan`.
    pub fn clear(&mut self) {
        self.0.record(Change::Clear);
    }
}

impl<M: Record> From<M> for HasOne<M> {
    /// A new object, which comes along with its owner.
    fn from(object: M) -> Self {
        let mut field = Self::default();
        field.set(object);
        field
    }
}

impl<M: Record> From<Handle<M>> for HasOne<M> {
    fn from(member: Handle<M>) -> Self {
        let mut field = Self::default();
        field.set(member);
        field
    }
}

//! Objects as they are lent out: a view reads like the object and has the relationships as methods.

use std::fmt;
use std::ops::Deref;

use crate::error::{Error, Result};
use crate::model::{Handle, Record};
use crate::query::{Lazy, Target};
use crate::relation::{BelongsTo, Collection, Relation, Same};
use crate::schema::Table;
use crate::session::{Related, Session};

/// A struct with `#[derive(Model)]`: its objects are added to a session, found, changed and related.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    note = "write `#[derive(Model)]` above `struct {Self}`"
)]
pub trait Model: Record {
    /// The relationships as methods; the derive makes it.
    type Relations<'s>: Deref<Target = Self> + From<Located<'s, Self>> + Into<Located<'s, Self>> + Copy;
}

/// An object of a session, to be read. `view.firstname` is its field, `view.department()?` follows its relationship.
pub struct View<'s, M: Model> {
    relations: M::Relations<'s>,
}

/// An object, its place, and the session that loads what it is related to.
pub struct Located<'s, M> {
    session: &'s Session,
    handle: Handle<M>,
    object: &'s M,
    lazy: Lazy,
}

impl<'s, M: Model> View<'s, M> {
    pub(crate) fn new(session: &'s Session, handle: Handle<M>, object: &'s M, lazy: Lazy) -> Self {
        Self { relations: Located { session, handle, object, lazy }.into() }
    }

    fn located(&self) -> Located<'s, M> {
        self.relations.into()
    }

    /// The object's handle, which borrows nothing.
    #[must_use]
    pub fn handle(&self) -> Handle<M> {
        self.located().handle
    }

    /// A question for some of the objects that a collection leads to: those for which a condition holds, the first ones, how
    /// many they are.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Department { #[primary_key] id: Auto<i32>, #[has_many] employees: HasMany<Employee> }
    /// # #[derive(Model)]
    /// # struct Employee {
    /// #     #[primary_key] id: Auto<i32>,
    /// #     active: bool,
    /// #     salary: i32,
    /// #     #[belongs_to] department: BelongsTo<Department>,
    /// # }
    /// # fn list(session: &Session) -> orm_core::Result<()> {
    /// for department in session.query::<Department>().all()? {
    ///     let active = department.related(Department::employees).filter(Employee::active.eq(true));
    ///     println!("{} of {}", active.count()?, department.related(Department::employees).count()?);
    ///     for employee in department.related(Department::employees).order_by(Employee::salary.desc()).limit(3).all()? {
    ///         println!("{}", employee.salary);
    ///     }
    /// } // four statements, however many departments there are
    /// # Ok(())
    /// # }
    /// ```
    pub fn related<B: Model, K: Collection>(&self, relation: Relation<M, B, K>) -> Related<'s, B> {
        let Located { session, handle, lazy, .. } = self.located();
        Related::new(session, handle.reference(), relation.place(), lazy)
    }

    /// The object itself, for as long as the session is lent.
    #[must_use]
    pub fn get(&self) -> &'s M {
        self.located().object
    }
}

impl<'s, M: Model> Located<'s, M> {
    /// The object.
    #[must_use]
    pub fn object(&self) -> &'s M {
        self.object
    }

    /// The one object that a relationship leads to.
    ///
    /// # Errors
    /// [`Error::NotFound`]: there is none, against the model. Else as of [`many`](Self::many).
    #[inline]
    #[track_caller]
    pub fn required<B: Model, K>(&self, relation: Relation<M, B, K>) -> Result<View<'s, B>> {
        self.required_at(relation.place())
    }

    /// The object that a relationship leads to, if there is one.
    ///
    /// # Errors
    /// [`Error::TooMany`]: there are several, against the model. Else as of [`many`](Self::many).
    #[inline]
    #[track_caller]
    pub fn optional<B: Model, K>(&self, relation: Relation<M, B, K>) -> Result<Option<View<'s, B>>> {
        self.optional_at(relation.place())
    }

    /// The objects that a relationship leads to, in the order that it declares, else in that of their keys.
    ///
    /// # Errors
    /// [`Error::NotLoaded`]: they are not loaded, and must not be by this. What the database says; [`Error::Autoflush`] where
    /// the flush before the question failed.
    #[inline]
    #[track_caller]
    pub fn many<B: Model, K>(&self, relation: Relation<M, B, K>) -> Result<Vec<View<'s, B>>> {
        self.many_at(relation.place())
    }

    #[track_caller]
    fn required_at<B: Model>(&self, relationship: usize) -> Result<View<'s, B>> {
        match self.optional_at(relationship)? {
            Some(found) => Ok(found),
            None => Err(Error::NotFound { model: B::table().model, what: for_relationship(M::table(), relationship) }),
        }
    }

    #[track_caller]
    fn optional_at<B: Model>(&self, relationship: usize) -> Result<Option<View<'s, B>>> {
        let Self { session, lazy, .. } = *self;
        let owner = self.handle.reference();
        if let Some(member) = session.known_one(owner, relationship) {
            return Ok(Some(session.lend_known(member, lazy)));
        }
        match *session.related(owner, relationship, lazy)? {
            [] => Ok(None),
            [member] => Ok(Some(session.lend_known(member, lazy))),
            _ => Err(Error::TooMany { model: B::table().model, what: for_relationship(M::table(), relationship) }),
        }
    }

    #[track_caller]
    fn many_at<B: Model>(&self, relationship: usize) -> Result<Vec<View<'s, B>>> {
        let Self { session, lazy, .. } = *self;
        let members = session.related(self.handle.reference(), relationship, lazy)?;
        Ok(session.lend_all(&members, lazy))
    }
}

fn for_relationship(table: &Table, relationship: usize) -> String {
    format!("for `{}.{}`", table.model, table.relationships[relationship].name)
}

impl<'s, M: Model> Deref for View<'s, M> {
    type Target = M::Relations<'s>;

    fn deref(&self) -> &Self::Target {
        &self.relations
    }
}

#[diagnostic::do_not_recommend]
impl<M: Record + Same<N>, N: Model> Target<M> for View<'_, N> {
    fn reference(self) -> BelongsTo<M> {
        M::handle(self.handle()).into()
    }
}

impl<M: Model> Clone for View<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Model> Copy for View<'_, M> {}

impl<M> Clone for Located<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Located<'_, M> {}

impl<M: Model + fmt::Debug> fmt::Debug for View<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl<M> fmt::Debug for Located<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.handle.fmt(f)
    }
}

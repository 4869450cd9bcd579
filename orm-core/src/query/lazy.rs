//! Whether following a relationship may ask the database.

use crate::query::Query;

/// Whether following a relationship may ask the database. It holds for views: for those that a query gives, and for those that
/// relationships lead to from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lazy {
    /// It may, for all objects of a result at once.
    #[default]
    Allowed,
    /// It may not: what is neither in the session nor loaded along is [`Error::NotLoaded`](crate::Error::NotLoaded), which
    /// names the relationship and the line that has followed it. What is asked in so many words is not meant: queries, `find`,
    /// and what a flush has to know.
    Strict,
}

impl<M, S, Source> Query<M, S, Source> {
    /// Whether relationships of the objects that this query finds may be loaded when they are followed; else the session says
    /// so. Handles do not know it.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Department { #[primary_key] id: Auto<i32>, #[has_many] employees: HasMany<Employee> }
    /// # #[derive(Model)]
    /// # struct Employee { #[primary_key] id: Auto<i32>, #[belongs_to] department: BelongsTo<Department> }
    /// # fn count(session: &Session) -> orm_core::Result<()> {
    /// for department in session.query::<Department>().with(Department::employees).lazy(Lazy::Strict).all()? {
    ///     println!("{}", department.employees()?.len()); // an error without `with`
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn lazy(mut self, lazy: Lazy) -> Self {
        self.loading.lazy = Some(lazy);
        self
    }
}

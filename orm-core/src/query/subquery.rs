//! Queries inside of queries: as a value, as a list, as a condition, and as rows that have a name.

use std::marker::PhantomData;

use crate::model::{Row, Source};
use crate::query::{
    Both, ByName, Common, Nothing, Operand, OuterNeeds, Perhaps, Predicate, Query, Readable, Reading, Rows, Term,
};
use crate::sql::{CommonTable, Expression, Select, Union};
use crate::value::ColumnType;

impl<T: ColumnType, S: OuterNeeds, Session> Query<Rows<T>, S, Session> {
    /// The only value of the only row, as a term of another query; `NULL` where there is no row.
    #[must_use]
    pub fn as_term(self) -> Term<Perhaps<S::Needs>, T> {
        Term::new(Expression::Subquery(Box::new(self.select)))
    }
}

impl<T: ColumnType, S: OuterNeeds, Session> Query<Rows<Option<T>>, S, Session> {
    /// The only value of the only row, as a term of another query; `NULL` where there is no row.
    #[must_use]
    pub fn as_term(self) -> Term<Perhaps<S::Needs>, T> {
        Term::new(Expression::Subquery(Box::new(self.select)))
    }
}

/// There is an object or a row that the query finds.
#[must_use]
pub fn exists<M, S: OuterNeeds, Session>(query: Query<M, S, Session>) -> Predicate<S::Needs> {
    Predicate::new(Expression::Exists(Box::new(query.select.for_existence())))
}

/// What `in_` looks into: a list of values or columns, or a query that selects one value of a row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of `{T}`",
    label = "expected values of `{T}`",
    note = "give an array, a `Vec` or an iterator of `{T}` (of `&str` for `String`), or a query that selects one column of `{T}`"
)]
pub trait Among<T> {
    /// The needs of a term with the needs `S` and this.
    type With<S>;

    /// The condition that a term is one of them.
    fn among<S>(self, one: Term<S, T>) -> Predicate<Self::With<S>>;
}

#[diagnostic::do_not_recommend]
impl<T, I: IntoIterator<Item: Operand<T>>> Among<T> for I {
    type With<S> = <I::Item as Operand<T>>::With<S>;

    fn among<S>(self, one: Term<S, T>) -> Predicate<Self::With<S>> {
        let list = self.into_iter().map(|item| item.beside::<S>().expression).collect();
        Predicate::new(Expression::In(Box::new(one.expression), list))
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType, N: OuterNeeds, Session> Among<T> for Query<Rows<T>, N, Session> {
    type With<S> = Both<S, N::Needs>;

    fn among<S>(self, one: Term<S, T>) -> Predicate<Self::With<S>> {
        Predicate::new(Expression::InSelect(Box::new(one.expression), Box::new(self.select)))
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType, N: OuterNeeds, Session> Among<T> for Query<Rows<Option<T>>, N, Session> {
    type With<S> = Both<S, N::Needs>;

    fn among<S>(self, one: Term<S, T>) -> Predicate<Self::With<S>> {
        Predicate::new(Expression::InSelect(Box::new(one.expression), Box::new(self.select)))
    }
}

/// A common table expression: rows of a question that others read by a name, as if they were a table. It is made by [`cte`] and
/// [`recursive`].
#[derive(Debug)]
pub struct Cte<T> {
    common: CommonTable,
    rows: PhantomData<fn() -> T>,
}

/// Gives the rows of a question a name, under which others read them: the struct with `#[derive(Row)]` is the table.
pub fn cte<T: Row + Source, S, Session>(query: Query<Rows<T>, S, Session>) -> Cte<T> {
    Cte::new(query.select, false)
}

/// Rows from which further rows follow, as long as there are any: `first` are the rows to begin with, and `next` makes of the rows
/// that it reads those that follow (`UNION ALL`).
///
/// The first rows say what each column can hold: a text that grows from row to row begins with
/// [`func::text`](crate::func::text) of a column, or with a value, which has room for 65,535 characters.
///
/// Rows that lead to each other in a ring follow without end. MariaDB stops after 1,000 rounds, in silence
/// (`max_recursive_iterations`), MySQL with an error (`cte_max_recursion_depth`): count the rounds in a column, and filter by it.
pub fn recursive<T: Row + Source, S, Next, Session, OtherSession>(
    first: Query<Rows<T>, S, Session>,
    next: impl FnOnce(ByName<T>) -> Query<Rows<T>, Next, OtherSession>,
) -> Cte<T> {
    let next = next(ByName(PhantomData));
    let first = first.select.with_room(T::source());
    Cte::new(first.unite(Union::All, next.select), true)
}

impl<T: Row + Source> Cte<T> {
    fn new(select: Select, recursive: bool) -> Self {
        Self { common: CommonTable { table: T::source(), select, recursive }, rows: PhantomData }
    }

    /// A question for its rows.
    #[must_use]
    pub fn query(self) -> Query<Rows<T>, Reading<T, Nothing>> {
        let mut select = Select::from(T::source());
        select.listed =
            Some((0..T::source().columns.len()).map(|column| Expression::column(T::source(), column)).collect());
        select.with.push(self.common);
        Query::of(select, ())
    }
}

impl<T> Clone for Cte<T> {
    fn clone(&self) -> Self {
        Self { common: self.common.clone(), rows: PhantomData }
    }
}

impl<T: Source> Readable<T> for Cte<T> {
    fn common_table(self) -> Common {
        Common(Some(self.common))
    }
}

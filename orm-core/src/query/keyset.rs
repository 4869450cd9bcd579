//! Pages that begin after the last row of the page before: as fast for the thousandth page as for the first.

use crate::model::{ColumnField, Required, Source};
use crate::query::{Column, Marked, MetBy, One, Order, Query, Term};
use crate::sql::{Expression, Ordering};
use crate::value::{ColumnType, SqlType};

/// Columns in whose order a query is read page by page: a tuple of up to six columns or `column.desc()`, none of which may be
/// `NULL`, and which together are unique.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no keyset",
    note = "give a tuple of columns or `column.desc()` that the query reads, such as `(Employee::lastname, Employee::id)`"
)]
pub trait Keyset<S, Place> {
    /// The values of a row in these columns.
    type Position;

    /// The order.
    fn order(self) -> Vec<KeysetColumn>;

    /// The values.
    fn values(position: Self::Position) -> Vec<KeysetValue>;
}

/// One column of a keyset, without its type.
#[derive(Debug, Clone)]
pub struct KeysetColumn(Ordering);

/// The value of a row in one column of a keyset, without its type.
#[derive(Debug, Clone)]
pub struct KeysetValue(Expression);

/// One column of a keyset.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be in a keyset", note = "give a column, or `column.desc()`")]
pub trait KeysetPart<S, Place> {
    /// The type of its values.
    type Value: ColumnType;

    /// The order.
    fn ordering(self) -> KeysetColumn;
}

/// Whether a value may be `NULL`: never.
#[diagnostic::on_unimplemented(
    message = "a column that may be `NULL` cannot be in a keyset",
    note = "nothing comes after `NULL` for the server; use `func::coalesce(column, value).asc()`"
)]
pub trait NeverNull {}

#[diagnostic::do_not_recommend]
impl NeverNull for Required {}

impl<N, T: ColumnType, S, Place> KeysetPart<S, Place> for Order<N, T>
where
    N: MetBy<S, Place, Nulls: NeverNull>,
{
    type Value = T;

    fn ordering(self) -> KeysetColumn {
        KeysetColumn(is_in_order::<T>(self.ordering))
    }
}

impl<M: Source, F: ColumnField, S, Place> KeysetPart<S, Place> for Column<M, F>
where
    Marked<One<M>, F::Nulls>: MetBy<S, Place, Nulls: NeverNull>,
{
    type Value = F::Plain;

    fn ordering(self) -> KeysetColumn {
        KeysetColumn(is_in_order::<F::Plain>(self.asc().ordering))
    }
}

/// The servers put texts of a list in the order of the list, and compare them by their letters.
fn is_in_order<T: ColumnType>(ordering: Ordering) -> Ordering {
    const {
        assert!(
            !matches!(T::SQL_TYPE, SqlType::Enum(_) | SqlType::Set(_)),
            "an enum that is stored as text, and a `Set`, cannot be in a keyset: the server does not compare them in the order \
             that it puts them in; give `func::text(column, length).asc()`, or `#[db_enum(integer)]`"
        );
    }
    ordering
}

macro_rules! tuples {
    ($($part:ident $place:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<S, $($part, $place),+> Keyset<S, ($($place,)+)> for ($($part,)+)
        where
            $($part: KeysetPart<S, $place>),+
        {
            type Position = ($($part::Value,)+);

            #[expect(non_snake_case, reason = "the parts are named after their types")]
            fn order(self) -> Vec<KeysetColumn> {
                let ($($part,)+) = self;
                vec![$($part.ordering()),+]
            }

            #[expect(non_snake_case, reason = "the parts are named after their types")]
            fn values(($($part,)+): Self::Position) -> Vec<KeysetValue> {
                vec![$(KeysetValue(Term::<(), _>::value(&$part).expression)),+]
            }
        }
    };
}

tuples!(A PlaceA);
tuples!(A PlaceA B PlaceB);
tuples!(A PlaceA B PlaceB C PlaceC);
tuples!(A PlaceA B PlaceB C PlaceC D PlaceD);
tuples!(A PlaceA B PlaceB C PlaceC D PlaceD E PlaceE);
tuples!(A PlaceA B PlaceB C PlaceC D PlaceD E PlaceE F PlaceF);

impl<M, S, Session> Query<M, S, Session> {
    /// In the order of these columns, in the place of any other, and only what comes after this position: with a `limit`, one page after the other, each
    /// found by an index over the columns and not by counting the rows before it, as with an `offset`. Rows that come or go
    /// meanwhile move no page.
    ///
    /// ```
    /// use orm_core::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Employee {
    ///     #[primary_key]
    ///     id: i32,
    ///     name: String,
    /// }
    ///
    /// # fn list(session: &Session) -> orm_core::Result<()> {
    /// let page = |after| session.query::<Employee>().keyset((Employee::name, Employee::id), after).limit(20).all();
    /// let first = page(None)?;
    /// let second = page(first.last().map(|last| (last.name.clone(), last.id)))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// An enum that is stored as text, and a `Set`, have one order for the server and are compared by another: that they are in
    /// a keyset is an error when the program is built.
    ///
    /// ```compile_fail,E0080
    /// use orm_core::prelude::*;
    ///
    /// #[derive(Clone, Debug, Default, PartialEq, DbEnum)]
    /// enum Status {
    ///     #[default]
    ///     Open,
    ///     Done,
    /// }
    ///
    /// #[derive(Model)]
    /// struct Ticket {
    ///     #[primary_key]
    ///     id: i32,
    ///     status: Status,
    /// }
    ///
    /// let page = query::<Ticket>().keyset((Ticket::status, Ticket::id), None);
    /// ```
    #[must_use]
    pub fn keyset<K: Keyset<S, Place>, Place>(mut self, keys: K, after: Option<K::Position>) -> Self {
        let order: Vec<Ordering> = keys.order().into_iter().map(|key| key.0).collect();
        if let Some(position) = after {
            let values: Vec<Expression> = K::values(position).into_iter().map(|value| value.0).collect();
            self.select.add_filter(Expression::after(&order, &values));
        }
        self.select.order = order;
        self
    }
}

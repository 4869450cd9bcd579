//! What can be asked of a relationship in a condition.

use crate::model::{Cell, Field, Handle, Nulls, Record, Source};
use crate::query::{Marked, Nothing, One, PerRow, Predicate, ReadBy, Reading, Term};
use crate::relation::{BelongsTo, Kind, Relation, Same, ToMany, ToOne, kind};
use crate::schema::RelationshipKind;
use crate::sql::{Comparison, Expression, TableRef};
use crate::value::{ColumnType, Value};

impl<A: Source, B: Record, K: Kind> Relation<A, B, K> {
    /// There is a related object for which the condition holds.
    #[must_use]
    pub fn any<S: PerRow + ReadBy<Reading<B, Nothing>, Place>, Place>(
        self,
        condition: Predicate<S>,
    ) -> Predicate<One<A>>
    where
        K: ToMany,
    {
        related(self, Some(condition.expression))
    }

    /// There is a related object, and the condition holds for it.
    #[must_use]
    pub fn has<S: PerRow + ReadBy<Reading<B, Nothing>, Place>, Place>(
        self,
        condition: Predicate<S>,
    ) -> Predicate<One<A>>
    where
        K: ToOne,
    {
        related(self, Some(condition.expression))
    }

    /// This object is among the related ones.
    pub fn contains(self, target: impl Target<B>) -> Predicate<One<A>>
    where
        K: ToMany,
    {
        related(self, Some(is(B::table().primary_key.iter().copied(), TableRef::plain(B::table()), target)))
    }

    /// There is a related object.
    #[must_use]
    pub fn exists(self) -> Predicate<One<A>> {
        related(self, None)
    }
}

impl<A: Source, B: Record, N> Relation<A, B, kind::BelongsTo<N>> {
    /// The foreign key refers to this object.
    pub fn eq(self, target: impl Target<B>) -> Predicate<One<A>> {
        Predicate::new(self.refers_to(target))
    }

    /// The foreign key does not refer to this object; also where it is `NULL`.
    pub fn ne(self, target: impl Target<B>) -> Predicate<One<A>> {
        let not = Expression::Not(Box::new(self.refers_to(target)));
        Predicate::new(not.or(self.null()))
    }

    /// The foreign key refers to one of these objects.
    pub fn in_(self, targets: impl IntoIterator<Item: Target<B>>) -> Predicate<One<A>> {
        let parts = |target| {
            let mut cells = Vec::new();
            Target::<B>::reference(target).write(&mut cells);
            cells
        };
        let targets = targets.into_iter().map(parts);
        Predicate::new(match self.columns() {
            [column] => {
                let keys = targets.flatten().map(operand).collect();
                Expression::In(Box::new(Expression::Column(TableRef::of::<A>(), *column)), keys)
            }
            columns => {
                let equal = |cells: Vec<Cell>| same(columns.iter().copied(), TableRef::of::<A>(), cells);
                Expression::Or(targets.map(equal).collect())
            }
        })
    }

    /// The foreign key is `NULL`.
    #[must_use]
    pub fn is_null(self) -> Predicate<One<A>> {
        Predicate::new(self.null())
    }

    /// The foreign key is not `NULL`.
    #[must_use]
    pub fn is_not_null(self) -> Predicate<One<A>> {
        !self.is_null()
    }

    /// The foreign key itself, of one column: `Employee::department.key()` is `department_id`.
    #[must_use]
    pub fn key(self) -> Term<Marked<One<A>, N>, B::Key>
    where
        N: Nulls,
        B::Key: ColumnType,
    {
        Term::new(Expression::Column(TableRef::of::<A>(), self.columns()[0]))
    }

    fn refers_to(self, target: impl Target<B>) -> Expression {
        is(self.columns().iter().copied(), TableRef::of::<A>(), target)
    }

    fn null(self) -> Expression {
        // One column that is NULL is enough for a foreign key to refer to nothing.
        let null = |&column: &usize| Expression::IsNull(Box::new(Expression::Column(TableRef::of::<A>(), column)));
        let nulls = self.columns().iter().map(null);
        nulls.reduce(Expression::or).unwrap_or_else(|| Expression::Or(Vec::new()))
    }

    /// The columns of the foreign key, as places in the table.
    pub(crate) fn columns(self) -> &'static [usize] {
        match &self.descriptor().kind {
            RelationshipKind::BelongsTo(reference) => reference.columns,
            _ => &[],
        }
    }
}

/// What a foreign key to `M` can be compared with or set to: a handle, a view, or `BelongsTo::key(…)`.
#[diagnostic::on_unimplemented(
    message = "a foreign key to `{M}` needs an object of `{M}` here, not `{Self}`",
    note = "give a handle or a view of a `{M}`, or `BelongsTo::key(…)`"
)]
pub trait Target<M: Record> {
    /// The foreign key to it.
    fn reference(self) -> BelongsTo<M>;
}

#[diagnostic::do_not_recommend]
impl<M: Record + Same<N>, N: Record> Target<M> for Handle<N> {
    fn reference(self) -> BelongsTo<M> {
        M::handle(self).into()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Record + Same<N>, N: Record> Target<M> for BelongsTo<N> {
    fn reference(self) -> BelongsTo<M> {
        M::reference(self)
    }
}

/// These columns are the primary key of this object.
fn is<M: Record>(columns: impl Iterator<Item = usize>, table: TableRef, target: impl Target<M>) -> Expression {
    let mut cells = Vec::new();
    target.reference().write(&mut cells);
    same(columns, table, cells)
}

/// These columns have these values.
fn same(columns: impl Iterator<Item = usize>, table: TableRef, cells: Vec<Cell>) -> Expression {
    let equal =
        |(column, cell): (usize, Cell)| Expression::Column(table, column).compare(Comparison::Equal, operand(cell));
    all(columns.zip(cells).map(equal))
}

fn related<A: Source, B, K>(relation: Relation<A, B, K>, condition: Option<Expression>) -> Predicate<One<A>> {
    Predicate::new(Expression::Related {
        owner: TableRef::of::<A>(),
        relationship: relation.place(),
        condition: condition.map(Box::new),
    })
}

/// A cell of a foreign key, in a condition or an assignment.
pub(crate) fn operand(cell: Cell) -> Expression {
    match cell {
        Cell::Value(value) => Expression::Value(value),
        Cell::KeyOf(object, part) => Expression::KeyOf(object, part),
        Cell::Generated | Cell::Missing => Expression::Value(Value::NULL),
    }
}

fn all(conditions: impl Iterator<Item = Expression>) -> Expression {
    conditions.reduce(Expression::and).unwrap_or_else(|| Expression::And(Vec::new()))
}

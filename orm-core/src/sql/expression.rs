//! Conditions and the terms in them, as data.

use std::hash::{Hash, Hasher};

use crate::model::{ObjectRef, Source};
use crate::schema::Table;
use crate::sql::{Direction, Function, Ordering, Select};
use crate::value::{SqlType, Value};

/// A condition, a term, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    /// A column, as a place in its table.
    Column(TableRef, usize),
    /// A value, to be bound.
    Value(Value),
    /// A value, to be bound, that the servers would take for a text: with its type.
    Typed(Value, SqlType),
    /// A part of the primary key of an object, which becomes a value when the session knows it.
    KeyOf(ObjectRef, usize),
    /// Two terms calculated with.
    Calculate(Box<Expression>, Operation, Box<Expression>),
    /// Two sides compared.
    Compare(Box<Expression>, Comparison, Box<Expression>),
    /// One of a list.
    In(Box<Expression>, Vec<Expression>),
    /// Between two values, both included.
    Between(Box<Expression>, Box<Expression>, Box<Expression>),
    /// `NULL`.
    IsNull(Box<Expression>),
    /// All of these.
    And(Vec<Expression>),
    /// One of these at least.
    Or(Vec<Expression>),
    /// Not this.
    Not(Box<Expression>),
    /// There is a row at the other end of a relationship (a place among those of the owner), for which the condition holds.
    Related { owner: TableRef, relationship: usize, condition: Option<Box<Expression>> },
    /// A function of the server.
    Call(Function, Vec<Expression>),
    /// The term of the first condition that holds, else the last one.
    Case(Vec<(Expression, Expression)>, Option<Box<Expression>>),
    /// A function over the rows around each row.
    Over(Box<Expression>, Box<Window>),
    /// The only value of the only row.
    Subquery(Box<Select>),
    /// There is a row.
    Exists(Box<Select>),
    /// One of the values of these rows.
    InSelect(Box<Expression>, Box<Select>),
    /// A column of the result, from 1.
    Position(usize),
}

/// The rows around a row: those of the same partition, in an order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Window {
    pub(crate) partition: Vec<Expression>,
    pub(crate) order: Vec<Ordering>,
    pub(crate) frame: Option<Frame>,
}

/// Which of the rows of a partition, counted from a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) from: Edge,
    pub(crate) to: Edge,
}

/// One end of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    Unbounded,
    Before(u64),
    Current,
    After(u64),
}

/// A table that a query reads, perhaps under another name; equal where they are the same reading of the same table. Two models
/// of one table are two readings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TableRef {
    pub(crate) table: &'static Table,
    pub(crate) alias: Option<&'static str>,
}

impl TableRef {
    /// Under its own name.
    pub(crate) fn plain(table: &'static Table) -> Self {
        Self { table, alias: None }
    }

    pub(crate) fn of<M: Source>() -> Self {
        Self { table: M::source(), alias: M::ALIAS }
    }

    /// The name that is wanted for it.
    pub(crate) fn name(self) -> &'static str {
        self.alias.unwrap_or(self.table.name)
    }
}

impl PartialEq for TableRef {
    fn eq(&self, other: &Self) -> bool {
        self.table.is(other.table) && (self.table.type_id)() == (other.table.type_id)() && self.alias == other.alias
    }
}

impl Eq for TableRef {}

impl Hash for TableRef {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

/// How two sides are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
    /// Also true of `NULL` and `NULL`.
    Same,
    Matches,
}

impl Comparison {
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Like => "LIKE",
            Self::Same => "<=>",
            Self::Matches => "REGEXP",
        }
    }
}

/// How two terms are calculated with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    /// Without the fraction.
    DivideWhole,
    Remainder,
}

impl Operation {
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::DivideWhole => "DIV",
            Self::Remainder => "%",
        }
    }

    /// Whether it comes before the others.
    pub(crate) fn binds_tighter(self) -> bool {
        !matches!(self, Self::Add | Self::Subtract)
    }
}

impl Expression {
    /// `1`: what is listed where only the row matters.
    pub(crate) const ONE: Self = Self::Position(1);

    pub(crate) fn column(table: &'static Table, column: usize) -> Self {
        Self::Column(TableRef::plain(table), column)
    }

    /// A value of this type, as a part of a term.
    pub(crate) fn value(value: Value, sql_type: SqlType) -> Self {
        match sql_type.of_parameter(&value) {
            Some(sql_type) => Self::Typed(value, sql_type),
            None => Self::Value(value),
        }
    }

    /// A value that does not stand in a term takes the type of its column.
    pub(crate) fn alone(self) -> Self {
        match self {
            Self::Typed(value, _) => Self::Value(value),
            other => other,
        }
    }

    pub(crate) fn compare(self, comparison: Comparison, other: Self) -> Self {
        Self::Compare(Box::new(self), comparison, Box::new(other))
    }

    pub(crate) fn calculate(self, operation: Operation, other: Self) -> Self {
        Self::Calculate(Box::new(self), operation, Box::new(other))
    }

    /// Both hold; a chain of them stays flat.
    pub(crate) fn and(self, other: Self) -> Self {
        match self {
            Self::And(mut parts) => {
                parts.push(other);
                Self::And(parts)
            }
            one => Self::And(vec![one, other]),
        }
    }

    /// One of the two holds; a chain of them stays flat.
    pub(crate) fn or(self, other: Self) -> Self {
        match self {
            Self::Or(mut parts) => {
                parts.push(other);
                Self::Or(parts)
            }
            one => Self::Or(vec![one, other]),
        }
    }

    /// The row comes after one with these values, in this order: `a > ?`, or `a >= ? AND (a > ? OR …)`, of which the first part
    /// is a range of an index. `(a, b) > (?, ?)` says the same, and the servers find no index for it.
    /// (<https://dev.mysql.com/doc/refman/9.0/en/row-constructor-optimization.html>)
    pub(crate) fn after(order: &[Ordering], values: &[Self]) -> Self {
        let (first, rest) = order.split_first().expect("an order has a column");
        let (value, values) = values.split_first().expect("there is a value for each column");
        let (beyond, from) = match first.direction {
            Direction::Ascending => (Comparison::Greater, Comparison::GreaterOrEqual),
            Direction::Descending => (Comparison::Less, Comparison::LessOrEqual),
        };
        let compared = |comparison| first.by.clone().compare(comparison, value.clone());
        match rest {
            [] => compared(beyond),
            rest => compared(from).and(compared(beyond).or(Self::after(rest, values))),
        }
    }

    /// Whether a condition reads this table, by asking through a relationship that leads to it, or in a query of its own.
    pub(crate) fn reads(&self, table: &Table) -> bool {
        let reads_itself = match self {
            Self::Related { owner, relationship, .. } => {
                let relationship = &owner.table.relationships[*relationship];
                relationship.goes_through(table) || (relationship.target)().is(table)
            }
            Self::Subquery(select) | Self::Exists(select) | Self::InSelect(_, select) => select.reads(table),
            _ => false,
        };
        reads_itself || self.parts().into_iter().any(|part| part.reads(table))
    }

    /// Whether it is calculated from several rows. What is calculated from a window is not, and a question inside has its own.
    pub(crate) fn is_aggregate(&self) -> bool {
        match self {
            Self::Call(function, _) if function.is_aggregate() => true,
            Self::Subquery(_) | Self::Exists(_) | Self::Related { .. } => false,
            // The function of a window makes no aggregate of the rows; its arguments may be some.
            Self::Over(function, _) => {
                let mut parts = function.parts();
                parts.extend(self.parts().into_iter().skip(1));
                parts.into_iter().any(Self::is_aggregate)
            }
            Self::InSelect(one, _) => one.is_aggregate(),
            other => other.parts().into_iter().any(Self::is_aggregate),
        }
    }

    /// Whether its text is the same wherever it stands, and says all of it: it has no `?`, and no question inside, whose tables
    /// go by other names each time.
    pub(crate) fn has_one_text(&self) -> bool {
        match self {
            Self::Value(_)
            | Self::Typed(..)
            | Self::KeyOf(..)
            | Self::Related { .. }
            | Self::Subquery(_)
            | Self::Exists(_)
            | Self::InSelect(..) => false,
            other => other.parts().into_iter().all(Self::has_one_text),
        }
    }

    /// Puts a value in the place of every [`KeyOf`](Self::KeyOf).
    pub(crate) fn resolve_keys<E>(
        &mut self,
        key: &mut dyn FnMut(ObjectRef, usize) -> Result<Value, E>,
    ) -> Result<(), E> {
        self.parts_mut().into_iter().try_for_each(|part| part.resolve_keys(key))?;
        if let Self::KeyOf(object, part) = self {
            *self = Self::Value(key(*object, *part)?);
        }
        Ok(())
    }

    /// Puts something else in the place of columns, where there is something. What stands in a question inside, about a table
    /// that this one reads, means rows of its own.
    pub(crate) fn replace_columns(&mut self, other: &mut dyn FnMut(usize) -> Option<Self>) {
        self.replace_columns_of(&mut |_, column| other(column));
    }

    fn replace_columns_of(&mut self, other: &mut dyn FnMut(&Table, usize) -> Option<Self>) {
        if let Self::Column(of, column) = self {
            if let Some(other) = other(of.table, *column).filter(|_| of.alias.is_none()) {
                *self = other;
            }
            return;
        }
        let hidden = self.tables_inside();
        let mut visible = |table: &Table, column: usize| match hidden.iter().any(|hidden| hidden.is(table)) {
            true => None,
            false => other(table, column),
        };
        if let Self::InSelect(one, select) = self {
            select.expressions_mut().into_iter().for_each(|part| part.replace_columns_of(&mut visible));
            one.replace_columns_of(other);
        } else {
            self.parts_mut().into_iter().for_each(|part| part.replace_columns_of(&mut visible));
        }
    }

    /// The tables of a question that stands inside of this expression.
    fn tables_inside(&self) -> Vec<&'static Table> {
        match self {
            Self::Related { owner, relationship, .. } => vec![(owner.table.relationships[*relationship].target)()],
            Self::Subquery(select) | Self::Exists(select) | Self::InSelect(_, select) => select.tables(),
            _ => Vec::new(),
        }
    }

    /// The expressions that it is made of.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Column(..) | Self::Value(_) | Self::Typed(..) | Self::KeyOf(..) | Self::Position(_) => Vec::new(),
            Self::Calculate(left, _, right) | Self::Compare(left, _, right) => vec![left, right],
            Self::In(one, list) => std::iter::once(&**one).chain(list).collect(),
            Self::Between(one, low, high) => vec![one, low, high],
            Self::And(parts) | Self::Or(parts) | Self::Call(_, parts) => parts.iter().collect(),
            Self::IsNull(one) | Self::Not(one) => vec![one],
            Self::Related { condition, .. } => condition.iter().map(|one| &**one).collect(),
            Self::Case(cases, otherwise) => {
                cases.iter().flat_map(|(when, then)| [when, then]).chain(otherwise.as_deref()).collect()
            }
            Self::Over(one, window) => {
                let order = window.order.iter().map(|ordering| &ordering.by);
                std::iter::once(&**one).chain(&window.partition).chain(order).collect()
            }
            Self::Subquery(select) | Self::Exists(select) => select.expressions(),
            Self::InSelect(one, select) => std::iter::once(&**one).chain(select.expressions()).collect(),
        }
    }

    fn parts_mut(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Column(..) | Self::Value(_) | Self::Typed(..) | Self::KeyOf(..) | Self::Position(_) => Vec::new(),
            Self::Calculate(left, _, right) | Self::Compare(left, _, right) => vec![left, right],
            Self::In(one, list) => std::iter::once(&mut **one).chain(list).collect(),
            Self::Between(one, low, high) => vec![one, low, high],
            Self::And(parts) | Self::Or(parts) | Self::Call(_, parts) => parts.iter_mut().collect(),
            Self::IsNull(one) | Self::Not(one) => vec![one],
            Self::Related { condition, .. } => condition.iter_mut().map(|one| &mut **one).collect(),
            Self::Case(cases, otherwise) => {
                let cases = cases.iter_mut().flat_map(|(when, then)| [when, then]);
                cases.chain(otherwise.as_deref_mut()).collect()
            }
            Self::Over(one, window) => {
                let order = window.order.iter_mut().map(|ordering| &mut ordering.by);
                std::iter::once(&mut **one).chain(&mut window.partition).chain(order).collect()
            }
            Self::Subquery(select) | Self::Exists(select) => select.expressions_mut(),
            Self::InSelect(one, select) => std::iter::once(&mut **one).chain(select.expressions_mut()).collect(),
        }
    }
}

//! Conditions and the terms in them, as data.

use std::hash::{Hash, Hasher};

use crate::model::ObjectRef;
use crate::schema::{RelationshipKind, Table};
use crate::value::Value;

/// A condition, a term, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    /// A column, as a place in its table.
    Column(TableRef, usize),
    /// A value, to be bound.
    Value(Value),
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
}

/// A table that a query reads; equal where they are the same table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TableRef(pub(crate) &'static Table);

impl PartialEq for TableRef {
    fn eq(&self, other: &Self) -> bool {
        self.0.is(other.0)
    }
}

impl Eq for TableRef {}

impl Hash for TableRef {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name.hash(state);
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
}

impl Operation {
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }

    /// Whether it comes before the others.
    pub(crate) fn binds_tighter(self) -> bool {
        matches!(self, Self::Multiply | Self::Divide)
    }
}

impl Expression {
    pub(crate) fn column(table: &'static Table, column: usize) -> Self {
        Self::Column(TableRef(table), column)
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

    /// Whether a condition reads this table, by asking through a relationship that leads to it.
    pub(crate) fn reads(&self, table: &Table) -> bool {
        match self {
            Self::Related { owner, relationship, condition } => {
                let relationship = &owner.0.relationships[*relationship];
                let goes_through = match relationship.kind {
                    RelationshipKind::ManyToMany(through) => (through.table)().is(table),
                    _ => false,
                };
                let leads_there = goes_through || (relationship.target)().is(table);
                leads_there || condition.as_ref().is_some_and(|condition| condition.reads(table))
            }
            Self::And(parts) | Self::Or(parts) => parts.iter().any(|part| part.reads(table)),
            Self::Not(one) => one.reads(table),
            _ => false,
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

    /// Puts something else in the place of columns, where there is something.
    pub(crate) fn replace_columns(&mut self, other: &mut dyn FnMut(usize) -> Option<Self>) {
        self.parts_mut().into_iter().for_each(|part| part.replace_columns(other));
        if let Self::Column(_, column) = self
            && let Some(other) = other(*column)
        {
            *self = other;
        }
    }

    fn parts_mut(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Column(..) | Self::Value(_) | Self::KeyOf(..) | Self::Related { condition: None, .. } => Vec::new(),
            Self::Calculate(left, _, right) | Self::Compare(left, _, right) => vec![left, right],
            Self::In(one, list) => std::iter::once(&mut **one).chain(list).collect(),
            Self::Between(one, low, high) => vec![one, low, high],
            Self::And(parts) | Self::Or(parts) => parts.iter_mut().collect(),
            Self::IsNull(one) | Self::Not(one) | Self::Related { condition: Some(one), .. } => vec![one],
        }
    }
}

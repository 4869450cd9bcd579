//! Questions, as data.

use crate::schema::{Relationship, RelationshipKind, Table};
use crate::sql::{Expression, TableRef};

/// A question for the rows of one table, and of those that are joined to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Select {
    pub(crate) root: &'static Table,
    /// What is listed; where nothing is said, all columns of the root table.
    pub(crate) listed: Option<Vec<Expression>>,
    /// Each row once.
    pub(crate) distinct: bool,
    /// Questions that have a name in this one.
    pub(crate) with: Vec<CommonTable>,
    pub(crate) joins: Vec<Join>,
    pub(crate) filter: Option<Expression>,
    pub(crate) group: Vec<Expression>,
    pub(crate) having: Option<Expression>,
    /// Questions whose rows stand in the place of the root table's. The first word counts for nothing.
    pub(crate) united: Vec<(Union, Select)>,
    /// What they stand in the place of.
    pub(crate) united_as: UnitedAs,
    pub(crate) order: Vec<Ordering>,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
    pub(crate) lock: Option<Lock>,
    pub(crate) hints: Vec<IndexHint>,
    pub(crate) comment: Option<String>,
}

/// A question that has a name, and which others read by it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CommonTable {
    pub(crate) table: &'static Table,
    pub(crate) select: Select,
    pub(crate) recursive: bool,
}

/// A further table.
#[derive(Debug, Clone)]
pub(crate) enum Join {
    /// Reached along a relationship.
    Along { kind: JoinKind, from: TableRef, relationship: &'static Relationship, to: TableRef },
    /// Whose rows belong to a row where a condition holds.
    On { kind: JoinKind, to: TableRef, condition: Expression },
}

impl PartialEq for Join {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Along { kind, from, relationship, to },
                Self::Along { kind: other_kind, from: other_from, relationship: other_relationship, to: other_to },
            ) => (kind, from, relationship.name, to) == (other_kind, other_from, other_relationship.name, other_to),
            (
                Self::On { kind, to, condition },
                Self::On { kind: other_kind, to: other_to, condition: other_condition },
            ) => (kind, to, condition) == (other_kind, other_to, other_condition),
            _ => false,
        }
    }
}

/// Whether rows without a counterpart stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JoinKind {
    Inner,
    Left,
}

/// Whether rows that are there already come once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Union {
    All,
    Distinct,
}

/// What questions that are united stand in the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnitedAs {
    /// The rows of the root table, of which more can be asked.
    Table,
    /// The rows of the whole question.
    Rows,
}

/// One term of ORDER BY.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ordering {
    pub(crate) by: Expression,
    pub(crate) direction: Direction,
}

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

/// The rows stay as they are until the transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lock {
    pub(crate) strength: Strength,
    pub(crate) wait: OnLock,
}

/// Who else may read locked rows with a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strength {
    /// Nobody.
    Update,
    /// Who does not change them either.
    Share,
}

/// What happens where somebody else has locked a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnLock {
    /// The server waits.
    Wait,
    /// It is an error.
    Fail,
    /// The row is left out.
    Skip,
}

/// Which indexes of the root table the server should read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IndexHint {
    pub(crate) kind: HintKind,
    pub(crate) index: String,
}

/// How strong a hint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HintKind {
    Use,
    Force,
    Ignore,
}

impl Select {
    pub(crate) fn from(root: &'static Table) -> Self {
        Self {
            root,
            listed: None,
            distinct: false,
            with: Vec::new(),
            joins: Vec::new(),
            filter: None,
            group: Vec::new(),
            having: None,
            united: Vec::new(),
            united_as: UnitedAs::Table,
            order: Vec::new(),
            limit: None,
            offset: None,
            lock: None,
            hints: Vec::new(),
            comment: None,
        }
    }

    pub(crate) fn add_filter(&mut self, condition: Expression) {
        self.filter = Some(both(self.filter.take(), condition));
    }

    pub(crate) fn add_having(&mut self, condition: Expression) {
        self.having = Some(both(self.having.take(), condition));
    }

    /// The rows of this question and of another one.
    pub(crate) fn unite(mut self, union: Union, other: Self) -> Self {
        let united_as = if self.listed.is_some() { UnitedAs::Rows } else { UnitedAs::Table };
        let (listed, united) = (self.listed.clone(), self.united.clone());
        let nothing_more = Self { listed, united, united_as, ..Self::from(self.root) };
        if !self.united.is_empty() && self == nothing_more {
            self.united.push((union, other));
            return self;
        }
        Self { united: vec![(Union::All, self), (union, other)], ..nothing_more }
    }

    /// Whether it reads this table.
    pub(crate) fn reads(&self, table: &Table) -> bool {
        let joins_it = |join: &Join| match join {
            Join::Along { relationship, to, .. } => to.table.is(table) || relationship.goes_through(table),
            Join::On { to, .. } => to.table.is(table),
        };
        self.root.is(table)
            || self.joins.iter().any(joins_it)
            || self.united.iter().any(|(_, select)| select.reads(table))
            || self.with.iter().any(|common| common.select.reads(table))
            || self.expressions().into_iter().any(|part| part.reads(table))
    }

    /// The tables after FROM.
    pub(crate) fn tables(&self) -> Vec<&'static Table> {
        let joined = self.joins.iter().map(|(Join::Along { to, .. } | Join::On { to, .. })| to.table);
        std::iter::once(self.root).chain(joined).collect()
    }

    /// All terms and conditions in it.
    pub(crate) fn expressions(&self) -> Vec<&Expression> {
        let conditions = self.joins.iter().filter_map(|join| match join {
            Join::On { condition, .. } => Some(condition),
            Join::Along { .. } => None,
        });
        let mut all: Vec<&Expression> = self.listed.iter().flatten().chain(conditions).collect();
        all.extend(self.filter.iter().chain(&self.group).chain(&self.having));
        all.extend(self.order.iter().map(|ordering| &ordering.by));
        all.extend(self.united.iter().flat_map(|(_, select)| select.expressions()));
        all.extend(self.with.iter().flat_map(|common| common.select.expressions()));
        all
    }

    /// All terms and conditions in it.
    pub(crate) fn expressions_mut(&mut self) -> Vec<&mut Expression> {
        let conditions = self.joins.iter_mut().filter_map(|join| match join {
            Join::On { condition, .. } => Some(condition),
            Join::Along { .. } => None,
        });
        let mut all: Vec<&mut Expression> = self.listed.iter_mut().flatten().chain(conditions).collect();
        all.extend(self.filter.iter_mut().chain(&mut self.group).chain(&mut self.having));
        all.extend(self.order.iter_mut().map(|ordering| &mut ordering.by));
        all.extend(self.united.iter_mut().flat_map(|(_, select)| select.expressions_mut()));
        all.extend(self.with.iter_mut().flat_map(|common| common.select.expressions_mut()));
        all
    }

    /// Whether rows are numbered, so that a limit counts objects.
    pub(crate) fn numbers_rows(&self) -> bool {
        self.listed.is_none() && self.is_limited() && self.repeats_objects()
    }

    /// Whether it asks for all rows of its root table, each as it is.
    pub(crate) fn is_whole_table(&self) -> bool {
        let Self { listed, with, joins, filter, united, lock, .. } = self;
        listed.is_none()
            && lock.is_none()
            && filter.is_none()
            && (with.is_empty() && joins.is_empty() && united.is_empty())
            && !(self.is_limited() || self.is_compound())
    }

    pub(crate) fn is_limited(&self) -> bool {
        self.limit.is_some() || self.offset.is_some()
    }

    /// Whether its rows are other than those of its tables.
    pub(super) fn is_compound(&self) -> bool {
        self.distinct
            || self.is_union_of_rows()
            || !self.group.is_empty()
            || self.having.is_some()
            || self.is_aggregated()
    }

    /// Whether the rows of its parts are its rows; a union of objects stands in the place of their table.
    pub(super) fn is_union_of_rows(&self) -> bool {
        !self.united.is_empty() && self.united_as == UnitedAs::Rows
    }

    /// Whether all rows make one.
    pub(super) fn is_aggregated(&self) -> bool {
        let aggregates = self.listed.iter().flatten().any(Expression::is_aggregate);
        self.group.is_empty() && (aggregates || self.having.as_ref().is_some_and(Expression::is_aggregate))
    }

    /// Whether a join can give several rows for one object.
    pub(super) fn repeats_objects(&self) -> bool {
        self.joins.iter().any(|join| match join {
            Join::Along { relationship, .. } => {
                matches!(relationship.kind, RelationshipKind::HasMany(_) | RelationshipKind::ManyToMany(_))
            }
            Join::On { .. } => true,
        })
    }
}

/// A condition beside the one before, if there is one.
pub(super) fn both(before: Option<Expression>, condition: Expression) -> Expression {
    match before {
        Some(before) => before.and(condition),
        None => condition,
    }
}

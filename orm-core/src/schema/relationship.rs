//! One relationship of a model.

use crate::schema::Table;

/// A relationship, as the derive describes it.
#[derive(Debug, Clone, Copy)]
pub struct Relationship {
    /// The model's field.
    pub name: &'static str,
    /// The place of that field among the model's fields, from 0.
    pub position: usize,
    /// The table at the other end.
    pub target: fn() -> &'static Table,
    /// How the two are related.
    pub kind: RelationshipKind,
    /// The columns of the other table by which members are ordered, before its primary key.
    pub order: &'static [Sort],
}

/// A column, as a place in its table, by which members are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Upwards.
    Ascending(usize),
    /// Downwards.
    Descending(usize),
}

impl Relationship {
    /// A relationship whose members are in the order of their keys.
    #[must_use]
    pub const fn new(
        name: &'static str,
        position: usize,
        target: fn() -> &'static Table,
        kind: RelationshipKind,
    ) -> Self {
        Self { name, position, target, kind, order: &[] }
    }

    /// With members in this order.
    #[must_use]
    pub const fn ordered(mut self, order: &'static [Sort]) -> Self {
        self.order = order;
        self
    }

    /// Whether this is the other side of that `belongs_to` of another table.
    pub(crate) fn is_inverse_of(&self, other: &Table, belongs_to: usize) -> bool {
        match self.kind {
            RelationshipKind::HasMany(inverse) | RelationshipKind::HasOne(inverse) => {
                inverse.belongs_to == belongs_to && (self.target)().is(other)
            }
            RelationshipKind::BelongsTo(_) | RelationshipKind::ManyToMany(_) => false,
        }
    }

    /// Whether it leads through the rows of this table.
    pub(crate) fn goes_through(&self, table: &Table) -> bool {
        matches!(self.kind, RelationshipKind::ManyToMany(through) if (through.table)().is(table))
    }

    /// The other side of a `has_many` or `has_one`.
    pub(crate) fn inverse(&self) -> Option<&Inverse> {
        match &self.kind {
            RelationshipKind::HasMany(inverse) | RelationshipKind::HasOne(inverse) => Some(inverse),
            RelationshipKind::BelongsTo(_) | RelationshipKind::ManyToMany(_) => None,
        }
    }
}

/// The four kinds of relationship.
#[derive(Debug, Clone, Copy)]
pub enum RelationshipKind {
    /// This table has the foreign key.
    BelongsTo(Reference),
    /// The other table has the foreign key; many of its rows may refer to one of this.
    HasMany(Inverse),
    /// The other table has the foreign key, and it is unique.
    HasOne(Inverse),
    /// An association table has a foreign key to each of the two.
    ManyToMany(Through),
}

/// The other side of a `has_many` or `has_one`.
#[derive(Debug, Clone, Copy)]
pub struct Inverse {
    /// The place of the `belongs_to` among the other table's relationships, from 0.
    pub belongs_to: usize,
    /// What becomes of the members when their owner is deleted, or lets them go.
    pub members: Members,
}

impl Inverse {
    /// The other side is this `belongs_to`; members are released.
    #[must_use]
    pub const fn of(belongs_to: usize) -> Self {
        Self { belongs_to, members: Members::Released }
    }

    /// Whether the members of an owner that is deleted get `NULL` for it, in the table that has the foreign key.
    pub(crate) fn releases_in(&self, table: &Table) -> bool {
        let reference = table.reference(self.belongs_to);
        self.members == Members::Released && reference.nullable && reference.on_delete != Action::Cascade
    }

    /// With another fate of the members.
    #[must_use]
    pub const fn members(mut self, members: Members) -> Self {
        self.members = members;
        self
    }
}

/// What becomes of the members of a `has_many` or `has_one` when their owner is deleted, or lets them go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Members {
    /// Their foreign key becomes `NULL`, where the database does not do something else by itself.
    Released,
    /// They are deleted with their owner.
    Deleted,
    /// They are deleted with their owner, and when they leave it without another.
    DeletedAsOrphans,
    /// Those that the session has loaded are deleted with their owner, the others by the database.
    DeletedByTheDatabase,
    /// As long as there is one, the owner cannot be deleted.
    Restrict,
}

/// A foreign key.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Reference {
    /// Its columns, as places in its table, in the order of the target's primary key.
    pub columns: &'static [usize],
    /// Whether `NULL` is allowed.
    pub nullable: bool,
    /// Whether no two rows may refer to the same one: a one-to-one relationship.
    pub unique: bool,
    /// Whether it has an index of its own.
    pub index: bool,
    /// What the database does when the row referred to is deleted.
    pub on_delete: Action,
    /// What the database does when the key referred to changes.
    pub on_update: Action,
}

impl Reference {
    /// An indexed foreign key.
    #[must_use]
    pub const fn new(columns: &'static [usize], nullable: bool) -> Self {
        Self { columns, nullable, unique: false, index: true, on_delete: Action::Restrict, on_update: Action::Restrict }
    }

    /// One-to-one.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Without an index that the models declare. (The server makes one of its own where no other serves.)
    #[must_use]
    pub const fn without_index(mut self) -> Self {
        self.index = false;
        self
    }

    /// With an action on deletion.
    #[must_use]
    pub const fn on_delete(mut self, action: Action) -> Self {
        self.on_delete = action;
        self
    }

    /// With an action on change.
    #[must_use]
    pub const fn on_update(mut self, action: Action) -> Self {
        self.on_update = action;
        self
    }
}

/// What the database does with a row when the one it refers to is deleted or changes its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It refuses.
    Restrict,
    /// It deletes or changes the row too.
    Cascade,
    /// It sets the foreign key to `NULL`.
    SetNull,
}

/// How an association table leads from one model to another.
#[derive(Debug, Clone, Copy)]
pub struct Through {
    /// The association table.
    pub table: fn() -> &'static Table,
    /// Its relationship to this model, as a place among its relationships.
    pub from: usize,
    /// Its relationship to the other model.
    pub to: usize,
}

impl Through {
    /// The columns of the association table that refer to this model.
    #[must_use]
    pub fn from_columns(&self) -> &'static [usize] {
        (self.table)().reference(self.from).columns
    }

    /// The columns of the association table that refer to the other model.
    #[must_use]
    pub fn to_columns(&self) -> &'static [usize] {
        (self.table)().reference(self.to).columns
    }
}

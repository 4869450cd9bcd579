//! One table: a model's, or an association table.

use std::any::{Any, TypeId};

use crate::schema::{Column, Inverse, Reference, Relationship, RelationshipKind};
use crate::value::{ConversionError, Value};

/// A table, as the derive describes it.
#[derive(Debug)]
pub struct Table {
    /// The model's name; of an association table, its own.
    pub model: &'static str,
    /// The table's name.
    pub name: &'static str,
    /// The model's type; of an association table, `()`.
    pub type_id: fn() -> TypeId,
    /// The columns, in the order of the model's fields; those of embedded values come last.
    pub columns: &'static [Column],
    /// The columns of the primary key, as places among `columns`.
    pub primary_key: &'static [usize],
    /// The relationships, in the order of the model's fields.
    pub relationships: &'static [Relationship],
    /// The number of fields of the model.
    pub fields: usize,
    /// Indexes over several columns.
    pub indexes: &'static [Index],
    /// The column that tells whether a row has changed since it was read.
    pub version: Option<Version>,
    /// What else `CREATE TABLE` says.
    pub options: TableOptions,
    /// An empty store for a session to keep this model's objects in; what it is, the session knows.
    pub new_store: fn() -> Box<dyn Any + Send>,
}

/// An index over several columns.
#[derive(Debug, Clone, Copy)]
pub struct Index {
    /// The columns, as places in the table.
    pub columns: &'static [usize],
    /// Whether no two rows may be the same in all of them.
    pub unique: bool,
}

/// A column that tells whether a row has changed since it was read: each UPDATE changes it.
#[derive(Debug, Clone, Copy)]
pub struct Version {
    /// The column, as a place in the table.
    pub column: usize,
    /// Who makes the next version.
    pub next: NextVersion,
}

/// Who makes the next version of a row.
#[derive(Debug, Clone, Copy)]
pub enum NextVersion {
    /// A function of the one before; `None` for the first.
    Function(fn(Option<&Value>) -> Result<Value, ConversionError>),
    /// The database.
    Database,
}

/// What `CREATE TABLE` says after the columns.
#[derive(Debug, Clone, Copy, Default)]
pub struct TableOptions {
    /// The storage engine; InnoDB where it is not said.
    pub engine: Option<&'static str>,
    /// The character set; utf8mb4 where it is not said.
    pub charset: Option<&'static str>,
    /// The collation; that of the character set where it is not said.
    pub collation: Option<&'static str>,
    /// A comment that the database keeps.
    pub comment: Option<&'static str>,
}

impl TableOptions {
    /// The options of a table that says nothing.
    pub const NONE: Self = Self { engine: None, charset: None, collation: None, comment: None };
}

/// Equal where they are of the same table.
impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.is(other)
    }
}

impl Table {
    /// What the association tables have in common; the derive fills in the rest.
    pub const ASSOCIATION: Self = Self {
        model: "",
        name: "",
        type_id: TypeId::of::<()>,
        columns: &[],
        primary_key: &[0, 1],
        relationships: &[],
        fields: 0,
        indexes: &[],
        version: None,
        options: TableOptions::NONE,
        new_store: || Box::new(()),
    };

    /// Whether two descriptors are of the same table.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || self.name == other.name
    }

    /// Whether this is an association table that no model describes.
    #[must_use]
    pub fn is_association(&self) -> bool {
        (self.type_id)() == TypeId::of::<()>()
    }

    /// A column of the primary key.
    ///
    /// # Panics
    /// The primary key has no such part.
    #[must_use]
    pub fn primary_key_column(&self, part: usize) -> &'static Column {
        &self.columns[self.primary_key[part]]
    }

    /// The `belongs_to` at this place among the relationships.
    ///
    /// # Panics
    /// There is none: the derive has tied a relationship to something else.
    #[must_use]
    pub fn reference(&self, relationship: usize) -> &'static Reference {
        match &self.relationships[relationship].kind {
            RelationshipKind::BelongsTo(reference) => reference,
            _ => unreachable!("relationship {relationship} of {} is no belongs_to", self.name),
        }
    }

    /// The foreign keys, each with the table that it refers to.
    pub fn references(&self) -> impl Iterator<Item = (&'static Relationship, &'static Reference)> + use<> {
        self.relationships.iter().filter_map(|relationship| match &relationship.kind {
            RelationshipKind::BelongsTo(reference) => Some((relationship, reference)),
            _ => None,
        })
    }

    /// The same, each with its place among the relationships.
    pub(crate) fn placed_references(&self) -> impl Iterator<Item = (usize, &'static Reference)> + use<> {
        self.relationships.iter().enumerate().filter_map(|(place, relationship)| match &relationship.kind {
            RelationshipKind::BelongsTo(reference) => Some((place, reference)),
            _ => None,
        })
    }

    /// The `has_many` or `has_one` that is the other side of a `belongs_to`, as a place among the target's relationships.
    pub(crate) fn other_side(&self, belongs_to: usize) -> Option<(usize, &'static Inverse)> {
        let target = (self.relationships[belongs_to].target)();
        let is_it = |(_, relationship): &(usize, &Relationship)| relationship.is_inverse_of(self, belongs_to);
        let (place, relationship) = target.relationships.iter().enumerate().find(is_it)?;
        Some((place, relationship.inverse()?))
    }

    /// The `has_many` and `has_one` of this table, each with its place among the relationships.
    pub(crate) fn inverses(&self) -> impl Iterator<Item = (usize, &'static Table, &'static Inverse)> + use<> {
        let with_inverse = |(place, relationship): (usize, &'static Relationship)| {
            Some((place, (relationship.target)(), relationship.inverse()?))
        };
        self.relationships.iter().enumerate().filter_map(with_inverse)
    }

    /// The columns of each unique key but the primary one.
    #[must_use]
    pub fn unique_keys(&self) -> Vec<Vec<usize>> {
        let single = (0..self.columns.len()).filter(|&column| self.columns[column].unique).map(|column| vec![column]);
        let references = self.references().filter(|(_, reference)| reference.unique);
        let references = references.map(|(_, reference)| reference.columns.to_vec());
        let several = self.indexes.iter().filter(|index| index.unique).map(|index| index.columns.to_vec());
        single.chain(references).chain(several).collect()
    }

    /// The columns by which an UPDATE or DELETE finds a row as it was read: the primary key, and the version.
    #[must_use]
    pub(crate) fn identity(&self) -> Vec<usize> {
        self.primary_key.iter().copied().chain(self.version.map(|version| version.column)).collect()
    }

    /// The first version of a row, where the session makes it.
    pub(crate) fn first_version(&self) -> Option<Result<(usize, Value), (usize, ConversionError)>> {
        let Version { column, next } = self.version?;
        match next {
            NextVersion::Function(next) => {
                Some(next(None).map(|first| (column, first)).map_err(|error| (column, error)))
            }
            NextVersion::Database => None,
        }
    }

    /// The version, where it counts.
    pub(crate) fn counted_version(&self) -> Option<usize> {
        let version = self.version.filter(|version| matches!(version.next, NextVersion::Function(_)))?;
        self.columns[version.column].sql_type().is_integer().then_some(version.column)
    }

    /// The columns that the database changes by itself when a row changes.
    pub(crate) fn changing_by_themselves(&self) -> Vec<usize> {
        (0..self.columns.len()).filter(|&column| self.columns[column].changes_by_itself()).collect()
    }

    /// The column whose value `AUTO_INCREMENT` makes, as a place among the columns.
    #[must_use]
    pub fn auto_increment(&self) -> Option<usize> {
        self.columns.iter().position(|column| column.generated == crate::schema::Generated::AutoIncrement)
    }
}

//! The model as understood: everything decided, so that nothing remains but to write it down.

use proc_macro2::Span;
use syn::{Attribute, Ident, LitStr, Path, Type, Visibility};

use crate::check::shape;
use crate::parse::{Literal, Sort};

/// A model.
pub(crate) struct Model<'m> {
    pub(crate) name: &'m Ident,
    pub(crate) visibility: &'m Visibility,
    pub(crate) table: String,
    pub(crate) fields: Vec<Field<'m>>,
    pub(crate) columns: Vec<Column<'m>>,
    /// Places among the columns.
    pub(crate) primary_key: Vec<usize>,
    /// The Rust types of the primary key.
    pub(crate) key: Vec<KeyPart<'m>>,
    pub(crate) relationships: Vec<Relationship<'m>>,
    pub(crate) version: Option<Version<'m>>,
    /// The fields that are embedded values: the last of the fields, whose columns come after all others.
    pub(crate) embedded: Vec<Embedding<'m>>,
    pub(crate) indexes: Vec<Index>,
    pub(crate) options: TableOptions<'m>,
    pub(crate) default: DefaultImpl,
    /// The word that says that the model has hooks.
    pub(crate) hooks: Option<Span>,
    pub(crate) assertions: Vec<Assertion<'m>>,
    pub(crate) state: State,
}

/// Whether the model can be used, or only referred to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Sound,
    /// Mistakes were told. What other code names is there, so that no more errors follow from them.
    Mistaken,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum DefaultImpl {
    Derived,
    OfTheUser,
}

pub(crate) struct Field<'m> {
    pub(crate) name: &'m Ident,
    pub(crate) ty: &'m Type,
    pub(crate) role: FieldRole<'m>,
    pub(crate) default: FieldDefault<'m>,
}

#[derive(Clone, Copy)]
pub(crate) enum FieldRole<'m> {
    /// A value of this type, or `Option` of it.
    Embedded(&'m Type),
    /// The side of a relationship without the foreign key, which has no columns.
    Members,
    /// A column or a foreign key.
    Stored,
}

/// What a field is in the model's `Default`.
pub(crate) enum FieldDefault<'m> {
    OfItsType,
    Literal(&'m Literal),
    /// `Some` of a literal.
    SomeLiteral(&'m Literal),
}

pub(crate) struct Column<'m> {
    /// The field, and its place among the fields.
    pub(crate) field: &'m Ident,
    pub(crate) position: usize,
    pub(crate) name: String,
    pub(crate) source: ColumnSource<'m>,
    pub(crate) properties: Vec<Property<'m>>,
}

pub(crate) enum ColumnSource<'m> {
    /// The field's own type.
    Own(&'m Type),
    /// A part of another model's primary key.
    KeyOf { target: &'m Type, part: usize, nullable: Nullable },
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nullable {
    Yes,
    No,
}

/// A field that is an embedded value.
pub(crate) struct Embedding<'m> {
    pub(crate) field: &'m Ident,
    /// The embedded struct.
    pub(crate) value: &'m Type,
    pub(crate) nullable: Nullable,
    pub(crate) prefix: String,
}

/// The Rust type of a part of the primary key.
pub(crate) enum KeyPart<'m> {
    /// The type of a column, without `Auto`.
    Plain(&'m Type),
    /// The key of another model.
    KeyOf(&'m Type),
}

/// What a column has beside its name and type.
pub(crate) enum Property<'m> {
    Length(u32),
    Decimal(u8, u8),
    /// Digits after the second.
    Fraction(u8),
    SqlType(&'m LitStr),
    AutoIncrement,
    ServerDefault(&'m LitStr),
    OnUpdate(&'m LitStr),
    Computed(&'m LitStr, Storage),
    ByTrigger,
    Default(&'m Literal),
    Unique,
    Index,
    Check(&'m LitStr),
    Collation(&'m LitStr),
    Comment(&'m LitStr),
}

/// Where the value of a computed column is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Storage {
    Virtual,
    Stored,
}

/// The column that tells whether a row has changed since it was read.
pub(crate) struct Version<'m> {
    /// A place among the columns.
    pub(crate) column: usize,
    pub(crate) ty: &'m Type,
    pub(crate) made_by: VersionMaker,
}

/// Who makes the next version of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum VersionMaker {
    ItsType,
    TheDatabase,
}

pub(crate) struct Relationship<'m> {
    /// The field, and its place among the fields.
    pub(crate) field: &'m Ident,
    pub(crate) position: usize,
    pub(crate) docs: &'m [Attribute],
    pub(crate) target: &'m Type,
    pub(crate) kind: Kind<'m>,
    /// By which columns of the other model members are ordered.
    pub(crate) order: &'m [Sort],
    pub(crate) candidate: Candidate,
    /// The mistake because of which the constant has no value.
    pub(crate) mistake: Option<syn::Error>,
}

impl Relationship<'_> {
    /// The name of the other model.
    pub(crate) fn target_name(&self) -> String {
        shape::last_name(self.target).map_or_else(String::new, Ident::to_string)
    }
}

/// Whether the other side may find a relationship by its type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Candidate {
    /// It is the only one of its kind that leads there.
    Sole,
    OneOfSeveral,
}

pub(crate) enum Kind<'m> {
    BelongsTo(Reference),
    HasMany(Inverse<'m>, Members),
    HasOne(Inverse<'m>, Members),
    ManyToMany(Through<'m>, OtherSide<'m>),
}

/// A foreign key.
pub(crate) struct Reference {
    /// Places among the columns.
    pub(crate) columns: Vec<usize>,
    pub(crate) nullable: Nullable,
    pub(crate) uniqueness: Uniqueness,
    pub(crate) index: ForeignKeyIndex,
    pub(crate) on_delete: Action,
    pub(crate) on_update: Action,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Uniqueness {
    Unique,
    Any,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ForeignKeyIndex {
    Declared,
    LeftToTheServer,
}

/// What the database does with a row when the one it refers to goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Restrict,
    Cascade,
    SetNull,
}

/// What becomes of members when their owner is deleted, or lets them go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Members {
    Released,
    Deleted,
    DeletedAsOrphans,
    DeletedByTheDatabase,
    Restrict,
}

/// The other side of a relationship.
#[derive(Clone, Copy)]
pub(crate) enum Inverse<'m> {
    /// The only one that leads back.
    Sole,
    /// The one of this name.
    Named(&'m Ident),
}

/// The other side of a many-to-many relationship.
#[derive(Clone, Copy)]
pub(crate) enum OtherSide<'m> {
    /// The other model has this one.
    Of(Inverse<'m>),
    /// The other model has none.
    Missing,
}

/// How a many-to-many relationship leads to the other model.
pub(crate) enum Through<'m> {
    Table { name: String, from: Vec<String>, to: Vec<String> },
    Model { model: &'m Path, from: Option<&'m Ident>, to: Option<&'m Ident> },
}

/// An index over several columns.
pub(crate) struct Index {
    /// Places among the columns.
    pub(crate) columns: Vec<usize>,
    pub(crate) uniqueness: Uniqueness,
}

/// What `CREATE TABLE` says after the columns.
pub(crate) struct TableOptions<'m> {
    pub(crate) engine: Option<&'m LitStr>,
    pub(crate) charset: Option<&'m LitStr>,
    pub(crate) collation: Option<&'m LitStr>,
    pub(crate) comment: Option<&'m LitStr>,
}

/// A rule about types or other models, which the compiler is asked to check.
pub(crate) struct Assertion<'m> {
    /// The token that the user will change.
    pub(crate) at: Span,
    pub(crate) fact: Fact<'m>,
    pub(crate) message: String,
}

pub(crate) enum Fact<'m> {
    HasLength(&'m Type),
    CanBeIndexed(&'m Type),
    IsInteger(&'m Type),
    HasFraction(&'m Type),
    KeyHasParts(&'m Type, usize),
    /// The other side of this field is unique.
    InverseIsUnique(&'m Ident),
    InverseIsNotUnique(&'m Ident),
    /// The database deletes a row with the one that this field's other side refers to.
    InverseCascades(&'m Ident),
    /// This field and its other side lead through the same association table.
    SameAssociation(&'m Ident),
}

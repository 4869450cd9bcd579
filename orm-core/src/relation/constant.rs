//! Relationships as constants of a model (`Employee::department`), and how the two sides are tied at compile time.

use std::fmt;
use std::marker::PhantomData;

use crate::model::Source;
use crate::relation::Same;
use crate::schema::Relationship;

/// A relationship from `A` to `B`: the constant that the derive puts beside the field.
///
/// `K` is its [`kind`]. It joins (`query.join(Project::employees)`) and filters (`Project::employees.any(…)`).
pub struct Relation<A, B, K> {
    place: usize,
    detail: Detail,
    models: PhantomData<Models<A, B, K>>,
}

/// The types that a relationship is about, none of which it holds.
type Models<A, B, K> = fn() -> (A, B, K);

/// What the other side checks.
#[derive(Clone, Copy)]
enum Detail {
    Plain,
    ForeignKey { unique: bool, cascades: bool },
    Through { table: &'static str, from: &'static [&'static str], to: &'static [&'static str] },
}

/// The kinds of relationship, as types.
pub mod kind {
    use std::marker::PhantomData;

    pub use crate::model::{Optional, Required};

    /// The foreign key is here; `N` says whether it may be `NULL`.
    #[derive(Debug)]
    pub struct BelongsTo<N = Required>(PhantomData<fn() -> N>);
    /// The foreign key is there, and many may have it.
    #[derive(Debug)]
    pub enum HasMany {}
    /// The foreign key is there, and one may have it.
    #[derive(Debug)]
    pub enum HasOne {}
    /// The foreign keys are in an association table.
    #[derive(Debug)]
    pub enum ManyToMany {}
}

/// A kind of relationship.
pub trait Kind: 'static {}
/// A kind that leads to at most one object: it can be asked with `has`.
#[diagnostic::on_unimplemented(
    message = "this relationship leads to many objects: `.has(…)` is for `belongs_to` and `has_one`",
    label = "use `.any(…)`"
)]
pub trait ToOne: Kind {}
/// A kind that leads to any number of objects: it can be asked with `any`.
#[diagnostic::on_unimplemented(
    message = "this relationship leads to one object: this is for `has_many` and `many_to_many`",
    label = "use `.has(…)`, or `.eq(…)` of a foreign key"
)]
pub trait ToMany: Kind {}

/// A kind that leads to a collection, of which parts can be asked for.
#[diagnostic::on_unimplemented(
    message = "this relationship leads to one object, of which there are no parts",
    label = "expected a `has_many` or `many_to_many`",
    note = "follow it by the method of its name: `employee.department()?`"
)]
pub trait Collection: Kind {}

impl<N: 'static> Kind for kind::BelongsTo<N> {}
impl Kind for kind::HasMany {}
impl Kind for kind::HasOne {}
impl Kind for kind::ManyToMany {}
#[diagnostic::do_not_recommend]
impl<N: 'static> ToOne for kind::BelongsTo<N> {}
#[diagnostic::do_not_recommend]
impl ToOne for kind::HasOne {}
#[diagnostic::do_not_recommend]
impl ToMany for kind::HasMany {}
#[diagnostic::do_not_recommend]
impl ToMany for kind::ManyToMany {}
#[diagnostic::do_not_recommend]
impl Collection for kind::HasMany {}
#[diagnostic::do_not_recommend]
impl Collection for kind::ManyToMany {}

impl<A, B, K> Relation<A, B, K> {
    const fn new(place: usize, detail: Detail) -> Self {
        Self { place, detail, models: PhantomData }
    }

    /// The place among the relationships of `A`.
    #[must_use]
    pub const fn place(&self) -> usize {
        self.place
    }
}

impl<A: Source, B, K> Relation<A, B, K> {
    /// What the schema says of it.
    #[must_use]
    pub fn descriptor(&self) -> &'static Relationship {
        &A::source().relationships[self.place]
    }

    /// The same relationship of the model under another name, which [`alias!`](crate::alias) gives.
    #[must_use]
    pub const fn of<Alias: Source>(self) -> Relation<Alias, B, K>
    where
        Self: Renamed<A, Alias>,
    {
        Relation::new(self.place, self.detail)
    }

    /// The same relationship, leading to its model under another name, which [`alias!`](crate::alias) gives.
    #[must_use]
    pub const fn to<Alias: Source>(self) -> Relation<A, Alias, K>
    where
        Self: Renamed<B, Alias>,
    {
        Relation::new(self.place, self.detail)
    }
}

impl<A, B, N> Relation<A, B, kind::BelongsTo<N>> {
    /// The relationship at this place.
    #[must_use]
    pub const fn belongs_to(place: usize) -> Self {
        Self::new(place, Detail::ForeignKey { unique: false, cascades: false })
    }

    /// One-to-one.
    #[must_use]
    pub const fn unique(self) -> Self {
        let detail = Detail::ForeignKey { unique: true, cascades: self.cascades_on_delete() };
        Self::new(self.place, detail)
    }

    /// The database deletes the row with the one that it refers to.
    #[must_use]
    pub const fn cascading(self) -> Self {
        Self::new(self.place, Detail::ForeignKey { unique: self.is_unique(), cascades: true })
    }

    /// Whether it is one-to-one.
    #[must_use]
    pub const fn is_unique(&self) -> bool {
        matches!(self.detail, Detail::ForeignKey { unique: true, .. })
    }

    /// Whether the database deletes the row with the one that it refers to.
    #[must_use]
    pub const fn cascades_on_delete(&self) -> bool {
        matches!(self.detail, Detail::ForeignKey { cascades: true, .. })
    }
}

impl<A, B> Relation<A, B, kind::HasMany> {
    /// The relationship at this place; the other side is `inverse`.
    #[must_use]
    pub const fn has_many(place: usize, _inverse: &Relation<B, A, kind::BelongsTo>) -> Self {
        Self::new(place, Detail::Plain)
    }
}

impl<A, B> Relation<A, B, kind::HasOne> {
    /// The relationship at this place; the other side is `inverse`.
    #[must_use]
    pub const fn has_one(place: usize, _inverse: &Relation<B, A, kind::BelongsTo>) -> Self {
        Self::new(place, Detail::Plain)
    }
}

impl<A, B> Relation<A, B, kind::ManyToMany> {
    /// The relationship at this place, through the columns `from` and `to` of an association table.
    #[must_use]
    pub const fn many_to_many(
        place: usize,
        table: &'static str,
        from: &'static [&'static str],
        to: &'static [&'static str],
    ) -> Self {
        Self::new(place, Detail::Through { table, from, to })
    }
}

impl<A, B, K> Clone for Relation<A, B, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A, B, K> Copy for Relation<A, B, K> {}

impl<A: Source, B, K> fmt::Debug for Relation<A, B, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", A::source().model, self.descriptor().name)
    }
}

/// A column or relationship of the model `M`, which has another name: [`alias!`](crate::alias) has given it.
#[diagnostic::on_unimplemented(
    message = "`{Alias}` is not another name of `{M}`",
    note = "write `alias!(Name = {M});` beside the models, and give that name"
)]
pub trait Renamed<M, Alias> {}

#[diagnostic::do_not_recommend]
impl<X, M: Same<Alias::Model>, Alias: Source> Renamed<M, Alias> for X {}

/// A foreign key as its other side sees it, for which it is the same whether it may be `NULL`.
#[must_use]
pub const fn foreign_key<A, B, N>(relation: Relation<A, B, kind::BelongsTo<N>>) -> Relation<A, B, kind::BelongsTo> {
    Relation::new(relation.place, relation.detail)
}

/// A model with exactly one foreign key to `Parent`; the derive implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no single `#[belongs_to]` that leads to `{Parent}`",
    label = "which foreign key of `{Self}`?",
    note = "add `#[belongs_to] …: BelongsTo<{Parent}>` to `{Self}`, or name one of several with `inverse = …` \
            (with `from = …`, `to = …` for `through = {Self}`)"
)]
pub trait SoleBelongsTo<Parent>: Sized {
    /// That foreign key.
    const RELATION: Relation<Self, Parent, kind::BelongsTo>;
}

/// A model with exactly one many-to-many relationship to `Other`; the derive implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no single `#[many_to_many]` that leads to `{Other}`",
    label = "which relationship of `{Self}` is the other side?",
    note = "add `#[many_to_many(through = …)] …: ManyToMany<{Other}>` to `{Self}`, name one of several with \
            `inverse = …`, or write `one_sided` where `{Self}` shall have none"
)]
pub trait SoleManyToMany<Other>: Sized {
    /// That relationship.
    const RELATION: Relation<Self, Other, kind::ManyToMany>;
}

/// Whether two many-to-many relationships are the two sides of one: the same association table, its columns swapped.
#[must_use]
pub const fn same_association<A, B>(
    one: &Relation<A, B, kind::ManyToMany>,
    other: &Relation<B, A, kind::ManyToMany>,
) -> bool {
    match (&one.detail, &other.detail) {
        (
            Detail::Through { table, from, to },
            Detail::Through { table: other_table, from: other_from, to: other_to },
        ) => same_text(table, other_table) && same_names(from, other_to) && same_names(to, other_from),
        _ => false,
    }
}

const fn same_names(one: &[&str], other: &[&str]) -> bool {
    let mut same = one.len() == other.len();
    let mut place = 0;
    while same && place < one.len() {
        same = same_text(one[place], other[place]);
        place += 1;
    }
    same
}

const fn same_text(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut same = one.len() == other.len();
    let mut place = 0;
    while same && place < one.len() {
        same = one[place] == other[place];
        place += 1;
    }
    same
}

//! Relationship fields: what they hold in an object, and how the two sides are tied at compile time. Loading is above.

mod belongs_to;
mod constant;
mod member;
mod members;
mod reference;
mod same;

pub use belongs_to::{BelongsTo, ForeignKey, NullableForeignKey};
pub use constant::{
    Collection, Kind, Relation, Renamed, SoleBelongsTo, SoleManyToMany, ToMany, ToOne, foreign_key, kind,
    same_association,
};
pub use member::{IntoMember, Member};
pub use members::{HasMany, HasOne, ManyToMany};
pub use same::Same;

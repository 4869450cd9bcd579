//! Questions in Rust types: columns and relationships of models, terms and conditions over them, what a query reads, selects and
//! loads along, and what an UPDATE assigns.

mod assignment;
mod builder;
mod column;
pub mod func;
mod keyset;
mod lazy;
mod path;
mod predicate;
mod raw;
mod related;
mod scope;
mod selection;
mod server;
mod subquery;
mod term;

pub use crate::model::{Row, Source};
pub use assignment::{Assignment, Nullable, Within};
pub(crate) use builder::Autoflush;
pub use builder::{ByName, Common, Query, Readable, model, query};
pub use column::Column;
pub use keyset::{Keyset, KeysetPart, NeverNull};
pub use lazy::Lazy;
pub use path::{LeadsFrom, LeadsToOne, Path, Repeated};
pub(crate) use path::{Loading, Step};
pub use predicate::{IntoOrder, Order, Predicate};
pub use raw::{Composed, Parameter, Sql, SqlText, sql};
pub use related::Target;
pub(crate) use related::operand;
pub use scope::{
    Aggregated, Before, Both, Either, Here, Listed, Marked, MetBy, Nothing, One, Outer, OuterNeeds, PerRow, Perhaps,
    ReadBy, Reading, Reads, ReadsTables, Surely, United,
};
pub use selection::{Fits, Object, Part, Rows, Selectable, Selected, Selection, Shape, Single, Struct};
pub use subquery::{Among, Cte, cte, exists, recursive};
pub use term::{IntoTerm, Operand, OperandOrNull, Term};

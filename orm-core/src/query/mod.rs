//! Questions in Rust types: columns and relationships of models, terms and conditions over them, what a query reads and loads
//! along, and what an UPDATE assigns.

mod assignment;
mod builder;
mod column;
mod lazy;
mod path;
mod predicate;
mod related;
mod scope;
mod term;

pub use assignment::{Assignment, Nullable, Within};
pub(crate) use builder::Autoflush;
pub use builder::{Query, query};
pub use column::Column;
pub use lazy::Lazy;
pub use path::{LeadsFrom, LeadsToOne, Path, Repeated};
pub(crate) use path::{Loading, Step};
pub use predicate::{IntoOrder, Order, Predicate};
pub use related::Target;
pub(crate) use related::operand;
pub use scope::{Both, Nothing, One, ReadBy, Reading, Reads};
pub use term::{Operand, Term};

//! What a program that uses models wants in sight: `use orm_core::prelude::*;`.

pub use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

pub use orm_derive::{ColumnType, DbEnum, Embed, Model, Row};

pub use crate::connection::Engine;
pub use crate::model::{Handle, Row, alias};
pub use crate::query::func::Over as _;
pub use crate::query::func::Over;
pub use crate::query::{Lazy, cte, func, model, query, recursive, sql};
pub use crate::relation::{BelongsTo, ForeignKey, HasMany, HasOne, ManyToMany, NullableForeignKey};
pub use crate::schema::Schema;
pub use crate::session::{HookResult, Hooks, Model, Session, View};
pub use crate::sql::{Isolation, TransactionOptions};
pub use crate::value::{Auto, ColumnType};

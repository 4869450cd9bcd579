//! What a query can read.

use crate::model::Record;
use crate::schema::Table;

/// What a query can read: a model, a model under another name ([`alias!`](crate::alias)), or the rows of a common table
/// expression.
#[diagnostic::on_unimplemented(
    message = "a query cannot read `{Self}`",
    note = "it reads a struct with `#[derive(Model)]`, another name of one by `alias!`, or, with a `cte`, one with `#[derive(Row)]`"
)]
pub trait Source: Sized + 'static {
    /// The model; of a common table expression, its rows.
    type Model;

    /// The other name.
    const ALIAS: Option<&'static str>;

    /// The table.
    fn source() -> &'static Table;
}

#[diagnostic::do_not_recommend]
impl<M: Record> Source for M {
    type Model = M;
    const ALIAS: Option<&'static str> = None;

    fn source() -> &'static Table {
        M::table()
    }
}

/// Gives a model another name, under which a query reads it once more.
///
/// ```
/// use orm_core::prelude::*;
///
/// #[derive(Model)]
/// #[model(table = "employees")]
/// pub struct Employee {
///     #[primary_key]
///     pub id: Auto<i32>,
///     pub salary: i32,
///     #[belongs_to]
///     pub manager: Option<BelongsTo<Employee>>,
/// }
///
/// alias!(Manager = Employee);
///
/// let earns_more = query::<Employee>()
///     .join(Employee::manager.to::<Manager>())
///     .filter(Employee::salary.gt(Employee::salary.of::<Manager>()));
/// assert!(format!("{earns_more:?}").ends_with("WHERE `employees`.`salary` > `Manager`.`salary`"));
/// ```
#[macro_export]
macro_rules! alias {
    ($(#[$attribute:meta])* $visibility:vis $name:ident = $model:ty) => {
        $(#[$attribute])*
        #[doc = concat!(" Another name of [`", stringify!($model), "`] in a query.")]
        #[derive(Debug)]
        $visibility enum $name {}

        #[diagnostic::do_not_recommend]
        impl $crate::model::Source for $name {
            type Model = $model;
            const ALIAS: ::core::option::Option<&'static str> = ::core::option::Option::Some(stringify!($name));

            fn source() -> &'static $crate::schema::Table {
                <$model as $crate::model::Record>::table()
            }
        }
    };
}

pub use alias;

//! Value objects: a struct whose fields are columns of its owner's table.

use crate::model::{ColumnField, Field, NotNull, Optional, Required};
use crate::schema::ValueObject;

/// A struct that is several columns of the table of each model that has it as a field. `#[derive(Embed)]` implements it,
/// and [`Field`].
///
/// ```
/// use orm_core::prelude::*;
///
/// #[derive(Clone, Debug, PartialEq, Embed)]
/// pub struct Address {
///     #[column(length = 100)]
///     pub street: String,
///     pub city: Option<String>,
/// }
///
/// #[derive(Model)]
/// #[model(table = "customers")]
/// pub struct Customer {
///     #[primary_key]
///     pub id: Auto<i32>,
///     #[embed] // columns address_street, address_city
///     pub address: Address,
///     #[embed(prefix = "bill_")] // all NULL for None
///     pub billing: Option<Address>,
/// }
///
/// let ddl = Schema::of::<Customer>().ddl();
/// assert!(ddl.contains("`address_street` VARCHAR(100) NOT NULL"));
/// assert!(ddl.contains("`bill_street` VARCHAR(100) NULL"));
///
/// let in_berlin = query::<Customer>().filter(Customer::address.city.eq("Berlin") & Customer::billing.street.is_null());
/// assert!(format!("{in_berlin:?}").ends_with("`address_city` = ? AND `customers`.`bill_street` IS NULL"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be embedded",
    note = "write `#[derive(Embed)]` above `struct {Self}`; a field that is one column has no `#[embed]`"
)]
pub trait Embedded: Sized {
    /// Its columns in the table of the model `M`, each under the name of its field.
    type Columns<M, P: Presence>: EmbeddedColumns;
}

/// The columns of an embedded value, as constants: `AddressColumns<Customer>`.
pub trait EmbeddedColumns: Copy {
    /// The field: the value, or `Option` of it.
    type Value: Field;

    /// What the schema says of the value.
    const VALUE: &'static ValueObject;

    /// The columns of a table that begins with them.
    const FIRST: Self;
}

/// Whether an embedded value is always there; each column of an [`Optional`] one may be `NULL`.
pub trait Presence {
    /// The type of a column whose field has the type `T`.
    type Column<T: ColumnField>: ColumnField;

    /// The type of the value as a whole.
    type Value<T: NotNull>: Field;
}

impl Presence for Required {
    type Column<T: ColumnField> = T;
    type Value<T: NotNull> = T;
}

impl Presence for Optional {
    type Column<T: ColumnField> = Option<T::Plain>;
    type Value<T: NotNull> = Option<T>;
}

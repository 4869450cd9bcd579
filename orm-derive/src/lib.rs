//! The derive macro of orm-core, which re-exports it: programs depend on `orm-core` alone.
//!
//! [`Model`](macro@Model) reads the attributes of a struct (`parse`), sees whether they fit the types and each other (`check`), and
//! writes data and thin accessors (`expand`). What the compiler alone can know, because it is about a type or another
//! model, becomes a question to it, at the token that the user would change.

mod check;
mod column_type;
mod db_enum;
mod error;
mod expand;
mod parse;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::quote;

use crate::error::Errors;

/// Makes a struct with named fields a model: its objects are rows of a table.
///
/// ```text
/// #[derive(Model)]
/// #[model(table = "employees")]
/// pub struct Employee {
///     #[primary_key]
///     pub id: Auto<i32>,
///     #[column(length = 100)]
///     pub firstname: String,
///     #[column(default = true)]
///     pub active: bool,
///     #[belongs_to]
///     pub department: Option<BelongsTo<Department>>,
///     #[has_one]
///     pub contact_details: HasOne<ContactDetails>,
///     #[many_to_many(through = "projects_employees")]
///     pub projects: ManyToMany<Project>,
/// }
/// ```
///
/// # What it gives
///
/// - Constants named after the fields, for queries: `Employee::firstname`, `Employee::projects`.
/// - `EmployeeRelations`, to which a view of an employee dereferences: its relationships as methods that load what is not
///   there, `employee.department()?`. It dereferences to the employee.
/// - `Default`, from the declared defaults and else the types', unless `#[model(no_default)]`:
///   `Employee { firstname: "John".into(), ..Default::default() }`.
///
/// All are as visible as the struct. A method of your own cannot have the name of a field, since the constant has it, and a
/// field `default` hides `Employee::default()`. A relationship cannot have the name of a method that every view has: `get`,
/// `handle`, `clone`, `to_owned`, `into`, `try_into`.
///
/// # Columns
///
/// A field without a relationship attribute is a column; `Option<T>` may be `NULL`. `Auto<T>` is made by the database:
/// by `AUTO_INCREMENT` in the primary key, elsewhere by `server_default`. (Types are recognized by their names, so an
/// alias of `Auto<i32>` is not.)
///
/// | type | column |
/// | --- | --- |
/// | `bool` | `BOOLEAN` |
/// | `i8`, `i16`, `i32`, `i64`; `u8`, `u16`, `u32`, `u64` | `TINYINT`, `SMALLINT`, `INT`, `BIGINT`; the same `UNSIGNED` |
/// | `f32`, `f64` | `FLOAT`, `DOUBLE` |
/// | `String`, `Vec<u8>` | `TEXT`, `BLOB`; with a length `VARCHAR`, `VARBINARY` |
/// | `NaiveDate`, `NaiveTime` | `DATE`, `TIME(6)` |
/// | `NaiveDateTime`, `DateTime<Utc>` | `DATETIME(6)`, in UTC |
/// | `Duration`, `TimeDelta` | `TIME(6)` |
/// | `Ipv4Addr`, `Ipv6Addr`, `IpAddr` | `INT UNSIGNED`, `BINARY(16)`, `VARBINARY(16)` |
/// | `Decimal`, `Uuid`, `Json<T>`, `Bits<F>` | `DECIMAL`, `BINARY(16)`, `JSON`, an integer; each with a feature, see `orm_core::value` |
/// | an enum with [`#[derive(DbEnum)]`](macro@DbEnum), `Set` of it | `ENUM` or an integer, `SET` |
/// | a struct with [`#[derive(ColumnType)]`](macro@ColumnType) | as its only field |
/// | another type of your own | what its `impl ColumnType` says |
///
/// One to four fields are the `#[primary_key]`; a required `#[belongs_to]` may be one.
///
/// | `#[column(…)]` | |
/// | --- | --- |
/// | `length = 100` | `VARCHAR(100)` or `VARBINARY(100)` instead of `TEXT` or `BLOB`; what is indexed or a key needs it |
/// | `name = "first_name"` | the name of the column, where it is not the field's |
/// | `precision = 10, scale = 2` | `DECIMAL(10, 2)` |
/// | `precision = 3` | a time with three digits after the second: `DATETIME(3)`, `TIME(3)` |
/// | `sql_type = "MEDIUMTEXT"` | any type, in the server's words |
/// | `default = true` | in the table and in `Default`; a literal for a truth value, a number or a text |
/// | `server_default = "NOW()"` | SQL by which the database makes the value of an `Auto<T>` |
/// | `on_update = "NOW(6)"` | SQL to which the database sets the column when another one of the row changes |
/// | `computed = "price * pieces"` | an expression over other columns, as SQL, for an `Auto<T>`; with `stored` it is kept in the row |
/// | `trigger` | a trigger changes the value: it is read back after each INSERT and UPDATE |
/// | `unique`, `index` | an index on this column |
/// | `check = "price > 0"` | a condition, as SQL |
/// | `collation = "ascii_bin"`, `comment = "…"` | as they say |
///
/// What the database makes or changes by itself is read back: with the INSERT where the server can (MariaDB), else by one
/// question for all rows of a statement.
///
/// A field with `#[version]` tells whether somebody else has changed the row since it was read: each UPDATE makes the next
/// version and each UPDATE and DELETE finds only the one that was read, else it is
/// [`StaleRow`](https://docs.rs/orm-core). Whole numbers count, times take the present (see `orm_core::value::Version`, also for
/// versions of your own). A plain field is inserted as it is; an `Auto` that is unset gets the first version.
///
/// # Relationships
///
/// | attribute | field | |
/// | --- | --- | --- |
/// | `#[belongs_to]` | `BelongsTo<M>`, `Option<BelongsTo<M>>` | this table has the foreign key |
/// | `#[has_many]` | `HasMany<M>` | the other side of a `belongs_to` |
/// | `#[has_one]` | `HasOne<M>` | the other side of a `belongs_to(unique)` |
/// | `#[many_to_many(through = …)]` | `ManyToMany<M>` | an association table has a foreign key to each |
///
/// | `#[belongs_to(…)]` | |
/// | --- | --- |
/// | `unique` | one-to-one: no two rows refer to the same one |
/// | `column = "dept"` | the column, where it is not the field's name with `_id` |
/// | `columns("order_id", "line")` | the columns, where the other model's key has several |
/// | `on_delete = "cascade"` | what happens with the row when the other one is deleted: `"restrict"` (the default), `"cascade"` or `"set_null"` |
/// | `on_update = "cascade"` | the same when the other one's key changes |
/// | `index = false` | no index; the server makes one where no other serves |
///
/// `#[has_many]` and `#[has_one]` find the only `belongs_to` of the other model that leads back. Where there are several,
/// `#[has_many(inverse = manager)]` names one. When the owner is deleted, the foreign keys of its members become `NULL`, or
/// the database does what `on_delete` says, unless:
///
/// | `#[has_many(…)]`, `#[has_one(…)]` | |
/// | --- | --- |
/// | `cascade` | the session deletes the members too, and theirs |
/// | `cascade, delete_orphan` | also members that leave their owner without another one: removed, replaced, or with the foreign key cleared |
/// | `cascade, passive_deletes` | of the members only those that are loaded; the others go by `on_delete = "cascade"` |
/// | `restrict` | the flush refuses to delete an owner that has members |
/// | `order_by = name`, `order_by(name, desc(born))` | of a `has_many`: the members are in the order of these columns of the other model, else in that of their keys |
///
/// | `#[many_to_many(…)]` | |
/// | --- | --- |
/// | `through = "projects_employees"` | an association table of the two foreign keys |
/// | `through = Membership` | a model with a `belongs_to` to each of the two, and columns of its own |
/// | `from = "employee_id"`, `to = "project_id"` | the columns that refer to this and to the other model, where they are not the models' names in snake case with `_id`; `from("a", "b")` for a key of several columns |
/// | `from = member`, `to = club` | with a model: its fields, where it has several for one of the two. Name them at both sides |
/// | `inverse = members` | the other model's field, where it has several to this model |
/// | `one_sided` | the other model has no such field |
/// | `order_by = name`, `order_by(name, desc(born))` | as of a `has_many` |
///
/// The foreign keys of an association table that is named are `ON DELETE CASCADE`: a link goes with what it links.
/// Both sides must name the same table and columns; the compiler checks it. A relationship of a model to itself names
/// `from`, `to` and `inverse`:
///
/// ```text
/// #[many_to_many(through = "follows", from = "follower_id", to = "followee_id", inverse = followers)]
/// pub followees: ManyToMany<User>,
/// #[many_to_many(through = "follows", from = "followee_id", to = "follower_id", inverse = followees)]
/// pub followers: ManyToMany<User>,
/// ```
///
/// # Embedded values
///
/// A struct with `#[derive(Embed)]` is a value of several columns. They are columns of the table of each model that has it
/// as a field, after the model's own columns:
///
/// ```text
/// #[derive(Clone, Debug, PartialEq, Embed)]
/// pub struct Address {
///     #[column(length = 100)]
///     pub street: String,
///     #[column(length = 10, check = "`zip` <> ''")]
///     pub zip: String,
///     pub city: Option<String>,
/// }
///
/// #[derive(Model)]
/// pub struct Customer {
///     #[primary_key]
///     pub id: Auto<i32>,
///     #[embed]                            // address_street, address_zip, address_city
///     pub address: Address,
///     #[embed(prefix = "billing_")]       // billing_street, …: all may be NULL
///     pub billing_address: Option<Address>,
/// }
/// ```
///
/// - `Customer::address` has a column for each field: `Customer::address.city.eq("Berlin")`. It is an
///   `AddressColumns<Customer>`, as visible as `Address`.
/// - The names of the columns begin with the field's name and `_`, or with what `prefix` says; it may be `""`.
/// - `None` is `NULL` in all columns, and `NULL` in all columns is read as `None`. So `Some` of a value in which everything is
///   `None` becomes `None`.
/// - A change is found column by column, as elsewhere: the UPDATE names those that differ.
/// - Inside are columns with the options above, and further embedded values. There are no keys and no relationships; the
///   program gives all values, so there is no `Auto`. A `check` names its columns in backticks, because their names get the
///   prefix.
/// - `Default` is derived as for a model, unless `#[embed(no_default)]` above the struct. A default is not in the table where
///   the whole value may be missing.
/// - Two fields with one column are a mistake that is told when the tables are created: only then all names are known.
///
/// # The table
///
/// | `#[model(…)]` | |
/// | --- | --- |
/// | `table = "employees"` | the name; without it, the struct's in snake case (`OrderLine` is `order_line`: no plural is guessed) |
/// | `unique(site, slug)`, `index(site, slug)` | an index over several fields, as often as needed; a `belongs_to` stands for its columns |
/// | `no_default` | no `Default` |
/// | `hooks` | the model implements [`Hooks`](https://docs.rs/orm-core): it is asked before and told after its rows are written |
/// | `engine`, `charset`, `collation`, `comment` | `= "…"`, as in `CREATE TABLE` |
///
/// # Mistakes
///
/// All mistakes of a struct are told in one compile, each at the token to change, with what to write instead.
#[proc_macro_derive(
    Model,
    attributes(model, primary_key, version, column, embed, belongs_to, has_many, has_one, many_to_many)
)]
pub fn derive_model(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input.into()).into()
}

/// Makes a struct with named fields a value that models embed: its fields are columns of their tables.
///
/// It is used as the section "Embedded values" of [`Model`](macro@Model) tells.
// The attributes of a model are taken too, so that the derive can say why they are not for an embedded value.
#[proc_macro_derive(
    Embed,
    attributes(embed, column, primary_key, version, belongs_to, has_many, has_one, many_to_many)
)]
pub fn derive_embed(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive_value(input.into()).into()
}

/// Makes a struct with named fields what a row of a result is read into: a field for each column, found by its name.
///
/// ```text
/// #[derive(Debug, PartialEq, Row)]
/// pub struct Headcount {
///     pub department: String,
///     #[row(name = "n")]
///     pub employees: u64,
///     pub oldest: Option<NaiveDate>,
/// }
/// ```
///
/// A field is a value of a type that a column can have, or `Option` of it. Its column has the field's name, unless
/// `#[row(name = "…")]` gives another. Upper and lower case are the same, as for the server.
///
/// It also gives `HeadcountColumns`, as visible as the struct, with a part of any type for each field: what a query selects
/// for it.
#[proc_macro_derive(Row, attributes(row))]
pub fn derive_row(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive_result_row(input.into()).into()
}

/// Makes an enum without fields the type of a column.
///
/// ```text
/// #[derive(Clone, Debug, PartialEq, DbEnum)]
/// enum Status {
///     Open,
///     InProgress,
///     #[db_enum(rename = "finished")]
///     Done,
/// }
///
/// #[derive(Clone, Debug, PartialEq, DbEnum)]
/// #[db_enum(integer)]
/// #[repr(u8)]
/// enum Level {
///     Low = 1,
///     High = 10,
/// }
/// ```
///
/// | `#[db_enum(…)]` | |
/// | --- | --- |
/// | `text` | the default: an `ENUM` of the names, `ENUM('open', 'in_progress', 'finished')` |
/// | `rename_all = "kebab-case"` | how the names are written: `snake_case` (the default), `SCREAMING_SNAKE_CASE`, `kebab-case`, `SCREAMING-KEBAB-CASE`, `PascalCase`, `camelCase`, `lowercase`, `UPPERCASE` |
/// | `integer` | the numbers of the values, in a column of the integer type that `#[repr(…)]` says |
/// | `rename = "finished"` | above a value: its name |
///
/// The server sorts an `ENUM` in the order of the declaration, but `<` and the like compare the names: where values are
/// compared, an integer is the better choice. The enum has `Clone`; a model with a field of it has `Default` only if the enum
/// has. A value in the database that is none of the enum's is an error when it is read.
#[proc_macro_derive(DbEnum, attributes(db_enum))]
pub fn derive_db_enum(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    db_enum::derive(input.into()).into()
}

/// Makes a struct of one field the type of a column: that of its field.
///
/// ```text
/// #[derive(Clone, Debug, PartialEq, ColumnType)]
/// #[column_type(number)]
/// struct Cents(i64);
/// ```
///
/// It can be a primary key where the field's type can, and the struct has `Clone`. With `#[column_type(number)]` the server
/// calculates with it: `Product::price + Cents(1)`.
#[proc_macro_derive(ColumnType, attributes(column_type))]
pub fn derive_column_type(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    column_type::derive(input.into()).into()
}

/// Parse, check, expand: the model as written, the model as understood, code.
fn derive(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let written = parse::model(input, &mut errors);
    let understood = written.as_ref().map(|written| check::model(written, &mut errors));
    let expanded = understood.as_ref().map(expand::model);
    quote!(#expanded #errors)
}

/// The same for an embedded value.
fn derive_value(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let written = parse::embedded(input, &mut errors);
    let understood = written.as_ref().map(|written| check::embedded(written, &mut errors));
    let expanded = understood.as_ref().map(expand::embedded);
    quote!(#expanded #errors)
}

/// The same for a row of a result.
fn derive_result_row(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let written = parse::row(input, &mut errors);
    let understood = written.as_ref().map(|written| check::row(written, &mut errors));
    let expanded = understood.as_ref().map(expand::row);
    quote!(#expanded #errors)
}

//! SQL of the user's own, with values bound to it.

use std::fmt;

use crate::query::{Autoflush, Predicate};
use crate::sql::{Bound, Raw};
use crate::value::{ColumnType, Value};

/// A statement in SQL, with what is bound to its parameters.
///
/// `session.sql("…")` asks it; [`sql`] makes one without a session, for [`Session::execute`](crate::Session::execute). A value is
/// never a part of the text: it takes the place of a parameter, and is sent beside the text. There are two kinds, which can
/// be used together.
///
/// | in the text | by | |
/// | --- | --- | --- |
/// | `?` | [`bind`](Self::bind) | in their order |
/// | `:name` | [`bind_as`](Self::bind_as) | as often as it stands there |
/// | `(:names)` | [`bind_list`](Self::bind_list) | several values |
/// | `:name` | [`splice`](Self::splice) | a condition in Rust types |
///
/// What stands in quotes, backticks and comments is no parameter. A parameter to which nothing is bound, or one too many, is an
/// error before anything is sent.
///
/// ```no_run
/// # use orm_core::prelude::*;
/// # #[derive(Model)]
/// # #[model(table = "employees")]
/// # struct Employee { #[primary_key] id: Auto<i32>, name: String, active: bool }
/// # fn ask(session: &mut Session) -> orm_core::Result<()> {
/// let employees = session
///     .sql("SELECT * FROM employees WHERE id IN (:ids) AND :condition ORDER BY SOUNDEX(name) = SOUNDEX(?) DESC")
///     .bind_list("ids", [1, 2, 3])
///     .splice("condition", Employee::active.eq(true))
///     .bind("Meier")
///     .all::<Employee>()?;
/// let names: Vec<(i32, String)> = session.sql("SELECT id, name FROM employees").rows()?;
/// let longest: u32 = session.sql("SELECT MAX(CHAR_LENGTH(name)) FROM employees").scalar()?;
/// session.execute(sql("UPDATE employees SET name = UPPER(name) WHERE id = :id").bind_as("id", 7))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Sql<Source = ()> {
    pub(crate) raw: Raw,
    pub(crate) source: Source,
    pub(crate) autoflush: Autoflush,
}

/// A statement without a session. Values are bound to it: see [`Sql`].
#[must_use]
pub fn sql(text: impl SqlText) -> Sql {
    Sql::over(text, ())
}

impl<Source> Sql<Source> {
    pub(crate) fn over(text: impl SqlText, source: Source) -> Self {
        Self { raw: Raw::new(text.into_text()), source, autoflush: Autoflush::On }
    }

    /// The value of the next `?`.
    #[must_use]
    pub fn bind(mut self, value: impl Parameter) -> Self {
        self.raw.bind(value.into_value());
        self
    }

    /// The value of `:name`, wherever it stands.
    #[must_use]
    pub fn bind_as(self, name: &str, value: impl Parameter) -> Self {
        self.bound(name, Bound::Value(value.into_value()))
    }

    /// The values of `:name`, with commas between them: `id IN (:ids)`. Where there is none it becomes `NULL`, so that neither
    /// `IN` nor `NOT IN` is true.
    #[must_use]
    pub fn bind_list<P: Parameter>(self, name: &str, values: impl IntoIterator<Item = P>) -> Self {
        self.bound(name, Bound::List(values.into_iter().map(P::into_value).collect()))
    }

    /// Puts a condition in the place of `:name`, in parentheses. Its models go by the names of their tables, so the statement
    /// must read these tables without another name.
    #[must_use]
    pub fn splice<S>(self, name: &str, condition: Predicate<S>) -> Self {
        self.bound(name, Bound::Condition(condition.expression))
    }

    fn bound(mut self, name: &str, bound: Bound) -> Self {
        self.raw.bind_as(name, bound);
        self
    }
}

/// The text, without values.
impl<Source> fmt::Debug for Sql<Source> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.raw.text())
    }
}

/// The text of a statement: a literal, into which no value can have come, or [`Composed`].
#[diagnostic::on_unimplemented(
    message = "SQL is a text in the program, so that no value can be a part of it",
    note = "bind values with `.bind(…)`; for a text that is put together at run time, without values, give `Composed(text)`"
)]
pub trait SqlText {
    /// The text.
    fn into_text(self) -> String;
}

/// A text that the program has put together, say of names of tables. Whoever writes this says that no value from outside is a
/// part of it.
#[derive(Debug, Clone)]
pub struct Composed(pub String);

#[diagnostic::do_not_recommend]
impl SqlText for &'static str {
    fn into_text(self) -> String {
        self.to_owned()
    }
}

#[diagnostic::do_not_recommend]
impl SqlText for Composed {
    fn into_text(self) -> String {
        self.0
    }
}

/// A value that can be bound to a parameter: of a type that a column can have, `Option` of one, `&str` or `&[u8]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound to a parameter",
    note = "give a number, `bool`, text, bytes, a chrono type, your own type with `impl ColumnType`, or `Option` of one; several \
            values for one name go with `.bind_list(…)`"
)]
pub trait Parameter {
    /// What is sent.
    fn into_value(self) -> Value;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Parameter for T {
    fn into_value(self) -> Value {
        self.to_value()
    }
}

/// `None` is `NULL`.
#[diagnostic::do_not_recommend]
impl<P: Parameter> Parameter for Option<P> {
    fn into_value(self) -> Value {
        self.map_or(Value::NULL, P::into_value)
    }
}

#[diagnostic::do_not_recommend]
impl Parameter for &str {
    fn into_value(self) -> Value {
        Value::Bytes(self.as_bytes().to_vec())
    }
}

#[diagnostic::do_not_recommend]
impl Parameter for &String {
    fn into_value(self) -> Value {
        self.to_value()
    }
}

#[diagnostic::do_not_recommend]
impl Parameter for &[u8] {
    fn into_value(self) -> Value {
        Value::Bytes(self.to_vec())
    }
}

//! A row of a result on its way into values that are no objects: single values, tuples, structs with `#[derive(Row)]`.

use std::fmt;
use std::vec;

use crate::error::{Error, Result};
use crate::model::{ColumnField, Handle, ObjectRef, Record};
use crate::schema::Table;
use crate::value::{ColumnType, ConversionError, Value};

/// What a row of a result can be read into: a value, a tuple of up to twelve parts, a struct with `#[derive(Row)]`, or `Option`
/// of these.
///
/// ```
/// use orm_core::Row;
///
/// #[derive(Row)]
/// struct Headcount {
///     department: String,
///     #[row(name = "n")]
///     employees: u64,
/// }
///
/// assert_eq!(Headcount::NAMES, Some(&["department", "n"][..]));
/// assert_eq!(<(i32, (String, Option<bool>)) as Row>::width(), 3);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a row of a result",
    note = "a row is read into a number, `bool`, `String`, `Vec<u8>`, a chrono type, your own type with `impl ColumnType`, a \
            struct with `#[derive(Row)]`, `Option` of one, or a tuple of up to twelve of these"
)]
pub trait Row: Sized {
    /// The names of the columns, where they are found by name: in a struct. Else they are taken in their order.
    const NAMES: Option<&'static [&'static str]> = None;

    /// How many values it takes.
    fn width() -> usize;

    /// Takes so many values from a row.
    ///
    /// # Errors
    /// [`Error::Value`]: a type cannot hold a value.
    fn read(row: &mut ResultRow<'_>) -> Result<Self>;
}

/// A row of a result: gives its values away, one after the other.
pub struct ResultRow<'r> {
    values: vec::IntoIter<Value>,
    next: usize,
    origins: &'r [Origin],
    /// Makes an object of its session of the row of a table.
    keep: Option<Keep<'r>>,
}

/// Takes the row of a table, and tells which object of a session it is.
pub(crate) type Keep<'r> = &'r dyn Fn(&'static Table, Vec<Value>) -> Result<ObjectRef>;

/// Where the values of a column come from, for a reader of an error.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// From a column of a table, by its place there.
    Column(&'static Table, usize),
    /// From a column of the result that has this name.
    Label(String),
    /// From the column of the result at this place, which has no name.
    Place(usize),
}

impl<'r> ResultRow<'r> {
    /// A row, and where its values come from, as far as that is known.
    pub(crate) fn new(values: Vec<Value>, origins: &'r [Origin]) -> Self {
        Self { values: values.into_iter(), next: 0, origins, keep: None }
    }

    /// The same, for a row in which there may be objects.
    pub(crate) fn keeping(self, keep: Keep<'r>) -> Self {
        Self { keep: Some(keep), ..self }
    }

    /// The next value.
    ///
    /// # Errors
    /// [`Error::Value`]: the type cannot hold it. [`Error::Protocol`]: no value is left.
    pub fn value<F: ColumnField + Row>(&mut self) -> Result<F> {
        <F as Row>::read(self)
    }

    /// The object of which the next values are the columns.
    fn object(&mut self, table: &'static Table) -> Result<ObjectRef> {
        let Some(keep) = self.keep else {
            return Err(Error::Unsupported {
                statement: "model",
                model: table.model,
                reason: "gives handles in `rows`, `first` and `one` alone: a stream or a statement of your own keeps no objects",
            });
        };
        let width = table.columns.len();
        self.next += width;
        keep(table, self.values.by_ref().take(width).collect())
    }

    fn next<T: ColumnType>(&mut self) -> Result<T> {
        let place = self.next;
        self.next += 1;
        match self.values.next() {
            Some(Value::NULL) => Err(ConversionError::new("allowed: it is not read as an `Option`", &Value::NULL)),
            Some(value) => T::from_value(value),
            None => return Err(Error::Protocol { reason: format!("a row has only {place} values") }),
        }
        .map_err(|source| Error::Value { origin: self.origin(place), source })
    }

    /// Takes the next values where all of them are `NULL`, and tells whether they were.
    fn skip_nulls(&mut self, width: usize) -> bool {
        let are_null = self.values.as_slice().iter().take(width).all(|value| *value == Value::NULL);
        if are_null && width > 0 {
            self.next += width;
            self.values.nth(width - 1);
        }
        are_null
    }

    fn origin(&self, place: usize) -> String {
        self.origins.get(place).unwrap_or(&Origin::Place(place)).to_string()
    }
}

impl fmt::Debug for ResultRow<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.values.as_slice()).finish()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(table, column) => write!(f, "`{}.{}`", table.name, table.columns[*column].name),
            Self::Place(place) => write!(f, "value {} of a row", place + 1),
            Self::Label(name) => write!(f, "the column `{name}` of a result"),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Row for T {
    fn width() -> usize {
        1
    }

    fn read(row: &mut ResultRow<'_>) -> Result<Self> {
        row.next()
    }
}

/// An object, which comes into the session.
#[diagnostic::do_not_recommend]
impl<M: Record> Row for Handle<M> {
    fn width() -> usize {
        M::table().columns.len()
    }

    fn read(row: &mut ResultRow<'_>) -> Result<Self> {
        let object = row.object(M::table())?;
        object.handle().ok_or_else(|| Error::Protocol { reason: "a row is of another model".to_owned() })
    }
}

/// `None` where all its values are `NULL`.
#[diagnostic::do_not_recommend]
impl<T: Row> Row for Option<T> {
    const NAMES: Option<&'static [&'static str]> = T::NAMES;

    fn width() -> usize {
        T::width()
    }

    fn read(row: &mut ResultRow<'_>) -> Result<Self> {
        if row.skip_nulls(T::width()) { Ok(None) } else { T::read(row).map(Some) }
    }
}

macro_rules! tuples {
    ($($part:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<$($part: Row),+> Row for ($($part,)+) {
            fn width() -> usize {
                0 $(+ $part::width())+
            }

            fn read(row: &mut ResultRow<'_>) -> Result<Self> {
                Ok(($($part::read(row)?,)+))
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);

#[cfg(test)]
mod tests {
    use super::{Result, ResultRow, Row, Value};
    use crate::model::{Origin, Record};
    use crate::value::Auto;

    #[derive(orm_derive::Model)]
    #[model(table = "employees")]
    struct Employee {
        #[primary_key]
        id: Auto<i32>,
        name: String,
    }

    #[derive(Debug, PartialEq, orm_derive::Row)]
    struct Headcount {
        department: String,
        #[row(name = "n")]
        employees: Option<u64>,
    }

    fn read<R: Row>(values: &[Value], labels: &[&str]) -> Result<R, String> {
        let origins: Vec<Origin> = labels.iter().map(|&label| Origin::Label(label.to_owned())).collect();
        R::read(&mut ResultRow::new(values.to_vec(), &origins)).map_err(|error| error.to_string())
    }

    #[test]
    fn parts_of_tuples_take_their_values_in_order() {
        let values = [1.into(), "one".into(), Value::NULL, 2.into()];
        assert_eq!(read(&values, &[]), Ok((1, ("one".to_owned(), None::<i64>), (2_u8,))));
        assert_eq!(<(i32, (String, Option<i64>), (u8,))>::width(), 4);
        assert_eq!(<(i32, String)>::NAMES, None);
    }

    #[test]
    fn a_struct_has_names_and_takes_its_values_in_the_order_of_its_fields() {
        assert_eq!(Headcount::NAMES, Some(&["department", "n"][..]));
        let values = ["Marketing".into(), Value::NULL];
        let expected = Headcount { department: "Marketing".to_owned(), employees: None };
        assert_eq!(read(&values, &[]), Ok(expected));
    }

    #[test]
    fn a_part_that_is_null_as_a_whole_is_none() {
        let nothing = [Value::NULL, Value::NULL, 3.into()];
        assert_eq!(read(&nothing, &[]), Ok((None::<(i32, String)>, 3)));
        let something = [1.into(), Value::NULL, 3.into()];
        assert_eq!(read(&something, &[]), Ok((Some((1, None::<String>)), 3)));
    }

    #[test]
    fn a_value_that_cannot_be_read_is_named() {
        let values = [1.into(), Value::NULL, 300.into()];
        assert_eq!(
            read::<(i32, i32)>(&values, &["id", "total"]),
            Err("the column `total` of a result cannot be read: NULL is not allowed: it is not read as an `Option`"
                .into())
        );
        assert_eq!(
            read::<(i32, Option<i32>, u8)>(&values, &[]),
            Err("value 3 of a row cannot be read: 300 is not in the range of u8 (0 to 255)".into())
        );
        assert_eq!(
            read::<(i32, i32)>(&values[..1], &[]),
            Err("the server's answer was not understood: a row has only 1 values".into())
        );
    }

    #[test]
    fn a_value_of_a_table_is_named_with_its_table() {
        let origins = [Origin::Column(Employee::table(), 1)];
        let read = String::read(&mut ResultRow::new(vec![Value::NULL], &origins));
        let error = read.expect_err("NULL is no text");
        assert!(error.to_string().starts_with("`employees.name` cannot be read"), "{error}");
    }
}

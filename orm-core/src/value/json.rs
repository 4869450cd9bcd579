//! JSON, by way of serde.

use std::any::type_name;
use std::ops::{Deref, DerefMut};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::value::limits::NO_TEXT;
use crate::value::{ColumnType, ConversionError, SqlType, Value};

/// A value that is stored as JSON: of any type that serde can write and read.
///
/// It is written with the keys of its objects in alphabetical order, so that equal values are one text: a `HashMap` inside is
/// no change by its order. A value that serde cannot write (a map whose keys are no text, for instance) is an error at the
/// flush; numbers that are not finite are `null`, as `serde_json` has them. Not every server compares JSON as a whole: MariaDB
/// compares the texts, MySQL finds none equal to a text.
///
/// ```
/// use std::collections::HashMap;
///
/// use orm_core::prelude::*;
/// use orm_core::value::Json;
///
/// #[derive(Model)]
/// struct User {
///     #[primary_key]
///     id: Auto<i32>,
///     settings: Json<HashMap<String, bool>>,
/// }
///
/// assert!(Schema::of::<User>().ddl().contains("`settings` JSON NOT NULL"));
/// let mut user = User::default();
/// user.settings.insert("dark".to_owned(), true);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Json<T>(pub T);

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Send + 'static> ColumnType for Json<T> {
    const SQL_TYPE: SqlType = SqlType::Json;

    fn to_value(&self) -> Value {
        Value::Bytes(match serde_json::to_value(&self.0) {
            Ok(value) => text(value),
            Err(error) => [&[NO_TEXT], format!("a `{}` ({error})", type_name::<T>()).as_bytes()].concat(),
        })
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        read(&value).map(Self)
    }
}

/// As of [`Json`].
#[diagnostic::do_not_recommend]
impl ColumnType for serde_json::Value {
    const SQL_TYPE: SqlType = SqlType::Json;

    fn to_value(&self) -> Value {
        Value::Bytes(text(self.clone()))
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        read(&value)
    }
}

/// Keys are in alphabetical order already, unless another crate has asked `serde_json` to keep theirs.
fn text(mut value: serde_json::Value) -> Vec<u8> {
    value.sort_all_objects();
    value.to_string().into_bytes()
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, ConversionError> {
    let Value::Bytes(text) = value else { return Err(ConversionError::new("JSON", value)) };
    serde_json::from_slice(text).map_err(|error| {
        let expected = format!("JSON of a `{}` ({error})", type_name::<T>());
        ConversionError::new(expected, value)
    })
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn the_order_of_a_map_is_no_change() {
        let pairs: Vec<(String, u32)> = (0..20).map(|number| (format!("key {number}"), number)).collect();
        let forwards: HashMap<String, u32> = pairs.iter().cloned().collect();
        let backwards: HashMap<String, u32> = pairs.into_iter().rev().collect();
        assert_eq!(Json(forwards).to_value(), Json(backwards).to_value());
    }

    #[test]
    fn what_serde_cannot_write_is_no_json() {
        let pairs = Json(vec![HashMap::from([((1, 2), 3)])]);
        let error = SqlType::Json.check(&pairs.to_value()).expect_err("a key of two numbers");
        assert_eq!(
            error.to_string(),
            "a `alloc::vec::Vec<std::collections::hash::map::HashMap<(i32, i32), i32>>` (key must be a string) is not JSON"
        );
    }
}

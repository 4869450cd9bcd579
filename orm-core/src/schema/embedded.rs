//! Value objects: several columns that are one field of a model, under names with a prefix.

use crate::schema::{Column, Table};

/// What an embedded struct is, as the derive describes it.
#[derive(Debug)]
pub struct ValueObject {
    /// Its own columns, named as it names them.
    pub columns: &'static [Column],
    /// The value objects inside it, whose columns follow its own.
    pub embedded: &'static [Embedding],
}

/// A field that is a value object.
#[derive(Debug, Clone, Copy)]
pub struct Embedding {
    /// The field.
    pub field: &'static str,
    /// What the names of the columns begin with in the table.
    pub prefix: &'static str,
    /// Whether the value as a whole may be missing: all its columns are `NULL` then.
    pub optional: bool,
    /// The value object.
    pub value: &'static ValueObject,
}

impl ValueObject {
    /// The number of its columns, with those of the value objects inside it.
    #[must_use]
    pub const fn width(&self) -> usize {
        let (mut width, mut place) = (self.columns.len(), 0);
        while place < self.embedded.len() {
            width += self.embedded[place].value.width();
            place += 1;
        }
        width
    }
}

impl Embedding {
    /// A field that always has a value.
    #[must_use]
    pub const fn required(field: &'static str, prefix: &'static str, value: &'static ValueObject) -> Self {
        Self { field, prefix, optional: false, value }
    }

    /// A field that may have none.
    #[must_use]
    pub const fn optional(field: &'static str, prefix: &'static str, value: &'static ValueObject) -> Self {
        Self { field, prefix, optional: true, value }
    }

    /// Its columns in the table, under the names that they have there.
    fn columns(&self) -> Vec<Column> {
        let inner = self.value.embedded.iter().flat_map(Self::columns);
        self.value.columns.iter().copied().chain(inner).map(|column| self.outside(column)).collect()
    }

    /// A column of the value object, as what is around it sees it.
    fn outside(&self, column: Column) -> Column {
        Column {
            name: format!("{}{}", self.prefix, column.name).leak(),
            field: format!("{}.{}", self.field, column.field).leak(),
            nullable: column.nullable || self.optional,
            // A default would make a part of a value that is missing.
            default: column.default.filter(|_| !self.optional),
            check: column.check.map(|check| self.check_outside(check)),
            ..column
        }
    }

    /// A condition of a value object names columns in backticks.
    fn check_outside(&self, check: &str) -> &'static str {
        let with_prefix = |(place, text): (usize, &str)| match place % 2 {
            0 => text.to_owned(),
            _ => format!("`{}{text}`", self.prefix),
        };
        check.split('`').enumerate().map(with_prefix).collect::<String>().leak()
    }
}

impl Table {
    /// The table with the columns of value objects, and their fields, after its own. The names that are made for it are
    /// never freed: it is for a table that is made once.
    #[must_use]
    pub fn with_embedded(&self, embedded: &[Embedding]) -> Self {
        let mut columns = self.columns.to_vec();
        for (place, embedding) in embedded.iter().enumerate() {
            let position = self.fields + place;
            columns.extend(embedding.columns().into_iter().map(|column| Column { position, ..column }));
        }
        Self { columns: columns.leak(), fields: self.fields + embedded.len(), ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Literal;
    use crate::value::SqlType;

    static PLACE: ValueObject = ValueObject {
        columns: &[
            Column::new("latitude", 0, SqlType::Double, false).check("`latitude` < 90 OR `Länge` > 0"),
            Column::new("longitude", 1, SqlType::Double, true).named("Länge"),
        ],
        embedded: &[],
    };
    static ADDRESS: ValueObject = ValueObject {
        columns: &[Column::new("country", 0, SqlType::Text, false).default(Literal::Text("DE"))],
        embedded: &[Embedding::required("place", "at_", &PLACE), Embedding::optional("old_place", "", &PLACE)],
    };

    fn customers(embedded: &[Embedding]) -> Table {
        static ID: [Column; 1] = [Column::new("id", 0, SqlType::Int, false)];
        Table { columns: &ID, primary_key: &[0], fields: 1, ..Table::ASSOCIATION }.with_embedded(embedded)
    }

    #[test]
    fn columns_follow_those_of_the_table_under_names_with_all_prefixes() {
        let table =
            customers(&[Embedding::required("home", "home_", &ADDRESS), Embedding::optional("work", "w", &PLACE)]);
        let described = |column: &Column| (column.name, column.field, column.position, column.nullable);
        assert_eq!(
            table.columns.iter().map(described).collect::<Vec<_>>(),
            [
                ("id", "id", 0, false),
                ("home_country", "home.country", 1, false),
                ("home_at_latitude", "home.place.latitude", 1, false),
                ("home_at_Länge", "home.place.longitude", 1, true),
                ("home_latitude", "home.old_place.latitude", 1, true),
                ("home_Länge", "home.old_place.longitude", 1, true),
                ("wlatitude", "work.latitude", 2, true),
                ("wLänge", "work.longitude", 2, true),
            ]
        );
        assert_eq!((table.fields, ADDRESS.width(), PLACE.width()), (3, 5, 2));
    }

    #[test]
    fn columns_in_a_condition_get_the_prefix_too() {
        let table = customers(&[Embedding::required("home", "home_", &ADDRESS)]);
        assert_eq!(table.columns[2].check, Some("`home_at_latitude` < 90 OR `home_at_Länge` > 0"));
    }

    #[test]
    fn what_may_be_missing_has_no_default() {
        let embedded = [Embedding::required("home", "h", &ADDRESS), Embedding::optional("work", "w", &ADDRESS)];
        let table = customers(&embedded);
        let place = |name| table.columns.iter().position(|column| column.name == name).expect("the column is there");
        assert_eq!(table.columns[place("hcountry")].default, Some(Literal::Text("DE")));
        assert_eq!(table.columns[place("wcountry")].default, None);
    }
}

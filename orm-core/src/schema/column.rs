//! One column of a table.

use crate::error::{Error, Result};
use crate::schema::Table;
use crate::value::{SqlType, Value};

/// A column, as the derive describes it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Column {
    /// The name in the table.
    pub name: &'static str,
    /// The model's field; of a column in an embedded value, the way to it: `address.street`.
    pub field: &'static str,
    /// The place of that field among the model's fields, from 0; embedded values come last.
    pub position: usize,
    /// Where the type comes from.
    pub source: ColumnSource,
    /// Whether `NULL` is allowed.
    pub nullable: bool,
    /// Whether the database makes the value.
    pub generated: Generated,
    /// What the database sets the column to when another one of the row changes, as SQL.
    pub on_update: Option<&'static str>,
    /// Whether a trigger may change the value that was written.
    pub by_trigger: bool,
    /// The default in the table and in the model's `Default`.
    pub default: Option<Literal>,
    /// Whether no two rows may have the same value.
    pub unique: bool,
    /// Whether the column has an index of its own.
    pub index: bool,
    /// A condition that every value must fulfil, as SQL.
    pub check: Option<&'static str>,
    /// The collation, where it is not the table's.
    pub collation: Option<&'static str>,
    /// A comment that the database keeps.
    pub comment: Option<&'static str>,
}

/// Where the type of a column comes from.
#[derive(Debug, Clone, Copy)]
pub enum ColumnSource {
    /// From the field's own type.
    Own(SqlType),
    /// From a column of another table's primary key: this column is (a part of) a foreign key.
    KeyOf {
        /// The other table.
        target: fn() -> &'static Table,
        /// Which of its primary key columns, from 0.
        part: usize,
    },
}

/// Who makes the value of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generated {
    /// The program.
    Never,
    /// `AUTO_INCREMENT`.
    AutoIncrement,
    /// The default in the table, as SQL.
    ServerDefault(&'static str),
    /// An SQL expression over the row's other columns: nobody writes the column.
    Computed(&'static str, Storage),
}

/// Where the value of a computed column is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// Nowhere: it is computed when it is read.
    Virtual,
    /// In the row.
    Stored,
}

/// A default value that can be written into DDL.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Literal {
    /// `TRUE` or `FALSE`.
    Bool(bool),
    /// A whole number.
    Integer(i128),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    Text(&'static str),
}

impl Column {
    /// A column of the field's own type.
    #[must_use]
    pub const fn new(field: &'static str, position: usize, sql_type: SqlType, nullable: bool) -> Self {
        Self::with_source(field, position, ColumnSource::Own(sql_type), nullable)
    }

    /// A column that holds a part of another table's primary key.
    #[must_use]
    pub const fn key_of(
        field: &'static str,
        position: usize,
        target: fn() -> &'static Table,
        part: usize,
        nullable: bool,
    ) -> Self {
        Self::with_source(field, position, ColumnSource::KeyOf { target, part }, nullable)
    }

    const fn with_source(field: &'static str, position: usize, source: ColumnSource, nullable: bool) -> Self {
        Self {
            name: field,
            field,
            position,
            source,
            nullable,
            generated: Generated::Never,
            on_update: None,
            by_trigger: false,
            default: None,
            unique: false,
            index: false,
            check: None,
            collation: None,
            comment: None,
        }
    }

    /// Named otherwise than the field.
    #[must_use]
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// With a length, in characters for text and in bytes for binary data.
    #[must_use]
    pub const fn length(mut self, length: u32) -> Self {
        if let ColumnSource::Own(sql_type) = self.source {
            self.source = ColumnSource::Own(sql_type.with_length(length));
        }
        self
    }

    /// With so many digits after the second.
    #[must_use]
    pub const fn fraction(mut self, digits: u8) -> Self {
        if let ColumnSource::Own(sql_type) = self.source {
            self.source = ColumnSource::Own(sql_type.with_fraction(digits));
        }
        self
    }

    /// With another type than the field's usual one.
    #[must_use]
    pub const fn typed(mut self, sql_type: SqlType) -> Self {
        self.source = ColumnSource::Own(sql_type);
        self
    }

    /// Filled by `AUTO_INCREMENT`.
    #[must_use]
    pub const fn auto_increment(mut self) -> Self {
        self.generated = Generated::AutoIncrement;
        self
    }

    /// Filled by an SQL expression in the table.
    #[must_use]
    pub const fn server_default(mut self, sql: &'static str) -> Self {
        self.generated = Generated::ServerDefault(sql);
        self
    }

    /// Computed from the row's other columns.
    #[must_use]
    pub const fn computed(mut self, sql: &'static str, storage: Storage) -> Self {
        self.generated = Generated::Computed(sql, storage);
        self
    }

    /// Set by the database when another column of the row changes.
    #[must_use]
    pub const fn on_update(mut self, sql: &'static str) -> Self {
        self.on_update = Some(sql);
        self
    }

    /// Changed by a trigger.
    #[must_use]
    pub const fn by_trigger(mut self) -> Self {
        self.by_trigger = true;
        self
    }

    /// With a default value.
    #[must_use]
    pub const fn default(mut self, value: Literal) -> Self {
        self.default = Some(value);
        self
    }

    /// Unique.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Indexed.
    #[must_use]
    pub const fn index(mut self) -> Self {
        self.index = true;
        self
    }

    /// With a condition.
    #[must_use]
    pub const fn check(mut self, sql: &'static str) -> Self {
        self.check = Some(sql);
        self
    }

    /// With a collation.
    #[must_use]
    pub const fn collation(mut self, name: &'static str) -> Self {
        self.collation = Some(name);
        self
    }

    /// With a comment.
    #[must_use]
    pub const fn comment(mut self, text: &'static str) -> Self {
        self.comment = Some(text);
        self
    }

    /// The type in the table; that of a foreign key is its target's.
    #[must_use]
    pub fn sql_type(&self) -> SqlType {
        match self.source {
            ColumnSource::Own(sql_type) => sql_type,
            ColumnSource::KeyOf { target, part } => target().primary_key_column(part).sql_type(),
        }
    }

    /// Whether the column gives this value back as it was given.
    #[inline]
    pub(crate) fn check_value(&self, table: &Table, value: &Value) -> Result<()> {
        // Most values need no question for the type, which may be another table's.
        if matches!(value, Value::NULL | Value::Int(_) | Value::UInt(_)) {
            return Ok(());
        }
        let (model, field) = (table.model, self.field);
        let checked = self.sql_type().check(value);
        checked.map_err(|source| Error::Encode { model, field, table: table.name, column: self.name, source })
    }

    /// Whether a value may be left to the database.
    #[must_use]
    pub fn is_generated(&self) -> bool {
        self.generated != Generated::Never
    }

    /// Whether only the database makes the value.
    #[must_use]
    pub fn is_computed(&self) -> bool {
        matches!(self.generated, Generated::Computed(..))
    }

    /// Whether the database changes the value by itself when the row changes.
    #[must_use]
    pub fn changes_by_itself(&self) -> bool {
        self.is_computed() || self.by_trigger || self.is_set_on_update()
    }

    /// Whether the database sets the value when another column of the row changes.
    #[must_use]
    pub fn is_set_on_update(&self) -> bool {
        let in_default = |sql: &str| sql.to_ascii_uppercase().contains("ON UPDATE");
        self.on_update.is_some() || matches!(self.generated, Generated::ServerDefault(sql) if in_default(sql))
    }
}

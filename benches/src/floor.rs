//! The driver by hand: plain structs and the statements of a careful program.

use anyhow::{Context, Result};
use mysql::prelude::{AsStatement, FromValue, Queryable};
use mysql::{Conn, Params, Row, Statement, Value};
use orm_core::chrono::NaiveDate;

/// Rows of an INSERT, and keys of a list: more gains nothing.
pub const ROWS: usize = 1_000;
/// Rows of an UPDATE by a join with the new values.
pub const CHANGES: usize = 128;

/// A row of `departments`.
#[derive(Debug)]
pub struct Department {
    /// `id`
    pub id: i32,
    /// `name`
    pub name: String,
}

/// A row of `employees`.
#[derive(Debug)]
pub struct Employee {
    /// `id`
    pub id: i32,
    /// `firstname`
    pub firstname: String,
    /// `lastname`
    pub lastname: String,
    /// `active`
    pub active: bool,
    /// `department_id`
    pub department_id: Option<i32>,
}

/// A row of `contact_details`.
#[derive(Debug)]
pub struct ContactDetails {
    /// `id`
    pub id: i32,
    /// `phone_number`
    pub phone_number: String,
    /// `address`
    pub address: String,
    /// `employee_id`
    pub employee_id: i32,
}

/// A row of `projects`.
#[derive(Debug)]
pub struct Project {
    /// `id`
    pub id: i32,
    /// `name`
    pub name: String,
    /// `description`
    pub description: Option<String>,
    /// `due_date`
    pub due_date: Option<NaiveDate>,
}

/// The columns of `departments`.
pub const DEPARTMENT: &str = "id, name";
/// The columns of `employees`.
pub const EMPLOYEE: &str = "id, firstname, lastname, active, department_id";
/// The columns of `contact_details`.
pub const CONTACT_DETAILS: &str = "id, phone_number, address, employee_id";
/// The columns of `projects`.
pub const PROJECT: &str = "id, name, description, due_date";

impl Department {
    /// Of [`DEPARTMENT`].
    pub fn read(row: &mut Row) -> Result<Self> {
        Ok(Self { id: take(row, 0)?, name: take(row, 1)? })
    }
}

impl Employee {
    /// Of [`EMPLOYEE`].
    pub fn read(row: &mut Row) -> Result<Self> {
        Ok(Self {
            id: take(row, 0)?,
            firstname: take(row, 1)?,
            lastname: take(row, 2)?,
            active: take(row, 3)?,
            department_id: take(row, 4)?,
        })
    }
}

impl ContactDetails {
    /// Of [`CONTACT_DETAILS`].
    pub fn read(row: &mut Row) -> Result<Self> {
        Ok(Self { id: take(row, 0)?, phone_number: take(row, 1)?, address: take(row, 2)?, employee_id: take(row, 3)? })
    }
}

impl Project {
    /// Of [`PROJECT`].
    pub fn read(row: &mut Row) -> Result<Self> {
        Ok(Self { id: take(row, 0)?, name: take(row, 1)?, description: take(row, 2)?, due_date: take(row, 3)? })
    }
}

/// A column of a row, moved out of it.
pub fn take<T: FromValue>(row: &mut Row, column: usize) -> Result<T> {
    row.take_opt(column).context("the row has this column")?.context("the column has this type")
}

/// Gives each row of an answer to a function, and reads it to its end.
pub fn each(
    driver: &mut Conn,
    statement: impl AsStatement,
    parameters: impl Into<Params>,
    mut take: impl FnMut(&mut Row) -> Result<()>,
) -> Result<()> {
    let mut answer = driver.exec_iter(statement, parameters)?;
    while let Some(rows) = answer.iter() {
        for row in rows {
            take(&mut row?)?;
        }
    }
    Ok(())
}

/// Sends a statement that has no rows.
pub fn run(driver: &mut Conn, statement: impl AsStatement, parameters: impl Into<Params>) -> Result<u64> {
    let mut answer = driver.exec_iter(statement, parameters)?;
    let mut affected = 0;
    while let Some(rows) = answer.iter() {
        affected += rows.affected_rows();
        for row in rows {
            row?;
        }
    }
    Ok(affected)
}

/// All rows of a question.
pub fn all<T>(
    driver: &mut Conn,
    statement: impl AsStatement,
    parameters: impl Into<Params>,
    read: fn(&mut Row) -> Result<T>,
) -> Result<Vec<T>> {
    let mut found = Vec::new();
    each(driver, statement, parameters, |row| {
        found.push(read(row)?);
        Ok(())
    })?;
    Ok(found)
}

/// Those rows of a table whose `column` has one of these keys.
pub fn by_keys<T>(
    driver: &mut Conn,
    table: &str,
    columns: &str,
    column: &str,
    keys: &[i32],
    read: fn(&mut Row) -> Result<T>,
) -> Result<Vec<T>> {
    let mut found = Vec::new();
    let mut prepared = Prepared::default();
    for keys in keys.chunks(ROWS) {
        let text = || format!("SELECT {columns} FROM {table} WHERE {column} IN ({})", marks(keys.len()));
        let statement = prepared.of(driver, keys.len(), text)?;
        let keys: Vec<Value> = keys.iter().map(|&key| key.into()).collect();
        found.extend(all(driver, statement, keys, read)?);
    }
    Ok(found)
}

/// Inserts rows and gives their keys.
pub fn insert<T>(
    driver: &mut Conn,
    table: &str,
    columns: &str,
    rows: &[T],
    write: fn(&T, &mut Vec<Value>),
) -> Result<Vec<i32>> {
    let (mut keys, mut prepared) = (Vec::with_capacity(rows.len()), Prepared::default());
    for rows in rows.chunks(ROWS) {
        let mut values = Vec::new();
        rows.iter().for_each(|row| write(row, &mut values));
        let tuple = format!("({})", marks(values.len() / rows.len()));
        let tuples = || vec![tuple; rows.len()].join(", ");
        let text = || format!("INSERT INTO {table} ({columns}) VALUES {} RETURNING id", tuples());
        let statement = prepared.of(driver, rows.len(), text)?;
        each(driver, statement, values, |row| {
            keys.push(take(row, 0)?);
            Ok(())
        })?;
    }
    Ok(keys)
}

/// The statement of a chunk, written and prepared once for all chunks of the same length.
#[derive(Debug, Default)]
pub struct Prepared(Option<(usize, Statement)>);

impl Prepared {
    /// That of a chunk of this length.
    pub fn of(&mut self, driver: &mut Conn, length: usize, text: impl FnOnce() -> String) -> Result<Statement> {
        match &self.0 {
            Some((of, statement)) if *of == length => Ok(statement.clone()),
            _ => {
                let statement = driver.prep(text())?;
                self.0 = Some((length, statement.clone()));
                Ok(statement)
            }
        }
    }
}

/// So many `?`.
pub fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// A transaction of several statements.
pub fn transaction<T>(driver: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    let done = work(driver)?;
    driver.query_drop("COMMIT")?;
    Ok(done)
}

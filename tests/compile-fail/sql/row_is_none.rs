//! A row is read into values, tuples, and structs that say so.

use orm_core::prelude::*;

struct Headcount {
    department: String,
    employees: u64,
}

fn ask(session: &Session) -> orm_core::Result<()> {
    let _ = session.sql("SELECT name, 1 AS employees FROM departments").rows::<Headcount>()?;
    let _ = session.sql("SELECT name FROM departments").rows::<&str>()?;
    let _ = session.sql("SELECT id, name FROM departments").scalar::<(i32, String)>()?;
    Ok(())
}

fn main() {}

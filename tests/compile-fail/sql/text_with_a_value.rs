//! A value is bound, and never a part of the text.

use orm_core::prelude::*;

fn ask(session: &mut Session, name: &str) -> orm_core::Result<()> {
    let _ = session.sql(format!("SELECT id FROM employees WHERE name = '{name}'")).rows::<i32>()?;
    session.execute(sql(&format!("DELETE FROM employees WHERE name = '{name}'")))?;
    Ok(())
}

fn main() {}

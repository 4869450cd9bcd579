//! What is bound to a parameter is a value of a column.

use orm_core::prelude::*;

struct Color;

fn ask(session: &Session) -> orm_core::Result<()> {
    let _ = session.sql("SELECT id FROM cars WHERE color = ? AND id IN (?)").bind(Color).bind([1, 2]).rows::<i32>()?;
    Ok(())
}

fn main() {}

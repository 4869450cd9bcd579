//! A view ends with the session that it is of; what a closure gives are values.

use orm_core::prelude::*;

#[derive(Model)]
struct Employee {
    #[primary_key]
    id: Auto<i32>,
    active: bool,
}

fn first(engine: &Engine) -> orm_core::Result<bool> {
    let employee = engine.read(|session| session.query::<Employee>().one())?;
    Ok(employee.active)
}

fn main() {}

//! A savepoint may change or undo what was read before.

use orm_core::prelude::*;

#[derive(Model)]
struct Employee {
    #[primary_key]
    id: Auto<i32>,
    active: bool,
}

fn leave(session: &mut Session, handle: Handle<Employee>) -> orm_core::Result<bool> {
    let employee = session.view(handle);
    session.savepoint(|session| {
        session[handle].active = false;
        session.flush()
    })?;
    Ok(employee.active)
}

fn main() {}

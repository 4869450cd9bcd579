//! While a stream is received nothing is changed: the session is lent to it.

use orm_core::prelude::*;

#[derive(Model)]
struct Employee {
    #[primary_key]
    id: Auto<i32>,
    active: bool,
}

fn leave(session: &mut Session, handle: Handle<Employee>) -> orm_core::Result<()> {
    session.query::<Employee>().stream(|_| {
        session[handle].active = false;
        Ok(())
    })
}

fn main() {}

//! `engine.read` lends its session for reading alone.

use orm_core::prelude::*;

#[derive(Model)]
struct Employee {
    #[primary_key]
    id: Auto<i32>,
    active: bool,
}

fn report(engine: &Engine) -> orm_core::Result<u64> {
    engine.read(|session| {
        session.add(Employee { active: true, ..Default::default() });
        session.query::<Employee>().count()
    })
}

fn main() {}

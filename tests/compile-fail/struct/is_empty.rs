use orm_core::prelude::*;

#[derive(Model)]
struct Nothing;

fn main() {}

use orm_core::prelude::*;

#[derive(Model)]
struct Pair(i32, i32);

fn main() {}

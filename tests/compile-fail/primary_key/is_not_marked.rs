use orm_core::prelude::*;

#[derive(Model)]
struct Tag {
    id: Auto<i32>,
}

fn main() {}

use orm_core::prelude::*;

#[derive(Model)]
struct Tag {
    #[primary_key]
    id: Auto<i32>,
    number: Auto<i32>,
}

fn main() {}

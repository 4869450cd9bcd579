use orm_core::prelude::*;

#[derive(Model)]
struct Person {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 3)]
    age: i32,
}

fn main() {}

use orm_core::prelude::*;

#[derive(Model)]
struct Tag {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20, unique, length = 30)]
    name: String,
}

fn main() {}

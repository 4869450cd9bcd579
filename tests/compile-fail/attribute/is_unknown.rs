use orm_core::prelude::*;

#[derive(Model)]
struct Tag {
    #[primary_key]
    id: Auto<i32>,
    #[colum(length = 20)]
    name: String,
}

fn main() {}

use orm_core::prelude::*;

#[derive(Model)]
struct Tag {
    #[primary_key]
    id: Auto<i32>,
    #[column(lenght = 20, unique)]
    name: String,
    #[column(colour = "red")]
    code: i32,
}

fn main() {}

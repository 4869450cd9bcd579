use orm_core::prelude::*;

#[derive(Model)]
struct OrderLine {
    #[primary_key]
    id: Auto<i32>,
    price: i32,
    pieces: i32,
    #[column(computed = "price * pieces")]
    total: i32,
}

fn main() {}

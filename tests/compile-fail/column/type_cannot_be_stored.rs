use orm_core::prelude::*;

struct Address {
    street: String,
}

#[derive(Model)]
struct Person {
    #[primary_key]
    id: Auto<i32>,
    address: Address,
}

fn main() {}

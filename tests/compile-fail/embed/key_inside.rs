use orm_core::prelude::*;

#[derive(Embed)]
struct Address {
    #[primary_key]
    id: i32,
    street: String,
}

#[derive(Model)]
struct Customer {
    #[primary_key]
    id: Auto<i32>,
    #[embed]
    address: Address,
}

fn main() {}

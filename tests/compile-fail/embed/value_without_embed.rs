use orm_core::prelude::*;

#[derive(Embed)]
struct Address {
    street: String,
}

#[derive(Model)]
struct Customer {
    #[primary_key]
    id: Auto<i32>,
    address: Address,
}

fn main() {}

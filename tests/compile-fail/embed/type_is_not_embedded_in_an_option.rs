use orm_core::prelude::*;

#[derive(Default)]
struct Address {
    street: String,
}

#[derive(Model)]
struct Customer {
    #[primary_key]
    id: Auto<i32>,
    #[embed]
    address: Option<Address>,
}

fn main() {}

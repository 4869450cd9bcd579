use orm_core::prelude::*;

struct Address {
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

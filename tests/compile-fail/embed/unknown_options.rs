use orm_core::prelude::*;

#[derive(Embed)]
#[embed(nodefault)]
struct Address {
    street: String,
}

#[derive(Model)]
struct Customer {
    #[primary_key]
    id: Auto<i32>,
    #[embed(prefx = "a_")]
    address: Address,
    #[embed(length = 5)]
    other: Address,
}

fn main() {}

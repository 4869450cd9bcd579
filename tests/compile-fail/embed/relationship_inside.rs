use orm_core::prelude::*;

#[derive(Model)]
struct Country {
    #[primary_key]
    id: Auto<i32>,
}

#[derive(Embed)]
struct Address {
    street: String,
    #[belongs_to]
    country: BelongsTo<Country>,
}

#[derive(Model)]
struct Customer {
    #[primary_key]
    id: Auto<i32>,
    #[embed]
    address: Address,
}

fn main() {
    let _ = Customer::address.street;
}

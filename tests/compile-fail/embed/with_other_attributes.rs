use orm_core::prelude::*;

#[derive(Embed)]
struct Address {
    street: String,
}

#[derive(Model)]
struct Customer {
    #[embed]
    #[primary_key]
    id: Address,
    #[embed]
    #[column(length = 100)]
    address: Address,
    #[embed]
    customer: BelongsTo<Customer>,
}

fn main() {}

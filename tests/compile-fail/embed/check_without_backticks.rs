use orm_core::prelude::*;

#[derive(Embed)]
struct Price {
    #[column(check = "amount >= 0")]
    amount: i64,
    #[column(length = 3, check = "`curency` <> ''")]
    currency: String,
}

fn main() {}

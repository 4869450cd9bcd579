use orm_core::prelude::*;

#[derive(Model)]
struct Country {
    #[primary_key]
    code: String,
}

fn main() {}

use orm_core::prelude::*;

#[derive(Model)]
struct Country {
    #[primary_key]
    #[column(length = 2)]
    code: Auto<String>,
}

fn main() {}

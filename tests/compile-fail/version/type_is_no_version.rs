use orm_core::prelude::*;

#[derive(Model)]
struct Page {
    #[primary_key]
    id: Auto<i32>,
    #[version]
    #[column(length = 40)]
    edition: String,
}

#[derive(Model)]
struct Product {
    #[primary_key]
    id: Auto<i32>,
    #[version]
    changed: bool,
}

fn main() {}

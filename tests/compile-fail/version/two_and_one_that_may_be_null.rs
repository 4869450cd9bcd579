use orm_core::prelude::*;

#[derive(Model)]
struct Page {
    #[primary_key]
    id: Auto<i32>,
    #[version]
    edition: Option<i32>,
    #[version]
    changed: NaiveDateTime,
}

fn main() {}

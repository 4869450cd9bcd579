use orm_core::prelude::*;

#[derive(Model)]
struct Tag {
    #[primary_key]
    id: Option<i32>,
}

fn main() {}

// unit-of-work 24

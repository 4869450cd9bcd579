use orm_core::prelude::*;

#[derive(Model)]
struct Tag {
    #[column(length = 20)]
    name: String,
}

fn main() {}

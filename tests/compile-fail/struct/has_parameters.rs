use orm_core::prelude::*;

#[derive(Model)]
struct Tag<T> {
    #[primary_key]
    id: T,
}

fn main() {}

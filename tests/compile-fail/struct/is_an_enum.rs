use orm_core::prelude::*;

#[derive(Model)]
enum Color {
    Red,
}

fn main() {}

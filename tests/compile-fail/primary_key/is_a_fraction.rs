use orm_core::prelude::*;

#[derive(Model)]
struct Measure {
    #[primary_key]
    value: f64,
}

fn main() {}

use orm_core::prelude::*;

#[derive(Model)]
struct Person {
    #[primary_key]
    id: Auto<i32>,
    #[column(default = "yes")]
    active: bool,
    #[column(default = 1)]
    height: f64,
}

fn main() {}

use orm_core::prelude::*;

#[derive(Model)]
struct Line {
    #[primary_key]
    order: i32,
    #[primary_key]
    number: i32,
}

#[derive(Model)]
struct Truck {
    #[primary_key]
    id: Auto<i32>,
    #[many_to_many(through = "loads", one_sided)]
    lines: ManyToMany<Line>,
}

fn main() {}

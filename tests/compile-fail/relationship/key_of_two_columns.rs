use orm_core::prelude::*;

#[derive(Model)]
struct Line {
    #[primary_key]
    order: i32,
    #[primary_key]
    number: i32,
}

#[derive(Model)]
struct Delivery {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    line: BelongsTo<Line>,
}

fn main() {}

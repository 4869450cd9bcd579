use orm_core::prelude::*;

#[derive(Model)]
union Number {
    whole: i32,
    fraction: f32,
}

fn main() {}

use orm_core::prelude::*;

#[derive(Model)]
#[model(index(name, age))]
struct Person {
    #[primary_key]
    id: Auto<i32>,
    #[column(unique)]
    email: String,
    name: String,
    age: i32,
}

fn main() {}

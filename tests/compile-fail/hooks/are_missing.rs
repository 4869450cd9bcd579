use orm_core::prelude::*;

#[derive(Model)]
#[model(table = "users", hooks)]
struct User {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 100)]
    email: String,
}

fn main() {}

use orm_core::prelude::*;

#[derive(Model)]
struct Post {
    #[primary_key]
    id: Auto<i32>,
    #[column(server_default = "NOW()")]
    written: NaiveDateTime,
}

fn main() {}

use orm_core::prelude::*;

#[derive(Embed)]
struct Address {
    number: Auto<i32>,
    #[column(server_default = "NOW()")]
    since: NaiveDateTime,
}

fn main() {}

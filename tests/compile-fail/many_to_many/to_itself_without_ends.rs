use orm_core::prelude::*;

#[derive(Model)]
struct User {
    #[primary_key]
    id: Auto<i32>,
    #[many_to_many(through = "follows")]
    followees: ManyToMany<User>,
    #[many_to_many(through = "blocks", from = "user_id", to = "blocked_id")]
    blocked: ManyToMany<User>,
}

fn main() {}

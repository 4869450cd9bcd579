use orm_core::prelude::*;

#[derive(Model)]
struct Tag {
    #[primary_key]
    id: Auto<i32>,
    #[primary_key]
    #[has_many]
    posts: HasMany<Post>,
}

#[derive(Model)]
struct Post {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    tag: BelongsTo<Tag>,
}

fn main() {}

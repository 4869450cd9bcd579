use orm_core::prelude::*;

#[derive(Model)]
#[model(tabel = "posts", unique(title, autor))]
struct Post {
    id: Option<i32>,
    #[column(length = 0)]
    title: String,
    #[belongs_to(on_delete = "set_null")]
    author: BelongsTo<Author>,
    #[has_many]
    comments: Vec<Comment>,
    #[many_to_many]
    tags: ManyToMany<Tag>,
}

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    #[has_many]
    posts: HasMany<Post>,
}

#[derive(Model)]
struct Comment {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    post: BelongsTo<Post>,
}

#[derive(Model)]
struct Tag {
    #[primary_key]
    id: Auto<i32>,
    #[many_to_many(through = "posts_tags")]
    posts: ManyToMany<Post>,
}

fn main() {}

use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    #[has_many(order_by = titel)]
    books: HasMany<Book>,
}

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 80)]
    title: String,
    #[belongs_to]
    author: BelongsTo<Author>,
}

fn main() {}

use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    #[has_many(order_by(desc(author)))]
    books: HasMany<Book>,
}

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    author: BelongsTo<Author>,
}

fn main() {}

use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    #[has_many(inverse = sequel)]
    books: HasMany<Book>,
}

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    author: BelongsTo<Author>,
    #[belongs_to]
    sequel: Option<BelongsTo<Book>>,
}

fn main() {}

// unit-of-work 161

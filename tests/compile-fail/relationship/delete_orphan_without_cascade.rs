use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    #[has_many(delete_orphan)]
    books: HasMany<Book>,
    #[has_one(cascade, restrict)]
    address: HasOne<Address>,
}

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    author: BelongsTo<Author>,
}

#[derive(Model)]
struct Address {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to(unique)]
    author: BelongsTo<Author>,
}

fn main() {}

// unit-of-work 86

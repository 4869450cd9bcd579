use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    #[has_one(order_by = id)]
    book: HasOne<Book>,
}

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to(unique)]
    author: BelongsTo<Author>,
}

fn main() {}

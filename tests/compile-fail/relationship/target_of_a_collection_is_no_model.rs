use orm_core::prelude::*;

struct Book;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    #[has_many]
    books: HasMany<Book>,
}

fn main() {}

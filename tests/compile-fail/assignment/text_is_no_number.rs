use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 80)]
    name: String,
    age: Option<i32>,
    #[has_many]
    books: HasMany<Book>,
}

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    pages: i32,
    #[belongs_to]
    author: BelongsTo<Author>,
    #[belongs_to]
    first_edition: Option<BelongsTo<Book>>,
}

fn main() {
    let _ = Author::name + 1;
    let _ = Author::age - Author::name;
}

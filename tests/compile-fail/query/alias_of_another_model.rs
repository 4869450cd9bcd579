use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    name: String,
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
}

alias!(Editor = Author);

fn main() {
    let _ = Book::pages.of::<Editor>();
    let _ = Book::author.of::<Editor>();
    let _ = Author::books.to::<Editor>();
    let _ = Author::name.of::<Book>();
    let _ = Author::name.of::<String>();
}

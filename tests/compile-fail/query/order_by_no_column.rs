use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
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

fn main() {
    let _ = query::<Book>().order_by("pages");
    let _ = query::<Book>().order_by(1);
    let _ = query::<Book>().order_by(Book::author);
    let _ = query::<Book>().order_by((Book::pages, Book::id));
    let _ = func::window().order_by("pages");
}

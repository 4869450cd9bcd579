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

fn main() {
    let _ = Book::author.any(Author::name.eq("Melville"));
    let _ = Author::books.has(Book::pages.gt(7));
    let _ = Book::author.contains(BelongsTo::key(7));
    let _ = Author::books.eq(BelongsTo::key(7));
    let _ = Author::books.is_null();
    let _ = Author::books.key();
    let _ = Author::books.any(true);
}

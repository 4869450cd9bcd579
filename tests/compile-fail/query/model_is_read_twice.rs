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
    let _ = query::<Book>().join(Book::author).join(Author::books).filter(Book::pages.gt(7));
    let _ = query::<Book>().join(Book::author).join(Author::books).select(Book::pages);
    let _ = query::<Book>().join_on(model::<Book>(), Book::pages.gt(7));
}

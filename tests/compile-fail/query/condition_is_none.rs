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
    let _ = query::<Book>().filter(true);
    let _ = query::<Book>().filter("pages > 7");
    let _ = query::<Book>().filter(Book::pages);
    let _ = query::<Book>().filter(Book::author);
    let _ = query::<Book>().filter(|book: &Book| book.pages > 7);
    let _ = query::<Book>().filter((Book::pages.gt(7), Book::id.eq(1)));
    let _ = query::<Book>().filter(Book::pages.gt(7) & true);
}

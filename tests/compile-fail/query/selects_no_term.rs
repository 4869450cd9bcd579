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

struct Line {
    pages: i32,
}

fn main() {
    let _ = query::<Book>().select(Book::author);
    let _ = query::<Book>().select(Line { pages: 7 });
    let _ = query::<Book>().select(Book);
    let _ = query::<Book>().select((Book::pages, Book::author));
    let _ = query::<Book>().select([Book::pages]);
    let _ = query::<Book>().select(func::row_number());
}

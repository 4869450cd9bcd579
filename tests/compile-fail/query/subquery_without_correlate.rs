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
    let _ = query::<Author>().filter(func::exists(query::<Book>().filter(Book::author.key().eq(Author::id))));
    let books = query::<Book>().correlate::<Author>().filter(Book::author.key().eq(Author::id));
    let _ = query::<Book>().select(books.clone().select(func::count()).as_term());
    let _ = query::<Book>().filter(Book::id.in_(books.select(Book::id)));
}

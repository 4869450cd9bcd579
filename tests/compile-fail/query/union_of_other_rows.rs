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
    let _ = query::<Book>().select(Book::pages).union(query::<Author>().select(Author::name));
    let _ = query::<Book>().select(Book::pages).union_all(query::<Book>());
    let _ = query::<Book>().union(query::<Author>());
    let _ = query::<Book>().union(query::<Book>().select(Book::pages));
}

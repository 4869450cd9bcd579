use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    name: String,
    born: Option<NaiveDate>,
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
    let _ = query::<Book>().keyset((Author::name, Book::id), None);
    let _ = query::<Author>().keyset((Author::born, Author::id), None);
    let _ = query::<Author>().keyset(Author::id, None);
    let _ = query::<Author>().keyset(("name", Author::id), None);
    let _ = query::<Author>().keyset((Author::name, Author::id), Some((7, 7)));
}

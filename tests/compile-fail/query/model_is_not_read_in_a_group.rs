use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    name: String,
    age: i32,
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
    let _ = query::<Book>().select(func::count()).group_by(Author::name);
    let _ = query::<Book>().select(func::count()).group_by((Book::pages, Author::name));
    let _ = query::<Book>().select(func::count()).having(func::max(Author::age).gt(70));
}

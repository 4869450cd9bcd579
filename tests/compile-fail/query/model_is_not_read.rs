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
    let _ = query::<Book>().filter(Author::age.gt(70));
    let _ = query::<Book>().filter(Book::pages.gt(70) & Author::age.gt(70));
    let _ = query::<Book>().filter(Book::pages.gt(Author::age));
    let _ = query::<Book>().order_by(Author::name);
    let _ = query::<Book>().order_by(Author::name.desc());
    let _ = query::<Book>().order_by(Author::age + Book::pages);
}

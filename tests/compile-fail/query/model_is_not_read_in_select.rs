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

#[derive(Row)]
struct Line {
    pages: i32,
    name: String,
}

fn main() {
    let _ = query::<Book>().select(Author::name);
    let _ = query::<Book>().select((Book::pages, Author::name));
    let _ = query::<Book>().select((Book::pages, (Author::age + Book::pages, Book::id)));
    let _ = query::<Book>().select(LineColumns { pages: Book::pages, name: Author::name });
    let _ = query::<Book>().select(func::max(Author::age));
    let _ = query::<Book>().select(func::row_number().over(func::window().order_by(Author::age)));
}

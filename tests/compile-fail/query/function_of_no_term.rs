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
    #[belongs_to]
    author: BelongsTo<Author>,
}

fn main() {
    let _ = func::count_of(Author::books);
    let _ = func::max(None::<i32>);
    let _ = func::concat((Author::name, Author::books));
    let _ = func::row_number().eq(1);
    let _ = func::if_(true, 1, 2);
}

use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    name: String,
    age: Option<i32>,
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
    let _ = query::<Author>().select(LineColumns { pages: Author::age, name: Author::name });
    let _ = query::<Author>().select(LineColumns { pages: Author::name, name: Author::name });
    let _ = query::<Book>().left_join(Book::author).select(LineColumns { pages: Book::pages, name: Author::name });
    let _ = query::<Author>().select((Author::id, LineColumns { pages: func::count(), name: Author::name }));
}

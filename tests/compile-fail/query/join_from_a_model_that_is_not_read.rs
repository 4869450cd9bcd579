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

alias!(Editor = Author);

fn main() {
    let _ = query::<Book>().join(Author::books);
    let _ = query::<Book>().left_join(Author::books);
    let _ = query::<Book>().join_on(model::<Editor>(), Author::id.eq(Editor::id));
    let _ = query::<Book>().join_on(model::<Editor>(), Book::author.key().eq(Author::id));
    let _ = query::<Book>().join(Book::pages);
    let _ = query::<Book>().join_on(Editor, Book::id.eq(7));
}

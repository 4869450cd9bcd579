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
    let _ = query::<Book>().join(Book::author).filter(Author::name.of::<Editor>().eq("Melville"));
    let _ = query::<Book>().join(Book::author.to::<Editor>()).filter(Author::name.eq("Melville"));
}

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

fn ask(author: Handle<Author>, book: Handle<Book>) -> orm_core::Result<()> {
    let _ = Book::author.eq(7);
    let _ = Book::author.ne(book);
    let _ = Book::author.eq(BelongsTo::<Book>::key(7));
    let _ = Author::books.contains(author);
    let _ = Author::books.contains(7);
    let _ = Book::author.eq(None);
    let _ = Book::author.key().eq("seven");
    Ok(())
}

fn main() {}

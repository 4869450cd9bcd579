use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    age: i32,
}

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    pages: i32,
}

fn grow(session: &mut Session, book: Handle<Book>) -> orm_core::Result<()> {
    session.assign(book, Book::pages.set(Book::pages + "1"))?;
    session.assign(book, Author::age.set(Author::age + 1))
}

fn main() {
    let _ = grow;
}

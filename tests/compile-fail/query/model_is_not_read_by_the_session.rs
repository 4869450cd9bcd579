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

fn ask(session: &mut Session) -> orm_core::Result<()> {
    session.query::<Book>().pluck(Author::name)?;
    session.query::<Author>().filter(Author::books.any(Author::name.eq("Melville"))).all()?;
    session.query::<Book>().filter(Book::author.has(Book::pages.gt(7))).all()?;
    session.update_all(query::<Book>().filter(Author::name.eq("Melville")), [Book::pages.set(7)])?;
    Ok(())
}

fn main() {}

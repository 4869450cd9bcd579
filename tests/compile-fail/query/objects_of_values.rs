use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
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
    session.query::<Book>().select(Book::pages).all()?;
    session.query::<Book>().select(Book::pages).handles()?;
    session.query::<Book>().select(Book::pages).pluck(Book::id)?;
    session.query::<Book>().select((Book::id, Book::pages)).scalar()?;
    let _ = query::<Book>().select(Book::pages).with(Book::author);
    let _ = query::<Book>().select(Book::pages).with_joined(Book::author);
    let _ = query::<Book>().select((Book::id, Book::pages)).as_term();
    session.update_all(query::<Book>().select(Book::pages), [Book::pages.set(7)])?;
    Ok(())
}

fn main() {}

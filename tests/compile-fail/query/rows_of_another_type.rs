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
    author: Option<BelongsTo<Author>>,
}

fn ask(session: &Session) -> orm_core::Result<()> {
    let _: Vec<String> = session.query::<Book>().select(Book::pages).rows()?;
    let _: Vec<(i32, String)> =
        session.query::<Book>().left_join(Book::author).select((Book::pages, Author::name)).rows()?;
    let _: i32 = session.query::<Book>().select(func::max(Book::pages)).one()?;
    Ok(())
}

fn main() {}

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
    #[belongs_to]
    author: BelongsTo<Author>,
}

fn main() -> orm_core::Result<()> {
    let engine = Engine::connect("mysql://root@localhost/library")?;
    let session = engine.session();
    session.query::<Book>().with_joined(Book::author.then(Author::books)).all()?;
    Ok(())
}

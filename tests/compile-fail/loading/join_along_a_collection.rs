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
    // unit-of-work 126
    session.query::<Author>().with_joined(Author::books).all()?;
    Ok(())
}

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
    let author = session.find::<Author>(1)?.expect("an author");
    drop(session);
    println!("{}", author.books()?.len());
    Ok(())
}

// unit-of-work 10, 121

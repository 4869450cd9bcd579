use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 80)]
    name: String,
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
    let mut session = engine.session();
    let author = session.find::<Author>(1)?.expect("an author");
    session.commit()?;
    println!("{}", author.name);
    Ok(())
}

// unit-of-work 114

use orm_core::prelude::*;

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    pages: i32,
}

fn ask(engine: &Engine) -> orm_core::Result<()> {
    query::<Book>().all()?;
    query::<Book>().first()?;
    query::<Book>().select(Book::pages).rows()?;
    query::<Book>().count()?;
    query::<Book>().on(engine).all()?;
    Ok(())
}

fn main() {}

use orm_core::prelude::*;

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    pages: i32,
}

fn ask(session: &Session) -> orm_core::Result<()> {
    session.query::<Book>().rows()?;
    session.query::<Book>().scalar()?;
    let _ = query::<Book>().distinct();
    let _ = query::<Book>().group_by(Book::pages);
    let _ = query::<Book>().having(func::count().gt(1));
    let _ = query::<Book>().as_term();
    let _ = query::<Book>().union_all(query::<Book>());
    Ok(())
}

fn main() {}

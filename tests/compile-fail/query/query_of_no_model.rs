use orm_core::prelude::*;

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    pages: i32,
}

struct Shelf;

fn ask(session: &Session) -> orm_core::Result<()> {
    let _ = query::<Shelf>();
    let _ = query::<Book>().correlate::<Shelf>();
    let _ = query::<Book>().filter(Book::title.eq("Moby-Dick"));
    Ok(())
}

fn main() {}

use orm_core::prelude::*;

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    pages: i32,
}

#[derive(Row)]
struct Long {
    id: i32,
}

fn main() {
    let _ = query::<Book>().filter(Book::id.eq(Long::id));
    let _ = query::<Book>().select((Book::pages, Long::id));
}

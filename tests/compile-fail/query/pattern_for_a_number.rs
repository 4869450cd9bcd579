use orm_core::prelude::*;

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    pages: i32,
}

fn main() {
    let _ = Book::pages.like("7%");
    let _ = Book::pages.starts_with("7");
    let _ = (Book::pages + 1).contains("7");
}

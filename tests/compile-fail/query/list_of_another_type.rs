use orm_core::prelude::*;

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    title: String,
    pages: i32,
}

fn main() {
    let _ = Book::pages.in_(["one", "two"]);
    let _ = Book::title.in_([1, 2]);
    let _ = Book::title.in_(7);
    let _ = Book::title.in_(query::<Book>().select(Book::pages));
    let _ = Book::pages.in_(query::<Book>());
    let _ = Book::pages.in_(query::<Book>().select((Book::id, Book::pages)));
}

use orm_core::prelude::*;

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    title: String,
    pages: i32,
    printed: NaiveDate,
}

fn main() {
    let _ = Book::title.eq(7);
    let _ = Book::pages.ne("many");
    let _ = Book::pages.lt(7_i64);
    let _ = Book::pages.gt(Book::title);
    let _ = Book::printed.ge("2026-11-22");
    let _ = Book::pages.between(1, "many");
    let _ = Book::title.like(7);
    let _ = (Book::pages * 2).eq("many");
    let _ = func::coalesce(Book::title, 0);
}

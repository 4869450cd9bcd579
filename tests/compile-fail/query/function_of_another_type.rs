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
    let _ = func::sum(Book::title);
    let _ = func::avg(Book::printed);
    let _ = func::lower(Book::pages);
    let _ = func::group_concat(Book::pages);
    let _ = func::year(Book::title);
    let _ = func::hour(Book::printed);
    let _ = func::days("two");
    let _ = func::left(Book::title, "two");
    let _ = func::power(Book::pages, 2);
}

use orm_core::prelude::*;

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    title: String,
    pages: i32,
    printed: NaiveDate,
    sold_out: bool,
}

fn main() {
    let _ = Book::title + "!";
    let _ = Book::pages * "2";
    let _ = Book::pages - Book::title;
    let _ = Book::printed + 1;
    let _ = (Book::pages + 1) * 1.5;
    let _ = Book::title.div_whole(2);
    let _ = func::lower(Book::title) + 1;
}

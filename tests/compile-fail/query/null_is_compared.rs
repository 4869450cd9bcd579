use orm_core::prelude::*;

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    title: String,
    printed: Option<NaiveDate>,
    pages: Option<i32>,
}

fn main() {
    let _ = Book::title.eq(None);
    let _ = Book::pages.eq(Some(7));
    let _ = Book::printed.ne(None::<NaiveDate>);
    let _ = Book::pages.same_as(7);
    let _ = Book::pages.in_([Some(7), None]);
}

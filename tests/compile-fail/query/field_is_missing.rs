use orm_core::prelude::*;

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    pages: i32,
    title: String,
}

#[derive(Row)]
struct Line {
    pages: i32,
    title: String,
}

fn main() {
    let _ = query::<Book>().select(LineColumns { pages: Book::pages });
    let _ = query::<Book>().select(LineColumns { pages: Book::pages, title: Book::title, id: Book::id });
    let _ = query::<Book>().select(Line { pages: Book::pages, title: Book::title });
}

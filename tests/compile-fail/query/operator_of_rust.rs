use orm_core::prelude::*;

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    pages: i32,
    sold: bool,
}

fn main() {
    let _ = query::<Book>().filter(Book::pages == 7);
    let _ = query::<Book>().filter(Book::pages > 7);
    let _ = query::<Book>().filter(Book::pages.gt(7) && Book::pages.lt(9));
    let _ = query::<Book>().filter(!Book::sold);
    let _ = -Book::pages;
}

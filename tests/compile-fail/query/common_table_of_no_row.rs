use orm_core::prelude::*;

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    pages: i32,
}

struct Long {
    id: i32,
}

#[derive(Row)]
struct Short {
    id: i32,
}

fn main() {
    let _ = cte(query::<Book>().select(Book::id));
    let _ = cte(query::<Book>().select((Book::id, Book::pages)));
    let _ = cte(query::<Book>());
    let _ = recursive(query::<Book>().select(ShortColumns { id: Book::id }), |_| query::<Book>().select(Book::id));
}

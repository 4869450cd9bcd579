use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    #[has_many]
    books: HasMany<Book>,
}

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    pages: i32,
    #[belongs_to]
    author: BelongsTo<Author>,
}

fn main() {
    let _ = query::<Book>().filter(func::sum(Book::pages).gt(700));
    let _ = query::<Book>().filter(Book::pages.gt(7) & func::count().gt(1));
    let _ = query::<Book>().filter(Book::pages.eq(func::max(Book::pages)));
    let _ = query::<Book>().filter(func::row_number().over(func::window().order_by(Book::pages)).le(3));
    let _ = query::<Book>().join_on(model::<Author>(), func::count().gt(1));
    let _ = query::<Author>().left_join_on(model::<Book>(), func::max(Book::pages).gt(1));
}

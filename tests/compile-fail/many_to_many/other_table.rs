use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    #[many_to_many(through = "books_authors")]
    books: ManyToMany<Book>,
}

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    #[many_to_many(through = "authors_books")]
    authors: ManyToMany<Author>,
}

fn main() {}

// unit-of-work 162

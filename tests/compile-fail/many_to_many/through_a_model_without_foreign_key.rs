use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    #[many_to_many(through = Authorship)]
    books: ManyToMany<Book>,
}

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    #[many_to_many(through = Authorship)]
    authors: ManyToMany<Author>,
}

#[derive(Model)]
struct Authorship {
    #[primary_key]
    #[belongs_to]
    book: BelongsTo<Book>,
    share: f64,
}

fn main() {}

// unit-of-work 163, 166

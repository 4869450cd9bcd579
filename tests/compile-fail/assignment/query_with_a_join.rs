use orm_core::prelude::*;

#[derive(Model)]
struct Author {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 80)]
    name: String,
    age: Option<i32>,
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
    #[belongs_to]
    first_edition: Option<BelongsTo<Book>>,
}

fn double(session: &mut Session) -> orm_core::Result<u64> {
    session.update_all(query::<Author>().join(Author::books), [Author::age.set(Author::age * 2)])
}

fn main() {
    let _ = double;
}

// unit-of-work 153

use orm_core::prelude::*;

#[derive(Model)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    pages: i32,
}

struct Shelf;

alias!(Board = Shelf);
alias!(Sequel = Novel);

fn main() {}
